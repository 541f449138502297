"""Grey pictures made into ink: what is paper, where strokes end, how thick they are."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground.errors import DataError
from playground.wording import grouped

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
            f"A picture expects at most {grouped(MOST_PIXELS)} pixels; {grouped(given.size)} came: "
            "make it smaller first."
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


def ink_box(ink: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Return top, bottom, left and right (exclusive) of the pixels that hold ink."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def stroke_distance(ink: Floats, side: int) -> Floats:
    """Return the signed distance to the strokes' edges, on a grid that the ink just fits.

    Large pictures are first reduced by block means, so that no thin stroke falls between samples.

    Parameters
    ----------
    ink
        What :func:`ink_of` returned.
    side
        The longer side of the ink's box on the grid, which has an eighth more on every side.

    Returns
    -------
    float32 of shape (rows, columns), grid pixels, positive inside strokes.
    """
    top, bottom, left, right = ink_box(ink >= 0.5)
    cropped = reduced(ink[top:bottom, left:right], side // 2)
    cropped = np.pad(cropped / cropped.max(), 1)
    step = (max(cropped.shape) - 2) / side
    margin = side // 8
    rows, columns = (
        (np.arange(-margin, math.ceil((length - 2) / step) + margin) + 0.5) * step + 1
        for length in cropped.shape
    )
    return signed_distance(sampled(cropped, rows, columns) >= 0.5)


def reduced(ink: Floats, side: int) -> Floats:
    """Return the picture reduced by whole block means, its longer side no less than ``side``."""
    block = max(ink.shape) // side
    if block < 2:
        return ink
    height, width = (-(-length // block) for length in ink.shape)
    padded = np.zeros((height * block, width * block), np.float32)
    padded[: ink.shape[0], : ink.shape[1]] = ink
    blocks = padded.reshape(height, block, width, block)
    return np.asarray(blocks.mean(axis=(1, 3)), np.float32)


def sampled(picture: Floats, rows: NDArray[np.float64], columns: NDArray[np.float64]) -> Floats:
    """Return a picture at fractional rows and columns by bilinear interpolation.

    Row i has its centre at i + ½; outside, the nearest pixel counts. The result has the shape
    (rows, columns).
    """
    result = picture
    for axis, at in enumerate((rows, columns)):
        place = np.clip(at - 0.5, 0, max(picture.shape[axis] - 1, 0))
        low = np.minimum(place.astype(np.intp), max(picture.shape[axis] - 2, 0))
        high = np.minimum(low + 1, picture.shape[axis] - 1)
        share = (place - low).astype(np.float32)
        if axis == 0:
            share = share[:, np.newaxis]
        below, above = result.take(low, axis), result.take(high, axis)
        result = below + (above - below) * share
    return result


def signed_distance(mask: NDArray[np.bool_]) -> Floats:
    """Return each pixel's distance to the edge of the ink in pixels, positive inside.

    Beyond the picture is paper. Exact Euclidean distance to the nearest pixel of the other kind,
    less ½; columns first, then rows (Felzenszwalb and Huttenlocher 2012, by the minimum over all
    shifts that may still be nearer, for pictures of some 100 pixels).
    """
    framed = np.pad(mask, 1)
    inside, outside = _distance_to(~framed), _distance_to(framed)
    return np.where(framed, inside - 0.5, 0.5 - outside)[1:-1, 1:-1].astype(np.float32)


def stroke_width(distance: Floats) -> float:
    """Return the typical thickness in pixels of the strokes of a signed distance.

    Twice the distance to the edge along the strokes' middle, that is where no neighbour lies
    deeper. The 40th percentile passes over the deeper places where strokes cross, and 0.9 pixels
    are added because the middle mostly falls between pixels (measured on lines of known width).
    """
    around = np.pad(distance, 1, constant_values=-1.0)
    height, width = distance.shape
    deepest = distance.copy()
    for down in range(3):
        for across in range(3):
            np.maximum(deepest, around[down : down + height, across : across + width], out=deepest)
    middle = distance[(distance > 0) & (distance >= deepest)]
    return 2 * float(np.quantile(middle, 0.4)) + 0.9 if middle.size else 0.0


def _distance_to(mask: NDArray[np.bool_]) -> Floats:
    """Return each pixel's distance to the nearest of a mask that has at least one."""
    height, width = mask.shape
    rows = np.arange(height, dtype=np.float32)[:, np.newaxis]
    beyond = np.float32(2 * (height + width))
    above = np.maximum.accumulate(np.where(mask, rows, -beyond), axis=0)
    below = np.minimum.accumulate(np.where(mask, rows, beyond)[::-1], axis=0)[::-1]
    in_column = np.minimum(rows - above, below - rows) ** 2
    nearest = in_column.copy()
    for step in range(1, width):
        across = np.float32(step * step)
        if across >= nearest.max():
            break
        np.minimum(nearest[:, step:], in_column[:, :-step] + across, out=nearest[:, step:])
        np.minimum(nearest[:, :-step], in_column[:, step:] + across, out=nearest[:, :-step])
    return np.asarray(np.sqrt(nearest), np.float32)


def resized(picture: NDArray[np.generic], rows: int, columns: int) -> Floats:
    """Return a picture with another number of rows and columns, each pixel a mean of its area.

    Where there are fewer than before, pixel i is the mean of the old ones between i·n/m and
    (i+1)·n/m, cut ones by their share; where there are more, old pixels are repeated.
    """
    result = picture.astype(np.float64)
    for axis, wanted in enumerate((rows, columns)):
        length = result.shape[axis]
        if length == wanted:
            continue
        sums = np.insert(np.cumsum(result, axis=axis), 0, 0.0, axis=axis)
        edges = np.linspace(0, length, wanted + 1)
        low = np.minimum(edges.astype(np.intp), length - 1)
        share = np.expand_dims(edges - low, 1 - axis)
        below = sums.take(low, axis)
        up_to = below + (sums.take(low + 1, axis) - below) * share
        result = np.diff(up_to, axis=axis) * (wanted / length)
    return result.astype(np.float32)
