"""Which colour stands for the training part and which for the test part."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.data.preparation import Prepared
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font

_SQUARE = 7
_HEIGHT = 20


class PartLegend(QWidget):
    """A square and a word for each part."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Colours of the parts")
        self.setFixedHeight(_HEIGHT)
        self._tested_on_train = False

    def set_data(self, prepared: Prepared) -> None:
        """Name the parts of another data set."""
        self._tested_on_train = prepared.tested_on_train
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setFont(ui_font(SMALL_PX))
        painter.setPen(QColor(colors.muted))
        parts = [("training", colors.train), ("test", colors.test)]
        if self._tested_on_train:
            parts = [("all examples", colors.train)]
        left = 0
        for word, color in parts:
            top = self.rect().center().y() - _SQUARE // 2
            painter.fillRect(QRect(left, top, _SQUARE, _SQUARE), QColor(color))
            room = self.rect().adjusted(left + _SQUARE + 3, 0, 0, 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, word)
            left += painter.fontMetrics().horizontalAdvance(word) + _SQUARE + 11
        painter.end()
