"""Texts in the cells of a table, laid out once and drawn in the colours that suit their grounds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QStaticText

from playground.gui.look.theme import SMALL_PX, ui_font
from playground.gui.widgets.cells import CellBlock

INKS = ("#ffffff", "#000000")
"""The colours of a text on a dark and on a bright ground."""

_NARROW = 80

Texts = Sequence[Sequence[str]]


def text_font(pixels: int) -> QFont:
    """Return the font of texts in cells; what is smaller than small is narrow too."""
    font = ui_font(pixels, fixed=True)
    if pixels < SMALL_PX:
        font.setStretch(_NARROW)
    return font


def paint_texts(
    painter: QPainter,
    cells: CellBlock,
    texts: Texts,
    shades: NDArray[np.bool_],
    pixels: int = SMALL_PX,
) -> None:
    """Write a table of texts into the cells of a block, from its first one on.

    ``shades`` (rows, columns) tells which grounds are bright; ``pixels`` is the font's size.
    """
    font = text_font(pixels)
    painter.setFont(font)
    drop = (cells.height - QFontMetrics(font).height()) / 2
    for shade, ink in enumerate(INKS):
        painter.setPen(QColor(ink))
        for row, column in np.argwhere(shades == shade).tolist():
            text, width = _laid_out(texts[row][column], pixels)
            left = cells.left + (column + 0.5) * cells.width - width / 2
            painter.drawStaticText(round(left), round(cells.top + row * cells.height + drop), text)


@lru_cache(maxsize=8192)
def _laid_out(text: str, pixels: int) -> tuple[QStaticText, float]:
    """Return a text ready to be drawn, and its width: a table holds the same few many times."""
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.prepare(font=text_font(pixels))
    return made, made.size().width()
