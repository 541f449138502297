"""The gradient at a point of the plane as an arrow: the way that the answer rises fastest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.wording import fixed, number

_LEAST, _USUAL, _MOST = 84, 90, 260
_LENGTH = 0.22
"""Of the side: the arrow tells a direction, the numbers tell how steep it is."""
_HEAD = 9.0


class PlaneArrow(QWidget):
    """A point on the plane with an arrow of fixed length."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Direction on the plane in which the answer rises fastest")
        self.setMinimumSize(_LEAST, _LEAST)
        self.setMaximumHeight(_MOST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._font = ui_font(SMALL_PX)
        self._point = (0.0, 0.0)
        self._way = (0.0, 0.0)
        self._range = (-1.0, 1.0)

    def set_slope(
        self,
        point: NDArray[np.floating],
        gradient: NDArray[np.floating],
        value_range: tuple[float, float],
    ) -> None:
        """Show a point and the gradient there, both of shape (2,)."""
        self._range = value_range
        self._point = float(point[0]), float(point[1])
        norm = float(np.hypot(*gradient))
        way = gradient / norm if np.isfinite(norm) and norm > 0 else np.zeros(2)
        self._way = float(way[0]), float(way[1])
        where = ", ".join(fixed(value, 2) for value in self._point)
        self.setAccessibleDescription(f"at ({where})")
        self.update()

    def ends(self) -> tuple[QPointF, QPointF]:
        """Return where the arrow begins and ends."""
        square = self._square()
        low, high = self._range
        x = square.left() + (self._point[0] - low) / (high - low) * square.width()
        y = square.bottom() - (self._point[1] - low) / (high - low) * square.height()
        length = _LENGTH * square.width()
        return QPointF(x, y), QPointF(x + self._way[0] * length, y - self._way[1] * length)

    def sizeHint(self) -> QSize:
        return QSize(_USUAL, _USUAL)

    def _square(self) -> QRectF:
        side = min(self.width(), self.height()) - 18.0
        return QRectF((self.width() - side) / 2, 1, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        square = self._square()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.setBrush(QColor(colors.card))
        painter.drawRect(square)
        low, high = self._range
        if low < 0 < high:
            zero = -low / (high - low)
            x = square.left() + zero * square.width()
            y = square.bottom() - zero * square.height()
            painter.drawLine(QPointF(x, square.top()), QPointF(x, square.bottom()))
            painter.drawLine(QPointF(square.left(), y), QPointF(square.right(), y))
        painter.setPen(QColor(colors.muted))
        below = QRectF(square.left(), square.bottom() + 1, square.width(), 16)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, number(low))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, number(high))
        self._draw_arrow(painter, QColor(colors.accent))
        painter.setPen(QPen(QColor(colors.card), 1.5))
        painter.setBrush(QColor(colors.text))
        painter.drawEllipse(self.ends()[0], 5, 5)
        painter.end()

    def _draw_arrow(self, painter: QPainter, color: QColor) -> None:
        if self._way == (0.0, 0.0):
            return
        start, end = self.ends()
        along = QPointF(self._way[0], -self._way[1])
        beside = QPointF(-along.y(), along.x())
        base = end - along * _HEAD
        painter.setPen(QPen(color, 2.5))
        painter.drawLine(start, base)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        sides = [base + beside * (_HEAD / 2), base - beside * (_HEAD / 2)]
        painter.drawPolygon(QPolygonF([end, *sides]))
