"""One picture as the table of its numbers, as large as its place allows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.colors import DARK
from playground.gui.look.heat import (
    greatest_size,
    image_of,
    is_bright,
    signed_pixels,
)
from playground.gui.look.theme import colors_of
from playground.gui.probes.pixel_table import cell_font, cell_texts, paint_texts
from playground.gui.widgets.arrow_keys import ARROWS
from playground.gui.widgets.ink_image import ink_image
from playground.gui.widgets.painted_area import PaintedArea

FULL_COLOR = 3.0
"""Deviations from the mean beyond which a colour grows no stronger: few values lie there."""

_WIDEST_CELL = 32
_NARROWEST_CELL = 13
_TALLEST = 420
_ON_DARK, _ON_LIGHT = "#f2f4f8", "#101216"
_LIGHT_INK = 0.5


class _Written(NamedTuple):
    """The numbers as texts, what they are counted in, and the widest one's pixels."""

    texts: list[list[str]]
    unit: str
    widest: int


class ValueGrid(PaintedArea):
    """A cell for each number, shaded by it; ``pointed`` carries a pixel's index, −1 for none.

    Values in the data's own range are shaded as ink, others orange below zero and blue above.
    Arrow keys move from pixel to pixel.
    """

    pointed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("valueGrid", "The example's numbers", parent)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self._values: NDArray[np.floating] = np.zeros((1, 1))
        self._ink: NDArray[np.floating] | None = None
        self._image = QImage()
        self._shades: NDArray[np.intp] = np.zeros((1, 1), np.intp)
        self._cell = _WIDEST_CELL
        self._pointed = -1
        self._by_cell: dict[int, _Written] = {}

    @property
    def texts(self) -> list[list[str]]:
        """The numbers as written, row by row."""
        return self._written(self._cell).texts

    @property
    def unit(self) -> str:
        """What the numbers are counted in: ``", in hundredths"``."""
        return self._written(self._cell).unit

    def set_values(self, values: NDArray[np.floating], ink: NDArray[np.floating] | None) -> None:
        """Show numbers (height, width), shaded by ``ink`` of the same shape, or as signed."""
        self._values, self._ink = values, ink
        self._by_cell.clear()
        self.measure()
        self.recolor()
        self.updateGeometry()
        self.viewport().update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows, columns = map(int, self._values.shape)
        cell = self._cell_at(width)
        over = columns * cell > width
        return rows * cell + (self.horizontalScrollBar().sizeHint().height() if over else 0)

    def measure(self) -> None:
        """Choose the cells; scroll where the numbers need more width than there is."""
        room = self.viewport().width()
        self._cell = self._cell_at(room)
        bar = self.horizontalScrollBar()
        bar.setRange(0, max(self._values.shape[1] * self._cell - room, 0))
        bar.setPageStep(max(room, 1))
        bar.setSingleStep(self._cell)

    def _cell_at(self, width: int) -> int:
        """Return how wide a cell is in a place so wide: at least as its longest number."""
        rows, columns = map(int, self._values.shape)
        cell = min(width // columns, _WIDEST_CELL, _TALLEST // rows)
        cell = max(cell, _NARROWEST_CELL)
        return max(cell, self._written(cell).widest)

    def _written(self, cell: int) -> _Written:
        """Return the numbers as they are written in cells of that size."""
        if cell not in self._by_cell:
            texts, unit = cell_texts(self._values, cell)
            longest = max((text for row in texts for text in row), key=len)
            widest = QFontMetrics(cell_font(cell)).horizontalAdvance(longest)
            self._by_cell[cell] = _Written(texts, unit, widest)
        return self._by_cell[cell]

    def recolor(self) -> None:
        """Shade the cells, and choose for each which text can be read on it."""
        colors = colors_of(self)
        if self._ink is not None:
            self._image = ink_image(self._ink, colors)
            self._shades = (self._ink > _LIGHT_INK).astype(np.intp)
        else:
            scale = min(greatest_size(self._values), FULL_COLOR)
            pixels = signed_pixels(self._values, scale, colors is DARK)
            self._image = image_of(pixels)
            self._shades = is_bright(pixels).astype(np.intp)

    def cell_rect(self, pixel: int) -> QRect:
        """Return where a number is in the viewport."""
        row, column = divmod(pixel, self._values.shape[1])
        left = column * self._cell - self.horizontalScrollBar().value()
        return QRect(left, row * self._cell, self._cell, self._cell)

    def sizeHint(self) -> QSize:
        return QSize(360, self.heightForWidth(360))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._values.shape[0] * _NARROWEST_CELL)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        rows, columns = self._values.shape
        painter = QPainter(self.viewport())
        painter.translate(-self.horizontalScrollBar().value(), 0)
        painter.drawImage(QRect(0, 0, columns * self._cell, rows * self._cell), self._image)
        paint_texts(painter, self.texts, self._cell, self._shades, (_ON_DARK, _ON_LIGHT))
        painter.resetTransform()
        if self._pointed >= 0:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.drawRect(self.cell_rect(self._pointed))
        elif self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 1))
            wide = min(columns * self._cell, self.viewport().width() - 1)
            painter.drawRect(0, 0, wide, rows * self._cell)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = ARROWS.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
            return
        rows, columns = self._values.shape
        row, column = divmod(max(self._pointed, 0), columns)
        if self._pointed >= 0:
            row = min(max(row + move[0], 0), rows - 1)
            column = min(max(column + move[1], 0), columns - 1)
        self._point_at(row * columns + column)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._pixel_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(-1)

    def _pixel_at(self, at: QPoint) -> int:
        rows, columns = self._values.shape
        column = (at.x() + self.horizontalScrollBar().value()) // self._cell
        row = at.y() // self._cell
        return row * columns + column if 0 <= row < rows and 0 <= column < columns else -1

    def _point_at(self, pixel: int) -> None:
        if pixel != self._pointed:
            self._pointed = pixel
            self.pointed.emit(pixel)
            self.viewport().update()
