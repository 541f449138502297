"""The next move of a pen: a compass at its tip, and the likeliest moves as bars."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from playground.data.drawing.writing import Writing
from playground.gui.look.colors import DARK
from playground.gui.look.marking import named
from playground.gui.look.theme import SMALL_PX, ui_font
from playground.gui.probes.stroke_recorder import SIDE
from playground.gui.widgets.share_bars import ShareBars
from playground.wording import percent

Shares = NDArray[np.floating]

SHOWN = 4
_RADIUS = 42.0
_LEAST = 0.003
_TOLD = 0.1
_ARROWS = "→↗↑↖←↙↓↘"


def paint_compass(painter: QPainter, at: QPointF, shares: Shares, writing: Writing) -> None:
    """Paint how likely each move is around the tip of a pen, in canvas units.

    A wedge's area grows with the share of its direction, and reaches the rim where it is certain.
    """
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(16, 18, 22, 130))
    painter.drawEllipse(at, _RADIUS, _RADIUS)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(DARK.muted), 1.0))
    painter.drawEllipse(at, _RADIUS, _RADIUS)
    painter.setPen(QPen(QColor(DARK.faint), 1.0, Qt.PenStyle.DotLine))
    painter.drawEllipse(at, _RADIUS / 2, _RADIUS / 2)
    painter.setPen(Qt.PenStyle.NoPen)
    wide = 360 / writing.directions * 0.8
    best = int(shares.argmax())
    for token in np.flatnonzero(shares[: writing.directions] >= _LEAST).tolist():
        radius = _RADIUS * math.sqrt(min(float(shares[token]), 1.0))
        box = QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
        wedge = QPainterPath(at)
        wedge.arcTo(box, 360 * token / writing.directions - wide / 2, wide)
        painter.fillPath(wedge, QColor(DARK.good if token == best else DARK.accent))
    painter.setBrush(QColor(DARK.ink))
    painter.drawEllipse(at, 4, 4)
    other = writing.directions + int(shares[writing.directions :].argmax())
    if shares[other] >= _TOLD:
        _write_below(painter, at, f"{writing.words[other]} {percent(float(shares[other]))}")


def small_font(painter: QPainter) -> QFont:
    """Return the font that is small on the screen, however canvas units are scaled."""
    return ui_font(round(SMALL_PX / max(painter.worldTransform().m11(), 0.1)))


def _write_below(painter: QPainter, at: QPointF, text: str) -> None:
    """Write under the compass, above it near the canvas's lower side."""
    painter.setFont(small_font(painter))
    painter.setPen(QColor(DARK.text))
    metrics = QFontMetricsF(painter.font())
    wide = metrics.horizontalAdvance(text)
    left = min(max(at.x() - wide / 2, 4.0), SIDE - wide - 4.0)
    below = at.y() + _RADIUS + metrics.ascent() + 2
    painter.drawText(QPointF(left, below if below < SIDE - 4 else at.y() - _RADIUS - 5), text)


class NextMoves(ShareBars):
    """The likeliest next moves, each with an arrow and its probability."""

    def __init__(self) -> None:
        super().__init__(17, "100.0 %")
        named(
            self,
            "nextMoves",
            "Next move",
            "How likely the network's next moves are, the temperature included while it writes.",
        )
        self.set_shares(None, None)

    def set_shares(self, shares: Shares | None, writing: Writing | None) -> None:
        """Show the likeliest of some moves, (moves,); None for no moves."""
        if shares is None or writing is None:
            self.set_bars([""] * SHOWN, (), [""] * SHOWN)
            return
        order = np.argsort(-shares, kind="stable")[:SHOWN].tolist()
        chosen = [float(shares[token]) for token in order]
        names = [_word(writing, token) for token in order]
        self.set_bars(names, chosen, list(map(percent, chosen)), best=0)


def _word(writing: Writing, token: int) -> str:
    """Return what a move is called, with an arrow where it has a direction."""
    word = writing.words[token]
    if token >= writing.directions:
        return word
    return f"{_ARROWS[round(8 * token / writing.directions) % 8]} {word}"
