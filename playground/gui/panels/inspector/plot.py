"""The activation's curve and its derivative's, with the neuron's place on both."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy

from playground.gui.look.colors import Colors
from playground.gui.look.marking import named
from playground.gui.look.theme import colors_of
from playground.gui.panels.inspector.figures import Figures
from playground.gui.widgets.plot_area import PlotArea, Ticks
from playground.nn.explain.unit_report import Bend
from playground.wording import number

Floats = NDArray[np.float64]

_HEIGHT = 100
_POINTS = 121
_REACHES = (4.0, 6.0, 10.0, 20.0, 50.0, 100.0, 1e3, 1e4, 1e6)
_CURVES = (
    ("f(z)", "accent", Qt.PenStyle.SolidLine),
    ("f′(z)", "warning", Qt.PenStyle.DashLine),
)


class ActivationPlot(PlotArea):
    """f(z) as a solid line and f′(z) as a dashed one; a disc and a ring mark the neuron.

    Softmax has no curve of one z: its curve is a for any z of this neuron while the other neurons
    of the layer keep theirs, σ(z − ln Σ e^zⱼ).
    """

    def __init__(self) -> None:
        super().__init__("")
        named(self, "activationPlot", "Activation and its derivative")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self.gutter = 30
        self._bend: Bend | None = None
        self._z = math.nan
        self._curves = np.zeros((3, _POINTS))
        self._shown: tuple[object, ...] = ()
        self._drawn_for: tuple[object, ...] = ()
        self._ground = QPixmap()

    def show_bend(self, bend: Bend | None, z: float | None) -> None:
        """Show another activation and place, or nothing."""
        self._bend, self._z = bend, z if z is not None else math.nan
        if bend is not None:
            size = abs(self._z) * 1.1 if math.isfinite(self._z) else 0.0
            reach = next((reach for reach in _REACHES if reach >= size), _REACHES[-1])
            # A softmax's curve moves in every frame: less than a pixel is not worth a new drawing.
            shown = bend.activation, reach, round(bend.rivals, 2)
            if shown != self._shown:
                self._shown = shown
                self._curves = _curves(bend, reach)
                low = min(float(self._curves[1:].min()), 0.0)
                high = max(float(self._curves[1:].max()), low + 1e-6)
                self.low, self.high = QPointF(-reach, low), QPointF(reach, high)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the curves anew where they are others, and the neuron's place on them."""
        if self._bend is None:
            return
        colors, ratio = colors_of(self), self.devicePixelRatioF()
        drawn_for = self._shown, self.size(), colors, ratio
        if drawn_for != self._drawn_for:
            self._drawn_for = drawn_for
            self._ground = QPixmap(self.size() * ratio)
            self._ground.setDevicePixelRatio(ratio)
            self._ground.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._ground)
            self.paint(painter, colors)
            painter.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_place(painter, colors, self._bend)
        painter.end()

    def ticks(self) -> tuple[Ticks, Ticks]:
        reach, ends = self.high.x(), Figures(2)
        up = [(value, ends.write(value)) for value in (self.low.y(), self.high.y()) if value]
        across = [(-reach, number(-reach)), (0.0, "z = 0"), (reach, number(reach))]
        return across, [(0.0, ""), *up]

    def draw_heading(self, painter: QPainter, colors: Colors, line: QRectF) -> None:
        left = 2.0
        for text, ink, style in _CURVES:
            painter.setPen(QPen(QColor(getattr(colors, ink)), 1.5, style))
            painter.drawLine(QPointF(left, 7), QPointF(left + 18, 7))
            painter.setPen(QColor(colors.muted))
            painter.drawText(QPointF(left + 22, 11), text)
            left += 62

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.drawLine(self.place(0, self.low.y()), self.place(0, self.high.y()))
        for values, (_, ink, style) in zip(self._curves[1:], _CURVES, strict=True):
            painter.setPen(QPen(QColor(getattr(colors, ink)), 1.5, style))
            painter.drawPolyline(self.line(self._curves[0], values))

    def _draw_place(self, painter: QPainter, colors: Colors, bend: Bend) -> None:
        if not math.isfinite(self._z):
            return
        for value, ink, fill in ((bend.slope, "warning", "card"), (bend.f, "accent", "accent")):
            if math.isfinite(value):
                painter.setPen(QPen(QColor(getattr(colors, ink)), 2))
                painter.setBrush(QColor(getattr(colors, fill)))
                painter.drawEllipse(self.place(min(max(self._z, -1e6), 1e6), value), 3.5, 3.5)


def _curves(bend: Bend, reach: float) -> Floats:
    """Return z, f(z) and f′(z), (3, points)."""
    z = np.linspace(-reach, reach, _POINTS)[np.newaxis]
    with np.errstate(all="ignore"):
        if bend.activation.elementwise:
            f = np.empty_like(z)
            bend.activation.forward(z, f)
            slope = bend.activation.derivative(z)
        else:
            f = 1 / (1 + np.exp(bend.rivals - z))
            slope = f * (1 - f)
    curves: Floats = np.nan_to_num(np.concatenate([z, f, slope]))
    return curves
