"""Where the arrays of a stage stand, how large their cells are, and which part of them is shown.

Of a sequence it is one example's steps, a column each, and a row for each unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect

from playground.analysis.slow_step import Matrix
from playground.gui.lenses.step.tiling import NOTHING, Numbers, Tiling, tiled
from playground.gui.widgets.cells import CellBlock
from playground.nn.explain.stage import EXAMPLE, STEP
from playground.wording import nth

NUMBER_WIDTH = 56
NUMBER_HEIGHT = 20
HEADER = 34
INDEX = 20
"""Of the row and the column that number the cells."""

_EDGE = 2
_FOOTER = 14
_GAP = 18
_LARGEST_CELL = 16
_LEAST_CELL = 4
_TALLEST, _TALLEST_PICTURES = 160, 210
_MOST_NUMBERED_ROWS = 12


@dataclass(frozen=True, eq=False)
class ShownMatrix:
    """What is shown of one matrix on the strip.

    Attributes
    ----------
    area
        With header, indices and footer.
    cells
        Where the shown entries are.
    rows, columns
        Which entry each cell shows, (rows, columns) of cells; −1 where it shows none.
    numbered
        Whether there is room for the numbers themselves.
    pictured
        Whether its pictures are shown, and not its rows and columns.
    of
        Which part of the matrix it is, or an empty text: ``example 3``, ``steps of example 3``.
    cut
        What is left out, or an empty text.
    """

    area: QRect
    cells: CellBlock
    rows: Numbers
    columns: Numbers
    numbered: bool = False
    pictured: bool = False
    of: str = ""
    cut: str = ""

    def entry_rect(self, row: int, column: int) -> QRect:
        """Return where an entry of the matrix is; an empty place where it is not shown."""
        (place,) = self.around((self.rows == row) & (self.columns == column)) or [QRect()]
        return place

    def around(self, chosen: NDArray[np.bool_]) -> list[QRect]:
        """Return what surrounds some cells, (rows, columns), within each picture by itself."""
        gaps = self.rows == NOTHING
        places = []
        for down in _runs(~gaps.all(axis=1)):
            for right in _runs(~gaps.all(axis=0)):
                across, along = np.nonzero(chosen[down, right])
                if len(across):
                    rows, columns = across + down.start, along + right.start
                    places.append(
                        self.cells.part(
                            range(rows.min(), rows.max() + 1),
                            range(columns.min(), columns.max() + 1),
                        )
                    )
        return places


def _runs(there: NDArray[np.bool_]) -> list[slice]:
    """Return the stretches in which something is there."""
    edges = np.flatnonzero(np.diff(there, prepend=False, append=False))
    return [slice(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


def laid_out(
    matrices: Sequence[Matrix],
    headers: Sequence[int],
    cursor: Mapping[str, int],
    width: int,
    lengths: NDArray[np.intp] | None = None,
) -> tuple[list[ShownMatrix], int]:
    """Place matrices in lines that fit a width; return their places and the height they take.

    ``headers`` is how wide each heading is, ``cursor`` the chosen index by axis: the shown part
    holds it. ``lengths`` is how many steps each example has, where some end early.
    """
    placed: list[ShownMatrix] = []
    x, y, line = _EDGE, 0, 0
    for matrix, header in zip(matrices, headers, strict=True):
        shown = _shown(matrix, min(header, width), cursor, width, lengths)
        if x > _EDGE and x + shown.area.width() > width:
            x, y, line = _EDGE, y + line + _GAP // 2, 0
        cells = replace(shown.cells, left=shown.cells.left + x, top=shown.cells.top + y)
        placed.append(replace(shown, area=shown.area.translated(x, y), cells=cells))
        x += shown.area.width() + _GAP
        line = max(line, shown.area.height())
    return placed, y + line


def _shown(
    matrix: Matrix,
    header: int,
    cursor: Mapping[str, int],
    width: int,
    lengths: NDArray[np.intp] | None,
) -> ShownMatrix:
    limit = max(width * 46 // 100, min(width, 260))
    pictures = tiled(matrix, cursor, limit, _TALLEST_PICTURES)
    if pictures is not None:
        return _pictured(matrix, pictures, header)
    down, right = (matrix.rows, matrix.columns) if not matrix.steps else (matrix.rows, STEP)
    rows, columns = matrix.shape if matrix.steps else matrix.values.shape
    numbered = rows <= _MOST_NUMBERED_ROWS and columns * NUMBER_WIDTH <= min(width, 560) - INDEX
    if numbered:
        cell_width, cell_height = NUMBER_WIDTH, NUMBER_HEIGHT
        shown_rows, shown_columns, left, top = rows, columns, INDEX, HEADER + INDEX - 4
    else:
        cell_width, cell_height = (
            max(min(room // count, _LARGEST_CELL), _LEAST_CELL)
            for room, count in ((limit, columns), (_TALLEST, rows))
        )
        if not matrix.steps and columns > 1:
            cell_width = cell_height = min(cell_width, cell_height)
        shown_rows = min(rows, _TALLEST // cell_height)
        shown_columns = min(columns, limit // cell_width)
        left, top = 0, HEADER
    cells = CellBlock(left, top, shown_rows, shown_columns, cell_width, cell_height)
    cut = [f"{columns} {'steps' if matrix.steps else 'columns'}"] * (shown_columns < columns)
    cut += [f"{rows} rows"] * (shown_rows < rows)
    at_row, at_column = np.indices((shown_rows, shown_columns))
    at_row += _first(cursor.get(down, 0), shown_rows, rows)
    at_column += _first(cursor.get(right, 0), shown_columns, columns)
    shown = ShownMatrix(
        _area(cells, header, cut=bool(cut)),
        cells,
        at_row,
        at_column,
        numbered,
        cut=", ".join(f"… {each}" for each in cut),
    )
    return _of_example(matrix, shown, cursor, lengths) if matrix.steps else shown


def _of_example(
    matrix: Matrix,
    shown: ShownMatrix,
    cursor: Mapping[str, int],
    lengths: NDArray[np.intp] | None,
) -> ShownMatrix:
    """Return units and steps as the entries that they are of the chosen example."""
    batch = matrix.values.shape[1]
    example = min(cursor.get(EXAMPLE, 0), batch - 1)
    rows = shown.rows * matrix.steps + shown.columns
    columns = np.full_like(rows, example)
    if lengths is not None:
        behind = shown.columns >= lengths[example]
        rows[behind] = columns[behind] = NOTHING
    of = f"steps of example {nth(example)}" if batch > 1 else "step by step"
    return replace(shown, rows=rows, columns=columns, of=of)


def _pictured(matrix: Matrix, pictures: Tiling, header: int) -> ShownMatrix:
    entries, side = pictures.entries, pictures.side
    lines, along = entries.shape
    cells = CellBlock(0, HEADER, lines, along, side, side)
    rows, columns = np.divmod(entries, matrix.values.shape[1])
    rows[entries == NOTHING] = columns[entries == NOTHING] = NOTHING
    cut = f"… {pictures.cut}" if pictures.cut else ""
    area = _area(cells, header, cut=bool(cut))
    return ShownMatrix(area, cells, rows, columns, pictured=True, of=pictures.of, cut=cut)


def _area(cells: CellBlock, header: int, *, cut: bool) -> QRect:
    taken = cells.whole
    wide = max(taken.right() + 1, header)
    return QRect(0, 0, wide, taken.bottom() + 1 + (_FOOTER if cut else 2))


def _first(chosen: int, shown: int, count: int) -> int:
    """Return the first index of a part that holds the chosen one, whole placed at a time."""
    chosen = min(chosen, count - 1)
    return min(chosen // shown * shown, count - shown)
