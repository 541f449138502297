"""A signed number for every pixel of a picture, over the picture's own outline."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look import colormaps
from playground.gui.look.colors import DARK
from playground.gui.look.theme import colors_of

_LEAST, _USUAL, _MOST = 112, 124, 340
_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}

Floats = NDArray[np.floating]


class SignedMap(QWidget):
    """Blue above zero, orange below; ``pointed`` carries the pixel's index, −1 for none.

    Lines run along the edge of the ink: where the drawing crosses half of its range. Arrow keys
    move from pixel to pixel.
    """

    pointed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(_LEAST, _LEAST)
        self.setMaximumHeight(_MOST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._values: Floats = np.zeros((0, 0))
        self._image = QImage()
        self._edges: list[QLineF] = []
        self._limit = 1.0
        self._pointed = -1

    def set_values(self, values: Floats, ink: Floats, limit: float) -> None:
        """Show values (height, width) over ink of the same shape, 0 to 1; ±limit is full colour."""
        if values.shape != self._values.shape:
            self._pointed = -1
        self._values, self._limit = values, limit
        self._edges = _edges(ink >= 0.5)
        self._colour()
        self.update()

    def side(self) -> QRectF:
        """Return where the picture is."""
        height, width = self._values.shape
        cell = min(self.width() / max(width, 1), self.height() / max(height, 1))
        # Whole pixels a cell, so that no cell looks wider than its neighbour.
        cell = max(float(int(cell)), 1.0) if cell >= 4 else cell
        left = (self.width() - cell * width) / 2
        return QRectF(int(left), 0, cell * width, cell * height)

    def cell_rect(self, pixel: int) -> QRectF:
        """Return where a pixel is."""
        width = self._values.shape[1]
        square = self.side()
        row, column = divmod(pixel, width)
        cell = square.width() / width
        return QRectF(square.left() + column * cell, square.top() + row * cell, cell, cell)

    def sizeHint(self) -> QSize:
        return QSize(_USUAL, _USUAL)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        colors = colors_of(self)
        square = self.side()
        painter = QPainter(self)
        painter.drawImage(square, self._image)
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.drawRect(square.adjusted(0, 0, -1, -1))
        line = QColor(colors.text)
        painter.save()
        painter.translate(square.topLeft())
        cell = square.width() / self._values.shape[1]
        painter.scale(cell, cell)
        pen = QPen(line, 1.4)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawLines(self._edges)
        painter.restore()
        if self._pointed >= 0:
            box = self.cell_rect(self._pointed)
            painter.setPen(QPen(QColor(colors.window), 4))
            painter.drawRect(box)
            painter.setPen(QPen(QColor(colors.accent if self.hasFocus() else colors.text), 2))
            painter.drawRect(box)
        elif self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.drawRect(square.adjusted(0, 0, -1, -1))
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._pixel_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self._point_at(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = _MOVES.get(Qt.Key(event.key()))
        if move is None or not self._values.size:
            super().keyPressEvent(event)
            return
        height, width = self._values.shape
        if self._pointed < 0:
            self._point_at(0)
            return
        row, column = divmod(self._pointed, width)
        row = min(max(row + move[0], 0), height - 1)
        column = min(max(column + move[1], 0), width - 1)
        self._point_at(row * width + column)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(-1)
        self.update()

    def _pixel_at(self, at: QPointF) -> int:
        square = self.side()
        height, width = map(int, self._values.shape)
        if not self._values.size or not square.contains(at):
            return -1
        cell = square.width() / width
        row = min(int((at.y() - square.top()) / cell), height - 1)
        return row * width + min(int((at.x() - square.left()) / cell), width - 1)

    def _point_at(self, pixel: int) -> None:
        if pixel != self._pointed:
            self._pointed = pixel
            self.pointed.emit(pixel)
            self.update()

    def _colour(self) -> None:
        if not self._values.size:
            self._image = QImage()
            return
        table = colormaps.diverging(colors_of(self) is DARK)
        pixels = colormaps.colored(self._values, table, -self._limit, self._limit)
        pixels[~np.isfinite(self._values)] = 0
        pixels = np.ascontiguousarray(pixels)
        height, width = self._values.shape
        self._image = QImage(
            pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888
        ).copy()


def _edges(inside: NDArray[np.bool_]) -> list[QLineF]:
    """Return the lines between pixels inside and outside, a pixel being one unit wide."""
    framed = np.pad(inside, 1)
    across = [
        QLineF(column, row, column + 1, row)
        for row, column in np.argwhere(framed[1:, 1:-1] != framed[:-1, 1:-1]).tolist()
    ]
    down = [
        QLineF(column, row, column, row + 1)
        for row, column in np.argwhere(framed[1:-1, 1:] != framed[1:-1, :-1]).tolist()
    ]
    return across + down
