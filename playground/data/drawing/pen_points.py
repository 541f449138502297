"""The way from a drawing to a sequence of points: where the pen was, step by step.

drawn → scaled to the ink's box, aspect kept → as many points as the data set has, evenly spaced
along the strokes. Neither the place, the size nor the speed of a drawing changes what the network
sees; the order in which its lines were drawn does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from playground.data.drawing.drawing import DrawingForm, Stages, canvas_picture
from playground.data.drawing.ink import Ink
from playground.data.drawing.pen_way import PenWay
from playground.data.drawing.strokes import Strokes

Floats = NDArray[np.float32]
FEATURES = ("x", "y", "dx", "dy", "pen down")


@dataclass(frozen=True, eq=False)
class PenStages(Stages):
    """A drawing on its way to a network that reads the pen's movement.

    Parameters
    ----------
    strokes
        The lines of the pen, scaled so that the longer side of their box is −1..1.
    middle, half
        The middle of the ink's box, x and y, and half its longer side, in canvas units.
    moments
        The step at each point of each line, (points,), fractions between two steps.
    """

    strokes: tuple[Floats, ...]
    middle: NDArray[np.float64]
    half: float
    moments: tuple[NDArray[np.float64], ...]

    @property
    def steps(self) -> Floats:
        """A row for each of ``FEATURES``, a column for each step."""
        return self.input.reshape(len(FEATURES), -1)

    @property
    def places(self) -> NDArray[np.float64]:
        """Where on the canvas each step is, (steps, 2)."""
        return self.steps[:2].T * self.half + self.middle

    @property
    def way(self) -> PenWay:
        """The way of the pen over the canvas."""
        lines = (line * self.half + self.middle for line in self.strokes)
        return PenWay(self.places, tuple(zip(lines, self.moments, strict=True)))


@dataclass(frozen=True)
class PenPoints(DrawingForm):
    """How the examples of a data set were made from handwriting: as points along its lines.

    Parameters
    ----------
    points
        How many points a drawing becomes.
    """

    reads_pictures: ClassVar[bool] = False

    points: int

    def read(self, source: Ink | NDArray[Any]) -> PenStages | None:
        """Return a drawing's stages, or None where no ink is left; a picture has no strokes."""
        pens = source.pens() if isinstance(source, Ink) else []
        if not isinstance(source, Ink) or not pens:
            return None
        strokes = Strokes.of([[pen.points for pen in pens]])
        width = max(pen.width for pen in pens)
        middle, half = _box(strokes, width)
        lines = tuple(((pen.points - middle[0]) / half[0]).astype(np.float32) for pen in pens)
        values = points_along(strokes, self.points, pen_width=width)
        moments = tuple(np.split(_moments(strokes, self.points), strokes.stroke_offsets[1:-1]))
        return PenStages(values[0], source, lines, middle[0], float(half[0]), moments)

    def lines(self, values: NDArray[np.floating]) -> list[NDArray[np.floating]]:
        """Return the strokes of an example (features,), (points, 2) each."""
        steps = values.reshape(len(FEATURES), -1)
        begins = np.flatnonzero(steps[4, 1:] < 0.5) + 1
        return np.split(steps[:2].T, begins)

    def pen_way(self, values: NDArray[np.floating]) -> PenWay:
        """Return the way of the pen of an example (features,)."""
        steps = values.reshape(len(FEATURES), -1)
        joined = steps[4] > 0.5
        return PenWay.of_steps(steps[:2].T, joined, np.ones(len(joined), bool))

    def ink(self, values: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the strokes of an example as a picture."""
        return canvas_picture(Ink.fitted(self.lines(values)))


def points_along(strokes: Strokes, count: int, *, pen_width: float) -> Floats:
    """Return so many points of every drawing, evenly spaced along its strokes.

    The first is where the pen first came down, and the last where it was lifted last. A way
    through the air has no points on it. Each stroke has a point at least, however short it is.

    Parameters
    ----------
    strokes
        The drawings.
    count
        Points of each.
    pen_width
        How thick the pen was, in the strokes' units: a tremble of half of it is a dot.

    Returns
    -------
    float32 of shape (drawings, 5 · count), a row of ``count`` for each of ``FEATURES``: x and y,
    of which the longer side of the drawing's box is −1..1; how far they are from the point
    before; and 1, or 0 where the pen came through the air.
    """
    middle, half = _box(strokes, pen_width)
    scaled = strokes.scaled(middle, 1 / half)
    stroke, along = _evenly(scaled, count)
    places = scaled.at(scaled.stroke_starts[stroke] + along)
    values = np.zeros((len(strokes), len(FEATURES), count), np.float32)
    values[:, :2] = places.swapaxes(1, 2)
    values[:, 2:4, 1:] = np.diff(values[:, :2], axis=2)
    values[:, 4, 1:] = stroke[:, 1:] == stroke[:, :-1]
    return values.reshape(len(strokes), -1)


def _box(strokes: Strokes, pen_width: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    middle, side = strokes.boxes()
    return middle, np.maximum(side, pen_width / 2) / 2


def _evenly(strokes: Strokes, count: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the stroke that each point is on, and how far along it, (drawings, count) each."""
    first, lengths = strokes.drawing_offsets, strokes.stroke_lengths
    begins, counted = _counted(strokes, count)
    ends = begins + counted
    low, high = begins[first[:-1], np.newaxis], ends[first[1:] - 1, np.newaxis]
    at = low + (high - low) * np.linspace(0, 1, count)
    stroke = np.searchsorted(begins, at, side="right") - 1
    stroke = np.minimum(stroke, first[1:, np.newaxis] - 1)
    share = np.clip((at - begins[stroke]) / counted[stroke], 0, 1)
    return stroke, share * lengths[stroke]


def _counted(strokes: Strokes, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where each stroke begins and how long it counts as, one behind the other.

    Every stroke counts as at least so long that one of ``count`` points falls on it.
    """
    first, lengths = strokes.drawing_offsets, strokes.stroke_lengths
    several = np.diff(first)
    totals = np.add.reduceat(lengths, first[:-1])
    least = np.where(totals > 0, totals / np.maximum(count - 1 - several, 1), 1.0)
    counted = np.maximum(lengths, np.repeat(least, several))
    return np.cumsum(counted) - counted, counted


def _moments(strokes: Strokes, count: int) -> NDArray[np.float64]:
    """Return the step, of ``count``, at each point of one drawing's strokes, (points,)."""
    begins, counted = _counted(strokes, count)
    lengths = np.where(strokes.stroke_lengths > 0, strokes.stroke_lengths, 1.0)
    stroke = np.repeat(np.arange(len(begins)), np.diff(strokes.stroke_offsets))
    along = (strokes.travelled - strokes.stroke_starts[stroke]) / lengths[stroke]
    at = begins[stroke] + along * counted[stroke]
    return np.asarray(at / (begins[-1] + counted[-1]) * (count - 1))
