"""A small slider over a logarithmic range."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSlider

from playground.fields import Number

_STEPS_A_DECADE = 20


class LogSlider(QSlider):
    """Asks for values of a bounded logarithmic number, to two significant digits."""

    value_requested = Signal(object)

    def __init__(self, declared: Number) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._declared = declared
        self._start = math.log10(declared.low)
        self.setRange(0, round((math.log10(declared.high) - self._start) * _STEPS_A_DECADE))
        self.setProperty("role", "quiet")
        self.setSingleStep(1)
        self.setPageStep(_STEPS_A_DECADE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(self._on_value_changed)

    def set_value(self, value: float) -> None:
        """Move the handle to a value, unless the user holds it."""
        if not self.isSliderDown():
            with QSignalBlocker(self):
                self.setValue(round((math.log10(value) - self._start) * _STEPS_A_DECADE))

    def value_at(self, position: int) -> float:
        """Return the value of a position: two significant digits, within the bounds."""
        value = float(f"{10 ** (self._start + position / _STEPS_A_DECADE):.1e}")
        return min(max(value, self._declared.low), self._declared.high)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    @Slot(int)
    def _on_value_changed(self, position: int) -> None:
        self.value_requested.emit(self.value_at(position))
