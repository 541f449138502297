"""What is written beside the way of a pen: where it starts and ends, and the step pointed at."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from playground.data.drawing.pen_way import Floats
from playground.gui.look.colors import DARK
from playground.gui.look.theme import SMALL_PX, ui_font

_RING = 10.0
_AWAY = 15.0


def paint_marks(
    painter: QPainter, square: QRectF, places: Floats, step: int | None, *, ends: bool
) -> None:
    """Mark the first and the last of some places (steps, 2), and one of them with a ring.

    ``places`` are in the painter's own units. The canvas is dark in both themes, so is the paper
    under the words.
    """
    painter.setFont(ui_font(SMALL_PX))
    written: list[QRectF] = []
    if ends:
        _write(painter, square, places, written, 0, "start")
        if len(places) > 1:
            _write(painter, square, places, written, len(places) - 1, "end")
    if step is not None:
        at = QPointF(*places[step].tolist())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((QColor(0, 0, 0, 150), 4.5), (QColor(DARK.ink), 2.5)):
            painter.setPen(QPen(color, width))
            painter.drawEllipse(at, _RING, _RING)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(DARK.ink))
        painter.drawEllipse(at, 3.5, 3.5)
        painter.setFont(ui_font(SMALL_PX, bold=True))
        _write(painter, square, places, written, step, f"step {step + 1}", DARK.ink)


def _write(
    painter: QPainter,
    square: QRectF,
    places: Floats,
    written: list[QRectF],
    step: int,
    text: str,
    color: str = DARK.muted,
) -> None:
    """Write beside a place, on the side where fewest of the others are, clear of other words."""
    metrics = QFontMetricsF(painter.font())
    wide, high = metrics.horizontalAdvance(text), metrics.capHeight()
    x, y = places[step]
    beside = wide / 2 + _AWAY
    middles = np.array([(x + beside, y), (x - beside, y), (x, y + _AWAY + 6), (x, y - _AWAY - 6)])
    low = [square.left() + wide / 2 + 6, square.top() + high / 2 + 8]
    kept = np.clip(middles, low, [square.right() - wide / 2 - 6, square.bottom() - high / 2 - 8])
    apart = np.abs(kept[:, np.newaxis] - places) - np.array([wide / 2, high / 2])
    room = np.maximum(apart, 0.0).max(axis=2).min(axis=1)
    size = QPointF(wide + 6, high + 8)
    papers = [QRectF(at - size / 2, at + size / 2) for at in map(QPointF, *kept.T.tolist())]
    room[[any(map(paper.intersects, written)) for paper in papers]] = -1.0
    best = int(room.argmax())
    at, paper = kept[best], papers[best]
    written.append(paper)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(16, 18, 22, 150))
    painter.drawRoundedRect(paper, 3, 3)
    painter.setPen(QColor(color))
    painter.drawText(QPointF(at[0] - wide / 2, at[1] + high / 2), text)
