"""One field of a form: keeps its editor, its slider and a kind's own settings in step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from playground.gui.forms.log_slider import LogSlider
from playground.gui.forms.row import Row

if TYPE_CHECKING:
    from playground.gui.forms.form import KindForm

_NOTHING = object()


class Field(QObject):
    """A field with its path from the root, its editor, and the row they stand in."""

    change_requested = Signal(str, object)

    def __init__(
        self,
        path: str,
        editor: Any,
        row: Row,
        *,
        slider: LogSlider | None = None,
        kind_form: KindForm | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.path = path
        self.editor: Any = editor
        self.row = row
        self._slider = slider
        self._kind_form = kind_form
        self._shown: Any = _NOTHING
        editor.value_requested.connect(self._on_value_requested)
        if hasattr(editor, "complaint_changed"):
            editor.complaint_changed.connect(row.set_error)
        if slider is not None:
            slider.value_requested.connect(self._on_value_requested)
        if kind_form is not None:
            kind_form.change_requested.connect(self.change_requested)

    def covers(self, path: str) -> bool:
        """Return whether a path is the field's own or that of something inside it."""
        return path == self.path or path.startswith(f"{self.path}.")

    def set_value(self, value: Any) -> None:
        """Show a value; a sentence about another value goes."""
        if value != self._shown:
            self.row.set_error("")
        self._shown = value
        self.editor.set_value(value)
        if self._slider is not None:
            self._slider.set_value(value)
        if self._kind_form is not None:
            self._kind_form.set_value(value, behind=self.editor)

    def revert(self) -> None:
        """Show the value in force again."""
        self.editor.revert()
        if self._slider is not None:
            self._slider.set_value(self._shown)
        if self._kind_form is not None:
            self._kind_form.revert()

    def show_error(self, path: str, sentence: str) -> None:
        """Show why the value asked for was refused, and the value in force again."""
        if self._kind_form is not None and self._kind_form.owns(path):
            self._kind_form.show_error(path, sentence)
            return
        self.revert()
        self.row.set_error(sentence)

    def error_at(self, path: str) -> str:
        """Return the sentence shown for a path, or nothing."""
        if self._kind_form is not None and self._kind_form.owns(path):
            return self._kind_form.error_at(path)
        return self.row.error

    def editor_at(self, path: str) -> QWidget:
        """Return the editor of a path in this field."""
        if self._kind_form is not None and self._kind_form.owns(path):
            return self._kind_form.editor(path)
        editor: QWidget = self.editor
        return editor

    def editors(self) -> list[QWidget]:
        """Return the field's editors in the order that Tab visits them."""
        own: list[QWidget] = [self.editor]
        if self._slider is not None:
            own.append(self._slider)
        return own + (self._kind_form.editors() if self._kind_form is not None else [])

    def set_enabled(self, enabled: bool) -> None:
        """Enable or disable the editors."""
        self.editor.setEnabled(enabled)
        if self._slider is not None:
            self._slider.setEnabled(enabled)

    @Slot(object)
    def _on_value_requested(self, value: Any) -> None:
        self.row.set_error("")
        self.change_requested.emit(self.path, value)
