"""Losses: one number for how wrong the network is, and the slope that tells it how to improve.

Every loss is a sum over the outputs and a mean over the batch; predictions and targets are
(outputs, batch). None is ever negative, rounding included: each is added up of terms that are not.
Logarithms are kept finite: no probability counts as less than 10⁻⁷, and none as more than 1. A loss
and the output activation that belongs to it are computed together from the logits, which needs no
such limit: their gradient is simply (prediction − target) / batch.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

import numpy as np

from playground import fields
from playground.nn.activations import Activation, Identity, Sigmoid, Softmax
from playground.nn.arrays import Array
from playground.wording import scientific

Evaluation: TypeAlias = Callable[[], float]
"""Writes the gradient into the array it was prepared with, and returns the loss."""

Measured: TypeAlias = Literal["numbers", "probabilities", "distribution"]

LEAST_PROBABILITY = 1e-7
"""What a probability counts as at least where its logarithm is taken."""

_LEAST = scientific(LEAST_PROBABILITY)


class Loss(ABC):
    """What every loss offers; :meth:`prepare` is all that a new one has to write.

    ``measures`` says what predictions are to it: any numbers, probabilities each by itself, or
    those of several classes that share one example.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    formula: ClassVar[str]
    derivative_formula: ClassVar[str]
    use: ClassVar[str]
    measures: ClassVar[Measured]
    fused_activation: ClassVar[type[Activation] | None] = None

    def fuses_with(self, activation: Activation) -> bool:
        """Return whether this loss and that output activation have a common gradient."""
        return type(activation) is self.fused_activation

    def clipping(self, *, fused: bool) -> str:
        """Return what keeps the loss finite, as a sentence; empty where nothing has to.

        ``fused`` says that it is computed together with its activation, from the logits.
        """
        return ""

    def value(self, prediction: Array, target: Array) -> float:
        """Return the mean loss over the batch."""
        with np.errstate(all="ignore"):
            return self.prepare(prediction, target, np.empty_like(prediction))()

    @abstractmethod
    def prepare(self, prediction: Array, target: Array, grad: Array) -> Evaluation:
        """Return a function that writes ∂L/∂ŷ into ``grad`` and returns L; it allocates nothing."""

    def prepare_fused(
        self,
        logits: Array,
        target: Array,
        prediction: Array,
        grad_logits: Array,
        *,
        weighted: bool = False,
    ) -> Evaluation:
        """Return a function that works from the logits, stable for logits of any size.

        It writes the ``fused_activation`` into ``prediction`` and ∂L/∂z into ``grad_logits``; a
        loss without one has none. ``weighted`` says that targets need not add up to 1: an example
        counts as much as they do, and one whose targets are all 0 does not count.
        """
        raise TypeError(f"{type(self).__name__} has no activation of its own")


@dataclass(frozen=True)
class MeanSquaredError(Loss):
    """Half the squared distance between prediction and target."""

    kind: ClassVar[str] = "mean_squared_error"
    title: ClassVar[str] = "Squared error"
    formula: ClassVar[str] = "L = ½ Σ (ŷ − y)²"
    derivative_formula: ClassVar[str] = "∂L/∂ŷ = ŷ − y"
    use: ClassVar[str] = "Regression: large misses count much more than small ones."
    measures: ClassVar[Measured] = "numbers"
    fused_activation: ClassVar[type[Activation] | None] = Identity

    def prepare(self, prediction: Array, target: Array, grad: Array) -> Evaluation:
        """Return the evaluation of ½ Σ (ŷ − y)² and ŷ − y."""
        batch: int = prediction.shape[1]
        per_example = _per_example(prediction)

        def evaluate() -> float:
            np.subtract(prediction, target, out=grad)
            total = 0.5 * float(np.vdot(grad, grad))
            np.multiply(grad, per_example, out=grad)
            return total / batch

        return evaluate

    def prepare_fused(
        self,
        logits: Array,
        target: Array,
        prediction: Array,
        grad_logits: Array,
        *,
        weighted: bool = False,
    ) -> Evaluation:
        """Return the evaluation for an identity output, whose logits are the prediction."""
        evaluate = self.prepare(logits, target, grad_logits)

        def evaluate_and_copy() -> float:
            np.copyto(prediction, logits)
            return evaluate()

        return evaluate_and_copy


