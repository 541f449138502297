"""A predicted number on the range of its targets: what the bars are for classes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.marking import named
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.wording import fixed

_BAR = 8.0


class ValueScale(QWidget):
    """A bar from the lowest to the highest target, filled from zero to the value."""

    def __init__(self) -> None:
        super().__init__()
        named(
            self,
            "valueScale",
            "Predicted value on the range of the targets",
            "Where the predicted number lies between the lowest and highest target.",
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._range = (-1.0, 1.0)
        self._value: float | None = None
        self._target: float | None = None

    def set_value(
        self, value: float | None, value_range: tuple[float, float], target: float | None = None
    ) -> None:
        """Show a value, or none, and the true one where it is known."""
        self._value, self._range, self._target = value, value_range, target
        self.setAccessibleDescription("" if value is None else fixed(value, 3))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 34)

    def _at(self, value: float) -> float:
        """Return the value's place, kept on the bar."""
        low, high = self._range
        share = (value - low) / (high - low) if high > low else 0.5
        return 3 + min(max(share, 0.0), 1.0) * (self.width() - 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = 9.0
        track = QRectF(3, middle - _BAR / 2, self.width() - 6, _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.track))
        painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
        low, high = self._range
        zero = self._at(min(max(0.0, low), high))
        if self._value is not None and self._value == self._value:
            at = self._at(self._value)
            painter.setBrush(QColor(colors.train if self._value >= 0 else colors.test))
            painter.drawRect(QRectF(min(zero, at), track.top(), abs(at - zero), _BAR))
            painter.setPen(QPen(QColor(colors.text), 2))
            painter.drawLine(QPointF(at, middle - 8), QPointF(at, middle + 8))
        if self._target is not None:
            painter.setPen(QPen(QColor(colors.good), 2))
            painter.setBrush(QColor(colors.window))
            painter.drawEllipse(QPointF(self._at(self._target), middle), 4.5, 4.5)
        painter.setFont(ui_font(SMALL_PX))
        painter.setPen(QColor(colors.muted))
        below = QRectF(0, 18, self.width(), 16)
        bottom = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(below, bottom | Qt.AlignmentFlag.AlignLeft, fixed(low, 2))
        painter.drawText(below, bottom | Qt.AlignmentFlag.AlignRight, fixed(high, 2))
        if low < 0 < high:
            box = QRectF(zero - 20, 18, 40, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "0")
