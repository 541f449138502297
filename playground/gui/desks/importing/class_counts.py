"""How many examples each class has, as bars."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.marking import named
from playground.gui.look.theme import SMALL_PX, colors_of

_ROW = 18
_BAR = 8.0
_LEAST = 2.0
_MOST_NAME = 0.45


class ClassCounts(QWidget):
    """A bar a class, the longest for the largest; only the rows in view are painted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "importCounts", "Examples of each class")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._counts: list[tuple[str, int]] = []

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Show the classes' names and how many examples each has."""
        self._counts = list(counts.items())
        spoken = ", ".join(f"{name}: {count:,}" for name, count in self._counts[:30])
        self.setAccessibleDescription(spoken)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _ROW * len(self._counts))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._counts:
            return
        colors = colors_of(self)
        font = self.font()
        font.setPixelSize(SMALL_PX + 1)
        metrics = QFontMetricsF(font)
        widest = max(metrics.horizontalAdvance(name) for name, _ in self._counts)
        largest = max(count for _, count in self._counts)
        left = min(widest + 10, self.width() * _MOST_NAME)
        right = self.width() - metrics.horizontalAdvance(f"{largest:,}") - 8
        first = event.rect().top() // _ROW
        last = min(event.rect().bottom() // _ROW + 1, len(self._counts))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        middle = Qt.AlignmentFlag.AlignVCenter
        for row in range(first, last):
            name, count = self._counts[row]
            top = row * _ROW
            painter.setPen(QColor(colors.text))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, left - 6)
            painter.drawText(QRectF(0, top, left - 6, _ROW), middle, shown)
            painter.setPen(QColor(colors.muted))
            place = QRectF(right, top, self.width() - right, _ROW)
            painter.drawText(place, middle | Qt.AlignmentFlag.AlignRight, f"{count:,}")
            painter.setPen(Qt.PenStyle.NoPen)
            bar = QRectF(left, top + (_ROW - _BAR) / 2, max(right - left, 1.0), _BAR)
            painter.setBrush(QColor(colors.track))
            painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
            if count:
                bar.setWidth(max(bar.width() * count / largest, _LEAST))
                painter.setBrush(QColor(colors.accent))
                radius = min(_BAR / 2, bar.width() / 2)
                painter.drawRoundedRect(bar, radius, radius)
        painter.end()
