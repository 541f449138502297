"""What a person drew: the ordered strokes of pen and eraser, as a canvas records them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground.errors import DataError

Points = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Stroke:
    """One movement of a round pen or eraser.

    Parameters
    ----------
    points
        float32 of shape (points, 2): x and y in canvas units, y down, in the order drawn. A tap
        is one point. Points may lie outside the canvas and may repeat.
    width
        The diameter of the pen or eraser, canvas units.
    eraser
        Whether it takes ink away.

    Raises
    ------
    DataError
        When the points are not finite pairs, or the width is not positive.
    """

    points: Points
    width: float = 22.0
    eraser: bool = False

    def __post_init__(self) -> None:
        with np.errstate(over="ignore"):
            points = np.array(self.points, np.float32)
        if points.size == 0:
            points = points.reshape(0, 2)
        if points.ndim != 2 or points.shape[1] != 2:
            raise DataError(
                f"A stroke expects points of shape (points, 2); {points.shape} came: give one x "
                "and one y a point."
            )
        if not np.isfinite(points).all():
            raise DataError(
                "A stroke expects finite coordinates; NaN or infinity came: leave those points out."
            )
        if not (np.isfinite(self.width) and self.width > 0):
            raise DataError(
                f"A pen expects a width above 0; {self.width:g} came: 22 suits a canvas of 280."
            )
        points.flags.writeable = False
        object.__setattr__(self, "points", points)


@dataclass(frozen=True, eq=False)
class Ink:
    """All strokes of a drawing in the order they were made.

    Parameters
    ----------
    strokes
        Later erasers take away what earlier pens left, and later pens draw over it again.
    size
        Width and height of the canvas, in the same units; only the picture "as drawn" shows it.
    """

    strokes: tuple[Stroke, ...] = ()
    size: tuple[float, float] = (280.0, 280.0)

    @classmethod
    def of(cls, strokes: Sequence[ArrayLike], width: float = 22.0) -> Ink:
        """Return pen strokes of one width from bare arrays of points."""
        return cls(tuple(Stroke(np.asarray(points), width) for points in strokes))

    def with_stroke(self, stroke: Stroke) -> Ink:
        """Return a drawing with one more stroke."""
        return Ink((*self.strokes, stroke), self.size)

    def without_last(self) -> Ink:
        """Return the drawing before its last stroke."""
        return Ink(self.strokes[:-1], self.size)
