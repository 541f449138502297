"""Where a walk through a step stands: the stage, the neurons worked out, the chosen entry."""

from __future__ import annotations

import math

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.slow_step import SlowStep, Stage
from playground.nn.explain.stage import EXAMPLE, INPUT, MAP, NEURON

ONE_BY_ONE = 12
"""Neurons of a stage that are told one by one; the rest of them follows at once."""


class Walker:
    """Goes through the stages of a step, or through the neurons of each.

    Parameters
    ----------
    slow
        The step.
    by_neuron
        Whether a stage is told one neuron (a row of what it computes) at a time.

    Attributes
    ----------
    index
        The present stage's place.
    cursor
        The chosen index by axis, such as ``{"neuron": 3, "example": 0}``.
    revealed
        How many rows of the result have been worked out; None where all of them.
    """

    def __init__(self, slow: SlowStep, *, by_neuron: bool = False) -> None:
        self.slow = slow
        self.index = 0
        self.cursor: dict[str, int] = {EXAMPLE: 0, NEURON: 0, INPUT: 0}
        self.revealed: int | None = None
        self.by_neuron = by_neuron

    @property
    def stage(self) -> Stage:
        """The present stage."""
        return self.slow.stages[self.index]

    @property
    def here(self) -> dict[str, int]:
        """The chosen index by axis in the present stage, where the map is that of the neuron."""
        computed = self.stage.computed
        if computed is None or computed.rows != NEURON or not computed.shape:
            return self.cursor
        places = math.prod(computed.shape[1:])
        return {**self.cursor, MAP: min(self.cursor[NEURON], len(computed.values) - 1) // places}

    @property
    def last(self) -> int:
        """The last stage's place."""
        return len(self.slow.stages) - 1

    @property
    def finished(self) -> bool:
        """Whether the last stage is told to its end."""
        return self.index == self.last and not self._has_more()

    def go_to(self, index: int) -> None:
        """Stand at a stage."""
        self.index = index
        self.revealed = None
        if self.by_neuron and self._rows() > 1:
            self._reveal(1)

    def go_on(self) -> bool:
        """Go to the next neuron or the next stage; return whether the stage is another."""
        if self._has_more():
            assert self.revealed is not None
            self._reveal(self.revealed + 1 if self.revealed < ONE_BY_ONE else self._rows())
        elif self.index < self.last:
            self.go_to(self.index + 1)
            return True
        return False

    def go_back(self) -> bool:
        """Go to the neuron or the stage before; return whether the stage is another."""
        if self.revealed is not None and self.revealed > 1:
            self._reveal(min(self.revealed - 1, ONE_BY_ONE))
        elif self.index:
            self.go_to(self.index - 1)
            return True
        return False

    def choose(self, place: int, row: int, column: int) -> Neuron | None:
        """Choose an entry of the stage's matrix at a place; return the neuron of its row."""
        matrix = self.stage.matrices[place]
        self.cursor[matrix.columns] = column
        self.cursor[matrix.rows] = row
        self.revealed = None
        computed = self.stage.computed
        if matrix.rows == MAP and computed is not None and computed.rows == NEURON:
            places = math.prod(computed.shape[1:])
            self.cursor[NEURON] = row * places + self.cursor[NEURON] % places
        if matrix.layer and matrix.rows in (NEURON, INPUT):
            return Neuron(matrix.layer, row)
        return None

    def select(self, neuron: Neuron) -> bool:
        """Choose a neuron, where the stage computes it; return whether that is news."""
        computed = self.stage.computed
        if (
            computed is None
            or self.revealed is not None
            or computed.layer != neuron.layer
            or computed.rows not in (NEURON, INPUT)
            or neuron.unit >= len(computed.values)
            or self.cursor.get(computed.rows) == neuron.unit
        ):
            return False
        self.cursor[computed.rows] = neuron.unit
        return True

    def _rows(self) -> int:
        """Return how many neurons the stage computes, 1 where it is not told by neurons."""
        computed = self.stage.computed
        if computed is None or computed.rows not in (NEURON, INPUT, MAP):
            return 1
        return len(computed.values)

    def _has_more(self) -> bool:
        return self.revealed is not None and self.revealed < self._rows()

    def _reveal(self, rows: int) -> None:
        computed = self.stage.computed
        assert computed is not None
        self.revealed = rows
        self.cursor[computed.rows] = rows - 1
