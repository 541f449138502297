"""A small curve of one answer over the steps of an ascent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.look.wording import signed

_MOST_POINTS = 400
_TALLEST = 220
_LEFT_ROOM, _LOWER_ROOM = 42.0, 16.0


class RisingCurve(QWidget):
    """The answer after each step, from 0 to 100 % or, for a regression, over its own range."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ascentCurve")
        self.setAccessibleName("The answer after each step")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(90, 80)
        self.setMaximumHeight(_TALLEST)
        self._font = ui_font(SMALL_PX)
        self._values: Sequence[float] = ()
        self._shares = True

    def set_values(self, values: Sequence[float], *, shares: bool) -> None:
        """Show an answer for each step, the start first."""
        self._values, self._shares = values, shares
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(180, 92)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        plot = QRectF(_LEFT_ROOM, 7, self.width() - _LEFT_ROOM - 8, self.height() - 7 - _LOWER_ROOM)
        low, high = self._range()
        painter.setPen(QPen(QColor(colors.border), 1))
        for share in (0.0, 0.5, 1.0):
            y = plot.bottom() - share * plot.height()
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setPen(QColor(colors.muted))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value, y in ((high, plot.top()), (low, plot.bottom())):
            text = f"{100 * value:.0f} %" if self._shares else signed(value, 2)
            painter.drawText(QRectF(0, y - 8, _LEFT_ROOM - 6, 16), right, text)
        last = max(len(self._values) - 1, 0)
        below = QRectF(plot.left(), plot.bottom() + 2, plot.width(), _LOWER_ROOM)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "step 0")
        if last:
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, str(last))
        if len(self._values):
            self._draw_curve(painter, plot, low, high, QColor(colors.accent))
        painter.end()

    def _range(self) -> tuple[float, float]:
        if self._shares or not len(self._values):
            return 0.0, 1.0
        values = np.nan_to_num(np.asarray(self._values, np.float64))
        low, high = float(values.min()), float(values.max())
        return (low, high) if high - low > 1e-9 else (low - 0.5, high + 0.5)

    def _draw_curve(
        self, painter: QPainter, plot: QRectF, low: float, high: float, color: QColor
    ) -> None:
        values = np.nan_to_num(np.asarray(self._values, np.float64))
        steps = np.arange(len(values))
        if len(values) > _MOST_POINTS:
            steps = np.unique(np.linspace(0, len(values) - 1, _MOST_POINTS).astype(np.intp))
        across = plot.left() + steps / max(len(values) - 1, 1) * plot.width()
        up = plot.bottom() - (values[steps] - low) / (high - low) * plot.height()
        points = [QPointF(x, y) for x, y in zip(across.tolist(), up.tolist(), strict=True)]
        painter.setPen(QPen(color, 1.5))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(points[-1], 3.5, 3.5)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
