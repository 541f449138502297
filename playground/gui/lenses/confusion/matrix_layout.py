"""Where the cells, names and totals of a confusion matrix stand."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize

AXIS = 17
TOTAL_ROW = 20
_NAME_ROW = 18
_LEAST_NAME, _WIDEST_NAME = 16, 84
_LEAST_WIDTH, _LEAST_HEIGHT, _MOST = 22, 18, 46
_TALL = 280
"""Pixels that a grid of few classes may take."""


@dataclass(frozen=True)
class MatrixLayout:
    """A grid of equal cells.

    ``left`` and ``top`` are its corner, ``total`` is the totals' width, and ``turned`` says whether
    the columns' names stand upright.
    """

    classes: int
    left: int
    top: int
    width: int
    height: int
    total: int
    turned: bool

    @classmethod
    def fit(
        cls, size: QSize, name_widths: tuple[int, ...], least_width: int, total: int
    ) -> MatrixLayout:
        """Return the largest grid in a size whose cells are at least so wide.

        The columns' names are turned where they are wider than the columns.
        """
        classes, longest = max(len(name_widths), 1), max(name_widths, default=0)
        shown = min(longest, _WIDEST_NAME)
        left = AXIS + max(shown, _LEAST_NAME) + 8
        top, turned = AXIS + _NAME_ROW, False
        height = cls._height(size, top, classes)
        # Names of classes are longer than numbers, but no reason for very flat cells.
        widest = max(round(1.5 * height), 34, min(longest + 10, 2 * height + 20))
        width = (size.width() - left - total) // classes
        width = max(min(width, widest), least_width, _LEAST_WIDTH)
        if longest + 4 > width:
            top, turned = AXIS + shown + 6, True
            height = cls._height(size, top, classes)
        return cls(classes, left, top, width, height, total, turned)

    @staticmethod
    def _height(size: QSize, top: int, classes: int) -> int:
        height = (size.height() - top - TOTAL_ROW) // classes
        return min(max(height, _LEAST_HEIGHT), max(_MOST, _TALL // classes))

    def body(self, size: QSize) -> QRect:
        """Return the part of a viewport that shows cells."""
        return QRect(
            self.left,
            self.top,
            min(self.classes * self.width, max(size.width() - self.left - self.total, 0)),
            min(self.classes * self.height, max(size.height() - self.top - TOTAL_ROW, 0)),
        )

    def overhang(self, size: QSize) -> QSize:
        """Return how much of the grid a viewport does not show."""
        body = self.body(size)
        return QSize(
            self.classes * self.width - body.width(), self.classes * self.height - body.height()
        )

    def cell(self, row: int, column: int) -> QRect:
        """Return a cell's place where nothing is scrolled."""
        left = self.left + column * self.width
        return QRect(left, self.top + row * self.height, self.width, self.height)

    def cell_at(self, point: QPoint) -> tuple[int, int] | None:
        """Return the row and the column at a place where nothing is scrolled."""
        row = (point.y() - self.top) // self.height
        column = (point.x() - self.left) // self.width
        inside = 0 <= row < self.classes and 0 <= column < self.classes
        return (row, column) if inside else None

    def column_name(self, column: int) -> QRect:
        """Return where a column's name stands."""
        return QRect(self.left + column * self.width, AXIS, self.width, self.top - AXIS)

    def row_name(self, row: int) -> QRect:
        """Return where a row's name stands."""
        return QRect(AXIS, self.top + row * self.height, self.left - AXIS - 6, self.height)

    def totals(self, body: QRect) -> tuple[QRect, QRect]:
        """Return the column of the rows' totals and the row of the columns' totals."""
        side = QRect(body.right() + 1, body.top(), self.total, body.height())
        return side, QRect(body.left(), body.bottom() + 1, body.width(), TOTAL_ROW)
