"""Where the cells of a heat grid are: blocks of equal cells, each block a value."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect

Part = tuple[slice, slice]
"""Some rows and columns of a block, as an array is indexed."""


class Cell(NamedTuple):
    """One cell of a heat grid: the block's position among the blocks, a row and a column."""

    block: int
    row: int
    column: int


@dataclass(frozen=True)
class CellBlock:
    """One block, as it stands where nothing is scrolled.

    Attributes
    ----------
    left, top
        The corner, in pixels.
    rows, columns
        Of cells.
    width, height
        From one cell to the next, in pixels; a fraction spreads its rest over the cells.
    gap
        Pixels left free between two cells.
    missing
        Cells that the last row lacks.
    """

    left: int
    top: int
    rows: int
    columns: int
    width: float
    height: float
    gap: int = 0
    missing: int = 0

    @property
    def whole(self) -> QRect:
        """The place of all cells, gaps included."""
        return self.part(range(self.rows), range(self.columns))

    def part(self, rows: range, columns: range) -> QRect:
        """Return the place of some rows and columns, gaps included."""
        return QRect(
            QPoint(
                self.left + round(columns.start * self.width),
                self.top + round(rows.start * self.height),
            ),
            QPoint(
                self.left + round(columns.stop * self.width) - 1,
                self.top + round(rows.stop * self.height) - 1,
            ),
        )

    def rect(self, row: int, column: int) -> QRect:
        """Return where a cell is, without the gap around it."""
        near, far = self.gap // 2, self.gap - self.gap // 2
        place = self.part(range(row, row + 1), range(column, column + 1))
        return place.adjusted(near, near, -far, -far)

    def holds(self, row: int, column: int) -> bool:
        """Return whether there is a cell."""
        inside = 0 <= row < self.rows and 0 <= column < self.columns
        return inside and row * self.columns + column < self.rows * self.columns - self.missing

    def at(self, point: QPoint) -> tuple[int, int] | None:
        """Return the row and the column at a point."""
        row, column = self._place(point)
        return (row, column) if self.holds(row, column) else None

    def nearest(self, point: QPoint) -> tuple[int, int]:
        """Return the row and the column of the cell nearest to a point."""
        row, column = self._place(point)
        row, column = min(max(row, 0), self.rows - 1), min(max(column, 0), self.columns - 1)
        return (row, column) if self.holds(row, column) else (row - 1, column)

    def crossed(self, area: QRect) -> tuple[range, range]:
        """Return the rows and the columns that lie in an area, wholly or in part."""
        first, last = self._place(area.topLeft()), self._place(area.bottomRight())
        return (
            range(max(first[0], 0), max(min(last[0] + 1, self.rows), 0)),
            range(max(first[1], 0), max(min(last[1] + 1, self.columns), 0)),
        )

    def _place(self, point: QPoint) -> tuple[int, int]:
        return (
            floor((point.y() - self.top) / self.height),
            floor((point.x() - self.left) / self.width),
        )
