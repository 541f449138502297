"""How far one step moves each layer's weights, over the epochs, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from playground.analysis.weights.weight_history import HEALTHY_RATIO
from playground.gui.lenses.weights.time_heats import GUTTER
from playground.gui.look.colors import Colors
from playground.gui.look.marking import named
from playground.gui.widgets.class_markers import class_color
from playground.gui.widgets.plot_area import PlotArea, Ticks
from playground.gui.widgets.ticks import epoch_ticks, power_text, power_ticks
from playground.training.history import History
from playground.wording import number

_LOWEST, _HIGHEST = -12.0, 3.0
_BAND = math.log10(3)
"""Half the height of the healthy band, in decades."""


class RatioPlot(PlotArea):
    """A line a layer over the band around 1e−3 that is a rule of thumb for a healthy step."""

    def __init__(self) -> None:
        super().__init__("epoch")
        named(
            self,
            "updateRatioPlot",
            "Length of a step relative to the weights, for each layer",
            "How far one step moves a layer's weights, relative to their length. About 1e−3 is "
            "healthy: much less learns slowly, much more is a learning rate too high. The rule of "
            "thumb is A. Karpathy's, CS231n notes, “Neural Networks Part 3” (Stanford).",
        )
        self.title, self.figure, self.figure_ink = "‖ΔW‖ / ‖W‖", "about 1e−3 (CS231n)", "good"
        self.above, self.gutter = 24, GUTTER
        self.set_ratios(History(), ())

    @property
    def range(self) -> tuple[float, float]:
        """The exponents of ten at the lower and the upper end."""
        return self.low.y(), self.high.y()

    def set_ratios(self, ratios: History, names: Sequence[str]) -> None:
        """Show the layers' ratios over the epochs."""
        self._names = names if len(ratios) else ()
        self._epochs = ratios.epochs
        self._powers = {}
        low, high = math.log10(HEALTHY_RATIO) - 1.5, math.log10(HEALTHY_RATIO) + 1.5
        for name in self._names:
            values = ratios.columns[name]
            drawable = np.isfinite(values) & (values > 0)
            powers = np.log10(np.where(drawable, values, np.nan))
            self._powers[name] = powers
            if drawable.any():
                low, high = min(low, np.nanmin(powers)), max(high, np.nanmax(powers))
        first, last = (ratios.epochs[0], ratios.epochs[-1]) if self._names else (0.0, 0.0)
        margin = 0.0 if last > first else 0.5
        self.low = QPointF(first - margin, max(math.floor(low), _LOWEST))
        self.high = QPointF(last + margin, min(math.ceil(high), _HIGHEST))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 140)

    def ticks(self) -> tuple[Ticks, Ticks]:
        plot = self.plot_rect()
        powers = power_ticks(*self.range, max(int(plot.height() // 16), 3))
        across: Ticks = ()
        if self._names:
            ends, most = self._epochs[[0, -1]], max(int(plot.width() // 60), 2)
            across = [(tick, number(tick, 6)) for tick in epoch_ticks(ends[0], ends[1], most)]
        return across, [(power, power_text(power)) for power in powers]

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        healthy, band = math.log10(HEALTHY_RATIO), QColor(colors.good)
        band.setAlpha(40)
        corners = (self.low.x(), healthy + _BAND), (self.high.x(), healthy - _BAND)
        painter.fillRect(QRectF(*(self.place(*corner) for corner in corners)), band)
        if not self._names:
            painter.setPen(QColor(colors.muted))
            painter.drawText(plot, Qt.AlignmentFlag.AlignCenter, "No step yet")
        painter.setClipRect(plot.adjusted(-2, -2, 2, 2))
        for index, name in enumerate(self._names):
            powers, color = self._powers[name], class_color(index)
            drawable = np.isfinite(powers)
            # Where a layer is frozen its line is interrupted.
            for piece in np.split(np.arange(len(powers)), np.flatnonzero(~drawable)):
                piece = piece[drawable[piece]]
                line = self.line(self._epochs[piece], powers[piece])
                painter.setPen(QPen(color, 1))
                if len(piece) == 1:
                    painter.setBrush(color)
                    painter.drawEllipse(line.first(), 2, 2)
                elif len(piece):
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawPolyline(line)
