"""A form made from declared fields; it asks for changes and decides none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import reduce
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.fields import Declared, Number, Section, Variant, describe
from playground.gui.forms.editors import KindBox, editor_for
from playground.gui.forms.log_slider import LogSlider
from playground.gui.forms.marking import tool_tip
from playground.gui.forms.row import Row, sentence_label

_SPACING_PX = 5
Picture = Callable[[Any, QWidget], QIcon]


class Form(QWidget):
    """Rows of labelled editors for the fields of a frozen settings value.

    Parameters
    ----------
    settings
        The value to show first; later ones, given to :meth:`set_value`, are of the same class.
    rows
        Dotted paths of the fields to show, in order; a tuple of paths shares one row. By default
        every field, with a nested settings class under a heading.
    path
        Where ``settings`` lives in the value that requests are meant for.
    names
        The ``objectName`` of an editor, by path within ``settings``.
    sliders
        Paths of logarithmic numbers that get a small slider too.
    pictures
        By path, what draws the icon of a registry's member.
    indent
        How many steps the labels are moved to the right.

    Signals
    -------
    change_requested(str, object)
        A field's whole path and the new value, which its declaration has accepted.
    """

    change_requested = Signal(str, object)

    def __init__(
        self,
        settings: Any,
        rows: Sequence[str | tuple[str, ...]] | None = None,
        *,
        path: str = "",
        names: Mapping[str, str] | None = None,
        sliders: Collection[str] = (),
        pictures: Mapping[str, Picture] | None = None,
        indent: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._path = path
        self._names = names or {}
        self._sliders = sliders
        self._pictures = pictures or {}
        self._indent = indent
        self._fields: dict[str, _Field] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(_SPACING_PX)
        for row in _all_rows(settings) if rows is None else rows:
            if isinstance(row, _Heading):
                self._column.addWidget(sentence_label(row, "heading"))
            else:
                self._add_row(settings, (row,) if isinstance(row, str) else row)
        self.set_value(settings)

    def set_value(self, settings: Any) -> None:
        """Show a value; an editor in which the user is typing is left alone."""
        for path, field in self._fields.items():
            field.set_value(value_at(settings, path))

    def show_error(self, path: str, sentence: str) -> None:
        """Show why the value asked for at a path was refused, and the value in force again.

        The sentence stays until the editor's next valid value.
        """
        self._field_at(path).show_error(path, sentence)

    def error_at(self, path: str) -> str:
        """Return the sentence shown under the editor at a path, or nothing."""
        return self._field_at(path).error_at(path)

    def revert(self) -> None:
        """Show the values in force again in every editor."""
        for field in self._fields.values():
            field.revert()

    def editors(self) -> list[QWidget]:
        """Return every editor, those of a kind's own settings right behind their kind's."""
        return [editor for field in self._fields.values() for editor in field.editors()]

    def owns(self, path: str) -> bool:
        """Return whether the form has an editor for a path from the root, or for its owner."""
        return any(_covers(field.path, path) for field in self._fields.values())

    def editor(self, path: str) -> QWidget:
        """Return the editor at a path from the root."""
        return self._field_at(path).editor_at(path)

    def set_row_visible(self, path: str, visible: bool) -> None:
        """Show or hide the row of a path."""
        self._field_at(path).row.setVisible(visible)

    def set_row_enabled(self, path: str, enabled: bool, note: str = "") -> None:
        """Enable or disable an editor, with a note under it that says why."""
        field = self._field_at(path)
        field.set_enabled(enabled)
        field.row.set_note(note)

    def follow_in_tab_order(self, before: QWidget) -> None:
        """Let Tab come to this form's editors right after another widget."""
        for editor in self.editors():
            QWidget.setTabOrder(before, editor)
            before = editor

    def _add_row(self, settings: Any, paths: tuple[str, ...]) -> None:
        declared = [declared_at(settings, path) for path in paths]
        editors = [self._new_editor(path, one) for path, one in zip(paths, declared, strict=True)]
        slider = None
        if paths[0] in self._sliders and isinstance(declared[0], Number):
            slider = LogSlider(declared[0])
            slider.setAccessibleName(f"{declared[0].label}, slider")
            slider.setToolTip(tool_tip(declared[0].help))
        row = Row(
            " / ".join(one.label for one in declared),
            editors,
            help=declared[0].help,
            below=slider,
            indent=self._indent,
        )
        self._column.addWidget(row)
        for path, one, editor in zip(paths, declared, editors, strict=True):
            field = _Field(self._full(path), one, editor, row, slider, self._indent)
            field.setParent(self)
            field.change_requested.connect(self.change_requested)
            self._fields[path] = field

    def _new_editor(self, path: str, declared: Declared) -> QWidget:
        editor: QWidget
        if isinstance(declared, Variant) and path in self._pictures:
            editor = KindBox(declared, picture=self._pictures[path])
        else:
            editor = editor_for(declared)
        editor.setObjectName(self._names.get(path, f"{self._full(path)}Box"))
        editor.setAccessibleName(declared.label)
        editor.setAccessibleDescription(declared.help)
        editor.setToolTip(tool_tip(declared.help))
        return editor

    def _full(self, path: str) -> str:
        return f"{self._path}.{path}" if self._path else path

    def _field_at(self, path: str) -> _Field:
        for field in self._fields.values():
            if _covers(field.path, path):
                return field
        raise KeyError(path)


