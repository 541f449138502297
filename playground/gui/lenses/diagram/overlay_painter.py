"""Paints what lies over and under the diagram: a sentence in its middle, and the reading's line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from playground.gui.lenses.diagram.footer import HEIGHT
from playground.gui.lenses.diagram.label_painter import Fonts
from playground.gui.lenses.diagram.words import count_texts
from playground.gui.look.colors import Colors

_EDGE, _APART = 10, 16
_WIDEST_SENTENCE = 380

_LINE = 20
_CROWDED = 0.55  # of the width that buttons take: the reading has a line of its own then


def footer_height(width: float, buttons: QSizeF) -> float:
    """Return the pixels under the diagram, for a view of that width."""
    line = _LINE if buttons.width() > _CROWDED * width else 0
    return buttons.height() + _EDGE + line


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
    buttons: QRectF,
    reading: str,
    hints: Sequence[str],
    links: tuple[int, int],
    fonts: Fonts,
    colors: Colors,
) -> None:
    """Write the reading or what to do, and how many links are drawn, left of the buttons.

    Where there is no room for both, the reading goes first; where there is little, both stand
    above the buttons.
    ``size`` is the whole widget's; ``hints`` what to do, in ever fewer words; ``links`` how many
    are drawn, and how many there are.
    """
    wide = fonts.small_wide
    line = QRectF(_EDGE, buttons.top(), buttons.left() - 2 * _EDGE, HEIGHT)
    if buttons.width() > _CROWDED * size.width():
        line = QRectF(_EDGE, buttons.top() - _LINE, size.width() - 2 * _EDGE, _LINE)
    hint = next((hint for hint in hints if wide.horizontalAdvance(hint) <= line.width()), hints[-1])
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
