"""A few quiet lines that change every frame: painted, because a QLabel would lay the panel out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.theme import colors_of, text_scale, ui_font

Tone = Literal["muted", "text", "good", "error"]
Line = tuple[str, Tone]
_PX = 12
_LINE = 16


class Readout(QWidget):
    """Lines of text, each in its own colour; the space for ``lines`` of them is always kept."""

    def __init__(self, name: str, lines: int) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._room = lines
        self._lines: tuple[Line, ...] = ()
        self._from_top = False

    @property
    def text(self) -> str:
        """All lines, as a screen reader says them."""
        return "\n".join(text for text, _ in self._lines)

    def set_room(self, lines: int) -> None:
        """Keep the space for another number of lines."""
        if lines != self._room:
            self._room = lines
            self.updateGeometry()
            self.update()

    def set_from_top(self, from_top: bool) -> None:
        """Begin at the top, under something larger, in place of staying in the middle."""
        self._from_top = from_top
        self.update()

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show other lines."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self.setAccessibleDescription(self.text)
            self.update()

    @property
    def _line(self) -> int:
        return round(_LINE * text_scale())

    def sizeHint(self) -> QSize:
        return QSize(120, self._line * self._room)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font, line = ui_font(_PX), self._line
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        colors = colors_of(self)
        top = 0.0 if self._from_top else (self.height() - line * len(self._lines)) / 2
        for index, (text, tone) in enumerate(self._lines):
            painter.setPen(QColor(getattr(colors, tone)))
            baseline = top + line * index + (line + metrics.capHeight()) / 2
            painter.drawText(QPointF(0, baseline), text)
