"""A whole step in slow motion, and what became of each tensor in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from playground.nn.arrays import Array
from playground.nn.explain.stage import EXAMPLE, Matrix, Stage
from playground.nn.explain.writing import entry, shape, sub
from playground.nn.names import LayerNames
from playground.training.step_start import StepStart


@dataclass(frozen=True, eq=False)
class TensorStep:
    """What the end of a step did to one tensor; every array is (rows, columns).

    Attributes
    ----------
    name, title, symbol
        ``dense_1.weights``, ``Dense 1 · weights`` and ``W1``.
    shape
        The tensor's own; what it has behind the first axis is a row.
    like
        Its slopes as its layer shows them, which says what rows and columns count.
    before, after
        The tensor around the step.
    slopes, shrunk, gradient
        ∂L/∂ it, 0 where it is frozen; with the penalties; and clipped.
    moments
        As the optimizer stored them before the step.
    frozen
        What training leaves as it is, None where that is nothing.
    factor
        What the learning rate is multiplied by in its layer.
    """

    name: str
    title: str
    symbol: str
    shape: tuple[int, ...]
    like: Matrix
    before: Array
    slopes: Array
    shrunk: Array
    gradient: Array
    moments: tuple[Array, ...]
    after: Array
    frozen: NDArray[np.bool_] | None
    factor: float

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
        return entry(self.symbol)

    @property
    def sizes(self) -> str:
        """Its shape in words: ``(8, 1, 3, 3)``, and ``(8, 1)`` of what is a column."""
        return shape(self.before.reshape(self.shape) if len(self.shape) > 1 else self.before)

    def place(self, at: tuple[int, int]) -> str:
        """Return an entry's place below the line, an index for each axis of the tensor."""
        number = at[0] * self.before.shape[1] + at[1]
        return sub(*map(int, np.unravel_index(number, self.shape)))

    def matrix(self, symbol: str, title: str, values: Array) -> Matrix:
        """Return an array of the tensor's shape as a stage shows it."""
        return replace(self.like, symbol=symbol, title=title, values=values)


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
        What became of every tensor.
    parameters, statistics
        The network's two vectors after the step.
    names
        What the layers are called.
    steps
        How many steps there are by layer, ``input`` among them, of those that hand on sequences.
    lengths
        How many steps each example has, (batch,), where some sequences end early.
    """

    start: StepStart
    stages: tuple[Stage, ...]
    changes: tuple[TensorStep, ...]
    parameters: Array
    statistics: Array
    names: LayerNames
    steps: Mapping[str, int]
    lengths: NDArray[np.intp] | None

    @property
    def examples(self) -> int:
        """How many examples go through at most: a discriminator is shown as many made ones too."""
        matrices = [matrix for stage in self.stages for matrix in stage.matrices]
        counts: list[int] = [each.values.shape[1] for each in matrices if each.columns == EXAMPLE]
        return max(counts)
