"""How the way of a pen is painted: its lines in the colours of time, and a dot for each step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from playground.data.drawing.pen_way import Line, PenWay
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.time_colors import time_table

SHADES = 97
"""So many colours look like a smooth change along a line."""

_FILLED = 0.72
_LARGE = 64
_THICK = 0.07


def line_pen(color: QColor, width: float) -> QPen:
    """Return what draws a line with round ends."""
    style = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    return QPen(color, width, *style)


def draw_line(painter: QPainter, points: NDArray[np.floating]) -> None:
    """Draw a line with the painter's pen, one point as a dot."""
    corners = [QPointF(x, y) for x, y in points.tolist()]
    if len(corners) == 1:
        painter.drawPoint(corners[0])
    elif corners:
        painter.drawPolyline(QPolygonF(corners))


def paint_timed_line(painter: QPainter, line: Line, steps: int, width: float) -> None:
    """Draw a line of a way of so many steps, from blue at the first to yellow at the last."""
    points, moments = line
    middle = (moments[1:] + moments[:-1]) / 2 if len(moments) > 1 else moments
    shades = np.rint(np.clip(middle / max(steps - 1, 1), 0, 1) * (SHADES - 1)).astype(np.intp)
    table = time_table(SHADES)
    begins = [0, *(np.flatnonzero(np.diff(shades)) + 1).tolist()]
    for begin, end in zip(begins, [*begins[1:], len(shades)], strict=True):
        painter.setPen(line_pen(QColor(*table[shades[begin]].tolist()), width))
        draw_line(painter, points[begin : end + 1])


def paint_dots(painter: QPainter, way: PenWay, radius: float, colors: Colors) -> None:
    """Put a dot of paper where the pen was at each step."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.canvas))
    for x, y in way.places.tolist():
        painter.drawEllipse(QPointF(x, y), radius, radius)


def paint_pen_way(painter: QPainter, square: QRectF, way: PenWay, colors: Colors) -> None:
    """Paint the whole way of a pen into a square of paper, in the colours of time where large."""
    painter.fillRect(square, QColor(colors.canvas))
    side = square.width()
    laid = way.fitted(side, _FILLED).moved(1.0, np.array([square.left(), square.top()]))
    width = max(side * _THICK, 1.2)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(line_pen(QColor(DARK.ink), width))
    for line in laid.lines:
        if side >= _LARGE:
            paint_timed_line(painter, line, len(way.places), width)
        else:
            draw_line(painter, line[0])
    painter.restore()
