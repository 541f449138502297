"""A field for one number that training keeps changing: typed over, and applied with Enter."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from playground.gui.look.marking import mark, named
from playground.wording import number, typed, written

_LARGEST = float(np.finfo(np.float32).max)


class NumberEdit(QLineEdit):
    """Follows a value until the user types; Enter asks for the number, Escape takes it back.

    ``value_requested`` carries the number, ``complaint_changed`` the sentence about a text that
    is none, empty once that is mended.
    """

    value_requested = Signal(float)
    complaint_changed = Signal(str)

    def __init__(self, name: str, spoken: str) -> None:
        super().__init__()
        named(self, name, spoken)
        self._value = math.nan
        self.returnPressed.connect(self._on_return_pressed)
        self.textEdited.connect(self._on_text_edited)

    @Slot()
    def _on_text_edited(self) -> None:
        self._complain("")

    def set_value(self, value: float) -> None:
        """Show a value, unless the user is typing another."""
        self._value = value
        if not self.isModified():
            text = written(f"{value:.6g}")
            if text != self.text():
                self.setText(text)
                self.setCursorPosition(0)

    def revert(self) -> None:
        """Show the value in force instead of what was typed."""
        self.setModified(False)
        self._complain("")
        self.set_value(self._value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.revert()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason and self.isModified():
            self.revert()

    @Slot()
    def _on_return_pressed(self) -> None:
        if not self.isModified():
            return
        try:
            value = float(typed(self.text()))
        except ValueError:
            self._complain(
                f"A number such as {number(-0.25)} is expected; “{self.text()}” is not one."
            )
            return
        if not math.isfinite(value) or abs(value) > _LARGEST:
            self._complain(f"“{self.text()}” is not a number that a weight can be (float32).")
            return
        if np.float32(value) == np.float32(self._value):
            self.revert()
            return
        self.setModified(False)
        self._complain("")
        self.value_requested.emit(value)

    def _complain(self, sentence: str) -> None:
        if bool(sentence) != bool(self.property("refused")):
            mark(self, "refused", bool(sentence))
        self.complaint_changed.emit(sentence)
