"""Pictures of ink as the window paints them: light on dark in both themes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from playground.gui.look.colors import Colors


def ink_image(picture: NDArray[np.floating], colors: Colors) -> QImage:
    """Return a picture with a pixel for every value.

    Parameters
    ----------
    picture
        Floats of shape (height, width), 0 paper to 1 ink; values outside take the nearest end.
    colors
        The theme that gives the colours of paper and ink.
    """
    levels = np.clip(np.nan_to_num(picture) * 255, 0, 255).astype(np.uint8)
    pixels = _shades(colors.canvas, colors.ink)[levels]
    height, width = pixels.shape
    # The copy owns its pixels; the first image only borrows the array's.
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


@lru_cache(maxsize=8)
def _shades(paper: str, ink: str) -> NDArray[np.uint32]:
    """Return 256 colours from paper to ink, each 0xffRRGGBB."""
    ends = [QColor(paper), QColor(ink)]
    table = np.full(256, 0xFF000000, np.uint32)
    for shift, channel in ((16, QColor.red), (8, QColor.green), (0, QColor.blue)):
        low, high = (channel(end) for end in ends)
        table |= np.rint(np.linspace(low, high, 256)).astype(np.uint32) << np.uint32(shift)
    return table
