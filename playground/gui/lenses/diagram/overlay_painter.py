"""Paints what lies over and under the diagram: a sentence in its middle, and the reading's line."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from playground.gui.lenses.diagram.footer import HEIGHT
from playground.gui.lenses.diagram.label_painter import Fonts
from playground.gui.lenses.diagram.words import HINTS, count_texts
from playground.gui.look.colors import Colors

_EDGE, _APART = 10, 16
_WIDEST_SENTENCE = 380

FOOTER = HEIGHT + 10
"""Pixels of the line under the diagram."""


def paint_sentence(
    painter: QPainter, area: QRectF, text: str, fonts: Fonts, colors: Colors
) -> None:
    """Write a sentence in the middle, on a ground of its own."""
    painter.setFont(fonts.body)
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    room = QRectF(0, 0, min(area.width() - 40, _WIDEST_SENTENCE), area.height())
    box = painter.boundingRect(room, flags, text)
    box.moveCenter(area.center())
    ground = QColor(colors.central)
    ground.setAlpha(225)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colors.border), 1))
    painter.setBrush(ground)
    painter.drawRoundedRect(box.adjusted(-14, -9, 14, 9), 8, 8)
    painter.setPen(QColor(colors.text))
    painter.drawText(box, flags, text)


def paint_footer(
    painter: QPainter,
    size: QSizeF,
    right: float,
    reading: str,
    links: tuple[int, int],
    fonts: Fonts,
    colors: Colors,
) -> None:
    """Write the reading or what to do, and how many links are drawn, left of the buttons.

    The buttons begin at ``right``; where there is no room for both, the reading goes first.
    ``size`` is the whole widget's; ``links`` how many are drawn, and how many there are.
    """
    wide = fonts.small_wide
    line = QRectF(_EDGE, size.height() - HEIGHT - 4, right - 2 * _EDGE, HEIGHT)
    hint = next((hint for hint in HINTS if wide.horizontalAdvance(hint) <= line.width()), HINTS[-1])
    left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.setFont(fonts.small)
    painter.setPen(QColor(colors.muted))
    room = line.width() - wide.horizontalAdvance(reading or hint) - _APART
    fitting = (text for text in count_texts(*links) if wide.horizontalAdvance(text) <= room)
    if count := next(fitting, ""):
        counted = wide.horizontalAdvance(count) + 1
        painter.drawText(line.adjusted(line.width() - counted, 0, 1, 0), left, count)
        line.setWidth(line.width() - counted - _APART)
    painter.setPen(QColor(colors.text if reading else colors.muted))
    shown = wide.elidedText(reading or hint, Qt.TextElideMode.ElideRight, line.width())
    painter.drawText(line, left, shown)
