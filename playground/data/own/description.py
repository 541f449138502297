"""What an own set's file says in words beside its arrays, and the data set that both make.

A stranger may have written it: every entry is checked to be of its type before it is used.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.dataset import Dataset
from playground.data.drawing.drawing import Drawing
from playground.data.drawing.pen_points import FEATURES, PenPoints
from playground.data.kinds import DATA_KINDS
from playground.data.rows import ByteRows
from playground.data.tasks import TASKS
from playground.errors import DataError
from playground.files.container import Tensors

_LARGEST_NUMBER = 1e30
_LONGEST_SIDE = 2**20
_LARGEST_FIELD = 1_024


def described(dataset: Dataset) -> dict[str, Any]:
    """Return a data set without its arrays, as JSON can hold it."""
    plain = {name: getattr(dataset, name) for name in _SOUND}
    plain |= {"kind": dataset.kind.kind, "task": dataset.task.of_data.kind}
    plain["indivisible"] = dataset.indivisible
    if isinstance(dataset.drawing, Drawing | PenPoints):
        plain["drawing"] = dataclasses.asdict(dataset.drawing)
    if isinstance(dataset.inputs, ByteRows):
        plain["factor"] = float(dataset.inputs.factor)
        plain["offset"] = float(dataset.inputs.offset)
    return plain


def arrays_of(dataset: Dataset) -> dict[str, NDArray[Any]]:
    """Return a data set's arrays by name, pictures as the bytes they are stored as."""
    stored = dataset.inputs.values if isinstance(dataset.inputs, ByteRows) else dataset.inputs
    arrays: dict[str, NDArray[Any]] = {"targets": dataset.targets, "inputs": stored}
    if dataset.test_part is not None:
        arrays["test_part"] = dataset.test_part
    return arrays


def are_same(one: Dataset, other: Dataset) -> bool:
    """Return whether two data sets differ in name and title at most."""
    arrays, others = arrays_of(one), arrays_of(other)
    return (
        described(one) | {"title": ""} == described(other) | {"title": ""}
        and arrays.keys() == others.keys()
        and all(np.array_equal(array, others[name]) for name, array in arrays.items())
    )


def check_description(plain: Any) -> dict[str, Any]:
    """Return a description, once every entry is known to be of its type.

    Raises
    ------
    DataError
        Names the entry that is not, in a clause.
    """
    if not isinstance(plain, dict):
        raise DataError("its description is no table")
    for name, is_sound in _SOUND.items():
        _check(is_sound(plain.get(name)), name, plain.get(name))
    for name, (is_sound, usual) in _SOUND_OR_MISSING.items():
        _check(is_sound(plain.setdefault(name, usual)), name, plain[name])
    return plain


def dataset_of(name: str, plain: dict[str, Any], tensors: Tensors) -> Dataset:
    """Return the data set of a checked description and its arrays.

    Raises
    ------
    DataError
        Where an array is missing or does not belong to what is described, in a clause.
    """
    inputs, targets = tensors.get("inputs"), tensors.get("targets")
    kind, task = DATA_KINDS[plain["kind"]](), TASKS[plain["task"]]()
    if inputs is None or inputs.ndim != 2 or inputs.dtype not in (np.uint8, np.float32):
        raise DataError("its inputs should be a matrix of bytes or float32")
    form = None if targets is None else (str(targets.dtype), targets.ndim)
    if targets is None or form not in (("int64", 1), ("float32", 2)):
        raise DataError("its targets should be int64 labels or rows of float32")
    sides = plain["input_shape"]
    if len(sides) != kind.axes or (kind.on_plane and sides != [2]):
        raise DataError(f"no {kind.example_word} has the input shape {sides}")
    low, high = plain["value_range"]
    if kind.pictures and low == high:
        raise DataError("its pictures have one brightness only")
    drawing = plain["drawing"]
    if drawing is not None and "points" in drawing:
        drawing = PenPoints(**drawing)
        if sides != [len(FEATURES), drawing.points]:
            raise DataError("its sequences are not as its drawings become")
    elif drawing is not None:
        drawing = Drawing(**{**drawing, "value_range": tuple(drawing["value_range"])})
        if not kind.pictures or drawing.resolution**2 != inputs.shape[1]:
            raise DataError("its pictures are not as its drawings become")
    rows = (
        ByteRows(inputs, plain["factor"], plain["offset"]) if inputs.dtype == np.uint8 else inputs
    )
    return Dataset(
        name=name,
        inputs=rows,
        targets=targets,
        test_part=_test_part(tensors.get("test_part"), len(inputs)),
        drawing=drawing,
        indivisible=plain["indivisible"],
        **{key: _frozen(plain[key]) for key in _SOUND} | {"kind": kind, "task": task},
    )


def _test_part(rows: NDArray[Any] | None, count: int) -> NDArray[np.int64] | None:
    if rows is None:
        return None
    if rows.dtype != np.int64 or rows.ndim != 1 or not 0 < len(rows) < count:
        raise DataError("its test part should be some of its rows")
    if rows[0] < 0 or rows[-1] >= count or (np.diff(rows) <= 0).any():
        raise DataError(f"its test part should ascend from 0 to {count - 1} at most")
    return rows


def _check(sound: bool, name: str, value: Any) -> None:
    if not sound:
        raise DataError(f"its {name.replace('_', ' ')} should not be {value!r:.40}")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) <= _LARGEST_NUMBER


def _is_range(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(map(_is_number, value))
        and value[0] <= value[1]
    )


def _is_shape(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 1 <= len(value) <= 3
        and all(type(side) is int and 0 < side <= _LONGEST_SIDE for side in value)
    )


def _is_drawing(value: Any) -> bool:
    if value is None:
        return True
    if isinstance(value, dict) and set(value) == {"points"}:
        return type(value["points"]) is int and 0 < value["points"] <= _LARGEST_FIELD
    names = {field.name for field in dataclasses.fields(Drawing)}
    if not isinstance(value, dict) or set(value) != names:
        return False
    sides = value["field"], value["block"]
    if not all(type(side) is int and 0 < side <= _LARGEST_FIELD for side in sides):
        return False
    thick, high = value["stroke_width"], value["digit_height"]
    return (
        value["field"] % value["block"] == 0
        and value["centring"] in ("box", "mass")
        and _is_range(value["value_range"])
        and _is_number(thick)
        and _is_number(high)
        and 0 < thick < high <= value["field"]
    )


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


_SOUND: Mapping[str, Callable[[Any], bool]] = {
    "title": _is_text,
    "kind": lambda value: _is_text(value) and value in DATA_KINDS,
    "task": lambda value: _is_text(value) and value in TASKS,
    "input_shape": _is_shape,
    "class_names": _is_names,
    "feature_names": _is_names,
    "value_range": _is_range,
    "source": _is_text,
    "licence": _is_text,
    "description": _is_text,
}

_SOUND_OR_MISSING: Mapping[str, tuple[Callable[[Any], bool], Any]] = {
    "drawing": (_is_drawing, None),
    "indivisible": (lambda value: isinstance(value, bool), False),
    "factor": (_is_number, 1 / 255),
    "offset": (_is_number, 0.0),
}
