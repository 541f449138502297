"""What is painted around and over the drawing: frame, hint, and the pen that the keys move."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from playground.gui.look.colors import DARK, Colors

CORNER = 8.0


def paint_frame(painter: QPainter, square: QRectF, colors: Colors, focused: bool) -> None:
    """Round the square's corners and give it a border, or the ring of the keyboard focus."""
    outside = QPainterPath()
    outside.addRect(square.adjusted(-1, -1, 1, 1))
    rounded = QPainterPath()
    rounded.addRoundedRect(square.adjusted(0.5, 0.5, -0.5, -0.5), CORNER, CORNER)
    painter.fillPath(outside - rounded, QColor(colors.window))
    color, width = (colors.accent, 2.0) if focused else (colors.border, 1.0)
    painter.setPen(QPen(QColor(color), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(rounded)


def paint_hint(painter: QPainter, square: QRectF, lines: list[str]) -> None:
    """Say on the empty canvas what can be done here."""
    # The canvas is dark in both themes, so its quiet text is too.
    painter.setPen(QColor(DARK.faint))
    painter.drawText(
        square.adjusted(16, 16, -16, -16),
        int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap),
        "\n".join(lines),
    )


def paint_key_pen(
    painter: QPainter, centre: QPointF, radius: float, colors: Colors, down: bool
) -> None:
    """Show where the pen of the keyboard is, and whether it draws."""
    painter.setPen(QPen(QColor(colors.accent), 2.5 if down else 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(centre, radius, radius)
