"""Pictures of ink as the window paints them: light on dark in both themes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from playground.gui.look.colors import Colors
from playground.gui.look.heat import Pixels, image_of


def ink_pixels(picture: NDArray[np.floating], colors: Colors) -> Pixels:
    """Return a picture's colours, the same shape.

    Parameters
    ----------
    picture
        Floats, 0 paper to 1 ink; values outside take the nearest end.
    colors
        The theme that gives the colours of paper and ink.
    """
    levels = np.clip(np.nan_to_num(picture) * 255, 0, 255).astype(np.uint8)
    pixels: Pixels = _shades(colors.canvas, colors.ink)[levels]
    return pixels


def ink_image(picture: NDArray[np.floating], colors: Colors) -> QImage:
    """Return a picture (height, width) as an image with a pixel for every value."""
    return image_of(ink_pixels(picture, colors))


@lru_cache(maxsize=8)
def _shades(paper: str, ink: str) -> Pixels:
    """Return 256 colours from paper to ink."""
    low, high = (np.array(QColor(end).getRgb()) for end in (paper, ink))
    levels = np.rint(np.linspace(low, high, 256)).astype(np.uint8)
    shades: Pixels = np.ascontiguousarray(levels).view(np.uint32)[:, 0]
    return shades
