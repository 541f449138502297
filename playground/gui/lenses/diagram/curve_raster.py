"""Draws many smooth curves of any width at once, with NumPy.

Qt strokes an antialiased curve wider than one pixel in about 0.15 ms; hundreds of links in every
frame need it faster. All links between two columns begin, bend and end at the same x, so a whole
bundle is one table of heights, and a picture of it is a few operations on whole arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from playground.gui.look.heat import Floats

_T = np.linspace(0.0, 1.0, 129)
_ACROSS = 1.5 * _T * (1 - _T) + _T**3
_DOWN = 3 * _T**2 - 2 * _T**3
_BEHIND = 1 << 48
_DEPTHS, _DEEPEST, _MIXTURES = 1024, 4.0, 16


def smooth_step(share: Floats) -> Floats:
    """Return how far down a link is, 0 to 1, where it is so far across.

    The cubic Bézier curve whose control points lie half way across, at the heights of its ends:
    x = 1.5 t (1 − t) + t³, y = 3 t² − 2 t³.
    """
    return np.interp(share, _ACROSS, _DOWN)


def passage(x: Floats, knots: Floats) -> Floats:
    """Return the share that each knot has in a link's height at each x, (knots, n).

    A link goes from knot to knot along :func:`smooth_step`.
    """
    shares = np.zeros((len(knots), len(x)))
    last = np.clip(np.searchsorted(knots, x, side="right") - 1, 0, len(knots) - 2)
    step = smooth_step((x - knots[last]) / np.maximum(knots[last + 1] - knots[last], 1e-6))
    across = np.arange(len(x))
    shares[last, across] = 1 - step
    shares[last + 1, across] = step
    return shares


class CurveBundle:
    """The curves between two columns, on their way to becoming pixels.

    Parameters
    ----------
    knots
        Where all curves begin, bend and end, in pixels of the view.
    view
        The width and height of the view in pixels; what lies outside is left out.
    """

    def __init__(self, knots: Sequence[float], view: tuple[int, int]) -> None:
        x0, x1 = knots[0], knots[-1]
        self.left = max(int(np.floor(x0)), 0)
        self.width = max(min(int(np.ceil(x1)), view[0]) - self.left, 0)
        self.height = view[1]
        x, at = self.left + np.arange(self.width) + 0.5, np.asarray(knots, np.float64)
        self._inside = ((x > x0) & (x < x1)).astype(np.float64)
        self._shares = passage(x, at)
        self._slopes = passage(x + 0.5, at) - passage(x - 0.5, at)
        self._keys = np.empty(0, np.int64)
        self._order = np.empty(0, np.intp)
        self._positive = 0
        self._widths = np.empty(0)
        self._places = np.empty((0, 4 * self.width), np.intp)
        self._parts = np.empty((0, 4 * self.width))

    def place(
        self,
        ids: NDArray[np.int64],
        heights: Floats,
        widths: Floats,
        negative: NDArray[np.bool_],
    ) -> None:
        """Say which curves there are; one that is as before is kept.

        Parameters
        ----------
        ids
            Numbers that tell the curves apart, (n,).
        heights
            Theirs at the knots, (n, knots), which belong to the id.
        widths
            Their widths in pixels, (n,).
        negative
            Which curves take the second colour, (n,); they are kept behind the others.
        """
        keys = ids + negative.astype(np.int64) * _BEHIND
        self._order = np.argsort(keys)
        self._positive = len(ids) - int(np.count_nonzero(negative))
        keys, widths = keys[self._order], np.asarray(widths, np.float64)[self._order]
        heights = heights[self._order]
        if np.array_equal(keys, self._keys):
            fresh = np.flatnonzero(widths != self._widths)
        else:
            places = np.empty((len(ids), 4 * self.width), np.intp)
            parts = np.empty((len(ids), 4 * self.width))
            fresh = np.arange(len(ids))
            if len(self._keys):
                old = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
                known = (self._keys[old] == keys) & (self._widths[old] == widths)
                places[known], parts[known] = self._places[old[known]], self._parts[old[known]]
                fresh = np.flatnonzero(~known)
            self._places, self._parts = places, parts
        self._keys, self._widths = keys, widths
        if len(fresh):
            self._places[fresh], self._parts[fresh] = self._deposits(heights[fresh], widths[fresh])

    def _deposits(self, heights: Floats, widths: Floats) -> tuple[NDArray[np.intp], Floats]:
        """Return where each curve's upper edge switches its ink on and its lower edge off.

        In every pixel column a curve covers a stretch as high as its width, longer where it is
        steep. An edge within a pixel is shared out between that pixel and the next.
        """
        middle = heights @ self._shares
        half = 0.5 * widths[:, np.newaxis] * np.sqrt(1 + (heights @ self._slopes) ** 2)
        columns = np.arange(self.width)
        places = np.empty((len(heights), 4, self.width), np.intp)
        parts = np.empty((len(heights), 4, self.width))
        for index, (edge, sign) in enumerate(((middle - half, 1), (middle + half, -1))):
            edge = np.clip(edge, 0, self.height)
            row = edge.astype(np.intp)
            part = (edge - row) * self._inside * sign
            places[:, 2 * index] = row * self.width + columns
            places[:, 2 * index + 1] = places[:, 2 * index] + self.width
            parts[:, 2 * index] = sign * self._inside - part
            parts[:, 2 * index + 1] = part
        return places.reshape(len(heights), -1), parts.reshape(len(heights), -1)

    def pixels(self, inks: Floats, table: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Return the curves as one picture, (height, width) of the table's colours.

        Where curves cross their inks add up, so that none hides another whatever their order.

        Parameters
        ----------
        inks
            Each curve's depth of ink, (n,), in the order of the ids.
        table
            Of :func:`ink_table`.
        """
        size = (self.height + 2) * self.width
        weighed = self._parts * np.asarray(inks, np.float64)[self._order, np.newaxis]
        laid = np.empty((2, self.height + 2, self.width), np.float32)
        for index, part in enumerate((slice(self._positive), slice(self._positive, None))):
            counted = np.bincount(self._places[part].ravel(), weighed[part].ravel(), minlength=size)
            laid[index] = counted.reshape(laid[index].shape)
        depths = np.cumsum(laid, axis=1)[:, : self.height]
        total = depths[0] + depths[1]
        total += np.float32(1e-6)
        share = depths[1] / total
        share *= np.float32(_MIXTURES - 0.1)
        np.clip(share, 0, _MIXTURES - 1, out=share)
        total *= np.float32(_DEPTHS / _DEEPEST)
        np.clip(total, 0, _DEPTHS - 1, out=total)
        entry = total.astype(np.int16)
        entry *= _MIXTURES
        entry += share.astype(np.int16)
        picture: NDArray[np.uint32] = table[entry]
        return picture


@lru_cache(maxsize=8)
def ink_table(positive: tuple[int, int, int], negative: tuple[int, int, int]) -> NDArray[np.uint32]:
    """Return the colour of every depth and mixture of two inks, premultiplied ARGB.

    Ink of depth d covers 1 − e⁻ᵈ of the ground.
    """
    depth = (np.arange(_DEPTHS) / _DEPTHS * _DEEPEST)[:, np.newaxis]
    share = (np.arange(_MIXTURES) / (_MIXTURES - 1))[np.newaxis]
    covered = -np.expm1(-depth) * np.ones_like(share)
    table = np.rint(covered * 255).astype(np.uint32) << np.uint32(24)
    for channel in range(3):
        mixed = (1 - share) * positive[channel] + share * negative[channel]
        table |= np.rint(covered * mixed).astype(np.uint32) << np.uint32(16 - 8 * channel)
    flat: NDArray[np.uint32] = table.ravel()
    flat.setflags(write=False)
    return flat
