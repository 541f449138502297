"""Thousands of pen drawings in one array, for all that is done to many of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Strokes:
    """Drawings made of pen strokes, all points in one array.

    Parameters
    ----------
    points
        float64 of shape (points, 2): x to the right, y down, in the order drawn.
    stroke_offsets
        Stroke k has the points ``stroke_offsets[k]`` to ``stroke_offsets[k + 1]``, (strokes + 1,).
    drawing_offsets
        Drawing i has the strokes ``drawing_offsets[i]`` to ``drawing_offsets[i + 1]``,
        (drawings + 1,). Every drawing has a stroke, every stroke a point.
    """

    points: Floats
    stroke_offsets: Integers
    drawing_offsets: Integers

    @classmethod
    def of(cls, drawings: Sequence[Sequence[ArrayLike]]) -> Strokes:
        """Return drawings given as lists of strokes, each of shape (points, 2)."""
        lines = [np.asarray(line, np.float64) for drawing in drawings for line in drawing]
        return cls(
            np.concatenate(lines),
            np.cumsum([0, *map(len, lines)]),
            np.cumsum([0, *map(len, drawings)]),
        )

    def __len__(self) -> int:
        return len(self.drawing_offsets) - 1

    def part(self, chosen: Integers) -> Strokes:
        """Return some of the drawings, in the order asked for."""
        strokes, drawing_offsets = _spans(self.drawing_offsets, chosen)
        points, stroke_offsets = _spans(self.stroke_offsets, strokes)
        return Strokes(self.points[points], stroke_offsets, drawing_offsets)

    @property
    def point_offsets(self) -> Integers:
        """Drawing i has the points ``point_offsets[i]`` to ``point_offsets[i + 1]``."""
        return self.stroke_offsets[self.drawing_offsets]

    @property
    def drawing_of_points(self) -> Integers:
        """The drawing that each point belongs to, (points,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.point_offsets))

    @cached_property
    def travelled(self) -> Floats:
        """How far the pen has come at each point, (points,), one unit between two strokes."""
        lengths = np.hypot(*np.diff(self.points, axis=0).T)
        lengths[self.stroke_offsets[1:-1] - 1] = 1.0
        return np.concatenate([[0.0], np.cumsum(lengths)])

    @property
    def stroke_starts(self) -> Floats:
        """How far the pen has come where each stroke begins, (strokes,)."""
        return self.travelled[self.stroke_offsets[:-1]]

    @property
    def stroke_lengths(self) -> Floats:
        """How long each stroke is, (strokes,); that of a tap is 0."""
        return self.travelled[self.stroke_offsets[1:] - 1] - self.stroke_starts

    def at(self, distance: Floats) -> Floats:
        """Return the places where the pen had ``travelled`` so far, (…, 2)."""
        places = [np.interp(distance, self.travelled, self.points[:, axis]) for axis in (0, 1)]
        return np.stack(places, axis=-1)

    def scaled(self, middle: Floats, scale: Floats) -> Strokes:
        """Return every drawing times its own scale about its own middle, which is then at 0, 0."""
        owner = self.drawing_of_points
        points = (self.points - middle[owner]) * scale[owner, np.newaxis]
        return replace(self, points=points)

    def boxes(self) -> tuple[Floats, Floats]:
        """Return the middle of each drawing's box, (drawings, 2), and its longer side."""
        first = self.point_offsets[:-1]
        low = np.minimum.reduceat(self.points, first)
        high = np.maximum.reduceat(self.points, first)
        return (low + high) / 2, (high - low).max(axis=1)


def _spans(offsets: Integers, chosen: Integers) -> tuple[Integers, Integers]:
    """Return the items of the chosen spans behind each other, and the offsets among them."""
    lengths = np.diff(offsets)[chosen]
    new = np.concatenate([[0], np.cumsum(lengths)])
    shift = np.repeat(offsets[chosen] - new[:-1], lengths)
    return np.arange(new[-1]) + shift, new
