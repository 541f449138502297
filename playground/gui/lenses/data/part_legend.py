"""Which colour stands for the training part and which for the test part."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter

from playground.data.preparation import Prepared
from playground.gui.look.colors import Colors

_SQUARE = 7


def paint_part_legend(
    painter: QPainter, line: QRect, prepared: Prepared, colors: Colors
) -> tuple[QColor, ...]:
    """Paint a square and a word for each part into a line; return the parts' colours."""
    parts = [("training", colors.train), ("test", colors.test)]
    if prepared.tested_on_train:
        parts = [("all examples", colors.train)]
    left = line.left()
    metrics = painter.fontMetrics()
    for word, color in parts:
        top = line.center().y() - _SQUARE // 2
        painter.fillRect(QRect(left, top, _SQUARE, _SQUARE), QColor(color))
        painter.setPen(QColor(colors.muted))
        room = line.adjusted(left + _SQUARE + 3 - line.left(), 0, 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, word)
        left += metrics.horizontalAdvance(word) + _SQUARE + 11
    return tuple(QColor(color) for _, color in parts)
