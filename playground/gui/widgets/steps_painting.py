"""How a sequence that shows a drawing is painted as far as one of its steps."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from playground.data.drawing.pen_way import PenWay
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.time_colors import time_color
from playground.gui.widgets.example_steps import ExampleInSteps
from playground.gui.widgets.ink_image import ink_image
from playground.gui.widgets.pen_way_painting import draw_line, line_pen, paint_timed_line

_FILLED = 0.76
_FAINT = 70
_THINNEST, _THICKEST = 1.6, 5.0
_TO_COME = 0.25


def places_in(square: QRectF, example: ExampleInSteps) -> list[QPointF]:
    """Return where in a square each step of a drawing is painted."""
    if example.way is not None:
        places = _laid(square, example.way).places
    else:
        assert example.middles is not None
        corner = np.array([square.left(), square.top()])
        places = example.middles * square.width() + corner
    return [QPointF(x, y) for x, y in places.tolist()]


def paint_so_far(
    painter: QPainter, square: QRectF, example: ExampleInSteps, step: int, colors: Colors
) -> None:
    """Paint an example's drawing into a square of paper; what comes behind a step is faint.

    The lines of a pen have the colours of their steps.
    """
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.canvas))
    painter.drawRoundedRect(square, 4, 4)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if example.way is not None:
        _paint_lines(painter, square, example.way, step)
        return
    picture, seen = example.ink(), example.ink(step)
    painter.drawImage(square, ink_image(np.maximum(seen, _TO_COME * picture), colors))


def _laid(square: QRectF, way: PenWay) -> PenWay:
    corner = np.array([square.left(), square.top()])
    return way.fitted(square.width(), _FILLED).moved(1.0, corner)


def _paint_lines(painter: QPainter, square: QRectF, way: PenWay, step: int) -> None:
    laid, steps = _laid(square, way), len(way.places)
    width = min(max(square.width() / 22, _THINNEST), _THICKEST)
    faint = QColor(DARK.ink)
    faint.setAlpha(_FAINT)
    for points, moments in laid.lines:
        come = int(np.searchsorted(moments, step, side="right"))
        painter.setPen(line_pen(faint, width))
        if come < len(points):
            draw_line(painter, points[max(come - 1, 0) :])
        if come:
            paint_timed_line(painter, (points[:come], moments[:come]), steps, width)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(time_color(step, steps))
    painter.drawEllipse(QPointF(*laid.places[step].tolist()), 1.6 * width, 1.6 * width)
    painter.setBrush(Qt.BrushStyle.NoBrush)
