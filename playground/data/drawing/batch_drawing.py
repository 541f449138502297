"""Thousands of pen drawings at once on the way that `drawing.read_strokes` takes with one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.data.drawing.drawing import Drawing, centres_of_mass
from playground.data.drawing.rendering import SPACING, lay_pieces

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_AT_ONCE = 64


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


def read_all(
    strokes: Strokes, drawing: Drawing, *, pen_width: float, thickness: Floats | None = None
) -> NDArray[np.uint8]:
    """Return what a network would see of every drawing, 0 paper to 255 ink.

    Parameters
    ----------
    strokes
        The drawings.
    drawing
        The data set's way of making its pictures.
    pen_width
        How thick the pen was that the person drew with, in the strokes' units.
    thickness
        (drawings,): how thick to redraw each, in grid pixels; the data set's own without it.

    Returns
    -------
    uint8 of shape (drawings, features).
    """
    if thickness is None:
        thickness = np.full(len(strokes), drawing.stroke_width)
    out = np.empty((len(strokes), drawing.resolution**2), np.uint8)
    for start in range(0, len(strokes), _AT_ONCE):
        chosen = np.arange(start, min(start + _AT_ONCE, len(strokes)))
        part = strokes.part(chosen)
        out[chosen] = _read(part, drawing, pen_width, thickness[chosen])
    return out


def _read(
    strokes: Strokes, drawing: Drawing, pen_width: float, thickness: Floats
) -> NDArray[np.uint8]:
    count, field, block = len(strokes), drawing.field, drawing.block
    first, owner = strokes.point_offsets[:-1], strokes.drawing_of_points
    low = np.minimum.reduceat(strokes.points, first)
    high = np.maximum.reduceat(strokes.points, first)
    extent = np.maximum((high - low).max(axis=1), pen_width / 2)
    scale = (drawing.digit_height - thickness) / extent
    points = (strokes.points - ((low + high) / 2)[owner]) * scale[owner, np.newaxis]
    start, step, piece_owner = _pieces(points, strokes)
    radius = (thickness / 2).astype(np.float32)[piece_owner]
    pixel = (piece_owner * field * field).astype(np.int32)

    def render_at(centres: Floats) -> NDArray[np.float32]:
        depth = np.zeros(count * field * field, np.float32)
        corner = (field / 2 - centres)[piece_owner]
        at = (start + corner).astype(np.float32)
        lay_pieces(depth, at, step, radius, (field, field), pixel)
        return depth.reshape(count, field, field)

    pictures = render_at(np.zeros((count, 2)))
    if drawing.centring == "mass":
        pictures = render_at(centres_of_mass(pictures) - field / 2)
    side = drawing.resolution
    means = pictures.reshape(count, side, block, side, block).mean(axis=(2, 4), dtype=np.float32)
    return np.asarray(np.rint(means.reshape(count, -1) * 255), np.uint8)


def _pieces(points: Floats, strokes: Strokes) -> tuple[Floats, NDArray[np.float32], Integers]:
    """Return where each short piece of line begins, its step, and its drawing.

    Each stroke is cut into equal pieces of at most ``SPACING``; a tap is one piece without length.
    """
    lengths = np.hypot(*np.diff(points, axis=0).T)
    # Between two strokes lies one unit that belongs to neither.
    lengths[strokes.stroke_offsets[1:-1] - 1] = 1.0
    travelled = np.concatenate([[0.0], np.cumsum(lengths)])
    begin = travelled[strokes.stroke_offsets[:-1]]
    length = travelled[strokes.stroke_offsets[1:] - 1] - begin
    cuts = np.maximum(np.ceil(length / SPACING), 1).astype(np.int64)
    stroke = np.repeat(np.arange(len(cuts)), cuts)
    number = np.arange(len(stroke)) - np.repeat(np.cumsum(cuts) - cuts, cuts)
    spacing = (length / cuts)[stroke]
    ends = [
        np.stack([np.interp(at, travelled, points[:, axis]) for axis in (0, 1)], axis=1)
        for at in (
            begin[stroke] + number * spacing,
            np.minimum(begin[stroke] + (number + 1) * spacing, (begin + length)[stroke]),
        )
    ]
    owner = np.repeat(np.arange(len(strokes)), np.diff(strokes.drawing_offsets))[stroke]
    return ends[0], (ends[1] - ends[0]).astype(np.float32), owner


def _spans(offsets: Integers, chosen: Integers) -> tuple[Integers, Integers]:
    """Return the items of the chosen spans behind each other, and the offsets among them."""
    lengths = np.diff(offsets)[chosen]
    new = np.concatenate([[0], np.cumsum(lengths)])
    shift = np.repeat(offsets[chosen] - new[:-1], lengths)
    return np.arange(new[-1]) + shift, new
