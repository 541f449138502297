"""The reliability diagram: how often the network is right, against how sure it is."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from playground.analysis.answers.calibration import Calibration
from playground.gui.lenses.confusion.wording import bin_text
from playground.gui.look.colors import Colors
from playground.gui.look.marking import named, tool_tip
from playground.gui.widgets.plot_area import PlotArea, Ticks
from playground.wording import grouped, percent

_TIP = (
    "Of the answers that the network is 80 % sure of, 80 % should be right: then the bar reaches "
    "the diagonal. The gap is orange. The expected calibration error is the mean gap, each bin "
    "weighted by its share of the answers: ECE = Σ |Bₘ| / n · |acc(Bₘ) − conf(Bₘ)| (Guo and "
    "others, 2017)."
)
_SHARES: Ticks = ((0.0, "0"), (0.5, "50 %"), (1.0, "100 %"))


class CalibrationPlot(PlotArea):
    """Paints a :class:`Calibration`."""

    def __init__(self) -> None:
        super().__init__("share right, by confidence")
        named(self, "calibrationPlot", tip=tool_tip(_TIP), topic="calibration")
        self.title = "Calibration"
        self._calibration: Calibration | None = None
        self._word = ""
        self.set_calibration(None)

    def set_calibration(self, calibration: Calibration | None, word: str = "example") -> None:
        """Show other bins, and what is counted in them, in the singular."""
        self._calibration, self._word = calibration, word
        if calibration is None or not calibration.examples:
            self.figure = ""
        else:
            self.figure = f"ECE = Σ |B|/n · |acc − conf| = {percent(calibration.expected_error)}"
        self.setAccessibleName(f"{self.title}: {self.figure}" if self.figure else self.title)
        self.update()

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def ticks(self) -> tuple[Ticks, Ticks]:
        return _SHARES, _SHARES

    def bar_rect(self, index: int) -> QRectF:
        """Return where a bin's whole column is, in the widget's pixels."""
        assert self._calibration is not None
        low, high = self._calibration.edges(index)
        return QRectF(self.place(low, 1.0), self.place(high, 0.0))

    def hit(self, place: QPointF) -> int | None:
        return None if self._calibration is None else self.bin_at(place, self._calibration.bins)

    def sentence(self, index: int) -> str:
        found = self._calibration
        return "" if found is None else bin_text(found, index, self._word)

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        calibration = self._calibration
        if calibration is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            for index in np.flatnonzero(calibration.counts).tolist():
                self._draw_bin(painter, colors, calibration, index)
        diagonal = QPen(QColor(colors.faint), 1, Qt.PenStyle.DashLine)
        painter.setPen(diagonal)
        painter.drawLine(plot.bottomLeft(), plot.topRight())
        if calibration is not None:
            self._draw_counts(painter, colors, calibration)

    def _draw_bin(
        self, painter: QPainter, colors: Colors, calibration: Calibration, index: int
    ) -> None:
        column = self.bar_rect(index).adjusted(1, 0, -1, 0)
        right, sure = float(calibration.accuracy[index]), float(calibration.confidence[index])
        top, wanted = self.place(0, right).y(), self.place(0, sure).y()
        bar, gap = QColor(colors.accent), QColor(colors.warning)
        bar.setAlphaF(0.85 if index == self.pointed else 0.6)
        painter.fillRect(QRectF(column.left(), top, column.width(), column.bottom() - top), bar)
        gap.setAlphaF(0.55)
        high, low = min(top, wanted), max(top, wanted)
        painter.fillRect(QRectF(column.left(), high, column.width(), low - high), gap)
        painter.fillRect(QRectF(column.left(), top - 1, column.width(), 2), QColor(colors.accent))

    def _draw_counts(self, painter: QPainter, colors: Colors, calibration: Calibration) -> None:
        """Write each bin's examples at the foot of its bar, or above a short one."""
        metrics = painter.fontMetrics()
        for index, count in enumerate(calibration.counts.tolist()):
            text = f"{grouped(count)}"
            column = self.bar_rect(index)
            if not count or metrics.horizontalAdvance(text) > column.width() + 6:
                continue
            right, sure = float(calibration.accuracy[index]), float(calibration.confidence[index])
            inside = column.height() * right > metrics.height() + 6
            y = column.bottom() - metrics.height() - 2
            if not inside:
                y -= column.height() * max(right, sure)
            painter.setPen(QColor(colors.text if inside else colors.muted))
            box = QRectF(column.left() - 4, y, column.width() + 8, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
