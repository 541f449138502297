"""Pixels as files write them, made into shares of ink."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.drawing.drawing import OPTDIGITS, Drawing
from playground.data.published.mnist import DRAWING
from playground.data.rows import ByteRows
from playground.errors import DataError


def ink_rows(name: str, pixels: NDArray[Any], advice: str = "") -> NDArray[np.float32] | ByteRows:
    """Return pixels, (examples, pixels), from 0 paper to 1 ink: as bytes where they are whole.

    Full ink is 1 or 255, and 16 in the 8×8 digits, which count so many pixels in a block.

    Raises
    ------
    DataError
        When they are none; the file's ``name`` begins the sentence, and ``advice`` ends it.
    """
    if pixels.dtype.kind == "f" and not np.isfinite(pixels).all():
        raise DataError(f"{name} holds NaN or infinity; pixels expect 0 to 1, or 0 to 255{advice}.")
    lowest, highest = (float(pixels.min()), float(pixels.max())) if len(pixels) else (0.0, 0.0)
    if lowest < 0 or highest > 255:
        raise DataError(
            f"{name} holds values from {lowest:g} to {highest:g}; pixels expect 0 to 1, or 0 to "
            f"255{advice}."
        )
    full = 1 if highest <= 1 else 16 if pixels.shape[1] == 64 and highest <= 16 else 255
    if pixels.dtype.kind in "ui" or (pixels == np.floor(pixels)).all():
        return ByteRows(np.ascontiguousarray(pixels, np.uint8), 1 / full)
    return np.asarray(pixels / np.float32(full), np.float32)


def drawing_of(height: int, width: int) -> Drawing | None:
    """Return how drawings become pictures of a size that a known set has."""
    return {(28, 28): DRAWING, (8, 8): OPTDIGITS}.get((height, width))
