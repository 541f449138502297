"""Small drawings of activations, made from their own formulas."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from playground.gui.look.icons import DrawnIcon
from playground.gui.look.theme import colors_of

WIDTH_PX, HEIGHT_PX = 22, 14
_REACH = 4.0
_POINTS = 53
_SAMPLE_LOGITS = (-0.3, 0.4, 1.4, 0.0)


def curve_icon(activation: Any, widget: QWidget) -> QIcon:
    """Return a drawing of f(z) for z from −4 to 4, in the theme of a widget.

    An activation that looks at a whole layer, softmax, is drawn as the bars that it makes of four
    sums.
    """
    colors = colors_of(widget)
    return _icon(activation, colors.accent, colors.faint)


@lru_cache(maxsize=256)
def _icon(activation: Any, color: str, disabled: str) -> QIcon:
    return QIcon(DrawnIcon(partial(_draw, activation), color, disabled))


def _draw(activation: Any, painter: QPainter, place: QRectF, ink: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(place.topLeft())
    painter.scale(place.width() / WIDTH_PX, place.height() / HEIGHT_PX)
    draw = _draw_curve if activation.elementwise else _draw_bars
    draw(painter, activation, QColor(ink))


def _values(activation: Any, z: np.ndarray) -> np.ndarray:
    column = z.astype(np.float32).reshape((1, -1) if activation.elementwise else (-1, 1))
    out = np.empty_like(column)
    activation.forward(column, out)
    return out.ravel()


def _draw_curve(painter: QPainter, activation: Any, color: QColor) -> None:
    z = np.linspace(-_REACH, _REACH, _POINTS)
    f = np.clip(_values(activation, z), -_REACH, _REACH)
    low, high = float(f.min()), float(f.max())
    middle, span = (low + high) / 2, max(high - low, 1.0)
    x = 2 + (z + _REACH) / (2 * _REACH) * (WIDTH_PX - 4)
    y = HEIGHT_PX / 2 - (f - middle) / span * (HEIGHT_PX - 5)
    pen = QPen(color, 1.6)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPolyline(QPolygonF([QPointF(*point) for point in zip(x, y, strict=True)]))


def _draw_bars(painter: QPainter, activation: Any, color: QColor) -> None:
    shares = _values(activation, np.array(_SAMPLE_LOGITS))
    for index, share in enumerate(shares / shares.max()):
        height = max(2.0, float(share) * (HEIGHT_PX - 4))
        painter.fillRect(QRectF(2 + index * 5, HEIGHT_PX - 2 - height, 2, height), color)
