"""What a network is asked for, and all that follows from it: outputs, losses, measures, answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from playground.data.rows import ByteRows, TokenRows
from playground.errors import DataError, FieldError, ShapeError
from playground.nn.activations import Activation, Identity, Linear, Sigmoid, Softmax
from playground.nn.examples import one_hot
from playground.nn.losses import CategoricalCrossEntropy, LogLoss, Loss, MeanSquaredError
from playground.registry import Registry
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


def metrics_of(columns: Iterable[str]) -> tuple[Metric, ...]:
    """Return the metrics that a history has columns of, in their order."""
    known = {f"train_{metric.name}": metric for task in TASKS for metric in task.metrics}
    return tuple(known[column] for column in columns if column in known)


ACCURACY = Metric("accuracy", "accuracy", "the share that is read right", 0.0, 1.0, share=True)
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

        ``inputs`` are the examples as the data set has them, (examples, features), and
        ``targets`` what it says of them. What is wanted of a unit is wanted at every step of a
        sequence, unless the rows are (examples, outputs·steps) and say more.
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

    def output_note(self, units: int) -> str:
        """Return in words what so many output units are."""
        return "1 value" if units == 1 else f"{units} values"


@dataclass(frozen=True)
class Classification(Task):
    """Targets are labels, and an answer is one of the classes."""

    kind: ClassVar[str] = "classification"
    title: ClassVar[str] = "Classification"
    classifies: ClassVar[bool] = True
    metrics: ClassVar[tuple[Metric, ...]] = (ACCURACY,)

    def check_targets(self, name: str, examples: int, dataset: Examples) -> None:
        """Expect a label of a named class for every example."""
        labels, classes = dataset.targets, len(dataset.class_names)
        _check_shape(name, labels, (examples,))
        if not ((labels >= 0).all() and (labels < classes).all()):
            raise DataError(
                f"Data set {name!r} expects labels from 0 to {classes - 1}; "
                f"{labels.min()} to {labels.max()} came: name every class."
            )

    def output_units(self, dataset: Examples, activation: Activation) -> int:
        """Return a unit for each class; for two without softmax one, the second's probability."""
        classes = len(dataset.class_names)
        return 1 if classes == 2 and not isinstance(activation, Softmax) else classes

    def check_loss(self, loss: Loss, dataset: Examples, units: int) -> None:
        """Refuse a loss over several classes where a single output answers."""
        if loss.measures == "distribution" and units == 1:
            raise FieldError(
                "training.loss",
                "Categorical cross-entropy expects an output for each class, and a single output "
                "answers both; choose log loss, or softmax as the output's activation.",
            )

    def fitting_activation(self, activation: Activation) -> Activation:
        """Return softmax in place of an output that gives any number."""
        return Softmax() if isinstance(activation, Identity | Linear) else activation

    def fitting_loss(self, activation: Activation) -> Loss:
        """Return log loss for a sigmoid, else cross-entropy."""
        return LogLoss() if isinstance(activation, Sigmoid) else CategoricalCrossEntropy()

    def measure(self, outputs: Floats, targets: Floats) -> tuple[float, ...]:
        """Return the share of examples that are read right."""
        return (accuracy(outputs, targets),)

    def shares(self, outputs: Floats, activation: Activation) -> Floats:
        """Return a share for each class, rows summing to 1.

        Softmax gives them as they are and a single sigmoid as (1 − p, p). Outputs that are no
        probabilities are cut off below 0 and divided by their sum.
        """
        if outputs.shape[1] == 1:
            second = outputs if isinstance(activation, Sigmoid) else outputs.clip(0.0, 1.0)
            return np.hstack([1.0 - second, second])
        if isinstance(activation, Softmax):
            return outputs
        positive = np.nan_to_num(outputs, nan=0.0, posinf=1e30).clip(0.0, None)
        total = positive.sum(axis=1, keepdims=True)
        shares = np.full_like(positive, 1.0 / positive.shape[1])
        np.divide(positive, total, out=shares, where=total > 0)
        return shares

    def output_note(self, units: int) -> str:
        """Return in words what so many output units are."""
        return "1 output" if units == 1 else f"{units} classes"


