"""What a person drew: the ordered strokes of pen and eraser, as a canvas records them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground.errors import DataError

Points = NDArray[np.float32]
_MOST_POINTS = 2_000
_FILLED = 0.7


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
        if not (math.isfinite(self.width) and self.width > 0):
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

    def __post_init__(self) -> None:
        if not all(math.isfinite(side) and side > 0 for side in self.size):
            raise DataError(
                f"A canvas expects a width and a height above 0; {self.size} came: 280 by 280 is "
                "usual."
            )

    @classmethod
    def of(cls, strokes: Sequence[ArrayLike], width: float = 22.0) -> Ink:
        """Return pen strokes of one width from bare arrays of points."""
        return cls(tuple(Stroke(np.asarray(points), width) for points in strokes))

    @classmethod
    def fitted(cls, lines: Sequence[NDArray[np.floating]]) -> Ink:
        """Return pen strokes of any scale, laid in the middle of a canvas as large as they fit."""
        canvas = cls()
        points = np.concatenate([np.asarray(line, np.float64).reshape(-1, 2) for line in lines])
        low, high = points.min(axis=0), points.max(axis=0)
        longer = float((high - low).max())
        scale = _FILLED * canvas.size[0] / longer if longer > 0 else 1.0
        middle = np.array(canvas.size) / 2
        return cls.of([(line - (low + high) / 2) * scale + middle for line in lines])

    def with_stroke(self, stroke: Stroke) -> Ink:
        """Return a drawing with one more stroke."""
        return Ink((*self.strokes, stroke), self.size)

    def cut(self) -> list[Stroke]:
        """Return the strokes in order, pens cut where the middle of their line was erased later.

        A stroke crossed by an eraser becomes two; one that was rubbed out is gone. Strokes
        without points are left out.
        """
        kept: list[Stroke] = []
        erasers: list[Stroke] = []
        for stroke in reversed(self.strokes):
            if not len(stroke.points):
                continue
            if stroke.eraser:
                erasers.append(stroke)
                kept.append(stroke)
            elif erasers:
                kept.extend(reversed(_outside(stroke, erasers)))
            else:
                kept.append(stroke)
        return kept[::-1]

    def pens(self) -> list[Stroke]:
        """Return what is left of the pen strokes, in order."""
        return [stroke for stroke in self.cut() if not stroke.eraser]


def _outside(stroke: Stroke, erasers: Sequence[Stroke]) -> list[Stroke]:
    """Return the parts of a pen stroke whose middle no eraser covers."""
    finest = min(eraser.width for eraser in erasers) / 16
    points = resampled(stroke.points.astype(np.float64), finest, most=_MOST_POINTS)
    covered = np.zeros(len(points), bool)
    for eraser in erasers:
        covered |= _distance(points, eraser.points.astype(np.float64)) < eraser.width / 2
    if not covered.any():
        return [stroke]
    ends = np.flatnonzero(np.diff(covered)) + 1
    runs = np.split(points, ends)
    first_kept = int(covered[0])
    return [Stroke(run.astype(np.float32), stroke.width) for run in runs[first_kept::2]]


def _distance(points: NDArray[np.float64], line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each point's distance to a polyline; a line of one point is that point."""
    start = line[:-1] if len(line) > 1 else line
    step = np.diff(line, axis=0) if len(line) > 1 else np.zeros((1, 2))
    offset = points[:, np.newaxis] - start
    length2 = np.maximum((step**2).sum(axis=1), np.finfo(np.float64).tiny)
    along = np.clip((offset * step).sum(axis=2) / length2, 0, 1)
    nearest = offset - along[:, :, np.newaxis] * step
    return np.asarray(np.sqrt((nearest**2).sum(axis=2).min(axis=1)))


def resampled(
    points: NDArray[np.float64], spacing: float, *, most: int = 100_000
) -> NDArray[np.float64]:
    """Return a polyline's points at equal steps of at most ``spacing``, both ends kept.

    Longer steps are taken where there would be more than ``most``; a single point stays one.
    """
    if len(points) == 1:
        return points
    lengths = np.hypot(*np.diff(points, axis=0).T)
    travelled = np.concatenate([[0.0], np.cumsum(lengths)])
    steps = int(min(max(np.ceil(travelled[-1] / spacing), 1), most))
    at = np.linspace(0, travelled[-1], steps + 1)
    return np.stack([np.interp(at, travelled, points[:, axis]) for axis in (0, 1)], axis=1)
