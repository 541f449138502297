"""The network's answer in large letters."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel

from playground.gui.look.marking import named
from playground.gui.look.theme import colors_of, ui_font

LETTER_PX, WORD_PX = 50, 26
_LETTER, _WORD = QSize(44, 48), QSize(190, 32)


class PredictedLabel(QLabel):
    """Its size is fixed, so that a new text does not lay the panel out again."""

    def __init__(self) -> None:
        super().__init__()
        tip = "The class with the largest probability, or the predicted number."
        named(self, spoken="Predicted", tip=tip)
        self._wrong = False
        self.set_pixels(LETTER_PX)

    def set_pixels(self, pixels: int) -> None:
        """Write so large: ``LETTER_PX`` for a letter, ``WORD_PX`` for a word or a number."""
        # Painted with: a style sheet put on later would bring back the widget's first font.
        self._font = ui_font(pixels, bold=True)
        self.setFixedSize(_LETTER if pixels == LETTER_PX else _WORD)
        self.update()

    def show_text(self, text: str, *, wrong: bool) -> None:
        """Show an answer, in the colour of an error where it is known to be wrong."""
        if (text, wrong) != (self.text(), self._wrong):
            self._wrong = wrong
            self.setText(text)
            self.setAccessibleDescription(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        font, text = QFont(self._font), self.text()
        if len(text) == 1:  # a letter is shrunk, never elided
            wide = max(QFontMetrics(font).horizontalAdvance(text), self.width())
            font.setPixelSize(font.pixelSize() * self.width() // wide)
        painter.setFont(font)
        color = colors.error if self._wrong else colors.good
        painter.setPen(QColor(color))
        metrics = painter.fontMetrics()
        elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width())
        middle = self.rect().center() - metrics.tightBoundingRect(elided).center()
        painter.drawText(0, middle.y(), elided)
