"""A sequence that shows a drawing, painted as far as one of its steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from playground.data.dataset import Dataset
from playground.data.drawing.trail import Trail
from playground.gui.look.colors import Colors
from playground.gui.look.time_colors import time_table
from playground.gui.widgets.ink_image import ink_image

_MARGIN = 0.12
_FAINT = 70


def places_in(square: QRectF, trail: Trail) -> list[QPointF]:
    """Return where in a square each step is painted."""
    margin = _MARGIN * square.width() if trail.is_drawn else 0.0
    side = square.width() - 2 * margin
    return [
        QPointF(square.left() + margin + x * side, square.top() + margin + y * side)
        for x, y in trail.places.tolist()
    ]


def paint_so_far(
    painter: QPainter,
    square: QRectF,
    dataset: Dataset,
    values: NDArray[Any],
    trail: Trail,
    step: int,
    colors: Colors,
) -> None:
    """Paint an example, raw and (features,), into a square: what comes behind a step is faint.

    The lines of a pen have the colours of their steps.
    """
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.canvas))
    painter.drawRoundedRect(square, 4, 4)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if trail.is_drawn:
        _paint_lines(painter, square, trail, step, colors)
        return
    painter.setOpacity(0.25)
    painter.drawImage(square, ink_image(dataset.ink(values), colors))
    painter.setOpacity(1)
    seen = values.reshape(dataset.input_shape).copy()
    seen[:, step + 1 :] = dataset.value_range[0]
    picture = ink_image(dataset.ink(seen.reshape(-1)), colors)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Lighten)
    painter.drawImage(square, picture)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)


def _paint_lines(
    painter: QPainter, square: QRectF, trail: Trail, step: int, colors: Colors
) -> None:
    places, inks = places_in(square, trail), _inks(len(trail.places))
    width = min(max(square.width() / 22, 1.6), 5.0)
    pen = QPen(QColor(colors.ink), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    faint = QColor(colors.ink)
    faint.setAlpha(_FAINT)
    for at in np.flatnonzero(trail.joined).tolist():
        pen.setColor(inks[at] if at <= step else faint)
        painter.setPen(pen)
        painter.drawLine(QLineF(places[at - 1], places[at]))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(inks[step])
    painter.drawEllipse(places[step], 1.6 * width, 1.6 * width)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _inks(steps: int) -> list[QColor]:
    return [QColor(*color) for color in time_table(steps).tolist()]
