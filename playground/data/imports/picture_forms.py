"""What becomes of a picture on its way into a data set, and which side of its tones is ink."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.data.dataset import Dataset
from playground.data.drawing.drawing import read_picture
from playground.data.drawing.pictures import FAINTEST, resized
from playground.data.published import mnist

Bytes = NDArray[np.uint8]
Ink = Literal["dark", "light"]
_BORDERS_SEEN = 200
_NEARLY = 0.2


@dataclass(frozen=True)
class AsDrawings:
    """Each picture becomes what a drawing on the canvas becomes."""

    kind = "drawings"
    title = "As drawings"
    use = "Cropped to the ink, scaled and centred as MNIST's digits: then you can draw for it."


@dataclass(frozen=True)
class AsTheyAre(fields.Settings):
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


def as_it_is(grey: Bytes, shape: tuple[int, int], turned: bool) -> Bytes:
    """Return a picture made to fit (height, width), with its aspect kept.

    What it is short of is filled with its paper; ``turned`` makes dark light.
    """
    scale = min(shape[0] / grey.shape[0], shape[1] / grey.shape[1])
    rows, columns = (
        min(max(round(length * scale), 1), most)
        for length, most in zip(grey.shape, shape, strict=True)
    )
    small = np.rint(resized(grey, rows, columns)).clip(0, 255).astype(np.uint8)
    fitted = np.full(shape, round(_paper(grey)), np.uint8)
    top, left = (shape[0] - rows) // 2, (shape[1] - columns) // 2
    fitted[top : top + rows, left : left + columns] = small
    return 255 - fitted if turned else fitted


def as_an_example(grey: Bytes, dataset: Dataset) -> NDArray[np.float32]:
    """Return a picture as an input of a set of pictures that are not drawn, (features,).

    Where the set's paper is nearly black or nearly white, the picture is turned so that its own
    is, too; photographs, whose borders are of every brightness, stay as they are.
    """
    low, high = dataset.value_range
    some = dataset.inputs[: min(len(dataset), _BORDERS_SEEN)].reshape(-1, *dataset.image_shape)
    edges = (some[:, 0], some[:, -1], some[:, :, 0], some[:, :, -1])
    paper = (float(np.median(np.concatenate(edges, axis=1))) - low) / (high - low)
    clear = paper < _NEARLY or paper > 1 - _NEARLY
    turned = clear and (_paper(grey) > 127) != (paper > 0.5)
    shown = as_it_is(grey, dataset.image_shape, turned)
    return np.asarray(low + shown.ravel() * ((high - low) / 255), np.float32)
