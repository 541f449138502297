"""The square window through which a layer looks at a picture, one place after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.errors import FieldError
from playground.wording import grouped

Padding = Literal["same", "valid"]

PADDINGS = {"same": "Same: zeros around", "valid": "Valid: no zeros"}
"""What stands around a picture: zeros, so that every place has a window, or nothing."""

ALWAYS_FITS = 15
"""A window of this side is let stand over any picture that is filled up with zeros."""


@dataclass(frozen=True)
class Window:
    """Where a window stops on a picture, and what it sees there.

    Rows and columns are counted from 0. With padding ``same`` there are ⌈length / stride⌉ places
    along a side and the zeros around are shared out evenly, the odd one last; with ``valid`` there
    are ⌊(length − size) / stride⌋ + 1.

    Attributes
    ----------
    height, width
        Of the picture.
    size, stride
        Of the window, and how far it goes from place to place.
    rows, columns
        How many places there are.
    above, left
        How many rows and columns of zeros stand before the picture.
    spread
        How far apart its pixels stand, with zeros between; the window goes on by one then.
    """

    height: int
    width: int
    size: int
    stride: int
    rows: int
    columns: int
    above: int = 0
    left: int = 0
    spread: int = 1

    @classmethod
    def over(
        cls, shape: tuple[int, ...], size: int, stride: int, padding: Padding, *, noun: str
    ) -> Window:
        """Return the window over pictures (maps, height, width).

        Parameters
        ----------
        shape
            Of one example.
        size, stride, padding
            As chosen.
        noun
            What the window is to a user: ``kernel``; a refusal points at the field of that name.

        Raises
        ------
        FieldError
            Where there are no pictures, or the window is larger than they are; with zeros around,
            where it is so large that its outermost weights can never meet a pixel.
        """
        _, height, width = picture_shape(shape)
        side = min(height, width)
        if padding == "valid" and size > side:
            raise FieldError(
                noun,
                f"A {noun} of {size}×{size} does not fit into pictures of {height}×{width}: "
                f"{side} is the largest that does"
                + (", or fill up with zeros (padding “same”)." if noun == "kernel" else "."),
            )
        if padding == "valid":
            rows, columns = ((length - size) // stride + 1 for length in (height, width))
            return cls(height, width, size, stride, rows, columns)
        largest = max(2 * max(height, width) - 1, ALWAYS_FITS)
        if size > largest:
            raise FieldError(
                noun,
                f"A {noun} of {size}×{size} sees nothing but zeros in its outermost rows and "
                f"columns, wherever it stops on pictures of {height}×{width}: choose {largest} "
                "or less.",
            )
        rows, columns = (-(-length // stride) for length in (height, width))
        above, left = (
            max(0, (places - 1) * stride + size - length) // 2
            for places, length in ((rows, height), (columns, width))
        )
        return cls(height, width, size, stride, rows, columns, above, left)

    @classmethod
    def onto(
        cls, shape: tuple[int, ...], size: int, stride: int, padding: Padding, *, noun: str
    ) -> Window:
        """Return the window that undoes the shape of :meth:`over`, for (maps, rows, columns).

        What comes are the places of a window over the picture that is made: with padding ``same``
        that is ``length·stride`` long, with ``valid`` ``(length − 1)·stride + size``. Each pixel of
        it looks back through this window at the places that see it.

        Raises
        ------
        FieldError
            As :meth:`over`, and where pixels would be left out between the places.
        """
        _, rows, columns = picture_shape(shape)
        if size < stride:
            raise FieldError(
                noun,
                f"A {noun} of {size}×{size} at stride {stride} leaves pixels out between its "
                f"places: choose a {noun} of {stride} or more, or a stride of {size} or less.",
            )
        height, width = (
            length * stride if padding == "same" else (length - 1) * stride + size
            for length in (rows, columns)
        )
        over = cls.over((1, height, width), size, stride, padding, noun=noun)
        above, left = size - 1 - over.above, size - 1 - over.left
        return cls(rows, columns, size, 1, height, width, above, left, stride)

    def sees(self, row: int, column: int) -> tuple[slice, slice]:
        """Return the rows and the columns of the picture that lie in the window at a place."""
        top, left = row * self.stride - self.above, column * self.stride - self.left
        return self._from(top, self.height), self._from(left, self.width)

    def _from(self, start: int, length: int) -> slice:
        first, end = (-(-max(at, 0) // self.spread) for at in (start, start + self.size))
        return slice(first, min(end, length))

    def pixels(self, row: int, column: int) -> NDArray[np.intp]:
        """Return the numbers of the pixels in the window at a place, (size, size); −1 is a zero."""
        return self.numbers(
            np.arange(self.size)[:, np.newaxis] + row * self.stride,
            np.arange(self.size) + column * self.stride,
        )

    def numbers(self, down: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the numbers of the pixels so far down and right of the first zero; −1 is a zero.

        Both are broadcast against each other.
        """
        (row, between), (column, beside) = (
            np.divmod(at, self.spread) for at in (down - self.above, right - self.left)
        )
        inside = (row >= 0) & (row < self.height) & (column >= 0) & (column < self.width)
        inside &= (between == 0) & (beside == 0)
        return np.where(inside, row * self.width + column, -1)

    def seen_from(self, row: int, column: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the numbers of the places that see a pixel, and of its cell in each one's window.

        Both are (places,); the cells of a window are numbered row by row.
        """
        down = row * self.spread + self.above - np.arange(self.rows) * self.stride
        right = column * self.spread + self.left - np.arange(self.columns) * self.stride
        rows, columns = (np.flatnonzero((at >= 0) & (at < self.size)) for at in (down, right))
        return (
            np.add.outer(rows * self.columns, columns).ravel(),
            np.add.outer(down[rows] * self.size, right[columns]).ravel(),
        )


def picture_shape(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Return a shape of three axes, (maps, height, width).

    Raises
    ------
    FieldError
        Where an example is no picture.
    """
    if len(shape) != 3:
        numbers = " × ".join(grouped(length) for length in shape)
        raise FieldError(
            "",
            f"A layer that looks at pictures expects them here, and {numbers} numbers in a row "
            "come: place it before Flatten and the dense layers, make maps of them by Reshape, or "
            "choose data with pictures.",
        )
    maps, height, width = shape
    return maps, height, width


def declare_padding(default: Padding) -> Any:
    """Declare the field for what stands around the picture."""
    return fields.choice(
        default,
        "Padding",
        "With “same”, zeros stand around the picture, so that the maps are as large as it is; "
        "with “valid”, the kernel stops where it would leave the picture.",
        PADDINGS,
    )
