"""Draws many smooth curves of any width at once, with NumPy.

Qt strokes an antialiased curve wider than one pixel in about 0.15 ms; hundreds of links in every
frame need it faster. All links between two columns begin and end at the same x, so a whole bundle
is one table of heights, and a picture of it is a few operations on whole arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

_T = np.linspace(0.0, 1.0, 129)
_ACROSS = 1.5 * _T * (1 - _T) + _T**3
_DOWN = 3 * _T**2 - 2 * _T**3


def smooth_step(share: Floats) -> Floats:
    """Return how far down a link is, 0 to 1, where it is so far across.

    The cubic Bézier curve whose control points lie half way across, at the heights of its ends:
    x = 1.5 t (1 − t) + t³, y = 3 t² − 2 t³.
    """
    return np.interp(share, _ACROSS, _DOWN)


class CurveBundle:
    """The curves between two columns, on their way to becoming pixels.

    Parameters
    ----------
    x0, x1
        Where all curves begin and end, in pixels of the view.
    view
        The width and height of the view in pixels; what lies outside is left out.
    """

    def __init__(self, x0: float, x1: float, view: tuple[int, int]) -> None:
        self.left = max(int(np.floor(x0)), 0)
        self.width = max(min(int(np.ceil(x1)), view[0]) - self.left, 0)
        self.height = view[1]
        across = max(x1 - x0, 1e-6)
        shares = (self.left + np.arange(self.width) + 0.5 - x0) / across
        self._inside = ((shares > 0) & (shares < 1)).astype(np.float32)
        shares = np.clip(shares, 0, 1)
        self._step = smooth_step(shares).astype(np.float32)
        near = 0.5 / across
        self._slope = (
            smooth_step(np.minimum(shares + near, 1)) - smooth_step(np.maximum(shares - near, 0))
        ).astype(np.float32)
        self._ids = np.empty(0, np.int64)
        self._widths = np.empty(0, np.float32)
        self._places = np.empty((0, 4 * self.width), np.int32)
        self._parts = np.empty((0, 4 * self.width), np.float32)

    def place(self, ids: NDArray[np.int64], begins: Floats, ends: Floats, widths: Floats) -> None:
        """Say which curves there are; one with the same id and width as before is kept.

        Parameters
        ----------
        ids
            Ascending numbers that tell the curves apart, (n,).
        begins, ends
            Their heights on the left and on the right, (n,), which belong to the id.
        widths
            Their widths in pixels, (n,).
        """
        widths = np.asarray(widths, np.float32)
        places = np.empty((len(ids), 4 * self.width), np.int32)
        parts = np.empty((len(ids), 4 * self.width), np.float32)
        fresh = np.ones(len(ids), bool)
        if len(self._ids):
            old = np.minimum(np.searchsorted(self._ids, ids), len(self._ids) - 1)
            known = (self._ids[old] == ids) & (self._widths[old] == widths)
            if known.all() and len(ids) == len(self._ids):
                return
            places[known], parts[known] = self._places[old[known]], self._parts[old[known]]
            fresh = ~known
        if fresh.any():
            places[fresh], parts[fresh] = self._deposits(
                np.asarray(begins, np.float32)[fresh],
                np.asarray(ends, np.float32)[fresh],
                widths[fresh],
            )
        self._ids, self._widths = ids, widths
        self._places, self._parts = places, parts

    def _deposits(
        self, begins: Floats, ends: Floats, widths: Floats
    ) -> tuple[NDArray[np.int32], Floats]:
        """Return where each curve's upper edge switches its ink on and its lower edge off.

        In every pixel column a curve covers a stretch as high as its width, longer where it is
        steep. An edge within a pixel is shared out between that pixel and the next.
        """
        fall = (ends - begins)[:, np.newaxis]
        middle = begins[:, np.newaxis] + fall * self._step
        half = 0.5 * widths[:, np.newaxis] * np.sqrt(1 + (fall * self._slope) ** 2)
        columns = np.arange(self.width, dtype=np.int32)
        places = np.empty((len(begins), 4, self.width), np.int32)
        parts = np.empty((len(begins), 4, self.width), np.float32)
        for index, (edge, sign) in enumerate(((middle - half, 1), (middle + half, -1))):
            edge = np.clip(edge, 0, self.height)
            row = edge.astype(np.int32)
            part = edge - row
            places[:, 2 * index] = row * self.width + columns
            places[:, 2 * index + 1] = places[:, 2 * index] + self.width
            parts[:, 2 * index] = sign * (1 - part) * self._inside
            parts[:, 2 * index + 1] = sign * part * self._inside
        return places.reshape(len(begins), -1), parts.reshape(len(begins), -1)

    def pixels(
        self,
        inks: Floats,
        negative: NDArray[np.bool_],
        colors: tuple[tuple[int, int, int], tuple[int, int, int]],
    ) -> NDArray[np.uint8]:
        """Return the curves as one picture with premultiplied alpha.

        Where curves cross their inks add up, so that none hides another whatever their order: ink
        of depth d covers 1 − e⁻ᵈ of the ground.

        Parameters
        ----------
        inks
            Each curve's depth of ink, (n,).
        negative
            Which curves take the second colour, (n,).
        colors
            Red, green and blue of the positive and of the negative curves.

        Returns
        -------
        uint8 of shape (height, width, 4): blue, green, red and alpha.
        """
        size = (self.height + 2) * self.width
        picture = np.zeros((self.height, self.width, 4), np.uint8)
        if not len(self._ids) or not self.width:
            return picture
        depths = []
        for chosen in (~negative, negative):
            weights = self._parts[chosen] * np.asarray(inks, np.float32)[chosen, np.newaxis]
            laid = np.bincount(self._places[chosen].ravel(), weights.ravel(), minlength=size)
            laid = laid.reshape(self.height + 2, self.width)[: self.height]
            depths.append(np.cumsum(laid, axis=0).astype(np.float32))
        total = np.maximum(depths[0] + depths[1], 1e-6)
        covered = -np.expm1(-total)
        picture[..., 3] = covered * 255
        covered /= total
        for channel in range(3):
            mixed = depths[0] * np.float32(colors[0][2 - channel])
            mixed += depths[1] * np.float32(colors[1][2 - channel])
            mixed *= covered
            picture[..., channel] = np.clip(mixed, 0, picture[..., 3])
        return picture
