"""The editor of one number: typed, picked from a list, or stepped by keys and wheel."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit

from playground.errors import FieldError
from playground.fields import Number
from playground.gui.forms.number_text import number_text, offered, plain_word, shown, stepped
from playground.gui.look.marking import mark
from playground.gui.widgets.combo_box import ComboBox

_STEPS = {
    Qt.Key.Key_Up: (True, False),
    Qt.Key.Key_Down: (False, False),
    Qt.Key.Key_PageUp: (True, True),
    Qt.Key.Key_PageDown: (False, True),
}
_LINE_EDIT_MARGINS_PX = 2


class NumberBox(ComboBox):
    """An editable drop-down box for a declared number.

    Up and Down step it (1-2-5 on a logarithmic field), Page Up and Page Down in larger steps,
    Escape takes back what was typed. The value is asked for on Enter or when the focus leaves.

    Parameters
    ----------
    declared
        The field, whose bounds, unit, choices and sentences are used.
    reading
        How a value reads, where that is more than the number with its unit.
    word
        How text typed in such a reading becomes a word that the field can parse.
    """

    value_requested = Signal(object)
    complaint_changed = Signal(str)

    def __init__(
        self,
        declared: Number,
        *,
        reading: Callable[[Number, float | None], str] = shown,
        word: Callable[[Number, str], str] = plain_word,
    ) -> None:
        super().__init__()
        self._declared = declared
        self._reading = reading
        self._word = word
        self._value: float | None = None
        self._asked: float | None = None
        self._complaint = ""
        self.setEditable(True)
        self.setInsertPolicy(ComboBox.InsertPolicy.NoInsert)
        # A line edit starts its text 2 px in; taken back, it lines up with plain boxes.
        self._line.setTextMargins(-2, 0, 0, 0)
        self.setCompleter(None)  # type: ignore[arg-type]
        values = offered(declared)
        for value in values:
            self.addItem(reading(declared, value), value)
        self.setProperty("plain", not values)
        self.activated.connect(self._on_activated)
        self._line.editingFinished.connect(self._on_editing_finished)

    def set_value(self, value: float | None) -> None:
        """Show a value; text that the user is typing, or that was refused for it, stays."""
        changed = value != self._value
        self._value = self._asked = value
        typing = self._line.isModified() and self.hasFocus()
        if typing or (self._complaint and not changed):
            return
        self.revert()

    def revert(self) -> None:
        """Show the value in force again instead of what was typed."""
        self._asked = self._value
        self.setCurrentIndex(self.findData(self._value))
        self._show(self._value)
        self._complain("")

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus() or event.angleDelta().y() == 0:
            event.ignore()
            return
        self._step(event.angleDelta().y() > 0, large=False)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modified = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None and not modified:
            self._step(*step)
        elif event.key() == Qt.Key.Key_Escape and (self._line.isModified() or self._complaint):
            self.revert()
        else:
            super().keyPressEvent(event)

    @property
    def _line(self) -> QLineEdit:
        return cast(QLineEdit, self.lineEdit())

    def _step(self, up: bool, large: bool) -> None:
        if self._line.isModified():
            self._on_editing_finished()
            if self._complaint:
                return
        new = stepped(self._declared, self._asked, up, large)
        self._ask(int(new) if self._declared.whole else new)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self._ask(self.itemData(index))

    @Slot()
    def _on_editing_finished(self) -> None:
        if not self._line.isModified():
            return
        self._line.setModified(False)
        try:
            value = self._declared.parse(self._word(self._declared, self._line.text()), "")
        except FieldError as error:
            self._complain(str(error))
        else:
            self._ask(value)

    def _ask(self, value: float | None) -> None:
        self._complain("")
        self._show(value)
        if value != self._asked:
            self._asked = value
            self.value_requested.emit(value)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._line.isModified() and not self._complaint:
            self._show(self._asked)

    def _show(self, value: float | None) -> None:
        text = self._reading(self._declared, value)
        if value is not None and self._reading is shown and self._declared.unit:
            room = self._line.width() - _LINE_EDIT_MARGINS_PX
            if self.fontMetrics().horizontalAdvance(text) > room:
                text = number_text(value)
        self.setEditText(text)
        self._line.setModified(False)
        self._line.setCursorPosition(0)

    def _complain(self, sentence: str) -> None:
        if self._complaint != sentence:
            self._complaint = sentence
            mark(self, "refused", bool(sentence))
            self.complaint_changed.emit(sentence)
