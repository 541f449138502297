"""The way from a drawing to a network's input, in the stages that the window shows.

drawn → cropped to the ink → longer side scaled to the height that the data set's digits fill,
aspect kept → centred the way the data set centres → reduced to its resolution by block means.
The strokes are redrawn at each scale with a pen as thick as the data set's own, so neither the
place nor the size of a drawing, nor the pen it was drawn with, changes what the network sees.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground.data.drawing import pictures
from playground.data.drawing.ink import Ink
from playground.data.drawing.pen_way import PenWay
from playground.data.drawing.rendering import Path, render

Floats = NDArray[np.float32]
DRAWN_SIDE = 64
_FINER = 3


@dataclass(frozen=True, eq=False)
class Stages:
    """One drawing on its way to the network.

    Parameters
    ----------
    input
        What the network sees, shape (features,), in the data set's value range.
    source
        What was drawn: strokes, or the picture that was read.
    """

    input: Floats
    source: Ink | Floats

    @cached_property
    def drawn(self) -> Floats:
        """The canvas as the person sees it, longer side ``DRAWN_SIDE`` pixels, 0 to 1 ink."""
        return canvas_picture(self.source) if isinstance(self.source, Ink) else self.source


@dataclass(frozen=True)
class DrawingForm(ABC):
    """How drawings become examples of a data set.

    Attributes
    ----------
    reads_pictures
        A picture will do; else strokes are needed, in the order in which they were drawn.
    """

    reads_pictures: ClassVar[bool] = True

    @abstractmethod
    def read(self, source: Ink | NDArray[Any]) -> Stages | None:
        """Return the stages of strokes or of a grey picture, or None where nothing is left."""

    @abstractmethod
    def ink(self, values: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return how an example (features,) looks as a drawing, (height, width), 0 to 1 ink."""

    @property
    def middles(self) -> NDArray[np.floating] | None:
        """Where in the picture the parts are that are its steps, (steps, 2), if they are that."""
        return None

    def pen_way(self, values: NDArray[np.floating]) -> PenWay | None:
        """Return the way of the pen of an example (features,), None where it shows none."""
        return None


@dataclass(frozen=True, eq=False)
class PictureStages(Stages):
    """A drawing on its way to a network that reads pictures; all are float32, 0 paper to 1 ink.

    Parameters
    ----------
    cropped
        The ink's box at the scale of the field, shape (height, width) up to the digit height.
    centred
        The whole field, shape (field, field).
    """

    cropped: Floats
    centred: Floats


