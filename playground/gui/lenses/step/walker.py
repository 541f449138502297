"""Where a walk through a step stands: the stage, the neurons worked out, the chosen entry."""

from __future__ import annotations

import math

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.slow_step import SlowStep, Stage
from playground.nn.explain.stage import EXAMPLE, INPUT, MAP, NEURON, STEP

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
    told
        How many neurons of the result have been worked out; None where all of them.
    """

    def __init__(self, slow: SlowStep, *, by_neuron: bool = False) -> None:
        self.slow = slow
        self.index = 0
        self.cursor: dict[str, int] = {EXAMPLE: 0, NEURON: 0, INPUT: 0, STEP: 0}
        self.told: int | None = None
        self.by_neuron = by_neuron

    @property
    def stage(self) -> Stage:
        """The present stage."""
        return self.slow.stages[self.index]

    @property
    def here(self) -> dict[str, int]:
        """The chosen index by axis in the present stage.

        The map is that of the neuron, and the step one that the example has.
        """
        here, computed, lengths = dict(self.cursor), self.stage.computed, self.slow.lengths
        if lengths is not None:
            here[STEP] = min(here[STEP], max(int(lengths[here[EXAMPLE]]) - 1, 0))
        if computed is not None and computed.rows == NEURON and len(computed.shape) == 3:
            places = math.prod(computed.shape[1:])
            here[MAP] = min(here[NEURON], len(computed.values) - 1) // places
        return here

    @property
    def revealed(self) -> int | None:
        """How many rows of the result have been worked out; None where all of them."""
        computed = self.stage.computed
        if self.told is None or computed is None:
            return None
        return self.told * max(computed.steps, 1)

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
        self.told = None
        if self.by_neuron and self._rows() > 1:
            self._reveal(1)

    def go_on(self) -> bool:
        """Go to the next neuron or the next stage; return whether the stage is another."""
        if self._has_more():
            assert self.told is not None
            self._reveal(self.told + 1 if self.told < ONE_BY_ONE else self._rows())
        elif self.index < self.last:
            self.go_to(self.index + 1)
            return True
        return False

    def go_back(self) -> bool:
        """Go to the neuron or the stage before; return whether the stage is another."""
        if self.told is not None and self.told > 1:
            self._reveal(min(self.told - 1, ONE_BY_ONE))
        elif self.index:
            self.go_to(self.index - 1)
            return True
        return False

    def choose(self, place: int, row: int, column: int) -> Neuron | None:
        """Choose an entry of the stage's matrix at a place; return the neuron of its row."""
        matrix = self.stage.matrices[place]
        self.cursor[matrix.columns] = column
        self.cursor[matrix.rows] = row
        if matrix.steps:
            self.cursor[matrix.rows], self.cursor[STEP] = divmod(row, matrix.steps)
        self.told = None
        computed = self.stage.computed
        if matrix.rows == MAP and computed is not None and computed.rows == NEURON:
            places = math.prod(computed.shape[1:])
            self.cursor[NEURON] = row * places + self.cursor[NEURON] % places
        if matrix.layer and matrix.rows in (NEURON, INPUT):
            steps = self.slow.steps.get(matrix.layer, 1)
            return Neuron(
                matrix.layer, self.cursor[matrix.rows] * steps + self.cursor[STEP] % steps
            )
        return None

    def select(self, neuron: Neuron) -> bool:
        """Choose a neuron, where the stage computes it; return whether that is news."""
        computed = self.stage.computed
        if (
            computed is None
            or self.told is not None
            or computed.layer != neuron.layer
            or computed.rows not in (NEURON, INPUT)
        ):
            return False
        unit, step = neuron.unit, self.cursor[STEP]
        if neuron.layer in self.slow.steps:
            unit, step = divmod(unit, self.slow.steps[neuron.layer])
        now = self.cursor.get(computed.rows), self.cursor[STEP]
        if unit >= len(computed.values) // max(computed.steps, 1) or now == (unit, step):
            return False
        self.cursor[computed.rows], self.cursor[STEP] = unit, step
        return True

    def _rows(self) -> int:
        """Return how many neurons the stage computes, 1 where it is not told by neurons."""
        computed = self.stage.computed
        if computed is None or computed.rows not in (NEURON, INPUT, MAP):
            return 1
        return len(computed.values) // max(computed.steps, 1)

    def _has_more(self) -> bool:
        return self.told is not None and self.told < self._rows()

    def _reveal(self, rows: int) -> None:
        computed = self.stage.computed
        assert computed is not None
        self.told = rows
        self.cursor[computed.rows] = rows - 1