@dataclass(frozen=True)
class LogLoss(Loss):
    """Binary cross-entropy: the surprise at each output's yes or no, summed over the outputs."""

    kind: ClassVar[str] = "log_loss"
    title: ClassVar[str] = "Log loss"
    formula: ClassVar[str] = "L = −Σ [y·ln ŷ + (1 − y)·ln(1 − ŷ)]"
    derivative_formula: ClassVar[str] = (
        "∂L/∂ŷ = −y/ŷ + (1 − y)/(1 − ŷ);  with sigmoid ∂L/∂z = ŷ − y"
    )
    use: ClassVar[str] = "Yes-or-no outputs with a sigmoid: confident mistakes cost the most."
    measures: ClassVar[Measured] = "probabilities"
    fused_activation: ClassVar[type[Activation] | None] = Sigmoid

    def clipping(self, *, fused: bool) -> str:
        """Return how ln 0 is avoided at both ends."""
        if fused:
            return _nothing_clipped("Sigmoid", "L = Σ ln(1 + eᶻ) − z·y")
        return f"Because ln 0 is infinite, ŷ is clipped: {_LEAST} at least, 1 − {_LEAST} at most."

    def prepare(self, prediction: Array, target: Array, grad: Array) -> Evaluation:
        """Return the evaluation of the clipped formula: ∂L/∂ŷ = (ŷ − y) / ŷ(1 − ŷ)."""
        batch: int = prediction.shape[1]
        per_example = _per_example(prediction)
        clipped, scratch = np.empty_like(prediction), np.empty_like(prediction)

        def evaluate() -> float:
            np.maximum(prediction, LEAST_PROBABILITY, out=clipped)
            np.minimum(clipped, 1 - LEAST_PROBABILITY, out=clipped)
            np.log(clipped, out=scratch)
            surprise = -float(np.vdot(target, scratch))
            np.subtract(1, clipped, out=scratch)
            np.multiply(clipped, scratch, out=grad)
            np.log(scratch, out=scratch)
            np.subtract(clipped, target, out=clipped)
            np.divide(clipped, grad, out=grad)
            np.multiply(grad, per_example, out=grad)
            np.subtract(1, target, out=clipped)
            return (surprise - float(np.vdot(clipped, scratch))) / batch

        return evaluate

    def prepare_fused(
        self,
        logits: Array,
        target: Array,
        prediction: Array,
        grad_logits: Array,
        *,
        weighted: bool = False,
    ) -> Evaluation:
        """Return the evaluation from logits: L = ln(1 + eᶻ) − z·y, ∂L/∂z = σ(z) − y."""
        batch: int = logits.shape[1]
        per_example = _per_example(logits)
        sigmoid = Sigmoid()
        losses, agreed = np.empty((2, *logits.shape), logits.dtype)

        def evaluate() -> float:
            sigmoid.forward(logits, prediction)
            np.subtract(prediction, target, out=grad_logits)
            np.multiply(grad_logits, per_example, out=grad_logits)
            np.logaddexp(logits, 0, out=losses)
            np.multiply(logits, target, out=agreed)
            np.subtract(losses, agreed, out=losses)
            return float(np.add.reduce(losses, axis=None)) / batch

        return evaluate


@dataclass(frozen=True)
class CategoricalCrossEntropy(Loss):
    """The surprise at the right class; each example's targets add up to 1."""

    kind: ClassVar[str] = "cross_entropy"
    title: ClassVar[str] = "Cross-entropy"
    formula: ClassVar[str] = "L = −Σ y·ln ŷ"
    derivative_formula: ClassVar[str] = "∂L/∂ŷ = −y/ŷ;  with softmax ∂L/∂z = ŷ − y"
    use: ClassVar[str] = (
        "One of several classes with a softmax: asks for certainty in the right one."
    )
    measures: ClassVar[Measured] = "distribution"
    fused_activation: ClassVar[type[Activation] | None] = Softmax

    def clipping(self, *, fused: bool) -> str:
        """Return how ln 0 is avoided."""
        if fused:
            return _nothing_clipped("Softmax", "L = ln Σ eᶻ − z·y")
        return f"Because ln 0 is infinite, ŷ is clipped: it counts as {_LEAST} at least."

    def prepare(self, prediction: Array, target: Array, grad: Array) -> Evaluation:
        """Return the evaluation of the clipped formula; above 1 its slope is 0."""
        batch: int = prediction.shape[1]
        minus_per_example = -_per_example(prediction)
        scratch = np.empty_like(prediction)
        possible = np.empty(prediction.shape, np.bool_)

        def evaluate() -> float:
            np.maximum(prediction, LEAST_PROBABILITY, out=scratch)
            np.divide(target, scratch, out=grad)
            np.multiply(grad, minus_per_example, out=grad)
            np.less_equal(prediction, 1, out=possible)
            np.multiply(grad, possible, out=grad)
            np.minimum(scratch, 1, out=scratch)
            np.log(scratch, out=scratch)
            return 0.0 - float(np.vdot(target, scratch)) / batch

        return evaluate

    def prepare_fused(
        self,
        logits: Array,
        target: Array,
        prediction: Array,
        grad_logits: Array,
        *,
        weighted: bool = False,
    ) -> Evaluation:
        """Return the evaluation from logits: L = ln Σ eᶻ − z·y, ∂L/∂z = softmax(z) − y.

        Weighted, with s = Σ y: L = s·ln Σ eᶻ − z·y, ∂L/∂z = s·softmax(z) − y.
        """
        batch: int = logits.shape[1]
        per_example = _per_example(logits)
        shifted = np.empty_like(logits)
        largest, totals, logs = np.empty((3, batch), logits.dtype)
        # A product with ones adds up faster than np.add.reduce.
        each_output = np.ones(len(logits), logits.dtype)
        each_example = np.ones(batch, logits.dtype)

        def evaluate() -> float:
            if weighted:
                np.dot(each_output, target, out=each_example)
            np.maximum.reduce(logits, axis=0, out=largest)
            np.subtract(logits, largest, out=shifted)
            np.exp(shifted, out=prediction)
            np.dot(each_output, prediction, out=totals)
            np.divide(prediction, totals, out=prediction)
            if weighted:
                np.multiply(prediction, each_example, out=grad_logits)
                np.subtract(grad_logits, target, out=grad_logits)
            else:
                np.subtract(prediction, target, out=grad_logits)
            np.multiply(grad_logits, per_example, out=grad_logits)
            np.log(totals, out=logs)
            total = float(np.dot(logs, each_example)) - float(np.vdot(shifted, target))
            return total / batch

        return evaluate


def _nothing_clipped(activation: str, formula: str) -> str:
    return (
        f"{activation} and loss are computed together from the sums, {formula}, so ln 0 cannot "
        "occur and nothing is clipped."
    )


def _per_example(prediction: Array) -> Array:
    """Return 1 / batch as an array without axes, which a ufunc takes faster than a float."""
    return np.array(1 / prediction.shape[1], prediction.dtype)


LOSSES: fields.Registry[Loss] = fields.Registry(
    "loss", MeanSquaredError, LogLoss, CategoricalCrossEntropy, mse=MeanSquaredError.kind
)
