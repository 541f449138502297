"""A small curve of one answer over the steps of an ascent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from playground.gui.look.colors import Colors
from playground.gui.look.marking import named
from playground.gui.widgets.plot_area import PlotArea, Ticks
from playground.wording import fixed, percent

_MOST_POINTS = 400
_TALLEST = 220


class RisingCurve(PlotArea):
    """The answer after each step, from 0 to 100 % or, for a regression, over its own range."""

    def __init__(self) -> None:
        super().__init__("")
        named(self, "ascentCurve", "The answer after each step")
        self.setMaximumHeight(_TALLEST)
        self.above, self.gutter = 7, 42
        self._values = np.zeros(0)
        self._shares = True

    def set_values(self, values: Sequence[float], *, shares: bool) -> None:
        """Show an answer for each step, the start first."""
        self._values, self._shares = np.nan_to_num(np.asarray(values, np.float64)), shares
        low, high = 0.0, 1.0
        if not shares and len(values):
            low, high = float(self._values.min()), float(self._values.max())
            if high - low <= 1e-9:
                low, high = low - 0.5, high + 0.5
        self.low, self.high = QPointF(0, low), QPointF(max(len(values) - 1, 1), high)
        self.update()

    def ticks(self) -> tuple[Ticks, Ticks]:
        low, high, last = self.low.y(), self.high.y(), len(self._values) - 1
        across = [(0.0, "step 0")] + ([(float(last), str(last))] if last > 0 else [])
        up = [
            (value, percent(value, 0) if self._shares else fixed(value, 2)) for value in (low, high)
        ]
        return across, [*up, ((low + high) / 2, "")]

    def sizeHint(self) -> QSize:
        return QSize(180, 92)

    def minimumSizeHint(self) -> QSize:
        return QSize(90, 80)

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        if not len(self._values):
            return
        steps = np.arange(len(self._values))
        if len(steps) > _MOST_POINTS:
            steps = np.unique(np.linspace(0, len(steps) - 1, _MOST_POINTS).astype(np.intp))
        line = self.line(steps, self._values[steps])
        painter.setPen(QPen(QColor(colors.accent), 1.5))
        painter.drawPolyline(line)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.accent))
        painter.drawEllipse(line.last(), 3.5, 3.5)
