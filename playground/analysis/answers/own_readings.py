"""How a network reads the user's own drawings and the test part: what teaching gains and costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.codes.halves import squared_errors
from playground.data.own.drawings import Fitting
from playground.data.preparation import Prepared
from playground.data.rows import ByteRows
from playground.training.model import Model

_AT_ONCE = 250


@dataclass(frozen=True, eq=False)
class OwnReadings:
    """What a network makes of the user's drawings at one moment.

    Attributes
    ----------
    classes
        The most probable class's name by the drawing's serial; empty where an output is no number.
    test_accuracy
        The share of the test part that is read right, where that was asked for.
    moves
        The share of the drawings' moves that are predicted, where these are what is learned.
    error, test_error
        The mean squared error of the drawings, and of the test part, where they themselves are
        what the network is asked for.
    """

    classes: Mapping[int, str]
    test_accuracy: float | None = None
    moves: float | None = None
    error: float | None = None
    test_error: float | None = None

    def right(self, fitting: Fitting) -> int:
        """Return how many drawings are read as what they were meant as."""
        return sum(self.classes.get(own.serial) == own.label for own in fitting.drawings)


def first_share(count: int) -> float:
    """Return the share of a batch that a number of drawings should have to begin with.

    Few drawings at a large share are repeated so often that they push other examples aside. Of the
    8×8 digits, trained to the end and then for 20 epochs with three drawings that had been read
    wrong, a share of 0.2 cost up to 1.7 points of test accuracy, 0.05 at most 0.9; after ten
    epochs all three were read right with either.
    """
    return 0.05 if count <= 5 else 0.1 if count <= 20 else 0.2


def read_own(model: Model, fitting: Fitting) -> OwnReadings:
    """Read the drawings, predict their moves, or give them back."""
    if model.dataset.task.of_itself:
        every = np.arange(len(fitting.inputs))
        return OwnReadings({}, error=_error(model, fitting.inputs, every))
    if model.dataset.task.at_every_step:
        every = np.arange(len(fitting.inputs))
        return OwnReadings({}, moves=_predicted(model, fitting.inputs, every, fitting.targets))
    names = model.dataset.class_names
    labels = _read(model, fitting.inputs, np.arange(len(fitting.inputs)))
    return OwnReadings(
        {
            own.serial: names[label] if label >= 0 else ""
            for own, label in zip(fitting.drawings, labels, strict=True)
        }
    )


def read_own_and_test(model: Model, prepared: Prepared, fitting: Fitting) -> OwnReadings:
    """Read the drawings and the test part."""
    index, dataset = prepared.test_index, prepared.dataset
    if dataset.task.of_itself:
        error = _error(model, dataset.inputs, index)
        return replace(read_own(model, fitting), test_error=error)
    if dataset.task.at_every_step:
        share = _predicted(model, dataset.inputs, index, dataset.targets[index])
    else:
        share = float((_read(model, dataset.inputs, index) == dataset.targets[index]).mean())
    return replace(read_own(model, fitting), test_accuracy=share)


def _error(model: Model, inputs: NDArray[np.float32] | ByteRows, index: NDArray[np.int64]) -> float:
    """Return the mean squared error of what comes back of the rows chosen."""
    total = 0.0
    for start in range(0, len(index), _AT_ONCE):
        rows = inputs[index[start : start + _AT_ONCE]]
        seen = model.normalization.apply(rows)
        total += float(squared_errors(model.outputs(rows), seen).sum())
    return total / max(len(index), 1)


def _predicted(
    model: Model,
    inputs: NDArray[np.float32] | ByteRows,
    index: NDArray[np.int64],
    targets: NDArray[Any],
) -> float:
    """Return the share of the steps (rows, steps) of the rows chosen that are predicted right."""
    right = 0
    for start in range(0, len(index), _AT_ONCE):
        outputs = model.outputs_in_time(inputs[index[start : start + _AT_ONCE]])
        right += int((outputs.argmax(axis=1) == targets[start : start + _AT_ONCE]).sum())
    return right / max(int((targets >= 0).sum()), 1)


def _read(
    model: Model, inputs: NDArray[np.float32] | ByteRows, index: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the most probable label of each row chosen, −1 where an output is no number."""
    labels = np.full(len(index), -1, np.int64)
    for start in range(0, len(index), _AT_ONCE):
        outputs = model.outputs(inputs[index[start : start + _AT_ONCE]])
        finite = np.isfinite(outputs).all(axis=1)
        shares = model.shares(np.nan_to_num(outputs))
        labels[start : start + _AT_ONCE] = np.where(finite, shares.argmax(axis=1), -1)
    return labels
