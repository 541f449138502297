"""The curve of a topic."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from playground.analysis.glossary.curves import Curve, Floats
from playground.gui.look.colors import Colors
from playground.gui.look.marking import named
from playground.gui.widgets.plot_area import PlotArea, Ticks, axis_ticks

_INKS = (("accent", Qt.PenStyle.SolidLine), ("warning", Qt.PenStyle.DashLine))
_SPACE = 0.06


class TopicPlot(PlotArea):
    """Draws one or two lines, the second dashed; hidden where there is no curve."""

    def __init__(self) -> None:
        super().__init__("")
        named(self, "topicCurve", "Curve")
        self._curve: Curve | None = None
        self.hide()

    def show_curve(self, curve: Curve | None) -> None:
        """Draw another curve, or none."""
        self._curve = curve
        self.setVisible(curve is not None)
        if curve is None:
            return
        low = min(float(values.min()) for _, values in curve.lines)
        high = max(float(values.max()) for _, values in curve.lines)
        low, high = min(low, 0.0), max(high, 0.0)
        space = _SPACE * ((high - low) or 1.0)
        self.measures = curve.measures
        self.low = QPointF(curve.x[0], low - space)
        self.high = QPointF(curve.x[-1], high + space)
        self.setAccessibleDescription(" and ".join(name for name, _ in curve.lines))
        self.update()

    def ticks(self) -> tuple[Ticks, Ticks]:
        across = axis_ticks(self.low.x(), self.high.x())
        return across, axis_ticks(self.low.y(), self.high.y())

    def draw_heading(self, painter: QPainter, colors: Colors, line: QRectF) -> None:
        left = float(self.gutter)
        for (name, _), (ink, style) in zip(self._lines, _INKS, strict=False):
            painter.setPen(QPen(QColor(getattr(colors, ink)), 1.5, style))
            middle = line.center().y()
            painter.drawLine(QPointF(left, middle), QPointF(left + 18, middle))
            painter.setPen(QColor(colors.muted))
            words = QRectF(left + 23, line.top(), line.width(), line.height())
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, name)
            left += 40 + painter.fontMetrics().horizontalAdvance(name)

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        painter.setPen(QPen(QColor(colors.faint), 1))
        if self.low.x() < 0 < self.high.x():
            painter.drawLine(self.place(0, self.low.y()), self.place(0, self.high.y()))
        for (_, values), (ink, style) in zip(self._lines, _INKS, strict=False):
            assert self._curve is not None
            painter.setPen(QPen(QColor(getattr(colors, ink)), 1.8, style))
            painter.drawPolyline(self.line(self._curve.x, values))

    @property
    def _lines(self) -> tuple[tuple[str, Floats], ...]:
        return self._curve.lines if self._curve is not None else ()