@dataclass(frozen=True)
class Drawing(DrawingForm):
    """How the pictures of a data set were made from handwriting: what a drawing has to imitate.

    Parameters
    ----------
    field
        Side in pixels of the square grid on which the digits were normalized.
    block
        Side of the square of grid pixels whose mean is one pixel of the picture.
    digit_height
        How much of the field the longer side of a digit fills, in grid pixels.
    stroke_width
        How thick the data set's strokes are, in grid pixels.
    centring
        ``"box"``: the middle of the ink's bounding box is the middle of the field;
        ``"mass"``: the ink's centre of mass is.
    value_range
        What no ink and full ink are in the data set's inputs.
    """

    field: int
    block: int
    digit_height: float
    stroke_width: float
    centring: Literal["box", "mass"]
    value_range: tuple[float, float] = (0.0, 1.0)

    @property
    def resolution(self) -> int:
        """Side of the picture in pixels."""
        return self.field // self.block

    def read(self, source: Ink | NDArray[Any]) -> PictureStages | None:
        """Return the stages of strokes, or of a grey picture; None where no ink is left."""
        if isinstance(source, Ink):
            return read_strokes(source, self)
        return read_picture(source, self)

    def ink(self, values: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return a picture's values as 0 paper to 1 ink."""
        low, high = self.value_range
        return ((values - low) / (high - low)).reshape(self.resolution, self.resolution)


OPTDIGITS = Drawing(field=32, block=4, digit_height=32.0, stroke_width=5.0, centring="box")
"""UCI optdigits: 32×32 bitmaps whose digit fills the height, 4×4 blocks counted to 8×8."""


def canvas_picture(ink: Ink, side: int = DRAWN_SIDE) -> Floats:
    """Return the canvas as the person sees it, (height, width), the longer of them ``side``."""
    scale = side / max(ink.size)
    paths = [
        Path(stroke.points.astype(np.float64) * scale, stroke.width * scale / 2, stroke.eraser)
        for stroke in ink.strokes
        if len(stroke.points)
    ]
    width, height = (max(round(side * scale), 1) for side in ink.size)
    return render(paths, height, width)


def read_strokes(ink: Ink | Sequence[ArrayLike], drawing: Drawing) -> PictureStages | None:
    """Return the stages of a drawing made of strokes, or None where no ink is left.

    Parameters
    ----------
    ink
        The strokes; bare arrays of points are taken as pen strokes.
    drawing
        The data set's way of making its pictures.

    Raises
    ------
    DataError
        When a coordinate is not finite or a stroke's shape is wrong.
    """
    if not isinstance(ink, Ink):
        ink = Ink.of(ink)
    strokes = ink.cut()
    pens = [stroke for stroke in strokes if not stroke.eraser]
    if not pens:
        return None
    points = np.concatenate([stroke.points for stroke in pens]).astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    # A tap and its tremble are a dot, not a digit to be magnified.
    extent = max((high - low).max(), max(stroke.width for stroke in pens) / 2)
    scale = (drawing.digit_height - drawing.stroke_width) / extent
    middle = (low + high) / 2
    paths = [
        Path(
            (stroke.points.astype(np.float64) - middle) * scale,
            stroke.width * scale / 2 if stroke.eraser else drawing.stroke_width / 2,
            stroke.eraser,
        )
        for stroke in strokes
    ]

    def render_at(centre: NDArray[np.float64]) -> Floats:
        corner = drawing.field / 2 - centre
        moved = [Path(path.points + corner, path.radius, path.eraser) for path in paths]
        return render(moved, drawing.field, drawing.field)

    width, height = (high - low) * scale + drawing.stroke_width
    return _stages(ink, render_at, height, width, drawing)


def read_picture(pixels: ArrayLike, drawing: Drawing) -> PictureStages | None:
    """Return the stages of a grey picture of one digit, or None where it shows no ink.

    The ink may be dark on light or light on dark, anywhere and of any size. Its strokes are made
    as thick as the data set's by moving their edges in or out.

    Parameters
    ----------
    pixels
        Shape (height, width): whole numbers 0..255, or floats 0..1.
    drawing
        The data set's way of making its pictures.

    Raises
    ------
    DataError
        When it is no grey picture, too large, or holds a number that is not finite.
    """
    source = pictures.ink_of(pixels)
    if source is None:
        return None
    distance = pictures.stroke_distance(source, _FINER * drawing.field)
    top, bottom, left, right = pictures.ink_box(distance > 0)
    height, width = bottom - top, right - left
    thick = pictures.stroke_width(distance)
    scale = (drawing.digit_height - drawing.stroke_width) / max(max(height, width) - thick, thick)
    # Strokes may lose no more than a third of their thickness on each side, or thin parts vanish.
    grow = max((drawing.stroke_width - thick * scale) / 2, -0.35 * thick * scale)
    steps = (np.arange(_FINER * drawing.field) + 0.5) / _FINER - drawing.field / 2

    def render_at(centre: NDArray[np.float64]) -> Floats:
        columns = (steps + centre[0]) / scale + (left + right) / 2
        rows = (steps + centre[1]) / scale + (top + bottom) / 2
        inside = pictures.sampled(distance, rows, columns) * scale + grow
        covered = np.clip(inside * _FINER + 0.5, 0, 1)
        blocks = covered.reshape(drawing.field, _FINER, drawing.field, _FINER)
        return np.asarray(blocks.mean(axis=(1, 3)), np.float32)

    drawn = pictures.reduced(source, DRAWN_SIDE)
    return _stages(drawn, render_at, height * scale + 2 * grow, width * scale + 2 * grow, drawing)


def block_means(field: Floats, drawing: Drawing) -> Floats:
    """Return the field reduced to the data set's resolution and value range, (features,)."""
    side, block = drawing.resolution, drawing.block
    means = field.reshape(side, block, side, block).mean(axis=(1, 3), dtype=np.float32)
    low, high = drawing.value_range
    return np.asarray(low + means.ravel() * (high - low), np.float32)


def _stages(
    source: Ink | Floats,
    render_at: Callable[[NDArray[np.float64]], Floats],
    height: float,
    width: float,
    drawing: Drawing,
) -> PictureStages | None:
    """Crop, centre and reduce.

    ``render_at(point)`` draws the field with that point in its middle; points are measured from
    the middle of the ink's box, in field pixels.
    """
    boxed = render_at(np.zeros(2))
    if not boxed.any():
        return None
    cropped = boxed[_middle(height, drawing.field), _middle(width, drawing.field)]
    centred = boxed
    if drawing.centring == "mass":
        centred = render_at(centres_of_mass(boxed[np.newaxis])[0] - drawing.field / 2)
    return PictureStages(block_means(centred, drawing), source, cropped, centred)


def _middle(length: float, field: int) -> slice:
    """Return the pixels that hold a box of that length in the middle of the field."""
    return slice(
        max(math.floor((field - length) / 2 + 1e-6), 0),
        min(math.ceil((field + length) / 2 - 1e-6), field),
    )


def centres_of_mass(pictures: Floats) -> NDArray[np.float64]:
    """Return x and y of the centre of mass of each square picture, pixel units, (pictures, 2)."""
    middles = np.arange(pictures.shape[1]) + 0.5
    total = pictures.sum(axis=(1, 2), dtype=np.float64)
    x = pictures.sum(axis=1, dtype=np.float64) @ middles
    y = pictures.sum(axis=2, dtype=np.float64) @ middles
    return np.stack([x / total, y / total], axis=1)
