"""Paints what lies over and under the diagram: a sentence in its middle, and the reading's line."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from playground.gui.lenses.diagram.footer import HEIGHT
from playground.gui.lenses.diagram.label_painter import Fonts
from playground.gui.lenses.diagram.words import HINTS, count_texts
from playground.gui.look.colors import Colors

_ONE_LINE_FROM = 760  # pixels of width for reading, count and buttons side by side
_LINE = 20
_EDGE = 10
_WIDEST_SENTENCE = 380


def footer_height(width: float) -> int:
    """Return the height of the lines under the diagram in a view of this width."""
    return HEIGHT + 10 + (0 if width >= _ONE_LINE_FROM else _LINE)


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
    """Write the reading, and how many links are drawn, left of the buttons that begin at ``right``.

    ``size`` is the whole widget's; ``links`` how many are drawn, and how many there are.
    """
    wide = fonts.small_wide
    one_line = size.width() >= _ONE_LINE_FROM
    row = QRectF(0, size.height() - HEIGHT - 4, size.width(), HEIGHT)
    right -= _EDGE
    room = right * 0.4 if one_line else right - _EDGE
    fitting = (text for text in count_texts(*links) if wide.horizontalAdvance(text) <= room)
    count = next(fitting, "")
    counted = wide.horizontalAdvance(count)
    if one_line:
        count_box = QRectF(right - counted, row.top(), counted + 1, row.height())
        line = QRectF(_EDGE, row.top(), right - counted - 16 - _EDGE, row.height())
    else:
        count_box = QRectF(_EDGE, row.top(), counted + 1, row.height())
        line = QRectF(_EDGE, row.top() - _LINE, size.width() - 2 * _EDGE, _LINE)
    left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.setFont(fonts.small)
    painter.setPen(QColor(colors.muted))
    painter.drawText(count_box, left, count)
    painter.setPen(QColor(colors.muted if reading in HINTS else colors.text))
    if reading in HINTS and wide.horizontalAdvance(reading) > line.width():
        reading = HINTS[1]
    shown = wide.elidedText(reading, Qt.TextElideMode.ElideRight, line.width())
    painter.drawText(line, left, shown)
