"""Where the arrays of a stage stand, how large their cells are, and which part of them is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRect

from playground.analysis.slow_step import Matrix
from playground.gui.widgets.cells import CellBlock

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
_TALLEST = 160
_MOST_NUMBERED_ROWS = 12


@dataclass(frozen=True)
class ShownMatrix:
    """What is shown of one matrix on the strip.

    Attributes
    ----------
    area
        With header, indices and footer.
    cells
        Where the shown entries are.
    first_row, first_column
        The first entry that is shown.
    numbered
        Whether there is room for the numbers themselves.
    """

    area: QRect
    cells: CellBlock
    first_row: int
    first_column: int
    numbered: bool

    def entry_rect(self, row: int, column: int) -> QRect:
        """Return where an entry of the matrix is."""
        return self.cells.rect(row - self.first_row, column - self.first_column)


def laid_out(
    matrices: Sequence[Matrix], headers: Sequence[int], cursor: dict[str, int], width: int
) -> tuple[list[ShownMatrix], int]:
    """Place matrices in lines that fit a width; return their places and the height they take.

    ``headers`` is how wide each heading is, ``cursor`` the chosen index by axis: the shown part
    holds it.
    """
    placed: list[ShownMatrix] = []
    x, y, line = _EDGE, 0, 0
    for matrix, header in zip(matrices, headers, strict=True):
        shown = _shown(matrix, min(header, width), cursor, width)
        if x > _EDGE and x + shown.area.width() > width:
            x, y, line = _EDGE, y + line + _GAP // 2, 0
        cells = replace(shown.cells, left=shown.cells.left + x, top=shown.cells.top + y)
        placed.append(replace(shown, area=shown.area.translated(x, y), cells=cells))
        x += shown.area.width() + _GAP
        line = max(line, shown.area.height())
    return placed, y + line


def _shown(matrix: Matrix, header: int, cursor: dict[str, int], width: int) -> ShownMatrix:
    rows, columns = matrix.values.shape
    numbered = rows <= _MOST_NUMBERED_ROWS and columns * NUMBER_WIDTH <= min(width, 560) - INDEX
    if numbered:
        cell_width, cell_height = NUMBER_WIDTH, NUMBER_HEIGHT
        shown_rows, shown_columns, left, top = rows, columns, INDEX, HEADER + INDEX - 4
    else:
        limit = max(width * 46 // 100, min(width, 260))
        side = max(min(limit // columns, _TALLEST // rows, _LARGEST_CELL), _LEAST_CELL)
        cell_width = cell_height = side
        if columns == 1:
            cell_width = max(side, _LARGEST_CELL)
        shown_rows = min(rows, _TALLEST // side)
        shown_columns = min(columns, limit // side)
        left, top = 0, HEADER
    cells = CellBlock(left, top, shown_rows, shown_columns, cell_width, cell_height)
    cut = shown_rows < rows or shown_columns < columns
    taken = cells.whole
    wide = max(taken.right() + 1, header)
    area = QRect(0, 0, wide, taken.bottom() + 1 + (_FOOTER if cut else 2))
    return ShownMatrix(
        area,
        cells,
        _first(cursor.get(matrix.rows, 0), shown_rows, rows),
        _first(cursor.get(matrix.columns, 0), shown_columns, columns),
        numbered,
    )


def _first(chosen: int, shown: int, count: int) -> int:
    """Return the first index of a part that holds the chosen one, whole placed at a time."""
    chosen = min(chosen, count - 1)
    return min(chosen // shown * shown, count - shown)