@dataclass(frozen=True)
class Regression(Task):
    """Targets are numbers, and so are the answers."""

    kind: ClassVar[str] = "regression"
    title: ClassVar[str] = "Regression"
    metrics: ClassVar[tuple[Metric, ...]] = (MEAN_ABSOLUTE_ERROR, R2)

    def check_targets(self, name: str, examples: int, dataset: Examples) -> None:
        """Expect one number for every example."""
        _check_shape(name, dataset.targets, (examples, 1))

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
class NextStep(Classification):
    """Targets are what comes next, at every step of a sequence at which anything is asked."""

    kind: ClassVar[str] = "next_step"
    title: ClassVar[str] = "Next step"
    at_every_step: ClassVar[bool] = True
    verb: ClassVar[str] = "predicted"
    asked_word: ClassVar[str] = "step"

    def check_targets(self, name: str, examples: int, dataset: Examples) -> None:
        """Expect the number of a named class, or −1 where nothing is asked, at every step."""
        labels, classes = dataset.targets, len(dataset.class_names)
        if labels.ndim != 2 or len(labels) != examples:
            raise DataError(
                f"Data set {name!r} expects targets of shape ({examples}, steps); {labels.shape} "
                "came: say at every step what comes next, −1 where nothing is asked."
            )
        if not ((labels >= -1).all() and (labels < classes).all()):
            raise DataError(
                f"Data set {name!r} expects targets from −1 to {classes - 1}; "
                f"{labels.min()} to {labels.max()} came: name every class."
            )

    def output_units(self, dataset: Examples, activation: Activation) -> int:
        """Return a unit for each class."""
        return len(dataset.class_names)

    def target_rows(
        self, inputs: Floats | ByteRows, targets: Targets, outputs: int
    ) -> Floats | ByteRows:
        """Return what the outputs should be at every step, rows (examples, outputs·steps)."""
        return TokenRows.of_steps(targets.astype(np.int64), outputs, weighted=True)

    def check_loss(self, loss: Loss, dataset: Examples, units: int) -> None:
        """Refuse a loss that cannot leave steps out."""
        if loss.measures != "distribution":
            raise FieldError(
                "training.loss",
                f"{loss.title} would count steps at which nothing is asked; choose cross-entropy.",
            )

    def fitting_activation(self, activation: Activation) -> Activation:
        """Return softmax."""
        return activation if isinstance(activation, Softmax) else Softmax()

    def fitting_loss(self, activation: Activation) -> Loss:
        """Return cross-entropy."""
        return CategoricalCrossEntropy()

    def answers(self, outputs: Floats, targets: Floats) -> tuple[Floats, Floats]:
        """Return the answers at every step at which something was asked."""
        asked = targets.any(axis=0)
        return outputs[:, asked], targets[:, asked]


TASKS: Registry[Task] = Registry("task", Classification, Regression, NextStep)


def _check_shape(name: str, targets: Targets, expected: tuple[int, ...]) -> None:
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


def predicted_labels(outputs: Floats) -> NDArray[np.int64]:
    """Return the classes that outputs (outputs, examples) stand for, (examples,).

    A single output counts as the second class above ½.
    """
    answers = outputs[0] > 0.5 if len(outputs) == 1 else outputs.argmax(axis=0)
    return np.asarray(answers, np.int64)


def accuracy(outputs: Floats, targets: Floats) -> float:
    """Return the share of examples whose most probable class is the right one.

    Both have shape (outputs, examples). A single output counts as the second class above ½.
    """
    right = np.count_nonzero(predicted_labels(outputs) == predicted_labels(targets))
    return float(right / outputs.shape[1])


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
