"""The colours that stand for numbers and classes, as lookup tables for QImage and pyqtgraph."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Table = NDArray[np.uint8]

# Petroff, "Accessible Color Sequences for Data Visualization", arXiv:2107.02270 (2021): ten
# colours found by optimizing their distances under simulated colour-vision deficiencies.
_CLASSES = (
    (63, 144, 218),
    (255, 169, 14),
    (189, 31, 1),
    (148, 164, 162),
    (131, 45, 182),
    (169, 107, 89),
    (231, 99, 0),
    (185, 172, 112),
    (113, 117, 129),
    (146, 218, 221),
)

# Orange below zero and blue above, the pair that every kind of dichromat tells apart. Zero takes
# the theme's ground, so that a neuron that says nothing recedes.
_SIGNED_DARK = ((255, 176, 84), (196, 104, 22), (49, 53, 63), (44, 112, 201), (120, 190, 255))
_SIGNED_LIGHT = ((158, 76, 0), (233, 145, 52), (240, 241, 244), (88, 156, 233), (8, 66, 148))

# From blue over teal to yellow, each lighter than the one before, on the ink's own dark ground.
_TIME = ((67, 120, 236), (52, 164, 178), (122, 194, 104), (244, 212, 76))

# From Björn Ottosson, "A perceptual color space for image processing" (2020).
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


@lru_cache
def viridis() -> Table:
    """Return the map for values of zero and more: uint8 (256, 4), RGBA, read-only."""
    from pyqtgraph import colormap  # not needed for the first picture of the window

    table: Table = np.ascontiguousarray(
        colormap.get("viridis").getLookupTable(nPts=256, alpha=True), dtype=np.uint8
    )
    return _frozen(table)


@lru_cache
def grey() -> Table:
    """Return the map for ink, black to white: uint8 (256, 4), RGBA, read-only."""
    levels = np.arange(256, dtype=np.uint8)
    return _frozen(np.stack([levels, levels, levels, np.full_like(levels, 255)], axis=1))


@lru_cache
def diverging(dark: bool) -> Table:
    """Return the map for signed values: uint8 (256, 4), RGBA, read-only.

    Orange is negative, blue positive, and zero (between entries 127 and 128) is the ground of the
    dark or the light theme. Lightness changes in one direction on either side of zero; colours are
    interpolated in Oklab.
    """
    return _between(_SIGNED_DARK if dark else _SIGNED_LIGHT)


@lru_cache
def time() -> Table:
    """Return the map from the first step, blue, to the last, yellow: uint8 (256, 4), read-only."""
    return _between(_TIME)


def class_colors(n: int) -> Table:
    """Return one colour a class: uint8 (n, 4), RGBA.

    The ten colours differ for colour-blind eyes too; an eleventh class takes the first one again.
    """
    table = np.full((n, 4), 255, dtype=np.uint8)
    table[:, :3] = np.array(_CLASSES, dtype=np.uint8)[np.arange(n) % len(_CLASSES)]
    return table


def entries(values: ArrayLike, low: float, high: float) -> NDArray[np.uint8]:
    """Return each value's entry in a table whose first entry is ``low`` and last is ``high``.

    Values outside take the nearest end, a value that is not a number the first entry; where
    ``low`` equals ``high`` every value takes the first entry.
    """
    span = high - low
    if not np.isfinite(span) or span <= 0:
        return np.zeros(np.shape(values), dtype=np.uint8)
    scaled = (np.asarray(values, dtype=np.float64) - low) * (255.0 / span)
    return np.rint(np.minimum(np.fmax(scaled, 0.0), 255.0)).astype(np.uint8)


def colored(values: ArrayLike, table: Table, low: float, high: float) -> NDArray[np.uint8]:
    """Return the values' colours: uint8 (*shape, 4), RGBA, ready for ``Format_RGBA8888``."""
    return table[entries(values, low, high)]


def _between(anchors: tuple[tuple[int, int, int], ...]) -> Table:
    """Return a map through evenly spaced colours, mixed in Oklab."""
    encoded = np.array(anchors, dtype=np.float64) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    oklab = np.cbrt(linear @ _TO_LMS.T) @ _TO_OKLAB.T
    where = np.linspace(0.0, len(anchors) - 1.0, 256)
    mixed = np.stack(
        [np.interp(where, np.arange(len(anchors)), channel) for channel in oklab.T], axis=1
    )
    linear = np.clip((mixed @ np.linalg.inv(_TO_OKLAB).T) ** 3 @ np.linalg.inv(_TO_LMS).T, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    table = np.full((256, 4), 255, dtype=np.uint8)
    table[:, :3] = np.rint(encoded * 255)
    return _frozen(table)


def _frozen(table: Table) -> Table:
    table.setflags(write=False)
    return table
