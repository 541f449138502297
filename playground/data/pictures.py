"""Grey pictures made into ink: what is paper, where strokes end, how thick they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground.errors import DataError

Floats = NDArray[np.float32]
MOST_PIXELS = 64_000_000
FAINTEST = 0.08


def ink_of(pixels: ArrayLike) -> Floats | None:
    """Return how much ink each pixel holds, or None where nothing stands out from the paper.

    The paper is the median of the picture's border. Ink is whichever side of it, darker or
    lighter, departs further; its strongest tone becomes 1.

    Parameters
    ----------
    pixels
        Shape (height, width): whole numbers 0..255, or floats 0..1.

    Returns
    -------
    float32 of the same shape, 0 paper to 1 ink.

    Raises
    ------
    DataError
        When it is no grey picture, too large, or holds a number that is not finite.
    """
    given = np.asarray(pixels)
    if given.ndim != 2 or given.size == 0 or given.dtype.kind not in "buif":
        raise DataError(
            f"A picture expects grey pixels of shape (height, width); {given.shape} of "
            f"{given.dtype} came: convert it to grey first."
        )
    if given.size > MOST_PIXELS:
        raise DataError(
            f"A picture expects at most {MOST_PIXELS:,} pixels; {given.size:,} came: make it "
            "smaller first."
        )
    grey = given.astype(np.float32)
    if not np.isfinite(grey).all():
        raise DataError("A picture expects finite pixels; NaN or infinity came: save it again.")
    if given.dtype.kind in "ui":
        grey /= 255
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    grey -= np.median(border)
    if -grey.min() > grey.max():
        grey = -grey
    strongest = float(grey.max())
    if strongest < FAINTEST:
        return None
    return np.asarray(np.clip(grey / strongest, 0, 1), np.float32)


def ink_box(ink: Floats) -> tuple[int, int, int, int]:
    """Return top, bottom, left and right (exclusive) of the pixels that are at least half ink."""
    rows = np.flatnonzero((ink >= 0.5).any(axis=1))
    columns = np.flatnonzero((ink >= 0.5).any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def halved_to(ink: Floats, side: int) -> Floats:
    """Return the picture reduced by whole block means while its longer side stays above ``side``.

    It keeps the thin strokes of a large picture, which sampling single pixels would miss.
    """
    block = max(ink.shape) // side
    if block < 2:
        return ink
    height, width = (-(-length // block) for length in ink.shape)
    padded = np.zeros((height * block, width * block), np.float32)
    padded[: ink.shape[0], : ink.shape[1]] = ink
    blocks = padded.reshape(height, block, width, block)
    return np.asarray(blocks.mean(axis=(1, 3)), np.float32)


def sampled(ink: Floats, rows: Floats, columns: Floats) -> Floats:
    """Return the picture at fractional rows and columns by bilinear interpolation, 0 outside.

    Row i has its centre at i + ½. The result has shape (rows, columns).
    """
    padded = np.pad(ink, 1)
    for axis, at in enumerate((rows, columns)):
        last = padded.shape[axis] - 1
        place = np.clip(at + 0.5, 0, last - 1e-3)
        low = place.astype(np.intp)
        share = (place - low).astype(np.float32)
        if axis == 0:
            share = share[:, np.newaxis]
        below, above = padded.take(low, axis), padded.take(low + 1, axis)
        padded = below + (above - below) * share
    return padded


def signed_distance(mask: NDArray[np.bool_]) -> Floats:
    """Return each pixel's distance to the edge of the ink in pixels, positive inside.

    Beyond the picture is paper. Exact Euclidean distance to the nearest pixel of the other kind,
    less ½; columns first, then rows (Felzenszwalb and Huttenlocher 2012, by direct minimum, for
    pictures of some 100 pixels).
    """
    framed = np.pad(mask, 1)
    inside, outside = _distance_to(~framed), _distance_to(framed)
    return np.where(framed, inside - 0.5, 0.5 - outside)[1:-1, 1:-1].astype(np.float32)


def stroke_width(distance: Floats) -> float:
    """Return the typical thickness of the strokes of a signed distance, pixels.

    Across a stroke of width w the distance to the edge rises from 0 to w/2 and falls again: its
    mean is w/4.
    """
    inside = distance[distance > 0]
    return 4 * float(inside.mean()) if inside.size else 0.0


def _distance_to(mask: NDArray[np.bool_]) -> Floats:
    height, width = mask.shape
    far = np.float32(height * height + width * width)
    rows = np.arange(height, dtype=np.float32)
    columns = np.arange(width, dtype=np.float32)
    squared = np.where(mask, np.float32(0), far)
    gap = (rows[:, np.newaxis] - rows) ** 2
    squared = (gap[:, :, np.newaxis] + squared[np.newaxis]).min(axis=1)
    gap = (columns[:, np.newaxis] - columns) ** 2
    squared = (gap[np.newaxis] + squared[:, np.newaxis, :]).min(axis=2)
    return np.asarray(np.sqrt(squared), np.float32)
