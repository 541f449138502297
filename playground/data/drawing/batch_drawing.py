"""Thousands of pen drawings at once on the way that `drawing.read_strokes` takes with one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.data.drawing.drawing import Drawing, centres_of_mass
from playground.data.drawing.rendering import SPACING, lay_pieces
from playground.data.drawing.strokes import Strokes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_AT_ONCE = 64


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
    middle, longer = strokes.boxes()
    scale = (drawing.digit_height - thickness) / np.maximum(longer, pen_width / 2)
    start, step, piece_owner = _pieces(strokes.scaled(middle, scale))
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


def _pieces(strokes: Strokes) -> tuple[Floats, NDArray[np.float32], Integers]:
    """Return where each short piece of line begins, its step, and its drawing.

    Each stroke is cut into equal pieces of at most ``SPACING``; a tap is one piece without length.
    """
    begin, length = strokes.stroke_starts, strokes.stroke_lengths
    cuts = np.maximum(np.ceil(length / SPACING), 1).astype(np.int64)
    stroke = np.repeat(np.arange(len(cuts)), cuts)
    number = np.arange(len(stroke)) - np.repeat(np.cumsum(cuts) - cuts, cuts)
    spacing = (length / cuts)[stroke]
    start = strokes.at(begin[stroke] + number * spacing)
    end = np.minimum(begin[stroke] + (number + 1) * spacing, (begin + length)[stroke])
    owner = np.repeat(np.arange(len(strokes)), np.diff(strokes.drawing_offsets))[stroke]
    return start, (strokes.at(end) - start).astype(np.float32), owner
