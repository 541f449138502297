"""What a place of the plane decodes to, on a card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from playground.data.dataset import Dataset
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.theme import SMALL_PX, ui_font
from playground.gui.widgets.example_painters import draw_inside
from playground.gui.widgets.ink_image import ink_image
from playground.wording import brief

_SIDE_PX, _LINE_PX, _EDGE_PX = 68, 15, 5
_MOST_NUMBERS = 8

Floats = NDArray[np.floating[Any]]
Place = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Decoded:
    """What a place decodes to.

    Attributes
    ----------
    at
        The place.
    values
        Raw, (features,).
    words
        The code in words.
    """

    at: Place
    values: Floats
    words: str


def card_size(dataset: Dataset, decoded: Decoded) -> QSizeF:
    """Return how large a card is."""
    lines, metrics = _lines(dataset, decoded.values), QFontMetricsF(ui_font(SMALL_PX))
    widths = [metrics.horizontalAdvance(line) for line in (*lines, decoded.words)]
    tall = len(lines) * _LINE_PX if lines else _SIDE_PX
    return QSizeF(max(_SIDE_PX, *widths) + 2 * _EDGE_PX, tall + _LINE_PX + 2 * _EDGE_PX)


def paint_card(
    painter: QPainter, card: QRectF, dataset: Dataset, decoded: Decoded, colors: Colors
) -> None:
    """Paint the picture or the numbers, and the code below."""
    painter.setPen(QPen(QColor(DARK.accent), 1.4))
    painter.setBrush(QColor(colors.canvas))
    painter.drawRoundedRect(card, 5, 5)
    painter.setFont(ui_font(SMALL_PX))
    painter.setPen(QColor(DARK.text))
    inside = card.adjusted(_EDGE_PX, _EDGE_PX, -_EDGE_PX, -_EDGE_PX)
    lines = _lines(dataset, decoded.values)
    for row, line in enumerate(lines):
        painter.drawText(QPointF(inside.left(), inside.top() + 11 + _LINE_PX * row), line)
    if not lines:
        square = QRectF(inside.center().x() - _SIDE_PX / 2, inside.top(), _SIDE_PX, _SIDE_PX)
        draw_inside(painter, square, ink_image(dataset.ink(decoded.values), colors))
    painter.setPen(QColor(DARK.muted))
    below = QRectF(inside.left(), inside.bottom() - _LINE_PX + 3, inside.width(), _LINE_PX)
    painter.drawText(below, Qt.AlignmentFlag.AlignCenter, decoded.words)


def _lines(dataset: Dataset, values: Floats) -> list[str]:
    """Return the numbers of an example that is no picture."""
    if dataset.kind.pictures:
        return []
    names = dataset.feature_names[:_MOST_NUMBERS]
    lines = [f"{name} {brief(float(value))}" for name, value in zip(names, values, strict=False)]
    return lines + ["…"] * (len(dataset.feature_names) > _MOST_NUMBERS)
