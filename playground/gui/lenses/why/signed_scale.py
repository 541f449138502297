"""What the colours of a signed map stand for: a bar from the lowest to the highest number."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look import colormaps
from playground.gui.look.colors import DARK
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.wording import plus

_WIDEST = 120


class SignedScale(QWidget):
    """Orange at −limit, the ground at 0, blue at +limit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(16)
        self._ends = ("−1", "+1")
        self._font = ui_font(SMALL_PX)

    @property
    def ends(self) -> tuple[str, str]:
        """The numbers at both ends."""
        return self._ends

    def set_limit(self, limit: float, unit: str = "") -> None:
        """Say what full colour stands for."""
        self._ends = (f"{plus(-limit)}{unit}", f"{plus(limit)}{unit}")
        self.setAccessibleDescription(f"from {self._ends[0]} to {self._ends[1]}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(180, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setFont(self._font)
        metrics = QFontMetrics(self._font)
        low, high = (metrics.horizontalAdvance(end) + 6 for end in self._ends)
        width = min(max(self.width() - low - high, 20), _WIDEST)
        left = (self.width() - width - low - high) / 2
        table = np.ascontiguousarray(colormaps.diverging(colors is DARK))
        bar = QImage(table.data, 256, 1, 1024, QImage.Format.Format_RGBA8888)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(colors.muted))
        painter.drawText(QRectF(left, 0, low, 16), middle, self._ends[0])
        painter.drawImage(QRectF(left + low, 5, width, 6), bar)
        painter.drawText(QRectF(left + low + width + 6, 0, high, 16), middle, self._ends[1])
        painter.end()
