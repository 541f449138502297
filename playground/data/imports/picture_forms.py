"""What becomes of a picture on its way into a data set, and which side of its tones is ink."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.data import mnist
from playground.data.drawing import read_picture
from playground.data.pictures import FAINTEST, resized

Bytes = NDArray[np.uint8]
Ink = Literal["dark", "light"]


@dataclass(frozen=True)
class AsDrawings:
    """Each picture becomes what a drawing on the canvas becomes."""

    kind = "drawings"
    title = "As drawings"
    use = "Cropped to the ink, scaled and centred as MNIST's digits: then you can draw for it."


@dataclass(frozen=True)
class AsTheyAre:
    """Each picture is only made smaller."""

    kind = "as-they-are"
    title = "As they are, smaller"
    use = "Shrunk to a small square, in grey; nothing is cropped, and strips fill what is missing."
    side: int = fields.whole(
        28,
        "Side",
        "Width and height of the pictures that the network gets.",
        low=8,
        high=64,
        unit="px",
        choices=(8, 16, 28, 32, 48, 64),
    )

    def __post_init__(self) -> None:
        fields.check(self)


FORMS: fields.Registry[Any] = fields.Registry("form", AsDrawings, AsTheyAre)


def ink_side(grey: Bytes) -> Ink | None:
    """Return whether the ink is darker or lighter than the paper, None where nothing stands out."""
    paper = _paper(grey)
    darker, lighter = paper - float(grey.min()), float(grey.max()) - paper
    if max(darker, lighter) < FAINTEST * 255:
        return None
    return "dark" if darker > lighter else "light"


def _paper(grey: Bytes) -> float:
    return float(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))


def as_drawing(grey: Bytes, ink: Ink | None) -> Bytes | None:
    """Return what a picture of a drawing becomes, None where it shows no ink.

    Parameters
    ----------
    grey
        Brightness, (height, width).
    ink
        Take only what is darker, or only what is lighter than the paper; None finds out.
    """
    if ink is not None:
        paper = np.uint8(_paper(grey))
        grey = np.minimum(grey, paper) if ink == "dark" else np.maximum(grey, paper)
    stages = read_picture(grey, mnist.DRAWING)
    if stages is None:
        return None
    side = mnist.SIDE
    return np.rint(stages.input.reshape(side, side) * 255).clip(0, 255).astype(np.uint8)


def as_it_is(grey: Bytes, side: int, turned: bool) -> Bytes:
    """Return a square of pixels; what a picture is short of is filled with its paper."""
    height, width = grey.shape
    scale = side / max(height, width)
    rows, columns = (max(round(length * scale), 1) for length in (height, width))
    small = np.rint(resized(grey, rows, columns)).clip(0, 255).astype(np.uint8)
    square = np.full((side, side), round(_paper(grey)), np.uint8)
    top, left = (side - rows) // 2, (side - columns) // 2
    square[top : top + rows, left : left + columns] = small
    return 255 - square if turned else square
