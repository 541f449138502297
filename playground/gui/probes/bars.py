"""One bar a class, painted in one widget: cheap enough to follow every frame of training."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.marking import named
from playground.gui.look.theme import SMALL_PX, colors_of
from playground.wording import percent

_ROW = 19
_COMPACT_ROW = 15
_BAR = 9.0
_LEAST = 2.0


class PredictionBars(QWidget):
    """A share for each class, the largest in the colour of a good answer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(
            self,
            "predictionBars",
            "Probability of each class",
            "How sure the network is of each class; together they make 100 %.",
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._names: tuple[str, ...] = ()
        self._shares: list[float] = []
        self._label: int | None = None
        self._row = _ROW

    @property
    def names(self) -> tuple[str, ...]:
        """The classes, from top to bottom."""
        return self._names

    @property
    def texts(self) -> tuple[str, ...]:
        """The percentages as written; empty where there is no prediction."""
        if not self._shares:
            return ("",) * len(self._names)
        return tuple(percent(share) for share in self._shares)

    def set_classes(self, names: Sequence[str]) -> None:
        """Show these classes, without a prediction."""
        self._names = tuple(names)
        self._shares = []
        self._label = None
        self.updateGeometry()
        self._describe()

    def set_shares(self, shares: Sequence[float], label: int | None = None) -> None:
        """Show a share for each class, 0 to 1; ``label`` marks the true class.

        No shares at all leave the bars empty.
        """
        self._shares = [float(share) for share in shares]
        self._label = label
        self._describe()

    def set_compact(self, compact: bool) -> None:
        """Take less height, for small windows."""
        row = _COMPACT_ROW if compact else _ROW
        if row != self._row:
            self._row = row
            self.updateGeometry()

    def _describe(self) -> None:
        pairs = zip(self._names, self.texts, strict=True)
        spoken = ", ".join(f"{name}: {text}" for name, text in pairs if text)
        self.setAccessibleDescription(spoken or "No prediction")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self._row * max(len(self._names), 1))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _COMPACT_ROW * max(len(self._names), 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._names:
            return
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        name_font, font = self.font(), self.font()
        name_font.setPixelSize(SMALL_PX + 1)
        font.setPixelSize(SMALL_PX)
        names_wide = QFontMetricsF(name_font)
        widest = max(names_wide.horizontalAdvance(name) for name in self._names)
        left = min(max(widest + 12, 22.0), self.width() * 0.4)
        number = QFontMetricsF(font).horizontalAdvance("100.0 %")
        right = self.width() - number - 6
        row = min(self.height() / len(self._names), float(self._row))
        bar = min(_BAR, row - 5)
        best = self._shares.index(max(self._shares)) if self._shares else -1
        track, low, high = QColor(colors.track), QColor(colors.accent), QColor(colors.good)
        radius = bar / 2
        painter.setPen(Qt.PenStyle.NoPen)
        for index in range(len(self._names)):
            middle = (index + 0.5) * row
            box = QRectF(left, middle - bar / 2, right - left, bar)
            painter.setBrush(track)
            painter.drawRoundedRect(box, radius, radius)
            if self._shares:
                share = self._shares[index]
                filled = min(max(share, 0.0), 1.0) if math.isfinite(share) else 0.0
                box.setWidth(max(filled * box.width(), _LEAST))
                painter.setBrush(high if index == best else low)
                round_ = min(radius, box.width() / 2)
                painter.drawRoundedRect(box, round_, round_)
        vertical = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(name_font)
        for index, name in enumerate(self._names):
            box = QRectF(0, index * row, left - 6, row)
            painter.setPen(QColor(colors.good if index == self._label else colors.text))
            shown = names_wide.elidedText(name, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, vertical | Qt.AlignmentFlag.AlignLeft, shown)
        painter.setFont(font)
        for index, text in enumerate(self.texts):
            painter.setPen(QColor(colors.text if index == best else colors.muted))
            box = QRectF(right, index * row, self.width() - right, row)
            painter.drawText(box, vertical | Qt.AlignmentFlag.AlignRight, text)
