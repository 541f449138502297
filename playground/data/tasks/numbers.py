"""Tasks whose answers are numbers: one for an example, or the example itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from playground.data.rows import ByteRows
from playground.data.tasks.classification import Classification
from playground.data.tasks.task import Examples, Metric, Targets, Task, check_shape
from playground.errors import DataError, FieldError
from playground.nn.activations import Activation, Identity, Linear, Sigmoid, Softmax
from playground.nn.losses import Loss, MeanSquaredError

Floats = NDArray[np.floating[Any]]

MEAN_SQUARED_ERROR = Metric(
    "mean_squared_error",
    "mean squared error",
    "the squared difference between what comes back and what went in, on average over all values",
    0.0,
)
MEAN_ABSOLUTE_ERROR = Metric(
    "mean_absolute_error",
    "mean absolute error",
    "the typical miss in the target's own unit",
    0.0,
)
R2 = Metric(
    "r2",
    "R²",
    "the share of the target's variance that the network explains, 1 being all of it",
    high=1.0,
)


@dataclass(frozen=True)
class Regression(Task):
    """Targets are numbers, and so are the answers."""

    kind: ClassVar[str] = "regression"
    title: ClassVar[str] = "Regression"
    metrics: ClassVar[tuple[Metric, ...]] = (MEAN_ABSOLUTE_ERROR, R2)

    def check_targets(self, name: str, examples: int, dataset: Examples) -> None:
        """Expect one number for every example."""
        check_shape(name, dataset.targets, (examples, 1))

    def output_units(self, dataset: Examples, activation: Activation) -> int:
        """Return a unit for each number."""
        return int(dataset.targets.shape[1])

    def check_loss(self, loss: Loss, dataset: Examples, units: int) -> None:
        """Refuse a loss that measures probabilities."""
        if loss.measures != "numbers":
            raise FieldError(
                "training.loss",
                f"{loss.title} expects classes, and {dataset.title} asks for a number; choose mean "
                "squared error.",
            )

    def fitting_activation(self, activation: Activation) -> Activation:
        """Return identity in place of an output that cannot give any number."""
        return activation if isinstance(activation, Identity | Linear) else Identity()

    def fitting_loss(self, activation: Activation) -> Loss:
        """Return mean squared error."""
        return MeanSquaredError()

    def measure(self, outputs: Floats, targets: Floats) -> tuple[float, ...]:
        """Return the mean absolute error and R²."""
        return float(np.mean(np.abs(outputs - targets))), r2(outputs, targets)


@dataclass(frozen=True)
class Reconstruction(Task):
    """Targets are the inputs themselves, as the network sees them.

    Parameters
    ----------
    instead_of
        The task that the data set.
    bounded
        Every value that the network sees lies between 0 and 1.
    """

    kind: ClassVar[str] = "reconstruction"
    title: ClassVar[str] = "Reconstruction"
    answer_word: ClassVar[str] = "the error"
    of_itself: ClassVar[bool] = True
    metrics: ClassVar[tuple[Metric, ...]] = (MEAN_SQUARED_ERROR, R2)

    instead_of: Task = Classification()
    bounded: bool = True

    @property
    def of_data(self) -> Task:
        """The task that the data set."""
        return self.instead_of

    @classmethod
    def of(cls, dataset: Examples, task: Task, *, standardized: bool) -> Reconstruction:
        """Return the one that takes the place of a data set's own task."""
        low, high = dataset.value_range
        return cls(task, bounded=low >= 0 and high <= 1 and not standardized)

    def check_targets(self, name: str, examples: int, dataset: Examples) -> None:
        """Refuse sequences, which a network gives back step by step."""
        if dataset.steps:
            raise DataError(
                f"{dataset.title} are sequences, and only pictures, points and rows of a table can "
                "be asked for themselves; choose what the data say as the target."
            )

    def output_units(self, dataset: Examples, activation: Activation) -> int:
        """Return a unit for each value of an example."""
        return dataset.features

    def target_rows(
        self, inputs: Floats | ByteRows, targets: Targets, outputs: int
    ) -> Floats | ByteRows:
        """Return the inputs, without a copy."""
        return inputs

    def check_loss(self, loss: Loss, dataset: Examples, units: int) -> None:
        """Refuse a loss over classes, and one over probabilities where values are none."""
        if loss.measures == "distribution":
            raise FieldError(
                "training.loss",
                f"{loss.title} expects classes, and the target is the input itself; choose squared "
                "error.",
            )
        if loss.measures == "probabilities" and not self.bounded:
            raise FieldError(
                "training.loss",
                f"{loss.title} expects values from 0 to 1, and the input has others; choose "
                "squared error.",
            )

    def fitting_activation(self, activation: Activation) -> Activation:
        """Return sigmoid where every value lies between 0 and 1, identity where any may come."""
        if isinstance(activation, Identity | Linear):
            return activation
        if not self.bounded:
            return Identity()
        return Sigmoid() if isinstance(activation, Softmax) else activation

    def fitting_loss(self, activation: Activation) -> Loss:
        """Return mean squared error."""
        return MeanSquaredError()

    def measure(self, outputs: Floats, targets: Floats) -> tuple[float, ...]:
        """Return the mean squared error per value, and R²."""
        return float(np.mean((outputs - targets) ** 2)), r2(outputs, targets)

    def output_note(self, units: int, shape: tuple[int, ...]) -> str:
        """Return the size of a picture, as the input's card has it."""
        if len(shape) < 2:
            return super().output_note(units, shape)
        return "×".join(map(str, shape[-2:]))


def r2(outputs: Floats, targets: Floats) -> float:
    """Return the coefficient of determination, 1 − Σ(y − ŷ)² / Σ(y − ȳ)².

    1 is perfect and 0 is no better than the mean. Where all targets are equal it is 1 for exact
    answers and 0 otherwise.
    """
    residual = float(np.sum((targets - outputs) ** 2))
    spread = float(np.sum((targets - targets.mean(axis=1, keepdims=True)) ** 2))
    if spread == 0.0:
        return 1.0 if residual == 0.0 else 0.0
    return 1.0 - residual / spread
