"""What lies under a sliding kernel, laid out so that one product a row of places makes the sums."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.lib.stride_tricks import as_strided

from playground.nn.arrays import Array, Call


class Patches:
    """Patches of pictures (maps, height, width, batch), as the rows of places need them.

    The patches of neighbouring places overlap. Only along a row are they written out, ``size``
    times; from row to row they share memory, because the rows of the picture are the outermost
    axis: ``size`` rows in a row are one matrix. Against patches that are written out one by one
    (im2col) that is ``size`` times less to copy and to keep.

    Parameters
    ----------
    pictures
        (maps, height, width, batch), which :meth:`gather` reads.
    places
        Rows and columns of places.
    size, stride
        Of the kernel.
    lead
        Zeros above and left of the picture.
    spread
        The picture's pixels stand so far apart, with zeros between; with ``stride`` 1 only. It is
        how the way back undoes a stride.

    Attributes
    ----------
    by_row
        (rows, size·maps·size, columns·batch): for each row of places the matrix whose columns are
        the patches, in the order kernel row, map, kernel column.
    """

    _CACHED = 200_000  # bytes of patches that a product by few kernels works on at a time

    def __init__(
        self,
        pictures: Array,
        places: tuple[int, int],
        size: int,
        stride: int,
        lead: tuple[int, int],
        spread: int = 1,
    ) -> None:
        maps, height, width, batch = pictures.shape
        rows, columns = places
        above, left = lead
        deep = max((rows - 1) * stride + size, above + (height - 1) * spread + 1)
        stored: Array = np.zeros((deep, maps, size, columns, batch), pictures.dtype)
        by_row, column, number = stored.strides[0], stored.strides[3], stored.strides[4]
        self.by_row: Array = as_strided(
            stored,
            (rows, size * maps * size, columns * batch),
            (stride * by_row, columns * column, number),
        )
        self._pieces = next(
            (
                pieces
                for pieces in range(1, columns + 1)
                if columns % pieces == 0 and self.by_row[0].nbytes <= pieces * self._CACHED
            ),
            columns,
        )
        into = stored[above : above + (height - 1) * spread + 1 : spread]
        self._copies = []
        for right in range(size):
            # What a place sees: place·stride + right = left + column·spread.
            seen = [
                (place, at // spread)
                for place in range(columns)
                if (at := place * stride + right - left) % spread == 0 and 0 <= at < width * spread
            ]
            if not seen:
                continue
            (place, at), many = seen[0], len(seen)
            to = slice(place, place + (many - 1) * spread + 1, spread)
            source = slice(at, at + (many - 1) * stride + 1, stride)
            self._copies.append(
                (into[:, :, right, to], pictures[:, :, source].transpose(1, 0, 2, 3))
            )

    def weigh(self, kernels: Array, sums: Array) -> Call:
        """Return the call that multiplies every patch by kernels.

        Parameters
        ----------
        kernels
            (kernels, size·maps·size).
        sums
            Where to write, (kernels·rows·columns, batch).
        """
        rows, inputs, many = self.by_row.shape
        many //= self._pieces
        row, value, number = self.by_row.strides
        patches = as_strided(
            self.by_row, (rows, self._pieces, inputs, many), (row, many * number, value, number)
        )
        into = sums.reshape(len(kernels), rows, self._pieces, many).transpose(1, 2, 0, 3)
        return partial(np.matmul, kernels, patches, into)

    def gather(self) -> None:
        """Take the pictures in as they are now."""
        for into, source in self._copies:
            np.copyto(into, source)
