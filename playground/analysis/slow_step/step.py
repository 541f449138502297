"""A whole step in slow motion, and what became of each tensor in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.nn.arrays import Array
from playground.nn.explain.stage import Phase, Stage
from playground.nn.explain.writing import sub
from playground.training.step_start import StepStart


@dataclass(frozen=True, eq=False)
class TensorStep:
    """What the end of a step did to one tensor; every array is (rows, columns).

    Attributes
    ----------
    name, symbol
        ``dense_1.weights`` and ``W1``.
    before, after
        The tensor around the step.
    slopes, shrunk, gradient
        ∂L/∂ it, 0 where it is frozen; with the penalties; and clipped.
    moments
        As the optimizer stored them before the step.
    frozen
        What training leaves as it is, None where that is nothing.
    """

    name: str
    symbol: str
    before: Array
    slopes: Array
    shrunk: Array
    gradient: Array
    moments: tuple[Array, ...]
    after: Array
    frozen: NDArray[np.bool_] | None

    @property
    def layer(self) -> str:
        """The layer's name."""
        return self.name.rpartition(".")[0]

    @property
    def tensor(self) -> str:
        """The tensor's name within its layer."""
        return self.name.rpartition(".")[2]

    @property
    def number(self) -> str:
        """The number behind the symbol's letter."""
        return self.symbol.lstrip(self.symbol.rstrip("0123456789"))

    @property
    def entry(self) -> str:
        """What one of its numbers is called: ``w``."""
        return self.symbol.rstrip("0123456789").lower()

    def place(self, at: tuple[int, int]) -> str:
        """Return an entry's place below the line; that of a matrix has two indices."""
        return sub(*at) if self.before.shape[1] > 1 or self.entry == "w" else sub(at[0])


@dataclass(frozen=True, eq=False)
class Change:
    """A tensor before and after the step, such as ``dense_1.weights``; (rows, columns)."""

    name: str
    before: Array
    after: Array


@dataclass(frozen=True, eq=False)
class SlowStep:
    """A whole step, computed in float64.

    Attributes
    ----------
    start
        What it was computed from.
    stages
        In order, from the batch to the outcome.
    changes
        Every tensor before and after.
    parameters, statistics
        The network's two vectors after the step.
    loss_before, loss_after
        The batch's mean loss, without penalties, with the same dropout masks and the batch's own
        statistics, before and after the update.
    """

    start: StepStart
    stages: tuple[Stage, ...]
    changes: tuple[Change, ...]
    parameters: Array
    statistics: Array
    loss_before: float
    loss_after: float

    def stage(self, label: str, phase: Phase | None = None) -> Stage:
        """Return the first stage of that label.

        Raises
        ------
        KeyError
            Where there is none.
        """
        for stage in self.stages:
            if stage.label == label and phase in (None, stage.phase):
                return stage
        raise KeyError(label)
