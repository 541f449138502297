"""The activation's curve and its derivative's, with the neuron's place on both."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.colors import Colors
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.panels.inspector.figures import Figures
from playground.nn.explain.unit_report import Bend

_HEIGHT = 100
_POINTS = 121
_REACHES = (4.0, 6.0, 10.0, 20.0, 50.0, 100.0, 1e3, 1e4, 1e6)
_BELOW, _ABOVE, _SIDE = 15, 16, 4
_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine)
_RIVAL_STEP = 0.02


class ActivationPlot(QWidget):
    """f(z) as a solid line and f′(z) as a dashed one; a disc and a ring mark the neuron.

    Softmax has no curve of one z: its curve is a for any z of this neuron while the other neurons
    of the layer keep theirs, σ(z − ln Σ e^zⱼ).
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("activationPlot")
        self.setAccessibleName("Activation and its derivative")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self._font = ui_font(SMALL_PX)
        self._bend: Bend | None = None
        self._z = 0.0
        self._shown: tuple[object, ...] = ()
        self._curves = np.zeros((3, _POINTS))
        self._low, self._high = 0.0, 1.0
        self._drawn_for: tuple[object, ...] = ()
        self._pixmap = QPixmap()

    def show_bend(self, bend: Bend | None, z: float | None) -> None:
        """Show another activation and place, or nothing."""
        self._bend, self._z = bend, z if z is not None else math.nan
        if bend is not None:
            rivals = 0.0 if bend.activation.elementwise else bend.rivals
            # A softmax's curve moves in every frame; less than a pixel is not worth a new drawing.
            step = round(rivals / _RIVAL_STEP) if math.isfinite(rivals) else math.inf
            shown = (bend.activation, self._reach(), step)
            if shown != self._shown:
                self._shown = shown
                self._compute(bend, self._reach())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, _HEIGHT)

    def _reach(self) -> float:
        size = abs(self._z) * 1.1 if math.isfinite(self._z) else 0.0
        return next((reach for reach in _REACHES if reach >= size), _REACHES[-1])

    def _compute(self, bend: Bend, reach: float) -> None:
        z = np.linspace(-reach, reach, _POINTS)[np.newaxis]
        with np.errstate(all="ignore"):
            if bend.activation.elementwise:
                f = np.empty_like(z)
                bend.activation.forward(z, f)
                slope = bend.activation.derivative(z)
            else:
                f = 1 / (1 + np.exp(bend.rivals - z))
                slope = f * (1 - f)
        self._curves = np.nan_to_num(np.concatenate([z, f, slope]))
        self._low = min(float(self._curves[1:].min()), 0.0)
        self._high = max(float(self._curves[1:].max()), self._low + 1e-6)

    def _at(self, z: float, value: float) -> QPointF:
        room = QRectF(self.rect()).adjusted(_SIDE, _ABOVE, -_SIDE, -_BELOW)
        reach = self._curves[0, -1]
        x = room.left() + (z + reach) / (2 * reach) * room.width()
        y = room.bottom() - (value - self._low) / (self._high - self._low) * room.height()
        return QPointF(x, y)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._bend is None:
            return
        colors = colors_of(self)
        inks = (QColor(colors.accent), QColor(colors.warning))
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._ground(colors, inks))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_places(painter, colors, inks)
        painter.end()

    def _ground(self, colors: Colors, inks: tuple[QColor, QColor]) -> QPixmap:
        """Return all but the neuron's place, drawn anew only where something has changed."""
        ratio = self.devicePixelRatioF()
        drawn_for = (self._shown, self.size(), colors, ratio)
        if drawn_for == self._drawn_for:
            return self._pixmap
        self._drawn_for = drawn_for
        self._pixmap = QPixmap(self.size() * ratio)
        self._pixmap.setDevicePixelRatio(ratio)
        self._pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._pixmap)
        painter.setFont(self._font)
        self._draw_axes(painter, colors)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        reach = self._curves[0, -1]
        room = QRectF(self.rect()).adjusted(_SIDE, _ABOVE, -_SIDE, -_BELOW)
        x = room.left() + (self._curves[0] + reach) / (2 * reach) * room.width()
        spans = (self._curves[1:] - self._low) / (self._high - self._low)
        ys = room.bottom() - spans * room.height()
        for y, ink, style in zip(ys, inks, _STYLES, strict=True):
            painter.setPen(QPen(ink, 1.5, style))
            points = [QPointF(*point) for point in zip(x.tolist(), y.tolist(), strict=True)]
            painter.drawPolyline(QPolygonF(points))
        self._draw_legend(painter, colors, inks)
        painter.end()
        return self._pixmap

    def _draw_axes(self, painter: QPainter, colors: Colors) -> None:
        reach = float(self._curves[0, -1])
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.drawLine(self._at(-reach, 0), self._at(reach, 0))
        painter.drawLine(self._at(0, self._low), self._at(0, self._high))
        painter.setPen(QColor(colors.muted))
        ends = Figures(2)
        base = QRectF(0, self.height() - _BELOW, self.width(), _BELOW)
        edge = f"{reach:g}"
        painter.drawText(base, Qt.AlignmentFlag.AlignLeft, f"−{edge}")
        painter.drawText(base, Qt.AlignmentFlag.AlignHCenter, "z = 0")
        painter.drawText(base, Qt.AlignmentFlag.AlignRight, edge)
        top = QRectF(0, _ABOVE - 2, self.width(), _BELOW)
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft, ends.write(self._high))
        if self._low < 0:
            low = QRectF(0, self.height() - 2 * _BELOW - 1, self.width(), _BELOW)
            painter.drawText(low, Qt.AlignmentFlag.AlignRight, ends.write(self._low))

    def _draw_places(self, painter: QPainter, colors: Colors, inks: tuple[QColor, QColor]) -> None:
        bend = self._bend
        assert bend is not None
        if not math.isfinite(self._z):
            return
        hollow = QColor(colors.card)
        for value, ink, fill in ((bend.slope, inks[1], hollow), (bend.f, inks[0], inks[0])):
            if math.isfinite(value):
                spot = self._at(min(max(self._z, -1e6), 1e6), value)
                painter.setPen(QPen(ink, 2))
                painter.setBrush(fill)
                painter.drawEllipse(spot, 3.5, 3.5)

    def _draw_legend(self, painter: QPainter, colors: Colors, inks: tuple[QColor, QColor]) -> None:
        left = 2.0
        for text, ink, style in zip(("f(z)", "f′(z)"), inks, _STYLES, strict=True):
            painter.setPen(QPen(ink, 1.5, style))
            painter.drawLine(QPointF(left, 7), QPointF(left + 18, 7))
            painter.setPen(QColor(colors.muted))
            painter.drawText(QPointF(left + 22, 11), text)
            left += 62

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
