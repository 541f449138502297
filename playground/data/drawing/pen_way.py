"""The way of a pen, told in the steps of the sequence that it became."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Line = tuple[Floats, Floats]


@dataclass(frozen=True, eq=False)
class PenWay:
    """Where a pen was at each step, and the lines that it left.

    Parameters
    ----------
    places
        (steps, 2): x to the right and y down, in any unit.
    lines
        For each stroke on the paper its points (points, 2), and the step at each of them,
        (points,), fractions between two steps. A touch is a stroke of one point.
    """

    places: Floats
    lines: tuple[Line, ...]

    @classmethod
    def of_steps(
        cls, places: Floats, joined: NDArray[np.bool_], on_paper: NDArray[np.bool_]
    ) -> PenWay:
        """Return the way through places with a straight line between two steps.

        Parameters
        ----------
        places
            (steps, 2).
        joined
            (steps,): whether the pen came there on the paper.
        on_paper
            (steps,): whether the pen is on the paper there.
        """
        steps = np.arange(len(places), dtype=np.float64)
        runs = np.split(np.arange(len(places)), np.flatnonzero(~joined[1:]) + 1)
        return cls(places, tuple((places[run], steps[run]) for run in runs if on_paper[run[0]]))

    def moved(self, scale: float, shift: Floats) -> PenWay:
        """Return the way at ``scale·place + shift``."""
        lines = tuple((points * scale + shift, moments) for points, moments in self.lines)
        return PenWay(self.places * scale + shift, lines)

    def fitted(self, side: float, filled: float) -> PenWay:
        """Return it in the middle of a square, its box's longer side a share of the square's."""
        points = np.concatenate([self.places, *(points for points, _ in self.lines)])
        low, high = points.min(axis=0), points.max(axis=0)
        longer = float((high - low).max())
        scale = filled * side / longer if longer > 0 else 1.0
        return self.moved(scale, side / 2 - (low + high) / 2 * scale)
