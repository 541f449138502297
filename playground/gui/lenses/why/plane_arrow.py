"""The gradient at a point of the plane as an arrow: the way that the answer rises fastest."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from playground.gui.look.colors import Colors
from playground.gui.look.heat import Floats
from playground.gui.widgets.plot_area import PlotArea, Ticks
from playground.wording import fixed, number

_LEAST, _USUAL, _MOST = 84, 90, 260
_LENGTH = 0.22
"""Of the side: the arrow tells a direction, the numbers tell how steep it is."""
_HEAD = 9.0


class PlaneArrow(PlotArea):
    """A point on the plane with an arrow of fixed length."""

    def __init__(self) -> None:
        super().__init__("")
        self.setAccessibleName("Direction on the plane in which the answer rises fastest")
        self.setMaximumHeight(_MOST)
        self._point = (0.0, 0.0)
        self._way = (0.0, 0.0)

    def set_slope(self, point: Floats, gradient: Floats, value_range: tuple[float, float]) -> None:
        """Show a point and the gradient there, both of shape (2,)."""
        low, high = value_range
        self.low, self.high = QPointF(low, low), QPointF(high, high)
        self._point = float(point[0]), float(point[1])
        norm = float(np.hypot(*gradient))
        way = gradient / norm if np.isfinite(norm) and norm > 0 else np.zeros(2)
        self._way = float(way[0]), float(way[1])
        where = ", ".join(fixed(value, 2) for value in self._point)
        self.setAccessibleDescription(f"at ({where})")
        self.update()

    def ends(self) -> tuple[QPointF, QPointF]:
        """Return where the arrow begins and ends."""
        start, length = self.place(*self._point), _LENGTH * self.plot_rect().width()
        return start, start + QPointF(self._way[0], -self._way[1]) * length

    def plot_rect(self) -> QRectF:
        side = min(self.width(), self.height()) - 18.0
        return QRectF((self.width() - side) / 2, 1, side, side)

    def ticks(self) -> tuple[Ticks, Ticks]:
        return [(value, number(value, 6)) for value in (self.low.x(), self.high.x())], ()

    def sizeHint(self) -> QSize:
        return QSize(_USUAL, _USUAL)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST, _LEAST)

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.setBrush(QColor(colors.card))
        painter.drawRect(plot)
        if self.low.x() < 0 < self.high.x():
            zero = self.place(0, 0)
            painter.drawLine(QPointF(zero.x(), plot.top()), QPointF(zero.x(), plot.bottom()))
            painter.drawLine(QPointF(plot.left(), zero.y()), QPointF(plot.right(), zero.y()))
        self._draw_arrow(painter, QColor(colors.accent))
        painter.setPen(QPen(QColor(colors.card), 1.5))
        painter.setBrush(QColor(colors.text))
        painter.drawEllipse(self.ends()[0], 5, 5)

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
