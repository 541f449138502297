"""A picture file of what a network sees, what it gives back, and the difference."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.gui.look.colors import DARK
from playground.gui.look.heat import greatest_size, image_of, signed_pixels
from playground.gui.pictures import as_png
from playground.gui.widgets.ink_image import ink_pixels

_SIDE = 224
"""Pixels of a picture's longer side in the file, about."""
_BETWEEN = 16


def error_picture(seen: NDArray[np.floating], back: NDArray[np.floating]) -> bytes:
    """Return a PNG of both (height, width) and of the difference.

    It is blue where what comes back is too bright, and orange where it is too dark.
    """
    difference = back - seen
    pixels = [ink_pixels(seen, DARK), ink_pixels(back, DARK)]
    pixels.append(signed_pixels(difference, greatest_size(difference), dark=True))
    larger = max(_SIDE // max(seen.shape), 1)
    large = [each.repeat(larger, axis=0).repeat(larger, axis=1) for each in pixels]
    between = np.zeros((len(large[0]), _BETWEEN), large[0].dtype)
    return as_png(image_of(np.hstack([large[0], between, large[1], between, large[2]])))
