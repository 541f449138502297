"""A signed bar with its number for every feature of a row of a table or a point."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.lenses.why.wording import aligned
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font

MOST_ROWS = 12
_ROW = 22
_BAR = 8.0
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SignedBars(QWidget):
    """Blue to the right above zero, orange to the left below; ``pointed`` carries the feature.

    Where there are more than :data:`MOST_ROWS` features, those with the largest numbers are shown.
    """

    pointed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._font = ui_font(SMALL_PX)
        self._names: Sequence[str] = ()
        self._values: NDArray[np.floating] = np.zeros(0)
        self._rows: list[int] = []
        self._figures: list[str] = []
        self._limit = 1.0
        self._pointed = -1

    @property
    def rows(self) -> tuple[int, ...]:
        """The features shown, from top to bottom."""
        return tuple(self._rows)

    def set_values(self, names: Sequence[str], values: NDArray[np.floating], limit: float) -> None:
        """Show values (features,) under their names; ±limit fills half of a row."""
        self._names, self._values, self._limit = names, values, limit
        rows = np.arange(len(values))
        if len(rows) > MOST_ROWS:
            largest = np.argsort(-np.abs(np.nan_to_num(values)), kind="stable")[:MOST_ROWS]
            rows = np.sort(largest)
        if len(rows) != len(self._rows):
            self._pointed = -1
            self.updateGeometry()
        self._rows = rows.tolist()
        self._figures = [aligned(float(values[row]), limit) for row in self._rows]
        spoken = zip((names[row] for row in self._rows), self._figures, strict=True)
        self.setAccessibleDescription(", ".join(f"{name} {text}" for name, text in spoken))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, max(len(self._rows), 1) * _ROW + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        metrics = QFontMetrics(self._font)
        shown = self._figures
        figures = max((metrics.horizontalAdvance(text) for text in shown), default=0)
        titles = max((metrics.horizontalAdvance(self._names[row]) for row in self._rows), default=0)
        names = min(titles, int(self.width() * 0.47)) + 8
        room = max(self.width() - names - figures - 10, 20)
        middle = names + room / 2
        for place, (row, text) in enumerate(zip(self._rows, shown, strict=True)):
            line = QRectF(0, place * _ROW, self.width(), _ROW)
            if row == self._pointed:
                painter.fillRect(line, QColor(colors.hover))
            value = float(np.nan_to_num(self._values[row]))
            length = min(abs(value) / self._limit, 1.0) * room / 2
            top = line.center().y() - _BAR / 2
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.accent if value >= 0 else colors.warning))
            painter.drawRect(QRectF(middle if value >= 0 else middle - length, top, length, _BAR))
            name = metrics.elidedText(self._names[row], Qt.TextElideMode.ElideRight, names - 8)
            painter.setPen(QColor(colors.muted))
            painter.drawText(line, _LEFT, name)
            painter.setPen(QColor(colors.text))
            painter.drawText(line, _RIGHT, text)
        painter.setPen(QPen(QColor(colors.faint), 1))
        bottom = len(self._rows) * _ROW
        painter.drawLine(QPointF(middle, 2), QPointF(middle, bottom - 2))
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = int(event.position().y()) // _ROW
        self._point_at(self._rows[place] if 0 <= place < len(self._rows) else -1)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(-1)

    def _point_at(self, feature: int) -> None:
        if feature != self._pointed:
            self._pointed = feature
            self.pointed.emit(feature)
            self.update()
