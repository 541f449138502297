"""Tasks whose answer is one of the classes: of an example, or at every step what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from playground.data.rows import ByteRows, TokenRows
from playground.data.tasks.task import Examples, Metric, Targets, Task, check_shape
from playground.errors import DataError, FieldError
from playground.nn.activations import Activation, Identity, Linear, Sigmoid, Softmax
from playground.nn.losses import CategoricalCrossEntropy, LogLoss, Loss

Floats = NDArray[np.floating[Any]]

ACCURACY = Metric("accuracy", "accuracy", "the share that is read right", 0.0, 1.0, share=True)


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
        check_shape(name, labels, (examples,))
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

    def output_note(self, units: int, shape: tuple[int, ...]) -> str:
        """Return in words what so many output units are."""
        return "1 output" if units == 1 else f"{units} classes"


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
