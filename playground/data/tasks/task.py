"""What a network is asked for, and all that follows from it: outputs, losses, measures, answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from playground.data.rows import ByteRows
from playground.errors import DataError, ShapeError
from playground.nn.activations import Activation
from playground.nn.examples import one_hot
from playground.nn.losses import Loss
from playground.wording import fixed, percent

Floats = NDArray[np.floating[Any]]
Targets = NDArray[np.int64] | NDArray[np.float32]


class Examples(Protocol):
    """What a task looks at in a data set."""

    @property
    def title(self) -> str:
        """The name in the window."""

    @property
    def targets(self) -> Targets:
        """Labels (examples,), or at every step (examples, steps); or values (examples, columns)."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """One name per label."""

    @property
    def features(self) -> int:
        """The number of values in one example."""

    @property
    def steps(self) -> int:
        """How many steps an example may have; 0 where it is no sequence."""

    @property
    def value_range(self) -> tuple[float, float]:
        """The lowest and highest value that an input may sensibly have."""


@dataclass(frozen=True)
class Metric:
    """A measure of how good answers are that a curve is drawn of, beside the loss.

    Parameters
    ----------
    name
        The column's name behind ``train_`` and ``test_``, in files too.
    word
        What a sentence calls it.
    meaning
        What it is, in words that follow "is".
    low, high
        The ends of the scale, where it has ends.
    share
        It is a share of 1, written in per cent.
    """

    name: str
    word: str
    meaning: str
    low: float | None = None
    high: float | None = None
    share: bool = False

    @property
    def title(self) -> str:
        """What a heading calls it."""
        return self.word[0].upper() + self.word[1:]

    def text(self, value: float, decimals: int) -> str:
        """Return a value as it is written; a share has two decimals fewer and ``%``."""
        return percent(value, decimals - 2) if self.share else fixed(value, decimals)


@dataclass(frozen=True)
class Task(ABC):
    """What is right. A new one is a subclass in :data:`TASKS`; data sets name it.

    Attributes
    ----------
    kind, title
        The name in files, and in the window.
    classifies
        An answer is one of the data set's classes, with a share for each, instead of numbers.
    at_every_step
        It asks at every step of a sequence, each time for something else.
    of_itself
        It asks for the example itself, which needs no label.
    answer_word
        What a sentence about the first output calls it, where an answer is no class.
    verb
        What is done to an example, or at a step of it, where an answer is a class.
    asked_word
        What is answered, in the singular.
    metrics
        What is measured beside the loss; the last one sums up how good the answers are, and
        higher is better.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    classifies: ClassVar[bool] = False
    at_every_step: ClassVar[bool] = False
    of_itself: ClassVar[bool] = False
    answer_word: ClassVar[str] = "the output"
    verb: ClassVar[str] = "read"
    asked_word: ClassVar[str] = "example"
    metrics: ClassVar[tuple[Metric, ...]]

    @property
    def score(self) -> Metric:
        """The metric that sums up how good the answers are."""
        return self.metrics[-1]

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The names of all that is measured, the loss first."""
        return ("loss", *(metric.name for metric in self.metrics))

    @property
    def of_data(self) -> Task:
        """The task that the data set, where another one was chosen in its place."""
        return self

    @abstractmethod
    def check_targets(self, name: str, examples: int, dataset: Examples) -> None:
        """Refuse targets that are none for this task, with a ``DataError``."""

    @abstractmethod
    def output_units(self, dataset: Examples, activation: Activation) -> int:
        """Return how many output units answer a data set's question."""

    def target_rows(
        self, inputs: Floats | ByteRows, targets: Targets, outputs: int
    ) -> Floats | ByteRows:
        """Return what the output units should be, rows of float32 (examples, outputs).

        ``inputs`` are the examples as the network sees them, (examples, features), and
        ``targets`` what the data set says of them. What is wanted of a unit is wanted at every
        step of a sequence, unless the rows are (examples, outputs·steps) and say more.
        """
        return target_matrix(targets, outputs)

    @abstractmethod
    def check_loss(self, loss: Loss, dataset: Examples, units: int) -> None:
        """Refuse a loss that has no meaning, with a ``FieldError`` at ``training.loss``.

        One that only fits badly, such as mean squared error on classes, is worth seeing.
        """

    @abstractmethod
    def fitting_activation(self, activation: Activation) -> Activation:
        """Return an output activation that can answer: this one where it can."""

    @abstractmethod
    def fitting_loss(self, activation: Activation) -> Loss:
        """Return the loss that belongs to an output activation."""

    def answers(self, outputs: Floats, targets: Floats) -> tuple[Floats, Floats]:
        """Return the answers that count, and what is right, (outputs, answers) each.

        Both arrays are (outputs, steps, examples): what was given, and what was wanted, at every
        step of a sequence. The last answer counts, for which all of it was read.
        """
        return outputs[:, -1], targets[:, -1]

    @abstractmethod
    def measure(self, outputs: Floats, targets: Floats) -> tuple[float, ...]:
        """Return a value for each metric; both arrays are (outputs, answers)."""

    def shares(self, outputs: Floats, activation: Activation) -> Floats:
        """Return a share for each class, (examples, classes), from (examples, outputs).

        Only where the task ``classifies``.
        """
        raise TypeError(f"{self.title} has no classes")

    def output_note(self, units: int, shape: tuple[int, ...]) -> str:
        """Return in words what so many output units are, for examples of a shape."""
        return "1 value" if units == 1 else f"{units} values"


def check_shape(name: str, targets: Targets, expected: tuple[int, ...]) -> None:
    """Refuse targets of another shape."""
    if targets.shape != expected:
        raise DataError(
            f"Data set {name!r} expects targets of shape {expected}; "
            f"{targets.shape} came: give one target for every example."
        )


def target_matrix(targets: NDArray[np.generic], outputs: int) -> NDArray[np.float32]:
    """Return targets as a network's output should be, one row per example.

    Parameters
    ----------
    targets
        Labels of shape (examples,), or values of shape (examples, columns).
    outputs
        The network's output units.

    Returns
    -------
    float32 of shape (examples, outputs): one-hot rows for labels and several output units,
    0 or 1 for labels and one output unit, and the values themselves.

    Raises
    ------
    ShapeError
        When the targets cannot be written with that many output units.
    """
    values: NDArray[Any] = np.asarray(targets)
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
    return one_hot(values, outputs, np.dtype(np.float32))
