"""The user's own data sets: imported, painted or drawn, kept as files between starts.

Each is one safetensors file in the user's data folder: the numbers as tensors, the rest as JSON in
the header. Such a file holds no code, and its sizes are checked before anything is read.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from playground.atomic_write import replace_file
from playground.data.dataset import Dataset
from playground.data.drawing.drawing import Drawing
from playground.data.kinds import DATA_KINDS
from playground.data.rows import ByteRows
from playground.data.tasks import TASKS
from playground.errors import DataError, FieldError

PREFIX = "own-"
SUFFIX = ".safetensors"
LARGEST_FILE = 2**30
_VERSION = 1
_PLAIN = (
    "title",
    "input_shape",
    "class_names",
    "feature_names",
    "value_range",
    "source",
    "licence",
    "description",
)

Tensors = Mapping[str, NDArray[Any]]


def folder() -> Path:
    """Return where own data sets are kept."""
    return Path(platformdirs.user_data_dir("playground", appauthor=False)) / "data"


def path_of(name: str) -> Path:
    """Return the file of an own data set."""
    return folder() / f"{name.removeprefix(PREFIX)}{SUFFIX}"


def names() -> tuple[str, ...]:
    """Return the names of all own data sets, sorted."""
    try:
        return tuple(sorted(PREFIX + path.stem for path in folder().glob("*" + SUFFIX)))
    except OSError:
        return ()


def new_name(title: str) -> str:
    """Return a name for a set of that title that no other set has."""
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "data"
    name, number = PREFIX + stem, 2
    while name in names():
        name, number = f"{PREFIX}{stem}-{number}", number + 1
    return name


def save(dataset: Dataset, extra: Tensors | None = None) -> None:
    """Keep a data set under its name, in place of an older one.

    Parameters
    ----------
    dataset
        Its name begins with :data:`PREFIX`; see :func:`new_name`.
    extra
        Further tensors to keep beside it, such as the strokes that drawings were made of.

    Raises
    ------
    DataError
        When the disk does not take it; an older one then stays as it was.
    """
    plain = {name: getattr(dataset, name) for name in _PLAIN}
    plain |= {"kind": dataset.kind.kind, "task": dataset.task.kind}
    plain["indivisible"] = dataset.indivisible
    if dataset.drawing is not None:
        plain["drawing"] = dataclasses.asdict(dataset.drawing)
    tensors: dict[str, NDArray[Any]] = {"targets": dataset.targets}
    if isinstance(dataset.inputs, ByteRows):
        tensors["inputs"] = dataset.inputs.values
        plain["factor"] = float(dataset.inputs.factor)
        plain["offset"] = float(dataset.inputs.offset)
    else:
        tensors["inputs"] = dataset.inputs
    if dataset.test_part is not None:
        tensors["test_part"] = dataset.test_part
    tensors |= {f"extra.{name}": tensor for name, tensor in (extra or {}).items()}
    contiguous = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    data = safetensors.numpy.save(
        contiguous, {"playground_data": str(_VERSION), "dataset": json.dumps(plain)}
    )
    path = path_of(dataset.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, data)
    except OSError as error:
        raise DataError(
            f"“{dataset.title}” could not be kept in {path.parent}: {error.strerror or error}. "
            "Make room there, or let the folder be written to."
        ) from None


def delete(name: str) -> None:
    """Remove an own data set from the disk."""
    path_of(name).unlink(missing_ok=True)


def title_of(name: str) -> str:
    """Return an own data set's title without reading its numbers."""
    try:
        with safetensors.safe_open(path_of(name), framework="numpy") as file:
            title = json.loads(file.metadata()["dataset"])["title"]
    except (OSError, safetensors.SafetensorError, KeyError, TypeError, ValueError):
        return name.removeprefix(PREFIX)
    return str(title)


def read(name: str) -> Dataset:
    """Return an own data set.

    Raises
    ------
    DataError
        When it is missing, damaged, or was kept by a newer version.
    """
    return read_file(path_of(name), name)[0]


def read_file(path: Path, name: str) -> tuple[Dataset, Tensors]:
    """Return the data set in a file, and the further tensors beside it; errors as in read."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise DataError(
                f"{path.name} has {size / 2**30:.1f} GiB; at most 1 GiB is read: keep fewer "
                "examples."
            )
        data = path.read_bytes()
        with safetensors.safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
        tensors = safetensors.numpy.load(data)
    except FileNotFoundError:
        raise DataError(
            f"The data set {name!r} is not on this computer; import its file, or choose another."
        ) from None
    except (OSError, safetensors.SafetensorError) as error:
        raise _damaged(path, str(error)) from None
    if int(metadata.get("playground_data", "0") or 0) > _VERSION:
        raise DataError(f"{path.name} was kept by a newer Playground; update to open it.")
    try:
        plain = json.loads(metadata["dataset"])
        inputs: NDArray[np.float32] | ByteRows = tensors.pop("inputs")
        if inputs.dtype == np.uint8:
            inputs = ByteRows(
                np.asarray(inputs), plain.get("factor", 1 / 255), plain.get("offset", 0.0)
            )
        drawing = plain.get("drawing")
        dataset = Dataset(
            name=name,
            inputs=inputs,
            targets=tensors.pop("targets"),
            test_part=tensors.pop("test_part", None),
            drawing=None if drawing is None else _drawing(drawing),
            kind=DATA_KINDS[plain["kind"]](),
            task=TASKS[plain["task"]](),
            indivisible=bool(plain.get("indivisible", False)),
            **{key: _frozen(plain[key]) for key in _PLAIN},
        )
    except (KeyError, TypeError, ValueError, FieldError) as error:
        raise _damaged(path, f"{type(error).__name__} {error}") from None
    extra = {key.removeprefix("extra."): tensor for key, tensor in tensors.items()}
    return dataset, extra


def _drawing(plain: dict[str, Any]) -> Drawing:
    return Drawing(**{key: _frozen(value) for key, value in plain.items()})


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _damaged(path: Path, reason: str) -> DataError:
    return DataError(f"{path.name} is damaged ({reason}); delete it and import the data again.")
