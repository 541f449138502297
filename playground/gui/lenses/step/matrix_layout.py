"""Where the arrays of a stage stand, how large their cells are, and which part of them is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect

from playground.analysis.slow_step import Matrix

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
class Block:
    """One matrix on the strip.

    Attributes
    ----------
    area
        With header, indices and footer.
    cells
        Where the shown cells are.
    cell_width, cell_height
        In pixels.
    first_row, first_column, rows, columns
        The part of the matrix that is shown.
    numbered
        Whether there is room for the numbers themselves.
    """

    area: QRect
    cells: QRect
    cell_width: int
    cell_height: int
    first_row: int
    first_column: int
    rows: int
    columns: int
    numbered: bool

    def cell(self, row: int, column: int) -> QRect:
        """Return where an entry of the matrix is."""
        return QRect(
            self.cells.x() + (column - self.first_column) * self.cell_width,
            self.cells.y() + (row - self.first_row) * self.cell_height,
            self.cell_width,
            self.cell_height,
        )

    def entry_at(self, point: QPoint) -> tuple[int, int] | None:
        """Return the row and the column of the entry under a point."""
        if not self.cells.contains(point):
            return None
        row = (point.y() - self.cells.y()) // self.cell_height + self.first_row
        column = (point.x() - self.cells.x()) // self.cell_width + self.first_column
        return row, column


def laid_out(
    matrices: Sequence[Matrix], headers: Sequence[int], cursor: dict[str, int], width: int
) -> tuple[list[Block], int]:
    """Place matrices in lines that fit a width; return the blocks and the height they take.

    Parameters
    ----------
    matrices
        What to place, in order.
    headers
        How wide each heading is.
    cursor
        The chosen index by axis; the shown part holds it.
    width
        Of the strip.
    """
    blocks: list[Block] = []
    x, y, line = _EDGE, 0, 0
    for matrix, header in zip(matrices, headers, strict=True):
        block = _block(matrix, min(header, width), cursor, width)
        if x > _EDGE and x + block.area.width() > width:
            x, y, line = _EDGE, y + line + _GAP // 2, 0
        blocks.append(_moved(block, x, y))
        x += block.area.width() + _GAP
        line = max(line, block.area.height())
    return blocks, y + line


def _block(matrix: Matrix, header: int, cursor: dict[str, int], width: int) -> Block:
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
    cells = QRect(left, top, shown_columns * cell_width, shown_rows * cell_height)
    cut = shown_rows < rows or shown_columns < columns
    area = QRect(
        0,
        0,
        max(left + cells.width(), header),
        top + cells.height() + (_FOOTER if cut else 2),
    )
    return Block(
        area,
        cells,
        cell_width,
        cell_height,
        _first(cursor.get(matrix.rows, 0), shown_rows, rows),
        _first(cursor.get(matrix.columns, 0), shown_columns, columns),
        shown_rows,
        shown_columns,
        numbered,
    )


def _first(chosen: int, shown: int, count: int) -> int:
    """Return the first index of a part that holds the chosen one, whole parts at a time."""
    chosen = min(chosen, count - 1)
    return min(chosen // shown * shown, count - shown)


def _moved(block: Block, x: int, y: int) -> Block:
    return Block(
        block.area.translated(x, y),
        block.cells.translated(x, y),
        block.cell_width,
        block.cell_height,
        block.first_row,
        block.first_column,
        block.rows,
        block.columns,
        block.numbered,
    )
