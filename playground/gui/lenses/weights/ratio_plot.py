"""How far one step moves each layer's weights, over the epochs, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.analysis.weights.weight_history import HEALTHY_RATIO
from playground.gui.look import colormaps
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.widgets.ticks import power_text, power_ticks, round_ticks, tick_text
from playground.training.history import History

_GUTTER = 50
_TITLE = 20
_AXIS = 30
_LOWEST, _HIGHEST = -12.0, 3.0
_WHAT = "‖ΔW‖ / ‖W‖"
_RULE = "about 1e−3 (CS231n)"
_BAND = math.log10(3)
"""Half the height of the healthy band, in decades."""

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTER = Qt.AlignmentFlag.AlignCenter


def layer_color(index: int) -> QColor:
    """Return the colour that stands for a layer in plot and table."""
    red, green, blue, _ = colormaps.class_colors(index + 1)[index].tolist()
    return QColor(red, green, blue)


class RatioPlot(QWidget):
    """A line a layer over the band around 1e−3 that is a rule of thumb for a healthy step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("updateRatioPlot")
        self.setAccessibleName("Length of a step relative to the weights, for each layer")
        self.setToolTip(
            "How far one step moves a layer's weights, relative to their length. About 1e−3 is "
            "healthy: much less learns slowly, much more is a learning rate too high. The rule of "
            "thumb is A. Karpathy's, CS231n notes, “Neural Networks Part 3” (Stanford)."
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 124)
        self._font = ui_font(SMALL_PX)
        self._ratios = History()
        self._names: Sequence[str] = ()

    @property
    def range(self) -> tuple[float, float]:
        """The exponents of ten at the lower and the upper end."""
        low, high = math.log10(HEALTHY_RATIO) - 1.5, math.log10(HEALTHY_RATIO) + 1.5
        for name in self._names:
            values = self._ratios.columns[name]
            values = values[np.isfinite(values) & (values > 0)]
            if values.size:
                low = min(low, math.log10(float(values.min())))
                high = max(high, math.log10(float(values.max())))
        return max(math.floor(low), _LOWEST), min(math.ceil(high), _HIGHEST)

    def set_ratios(self, ratios: History, names: Sequence[str]) -> None:
        """Show the layers' ratios over the epochs."""
        self._ratios, self._names = ratios, names if len(ratios) else ()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 140)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setFont(self._font)
        painter.setPen(QColor(colors.text))
        title = QRect(_GUTTER, 0, self.width() - _GUTTER - 8, _TITLE)
        painter.drawText(title, _LEFT, _WHAT)
        title.setLeft(title.left() + painter.fontMetrics().horizontalAdvance(_WHAT) + 10)
        painter.setPen(QColor(colors.good))
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(
            title, _RIGHT, painter.fontMetrics().elidedText(_RULE, elide, title.width())
        )
        plot = QRectF(_GUTTER, _TITLE, self.width() - _GUTTER - 8, self.height() - _TITLE - _AXIS)
        low, high = self.range
        per_decade = plot.height() / (high - low)

        def y_of(power: float) -> float:
            return plot.bottom() - (power - low) * per_decade

        healthy = math.log10(HEALTHY_RATIO)
        band = QColor(colors.good)
        band.setAlpha(40)
        top = y_of(healthy + _BAND)
        painter.fillRect(QRectF(plot.left(), top, plot.width(), 2 * _BAND * per_decade), band)
        for power in power_ticks(low, high, max(int(plot.height() // 16), 3)):
            y = round(y_of(power))
            painter.setPen(QColor(colors.muted))
            painter.drawText(QRectF(0, y - 7, _GUTTER - 6, 14), _RIGHT, power_text(power))
            painter.fillRect(QRectF(plot.left(), y, plot.width(), 1), QColor(colors.border))
        self._draw_lines(painter, plot, low, per_decade)
        painter.setPen(QColor(colors.muted))
        if not self._names:
            painter.drawText(plot, _CENTER, "No step yet")
        else:
            first, last = float(self._ratios.epochs[0]), float(self._ratios.epochs[-1])
            ticks = round_ticks(first, last, max(int(plot.width() // 60), 2))
            for tick in ticks if last > first else [first]:
                share = (tick - first) / (last - first) if last > first else 0.0
                x = plot.left() + share * plot.width()
                text = tick_text(tick)
                x = min(x, self.width() - painter.fontMetrics().horizontalAdvance(text) / 2)
                painter.drawText(QRectF(x - 40, plot.bottom() + 3, 80, 14), _CENTER, text)
        painter.setPen(QColor(colors.faint))
        below = QRectF(plot.left(), plot.bottom() + 16, plot.width(), 14)
        painter.drawText(below, _CENTER, "epoch")
        painter.end()

    def _draw_lines(self, painter: QPainter, plot: QRectF, low: float, per_decade: float) -> None:
        if not self._names:
            return
        epochs = self._ratios.epochs
        span = float(epochs[-1] - epochs[0])
        shares = (epochs - epochs[0]) / span if span > 0 else np.full(len(epochs), 0.5)
        x = plot.left() + shares * plot.width()
        painter.setClipRect(plot.adjusted(-2, -2, 2, 2))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, name in enumerate(self._names):
            painter.setPen(QPen(layer_color(index), 1))
            values = self._ratios.columns[name]
            drawable = np.isfinite(values) & (values > 0)
            y = plot.bottom() - (np.log10(np.where(drawable, values, 1)) - low) * per_decade
            # Where a layer is frozen its line is interrupted.
            for piece in np.split(np.arange(len(values)), np.flatnonzero(~drawable)):
                piece = piece[drawable[piece]]
                places = zip(x[piece].tolist(), y[piece].tolist(), strict=True)
                points = [QPointF(*place) for place in places]
                if len(points) == 1:
                    painter.setBrush(layer_color(index))
                    painter.drawEllipse(points[0], 2, 2)
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                elif points:
                    painter.drawPolyline(QPolygonF(points))
        painter.setClipping(False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