class _Field(QObject):
    """A field of a form: its editor, the row it stands in, and a kind's own settings below."""

    change_requested = Signal(str, object)

    def __init__(
        self,
        path: str,
        declared: Declared,
        editor: Any,
        row: Row,
        slider: LogSlider | None,
        indent: int,
    ) -> None:
        super().__init__()
        self.path = path
        self.editor: Any = editor
        self.row = row
        self._is_variant = isinstance(declared, Variant)
        self._slider = slider
        self._indent = indent
        self._nested: Form | None = None
        self._shown: Any = _NOTHING
        editor.value_requested.connect(self._on_value_requested)
        if hasattr(editor, "complaint_changed"):
            editor.complaint_changed.connect(row.set_error)
        if slider is not None:
            slider.value_requested.connect(self._on_value_requested)

    def set_value(self, value: Any) -> None:
        if value != self._shown and self._shown is not _NOTHING:
            self.row.set_error("")
        if self._is_variant and type(value) is not type(self._shown):
            self._nest(value)
        elif self._nested is not None:
            self._nested.set_value(value)
        self._shown = value
        self.editor.set_value(value)
        if self._slider is not None:
            self._slider.set_value(value)

    def show_error(self, path: str, sentence: str) -> None:
        if path != self.path and self._nested is not None and self._nested.owns(path):
            self._nested.show_error(path, sentence)
            return
        self.revert()
        self.row.set_error(sentence)

    def revert(self) -> None:
        self.editor.revert()
        if self._slider is not None:
            self._slider.set_value(self._shown)
        if self._nested is not None:
            self._nested.revert()

    def editors(self) -> list[QWidget]:
        own: list[QWidget] = [self.editor]
        if self._slider is not None:
            own.append(self._slider)
        return own + (self._nested.editors() if self._nested is not None else [])

    def set_enabled(self, enabled: bool) -> None:
        self.editor.setEnabled(enabled)
        if self._slider is not None:
            self._slider.setEnabled(enabled)

    def error_at(self, path: str) -> str:
        if path != self.path and self._nested is not None:
            return self._nested.error_at(path)
        return self.row.error

    def editor_at(self, path: str) -> QWidget:
        if path != self.path and self._nested is not None:
            return self._nested.editor(path)
        editor: QWidget = self.editor
        return editor

    def _nest(self, value: Any) -> None:
        self._nested = None
        if describe(value):
            self._nested = Form(value, path=self.path, indent=self._indent + 1)
            self._nested.change_requested.connect(self.change_requested)
        self.row.set_nested(self._nested)
        if self._nested is not None:
            self._nested.follow_in_tab_order(self.editor)

    @Slot(object)
    def _on_value_requested(self, value: Any) -> None:
        if not self._is_variant:
            self.row.set_error("")
        self.change_requested.emit(self.path, value)


class _Heading(str):
    """A row that only names the nested settings below it."""


_NOTHING = object()


def declared_at(settings: Any, path: str) -> Declared:
    """Return the declaration of the field at a dotted path."""
    owner, _, name = path.rpartition(".")
    return describe(value_at(settings, owner))[name]


def value_at(settings: Any, path: str) -> Any:
    """Return the value at a dotted path; the empty path is the settings value itself."""
    return reduce(getattr, path.split("."), settings) if path else settings


def _covers(owner: str, path: str) -> bool:
    return path == owner or path.startswith(f"{owner}.")


def _all_rows(settings: Any) -> list[str]:
    rows: list[str] = []
    for name, declared in describe(settings).items():
        if isinstance(declared, Section):
            nested = getattr(settings, name)
            rows.append(_Heading(declared.label))
            rows += [
                row if isinstance(row, _Heading) else f"{name}.{row}" for row in _all_rows(nested)
            ]
        else:
            rows.append(name)
    return rows
