"""Which cells show which entries of an array: its rows and columns, or the pictures in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.analysis.slow_step import Matrix
from playground.nn.explain.stage import EXAMPLE, HEAD, MAP, TAP
from playground.wording import nth

Numbers = NDArray[np.intp]

NOTHING = -1
"""Stands where a cell shows no entry."""

_LARGEST_CELL, _LEAST_CELL, _LEAST_KERNEL = 12, 2, 3


@dataclass(frozen=True)
class Tiling:
    """Pictures side by side, a cell apart.

    Attributes
    ----------
    entries
        Which entry of the array each cell shows, counted row by row, (rows, columns) of cells.
    side
        Of a cell, in pixels.
    of
        Which part of the array it is, or an empty text: ``example 3``.
    cut
        What is left out, or an empty text: ``64 maps``.
    """

    entries: Numbers
    side: int
    of: str = ""
    cut: str = ""


def tiled(matrix: Matrix, cursor: Mapping[str, int], width: int, height: int) -> Tiling | None:
    """Return the pictures of a matrix within so many pixels, None where it has none.

    Of maps it is those of the chosen example, and as many as there is room for around the chosen
    one. Of kernels it is a line for each map, or those of the chosen map alone.
    """
    if len(matrix.shape) != 3 or matrix.shape[1:] == (1, 1):
        return None
    rows, columns = matrix.values.shape
    if matrix.columns == TAP:
        kernels: Numbers = np.arange(rows * columns).reshape(rows, *matrix.shape)
        read, mine = matrix.shape[0], min(cursor.get(MAP, 0), rows - 1)
        tiles = kernels.reshape(-1, *matrix.shape[1:])
        if read == 1:
            return _paged(tiles, mine, width, height, "kernels")
        side = _side(tiles.shape, read, width, height)
        if side >= _LEAST_KERNEL:
            return Tiling(_laid(tiles, read), side)
        of, cut = f"map {nth(mine)}", f"{rows} maps"
        return _paged(kernels[mine], 0, width, height, "kernels", of, cut)
    example = min(cursor.get(EXAMPLE, 0), columns - 1)
    tiles = (np.arange(rows) * columns + example).reshape(matrix.shape)
    chosen = min(cursor.get(matrix.rows, 0), rows - 1) // tiles[0].size
    of = f"example {nth(example)}" if columns > 1 else ""
    return _paged(
        tiles, chosen, width, height, f"{matrix.rows if matrix.rows == HEAD else MAP}s", of
    )


def _paged(
    tiles: Numbers, chosen: int, width: int, height: int, noun: str, of: str = "", cut: str = ""
) -> Tiling:
    """Lay out as many tiles as there is room for, those around the chosen one."""
    count, high, wide = tiles.shape
    side, across = _best(tiles.shape, width, height)
    if side < _LEAST_CELL and count > 1:
        each = max(width // _LEAST_CELL // (wide + 1), 1)
        shown = min(each * max(height // _LEAST_CELL // (high + 1), 1), count)
        first = min(chosen // shown * shown, count - shown)
        tiles, cut = tiles[first : first + shown], cut or f"{count} {noun}"
        side, across = _best(tiles.shape, width, height)
    return Tiling(_laid(tiles, across), max(side, 1), of, cut)


def _best(shape: tuple[int, ...], width: int, height: int) -> tuple[int, int]:
    """Return the largest cell, and in how long lines tiles stand then, the last one full if any."""
    sides = (
        (_side(shape, across, width, height), -(-shape[0] % across), across)
        for across in range(1, shape[0] + 1)
    )
    side, _, across = max(sides)
    return side, across


def _side(shape: tuple[int, ...], across: int, width: int, height: int) -> int:
    count, high, wide = shape
    down = -(-count // across)
    room = min(width // (across * (wide + 1) - 1), height // (down * (high + 1) - 1))
    return min(room, _LARGEST_CELL)


def _laid(tiles: Numbers, across: int) -> Numbers:
    """Return the tiles in lines, with a cell between them."""
    count, high, wide = tiles.shape
    down = -(-count // across)
    cells = np.full((down * across, high + 1, wide + 1), NOTHING)
    cells[:count, :high, :wide] = tiles
    laid = cells.reshape(down, across, high + 1, wide + 1).transpose(0, 2, 1, 3)
    return laid.reshape(down * (high + 1), across * (wide + 1))[:-1, :-1]
