"""Which numbers and which weights meet where kernels look at pictures, and the weights' slopes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.nn.explain.stage import Matrix, Origin, Stage, computing, terms_of
from playground.nn.explain.writing import Lines, entry, extent, place, shape, sub, sum_of_products
from playground.nn.window import Window


class Sums:
    """Which inputs and which weights meet in which sum; all are told by their numbers.

    Parameters
    ----------
    window
        Where the kernels stop.
    kernels
        (maps, maps read, size, size).

    Attributes
    ----------
    maps, read, size
        How many maps there are, how many each reads, and the side of a kernel.
    kernels
        The shape of one map's kernels.
    places, pixels
        How many places a map has, and how many pixels a map that is read.
    """

    def __init__(self, window: Window, kernels: tuple[int, ...]) -> None:
        self.maps, self.read, self.size, _ = kernels
        self.kernels = kernels[1:]
        self.window = window
        self.places = window.rows * window.columns
        self.pixels = window.height * window.width

    def inputs(self, output: int) -> NDArray[np.intp]:
        """Return what each weight of a map meets at a place, (weights,); −1 is a zero."""
        seen = self.window.pixels(*divmod(output % self.places, self.window.columns))
        maps = np.arange(self.read)[:, np.newaxis, np.newaxis] * self.pixels
        return np.where(seen < 0, -1, maps + seen).ravel()

    def meeting(self, tap: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the places where a weight meets a number and no zero, and those numbers."""
        window = self.window
        read, *inside = np.unravel_index(tap, self.kernels)
        row, column = np.indices((window.rows, window.columns)) * window.stride
        pixels = window.numbers(row + inside[0], column + inside[1])
        met = pixels >= 0
        return np.flatnonzero(met), read * self.pixels + pixels[met]

    def readers(self, number: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the sums that an input is in, and the weight that it has in each."""
        read, pixel = divmod(number, self.pixels)
        places, cells = self.window.seen_from(*divmod(pixel, self.window.width))
        outputs = np.add.outer(np.arange(self.maps) * self.places, places)
        taps = np.broadcast_to(read * self.size**2 + cells, outputs.shape)
        return outputs.ravel(), taps.ravel()


def kernel_slopes(title: str, sums: Sums, grad: Matrix, given: Matrix, slopes: Matrix) -> Stage:
    """Return the stage of ∂L/∂ the kernels that looked at what a layer was given."""
    batch, grad_z, x = grad.values.shape[1], grad.values, given.values

    def arithmetic(row: int, column: int) -> Lines:
        places, numbers = sums.meeting(column)
        outputs = row * sums.places + places

        def names(term: int) -> tuple[str, str]:
            at, example = divmod(term, batch)
            of = f"[{example + 1}]" if batch > 1 else ""
            return (
                f"{entry(grad.symbol)}{place(int(outputs[at]), grad.shape)}{of}",
                f"{entry(given.symbol)}{place(int(numbers[at]), given.shape)}{of}",
            )

        return sum_of_products(
            f"{entry(slopes.symbol)}{sub(row)},{place(column, sums.kernels)}",
            grad_z[outputs].ravel(),
            x[numbers].ravel(),
            names,
            divisor=batch,
            terms=terms_of(grad),
        )

    def origins(row: int, column: int) -> dict[str, Origin]:
        places, numbers = sums.meeting(column)
        return {grad.symbol: Origin(row * sums.places + places), given.symbol: Origin(numbers)}

    kernels = f"({', '.join(map(str, (sums.maps, *sums.kernels)))})"
    return computing(
        "backward",
        slopes.layer,
        title,
        f"{slopes.symbol} = Σ {grad.symbol}·patch{' / m' if batch > 1 else ''}",
        f"{shape(grad_z, grad.shape)}, {shape(x, given.shape)} → {kernels}",
        "A weight is used at every place of its map, so its slope is the sum over all of them of "
        f"{entry(grad.symbol)} times the number that the weight met there"
        + (f", divided by m = {batch} for the mean loss." if batch > 1 else "."),
        extent(slopes.values, "slope"),
        (grad, given, slopes),
        arithmetic,
        origins,
    )
