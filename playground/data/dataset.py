"""One data set as the whole program sees it: arrays, their meaning, and where they come from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playground.data.drawing.drawing import Drawing
from playground.data.rows import ByteRows
from playground.errors import DataError, ShapeError

Kind = Literal["image", "plane", "table"]
Task = Literal["classification", "regression"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Examples with their targets, and what a person has to know about them.

    The arrays are made read-only: a data set is shared by every run that uses it.

    Parameters
    ----------
    name, title
        The name in files and on the command line, and the name in the window.
    kind
        What one example is: a picture, a point on the plane, or a row of a table.
    task
        ``"classification"`` (targets are labels) or ``"regression"`` (targets are numbers).
    inputs
        float32 of shape (examples, features), or the bytes of pictures that become such rows when
        they are fetched.
    targets
        int64 labels of shape (examples,), or float32 of shape (examples, 1) for regression.
    input_shape
        The shape of one example as a network takes it: ``(1, 8, 8)``, ``(2,)``, ``(4,)``.
    class_names
        One name per label; empty for regression.
    feature_names
        One name per feature.
    value_range
        The lowest and highest value that an input may sensibly have.
    source, licence
        Where the data comes from, and the terms it may be used under.
    description
        One sentence that says what there is to learn from it.
    drawing
        For pictures that can be drawn: how a drawing becomes an input.
    indivisible
        The set is so small that it is trained and tested on all its examples.
    test_part
        The rows that the set's makers held back for testing, ascending, where they did.

    Raises
    ------
    DataError
        When the arrays do not fit together or hold a number that is not finite.
    """

    name: str
    title: str
    kind: Kind
    task: Task
    inputs: NDArray[np.float32] | ByteRows
    targets: NDArray[np.int64] | NDArray[np.float32]
    input_shape: tuple[int, ...]
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    value_range: tuple[float, float]
    source: str
    licence: str
    description: str
    drawing: Drawing | None = None
    indivisible: bool = False
    test_part: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        features = int(np.prod(self.input_shape))
        count = len(self.inputs)
        if self.inputs.shape != (count, features) or count == 0:
            raise DataError(
                f"Data set {self.name!r} expects inputs of shape (examples, {features}) with at "
                f"least one example; {self.inputs.shape} came: check the file's columns."
            )
        expected = (count,) if self.task == "classification" else (count, 1)
        if self.targets.shape != expected:
            raise DataError(
                f"Data set {self.name!r} expects targets of shape {expected}; "
                f"{self.targets.shape} came: give one target for every example."
            )
        if len(self.feature_names) != features:
            raise DataError(
                f"Data set {self.name!r} expects {features} feature names; "
                f"{len(self.feature_names)} came: name every feature once."
            )
        numbers = self.inputs.factor if isinstance(self.inputs, ByteRows) else self.inputs
        if not np.isfinite(numbers).all() or not np.isfinite(self.targets).all():
            raise DataError(
                f"Data set {self.name!r} expects finite numbers only; it holds NaN or infinity: "
                "remove those examples."
            )
        labels = self.targets
        if self.task == "classification" and not (
            (labels >= 0).all() and (labels < len(self.class_names)).all()
        ):
            raise DataError(
                f"Data set {self.name!r} expects labels from 0 to {len(self.class_names) - 1}; "
                f"{labels.min()} to {labels.max()} came: name every class."
            )
        stored = self.inputs.values if isinstance(self.inputs, ByteRows) else self.inputs
        stored.flags.writeable = False
        self.targets.flags.writeable = False

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def features(self) -> int:
        """The number of values in one example."""
        return int(self.inputs.shape[1])

    @property
    def outputs(self) -> int:
        """The number of output units that suit the data: one per class, or one for regression."""
        return len(self.class_names) if self.task == "classification" else 1

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width in pixels of one picture; only for kind ``"image"``."""
        return self.input_shape[-2], self.input_shape[-1]

    @cached_property
    def feature_ranges(self) -> tuple[tuple[float, float], ...]:
        """The range worth offering for each feature, as on a slider: (low, high) per feature.

        A table's feature spans its examples and a tenth of that span on both sides, within
        ``value_range``; a feature that never varies, and every pixel and coordinate, spans the
        whole ``value_range``.
        """
        if self.kind != "table":
            return (self.value_range,) * self.features
        inputs = np.asarray(self.inputs)
        low, high = inputs.min(axis=0), inputs.max(axis=0)
        margin = (high - low) / 10
        return tuple(
            self.value_range
            if width == 0
            else (
                max(round(float(a - width), _decimals(width)), self.value_range[0]),
                min(round(float(b + width), _decimals(width)), self.value_range[1]),
            )
            for a, b, width in zip(low, high, margin, strict=True)
        )

    def examples_of(self, label: int) -> NDArray[np.int64]:
        """Return the indices of the examples of one class, in their order."""
        return np.flatnonzero(self.targets == label)


def _decimals(width: float) -> int:
    """Return the decimals that a range needs: one, or as many as its width begins with."""
    return max(1, -math.floor(math.log10(width)))


def target_matrix(targets: Dataset | NDArray[np.generic], outputs: int) -> NDArray[np.float32]:
    """Return targets as a network's output should be, one row per example.

    Parameters
    ----------
    targets
        A data set, labels of shape (examples,), or regression values of shape (examples, 1).
    outputs
        The network's output units.

    Returns
    -------
    float32 of shape (examples, outputs): one-hot rows for labels and several output units,
    0 or 1 for labels and one output unit, and the values themselves for regression.

    Raises
    ------
    ShapeError
        When the targets cannot be written with that many output units.
    """
    values = targets.targets if isinstance(targets, Dataset) else np.asarray(targets)
    if values.ndim == 2:
        if values.shape[1] != outputs:
            raise ShapeError(
                f"The targets have {values.shape[1]} columns, the network has {outputs} output "
                f"units: give the output layer {values.shape[1]} units."
            )
        return np.ascontiguousarray(values, np.float32)
    lowest, highest = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    largest = 1 if outputs == 1 else outputs - 1
    if lowest < 0 or highest > largest:
        raise ShapeError(
            f"{outputs} output units can tell labels 0 to {largest} apart; labels {lowest} to "
            f"{highest} came: give the output layer {max(highest + 1, 2)} units."
        )
    if outputs == 1:
        return np.asarray(values[:, np.newaxis], np.float32)
    matrix = np.zeros((len(values), outputs), np.float32)
    matrix[np.arange(len(values)), values] = 1
    return matrix
