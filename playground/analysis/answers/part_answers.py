"""What a network answers to a whole part of the data, and which of the answers are worth a look."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.answers.calibration import Calibration, calibration
from playground.analysis.answers.confusion import UNANSWERED, Confusion, confusion
from playground.analysis.answers.residuals import Residuals, residuals
from playground.analysis.codes.halves import raw, squared_errors
from playground.data.preparation import Prepared
from playground.data.rows import evenly
from playground.data.tasks import predicted_labels
from playground.training.model import Model

MOST_EXAMPLES = 10_000
_AT_ONCE = 1_000
_MOST_VALUES = 2_000_000
"""Values of all examples that are kept as they come back, at most."""

Indices = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PartAnswers:
    """The answers to a part's examples; it owns its arrays, whose places belong together.

    Attributes
    ----------
    part
        ``"train"``, ``"validation"`` or ``"test"``.
    whole
        How many examples the part has.
    indices
        The row of the data set behind each answer, (answers,): all of the part, or where it is
        large, evenly chosen ones; every array here has as many places.
    targets
        The true labels, or for regression the true values, (answers,).
    predicted
        The predicted labels or values, (answers,). For an output that is no number the label is
        ``UNANSWERED`` and the value NaN.
    confidence
        The predicted class's share, (answers,); NaN where there is no answer, and for regression.
    margin
        By how much that share is above the next best class's, (answers,); NaN likewise.
    steps
        Which step of its example each answers, counted from 0, (answers,); None where an example
        is answered as a whole.
    classes
        How many classes there are; 0 for regression.
    seconds
        How long it took to ask.
    back
        Where the examples themselves were asked for, what comes back of each, in the data set's
        own units, (answers, features); ``predicted`` is its mean squared error then, and
        ``targets`` are 0.
    """

    part: str
    whole: int
    indices: Indices
    targets: NDArray[Any]
    predicted: NDArray[Any]
    confidence: Floats
    margin: Floats
    classes: int
    steps: NDArray[np.intp] | None = None
    seconds: float = 0.0
    back: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.indices)

    @cached_property
    def examples(self) -> int:
        """How many examples were asked; each has one answer, or several numbers or steps."""
        return len(np.unique(self.indices))

    @property
    def regression(self) -> bool:
        """Whether the targets are numbers instead of classes."""
        return self.classes == 0

    @cached_property
    def answered(self) -> NDArray[np.bool_]:
        """Where the network put out numbers, (examples,)."""
        there: NDArray[np.bool_] = (
            np.isfinite(self.predicted) if self.regression else self.predicted != UNANSWERED
        )
        return there

    @cached_property
    def right(self) -> NDArray[np.bool_]:
        """Where the predicted class is the true one, (examples,); for classes only."""
        same: NDArray[np.bool_] = self.predicted == self.targets
        return same

    @cached_property
    def confusion(self) -> Confusion:
        """How often each class was read as each; for classes only."""
        return confusion(self.targets, self.predicted, self.classes)

    @cached_property
    def calibration(self) -> Calibration:
        """How often the network is right when it is so sure; for classes only."""
        return calibration(self.confidence, self.right)

    @cached_property
    def residuals(self) -> Residuals:
        """How far the predictions are from the targets; for regression only."""
        return residuals(self.targets, self.predicted)


def part_answers(
    model: Model, prepared: Prepared, part: str, most: int = MOST_EXAMPLES
) -> PartAnswers:
    """Ask a network for every example of a part, or for ``most`` of them, evenly chosen.

    A task that asks at every step is answered by ``most`` steps at most.
    """
    started = perf_counter()
    index = prepared.rows_of(part)
    dataset = prepared.dataset
    each = dataset.task.at_every_step
    if each:
        most = max(most * len(index) // int((dataset.targets[index] >= 0).sum()), 1)
    if dataset.task.of_itself:
        most = min(most, _MOST_VALUES // dataset.features)
    asked = evenly(index, most)
    pieces = [asked[first : first + _AT_ONCE] for first in range(0, len(asked), _AT_ONCE)]
    targets, steps = dataset.targets[asked], None
    if not each:
        outputs = np.concatenate([model.outputs(dataset.inputs[piece]) for piece in pieces])
    else:
        examples, steps = np.nonzero(targets >= 0)
        outputs = np.concatenate(
            [
                model.outputs_in_time(dataset.inputs[piece]).swapaxes(1, 2)[
                    dataset.targets[piece] >= 0
                ]
                for piece in pieces
            ]
        )
        asked, targets = asked[examples], targets[examples, steps]
    if dataset.task.of_itself:
        return _given_back(model, part, len(index), asked, outputs, started)
    if not dataset.task.classifies:
        numbers = outputs.shape[1]
        wanted = dataset.task.target_rows(dataset.inputs[asked], targets, numbers)[:]
        values = outputs.ravel().astype(np.float64)
        values[~np.isfinite(values)] = np.nan
        nothing = np.full(len(values), np.nan)
        return PartAnswers(
            part,
            len(index),
            np.repeat(asked, numbers),
            wanted.ravel().astype(np.float64),
            values,
            nothing,
            nothing,
            0,
            seconds=perf_counter() - started,
        )
    answered = np.isfinite(outputs).all(axis=1)
    shares = model.shares(np.where(answered[:, np.newaxis], outputs, 0.0))
    predicted = predicted_labels(outputs.T)
    place = np.arange(len(targets))
    sure = shares[place, predicted].astype(np.float64)
    others = shares.copy()
    others[place, predicted] = -np.inf
    margin = sure - others.max(axis=1)
    sure[~answered] = margin[~answered] = np.nan
    predicted[~answered] = UNANSWERED
    classes = len(dataset.class_names)
    seconds = perf_counter() - started
    return PartAnswers(
        part, len(index), asked, targets, predicted, sure, margin, classes, steps, seconds
    )


def _given_back(
    model: Model, part: str, whole: int, asked: Indices, outputs: NDArray[Any], started: float
) -> PartAnswers:
    """Return how far from each example is what comes back of it."""
    seen = model.normalization.apply(model.dataset.inputs[asked])
    errors = squared_errors(outputs, seen)
    errors[~np.isfinite(errors)] = np.nan
    nothing = np.full(len(asked), np.nan)
    back = raw(model, outputs).astype(np.float32)
    return PartAnswers(
        *(part, whole, asked, np.zeros(len(asked)), errors, nothing, nothing, 0),
        seconds=perf_counter() - started,
        back=back,
    )
