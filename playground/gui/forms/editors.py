"""The editors of the other declared kinds: yes or no, a choice, a kind of a registry, text.

Every editor is a widget with the signal ``value_requested(object)``, ``set_value(value)``, which
asks for nothing, and ``revert()``, which shows the value in force again. One that can be typed
in also has ``complaint_changed(str)``: why the text is refused, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from playground.analysis.glossary.keys import key_of
from playground.errors import FieldError
from playground.fields import Choice, Declared, Flag, Number, Numbers, Text, Variant
from playground.gui.forms.number_box import NumberBox
from playground.gui.look.marking import mark, named, tool_tip
from playground.gui.look.theme import on_theme_changed
from playground.gui.widgets.combo_box import ComboBox


def editor_for(declared: Declared) -> QWidget:
    """Return a new editor for a declared field."""
    if isinstance(declared, Number):
        return NumberBox(declared)
    if isinstance(declared, Flag):
        return FlagBox()
    if isinstance(declared, Choice):
        return ChoiceBox(declared)
    if isinstance(declared, Variant):
        return KindBox(declared)
    if isinstance(declared, Numbers | Text):
        return LineBox(declared)
    raise TypeError(f"There is no editor for {type(declared).__name__}.")


class FlagBox(QCheckBox):
    """The editor of a yes or no."""

    value_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._value = False
        self.clicked.connect(self._on_clicked)

    def set_value(self, value: bool) -> None:
        """Show a value."""
        self._value = value
        self.setChecked(value)

    def revert(self) -> None:
        """Show the value in force again."""
        self.setChecked(self._value)

    @Slot(bool)
    def _on_clicked(self, checked: bool) -> None:
        self.value_requested.emit(checked)


class ChoiceBox(ComboBox):
    """The editor of one of several names."""

    value_requested = Signal(object)

    def __init__(self, declared: Choice) -> None:
        super().__init__()
        self._value, self._options = "", declared.options
        self._fill()
        self.activated.connect(self._on_activated)

    def _fill(self) -> None:
        self.clear()
        for name, title in self._options.items():
            self.addItem(title, name)

    def set_value(self, value: str) -> None:
        """Show a value; what can be chosen may have become more."""
        self._value = value
        if self.count() != len(self._options):
            self._fill()
        self.revert()

    def revert(self) -> None:
        """Show the value in force again."""
        self.setCurrentIndex(self.findData(self._value))

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        if self.itemData(index) != self._value:
            self.value_requested.emit(self.itemData(index))


class KindBox(ComboBox):
    """The editor of a registry member's kind; a kind's own settings are edited elsewhere.

    A kind that is picked again comes back with the settings that it had.

    Parameters
    ----------
    declared
        The field, whose registry is offered.
    picture
        Draws an icon for a member in the colours of a widget, where kinds have one.
    """

    value_requested = Signal(object)

    def __init__(
        self,
        declared: Variant,
        *,
        picture: Callable[[Any, QWidget], QIcon] | None = None,
    ) -> None:
        super().__init__()
        self._picture = picture
        self._value: Any = None
        self._members = {kind.kind: kind() for kind in declared.registry}
        for kind, member in self._members.items():
            self.addItem(member.title, kind)
            meaning = getattr(member, "use", "")
            self.setItemData(self.count() - 1, tool_tip(meaning), Qt.ItemDataRole.ToolTipRole)
        if picture is not None:
            self.setIconSize(QSize(22, 14))
            on_theme_changed(self._draw_all)
            self._draw_all()
        self.activated.connect(self._on_activated)

    def set_value(self, value: Any) -> None:
        """Show the kind of a value, and keep its settings for when the kind comes back."""
        if value == self._value:
            self.revert()
            return
        self._value = value
        self._members[value.kind] = value
        named(self, topic=key_of(value))
        self.revert()
        if self._picture is not None:
            self.setItemIcon(self.currentIndex(), self._picture(value, self))

    def revert(self) -> None:
        """Show the value in force again."""
        self.setCurrentIndex(self.findData(self._value.kind))

    @Slot()
    def _draw_all(self) -> None:
        assert self._picture is not None
        for index in range(self.count()):
            self.setItemIcon(index, self._picture(self._members[self.itemData(index)], self))

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        member = self._members[self.itemData(index)]
        if self._value is None or member.kind != self._value.kind:
            self.value_requested.emit(member)


class LineBox(QLineEdit):
    """The editor of a short text, or of a row of numbers written ``0, 1, -0.5``."""

    value_requested = Signal(object)
    complaint_changed = Signal(str)

    def __init__(self, declared: Text | Numbers) -> None:
        super().__init__()
        self._declared = declared
        self._value: Any = ""
        self._complaint = ""
        self.editingFinished.connect(self._on_editing_finished)

    def set_value(self, value: Any) -> None:
        """Show a value; text that the user is typing, or that was refused for it, stays."""
        changed = value != self._value
        self._value = value
        if (self.isModified() and self.hasFocus()) or (self._complaint and not changed):
            return
        self.revert()

    def revert(self) -> None:
        """Show the value in force again instead of what was typed."""
        self.setText(self._declared.written(self._value))
        self.setCursorPosition(0)
        self._complain("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and (self.isModified() or self._complaint):
            self.revert()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_editing_finished(self) -> None:
        if not self.isModified():
            return
        self.setModified(False)
        try:
            value = self._declared.parse(self.text(), "")
        except FieldError as error:
            self._complain(str(error))
        else:
            self._complain("")
            self.value_requested.emit(value)

    def _complain(self, sentence: str) -> None:
        if self._complaint != sentence:
            self._complaint = sentence
            mark(self, "refused", bool(sentence))
            self.complaint_changed.emit(sentence)
