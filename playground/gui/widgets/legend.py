"""A line that says what the colours in view stand for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.heat import image_of
from playground.gui.look.marking import named, tool_tip
from playground.gui.look.meanings import ColorMeaning
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font

_SCALE_PX, _SPOT_PX, _BAR_PX = 46, 9, 7
_GAP_PX, _BETWEEN_PX = 5, 18


class Legend(QWidget):
    """Paints swatches and words, as many of them as there is room for, at the right."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "legend", "Legend")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.meanings: tuple[ColorMeaning, ...] = ()

    @Slot(object)
    def show_meanings(self, meanings: Sequence[ColorMeaning]) -> None:
        """Say what other colours stand for."""
        self.meanings = tuple(meanings)
        words = "\n".join(meaning.sentence for meaning in meanings)
        self.setToolTip(tool_tip(words))
        self.setAccessibleDescription(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, QFontMetrics(ui_font(SMALL_PX)).height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def shown(self) -> tuple[ColorMeaning, ...]:
        """Return those that fit, the first ones first."""
        return tuple(meaning for meaning, _ in self._placed())

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setFont(ui_font(SMALL_PX))
        painter.setPen(QColor(colors.muted))
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        metrics = painter.fontMetrics()
        for meaning, left in self._placed():
            at = left
            if meaning.low:
                before = metrics.horizontalAdvance(meaning.low)
                painter.drawText(QRect(at, 0, before, self.height()), align, meaning.low)
                at += before + _GAP_PX
            swatch = _swatch(meaning)
            swatch.moveTo(at, (self.height() - swatch.height()) // 2)
            painter.drawImage(swatch, image_of(meaning.shades(colors)[np.newaxis]))
            at = swatch.right() + 1 + _GAP_PX
            painter.drawText(QRect(at, 0, self.width(), self.height()), align, meaning.high)
        painter.end()

    def _placed(self) -> Iterator[tuple[ColorMeaning, int]]:
        """Yield each meaning with its left end; together they end at the right."""
        metrics = QFontMetrics(ui_font(SMALL_PX))
        widths = [_width(meaning, metrics) for meaning in self.meanings]
        while widths and sum(widths) + _BETWEEN_PX * len(widths) > self.width():
            widths.pop()
        left = self.width() - sum(widths) - _BETWEEN_PX * len(widths)
        for meaning, width in zip(self.meanings, widths, strict=False):
            yield meaning, left
            left += width + _BETWEEN_PX


def _swatch(meaning: ColorMeaning) -> QRect:
    return QRect(0, 0, _SCALE_PX, _BAR_PX) if meaning.low else QRect(0, 0, _SPOT_PX, _SPOT_PX)


def _width(meaning: ColorMeaning, metrics: QFontMetrics) -> int:
    before = metrics.horizontalAdvance(meaning.low) + _GAP_PX if meaning.low else 0
    return before + _swatch(meaning).width() + _GAP_PX + metrics.horizontalAdvance(meaning.high)
