"""A quiet line that opens and closes what is below it, and says in short what is in there."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from playground.gui.look.icons import icon
from playground.gui.look.marking import named, tool_tip
from playground.gui.look.theme import colors_of, sized

_ARROW_PX = 10
_TEXT_AT_PX = 14
_HEIGHT_PX = 18
_TEXT_PX = 11


class Disclosure(QAbstractButton):
    """A checkable line with an arrow; a text too long for the column ends in "…"."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.setCheckable(True)
        sized(self, _TEXT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_text(text)

    def set_text(self, text: str, more: str = "") -> None:
        """Say what is below, and ``more`` where there is room for it; the tool tip has both."""
        self._text, self._whole = text, f"{text} · {more}" if more else text
        named(self, spoken=self._whole, tip=tool_tip(self._whole))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wanted = self.fontMetrics().horizontalAdvance(self._whole) + _TEXT_AT_PX
        self.setText(self._whole if wanted <= self.width() else self._text)

    def sizeHint(self) -> QSize:
        return QSize(120, _HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        ink = colors.text if self.underMouse() or self.hasFocus() else colors.muted
        painter = QPainter(self)
        arrow = icon("chevron-down" if self.isChecked() else "chevron-right", ink)
        arrow.paint(painter, QRect(0, (self.height() - _ARROW_PX) // 2, _ARROW_PX, _ARROW_PX))
        painter.setPen(QColor(ink))
        room = self.rect().adjusted(_TEXT_AT_PX, 0, 0, 0)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.drawLine(room.left(), self.height() - 1, room.right(), self.height() - 1)
        painter.end()
