"""A colour and a shape for every class, so that classes differ for colour-blind eyes too."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from playground.gui.look.colormaps import class_colors


def _star(points: int, outer: float, inner: float, turn: float) -> tuple[tuple[float, float], ...]:
    """Return a star's corners, outer and inner by turns, the first at the top."""
    corners = []
    for step in range(2 * points):
        radius, angle = (inner if step % 2 else outer), turn + step * math.pi / points
        corners.append((radius * math.sin(angle), -radius * math.cos(angle)))
    return tuple(corners)


# Corners on a circle of radius 1, scaled so that all shapes look equally large.
_POLYGONS: tuple[tuple[tuple[float, float], ...], ...] = (
    ((-0.84, -0.84), (0.84, -0.84), (0.84, 0.84), (-0.84, 0.84)),
    ((0.0, -1.15), (1.08, 0.8), (-1.08, 0.8)),
    ((0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0)),
    ((0.0, 1.15), (1.08, -0.8), (-1.08, -0.8)),
    ((-1.1, 0.0), (-0.55, -0.95), (0.55, -0.95), (1.1, 0.0), (0.55, 0.95), (-0.55, 0.95)),
    _star(4, 1.3, 0.62, math.pi / 4),
    _star(5, 1.3, 0.6, 0.0),
)


def class_color(label: int) -> QColor:
    """Return a class's colour."""
    return QColor(*class_colors(label + 1)[label].tolist())


@lru_cache(maxsize=32)
def marker(label: int) -> QPainterPath:
    """Return a class's shape around the origin, about 1 in radius: a disc for class 0."""
    path = QPainterPath()
    kind = label % (len(_POLYGONS) + 1)
    if kind == 0:
        path.addEllipse(QRectF(-1, -1, 2, 2))
    else:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in _POLYGONS[kind - 1]]))
        path.closeSubpath()
    return path


def paint_marker(
    painter: QPainter,
    centre: QPointF,
    radius: float,
    label: int,
    *,
    ground: QColor,
    color: QColor | None = None,
    hollow: bool = False,
    edge: QColor | None = None,
) -> None:
    """Paint a class's shape, filled with an edge, or as an outline around the ground's colour.

    The class's own colour is taken where none is given.
    """
    color = color or class_color(label)
    painter.save()
    painter.translate(centre)
    painter.scale(radius, radius)
    pen = QPen(color if hollow else edge or ground, (1.6 if hollow else 1.0) / radius)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(ground if hollow else color)
    painter.drawPath(marker(label))
    painter.restore()


def stamp(
    radius: float, label: int, *, ground: QColor, hollow: bool, edge: QColor, ratio: float
) -> QPixmap:
    """Return a marker as a small picture whose middle is its centre, to be painted many times."""
    side = 2 * (int(1.3 * radius) + 2) + 1
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    centre = QPointF(side / 2, side / 2)
    paint_marker(painter, centre, radius, label, ground=ground, hollow=hollow, edge=edge)
    painter.end()
    return pixmap
