"""A form made from declared fields; it asks for changes and decides none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import reduce
from typing import Any, cast

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from playground.analysis.glossary.keys import key_of
from playground.fields import Declared, Number, Section, Variant, describe
from playground.gui.forms.editors import editor_for
from playground.gui.forms.log_slider import LogSlider
from playground.gui.forms.row import FormRow, sentence_label
from playground.gui.look.marking import named, tool_tip
from playground.gui.widgets.layouts import put_in_tab_order, stacked

_SPACING_PX = 5
_NOTHING = object()


class Form(QWidget):
    """Rows of labelled editors for the fields of a frozen settings value.

    Parameters
    ----------
    settings
        The value to show first; without one, the form is hidden until :meth:`set_value` brings one.
    rows
        Dotted paths of the fields to show, in order; a tuple of paths shares one row. By default
        every field, with a nested settings class under a heading.
    path
        Where ``settings`` lives in the value that requests are meant for.
    names
        The ``objectName`` of an editor, by path within ``settings``.
    labels
        What a row is called where that is not the field's own label.
    makers
        What makes the editor of a path where it is not the usual one, from its declaration.
    sliders
        Paths of logarithmic numbers that get a small slider too.
    folded
        Paths of kinds whose own settings are shown elsewhere.
    indent
        How deep the form is nested.
    behind
        The widget after which Tab comes to the editors of a value of another class.

    Signals
    -------
    change_requested(str, object)
        A field's whole path and the new value, which its declaration has accepted.
    """

    change_requested = Signal(str, object)

    def __init__(
        self,
        settings: Any = None,
        rows: Sequence[str | tuple[str, ...]] | None = None,
        *,
        path: str = "",
        names: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
        makers: Mapping[str, Callable[[Any], QWidget]] | None = None,
        sliders: Collection[str] = (),
        folded: Collection[str] = (),
        indent: int = 0,
        behind: QWidget | None = None,
    ) -> None:
        super().__init__()
        self._rows = rows
        self._path = path
        self._names = names or {}
        self._labels = labels or {}
        self._makers = makers or {}
        self._sliders = sliders
        self._folded = folded
        self._indent = indent
        self._behind = behind
        self._kind: type[Any] | None = None
        self._fields: dict[str, _Field] = {}
        self._column = stacked(on=self, margins=0, spacing=_SPACING_PX)
        if settings is None:
            self.hide()
        else:
            self._build(settings)
            self.set_value(settings)

    def set_value(self, settings: Any) -> None:
        """Show a value; an editor in which the user is typing is left alone.

        One of another class, such as a registry's other member, has its own rows, or none.
        """
        if type(settings) is not self._kind:
            self._build(settings)
            self.setVisible(bool(self._fields))
        for path, field in self._fields.items():
            field.set_value(value_at(settings, path))

    def revert(self) -> None:
        """Show the values in force again in every editor."""
        for field in self._fields.values():
            field.revert()

    def show_error(self, path: str, sentence: str) -> None:
        """Show why the value asked for at a path was refused, and the value in force again.

        The sentence stays until the editor's next valid value.
        """
        field = self._field_at(path)
        if inside := field.inside(path):
            inside.show_error(path, sentence)
        else:
            field.revert()
            field.row.set_error(sentence)

    def error_at(self, path: str) -> str:
        """Return the sentence shown under the editor at a path, or nothing."""
        field = self._field_at(path)
        inside = field.inside(path)
        return inside.error_at(path) if inside else field.row.error

    def owns(self, path: str) -> bool:
        """Return whether the form has an editor for a path from the root, or for its owner."""
        return any(field.covers(path) for field in self._fields.values())

    def editor(self, path: str) -> QWidget:
        """Return the editor at a path from the root."""
        field = self._field_at(path)
        inside = field.inside(path)
        return inside.editor(path) if inside else cast(QWidget, field.editor)

    def editors(self) -> list[QWidget]:
        """Return every editor, those of a kind's own settings right behind their kind's."""
        return [editor for field in self._fields.values() for editor in field.editors()]

    def set_row_visible(self, path: str, visible: bool) -> None:
        """Show or hide the row of a path."""
        self._field_at(path).row.setVisible(visible)

    def set_row_enabled(self, path: str, enabled: bool, note: str = "") -> None:
        """Enable or disable an editor, with a note under it that says why."""
        field = self._field_at(path)
        field.set_enabled(enabled)
        field.row.set_note(note)

    def _build(self, settings: Any) -> None:
        """Make the rows of a class of settings in place of those of another."""
        for old in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            old.hide()
            old.deleteLater()
        self._kind = type(settings)
        self._fields = {}
        for row in _all_rows(settings) if self._rows is None else self._rows:
            if isinstance(row, _Heading):
                self._column.addWidget(sentence_label(row, "heading"))
            else:
                self._add_row(settings, (row,) if isinstance(row, str) else row)
        if self._behind is not None:
            put_in_tab_order(self._behind, self.editors())

    def _add_row(self, settings: Any, paths: tuple[str, ...]) -> None:
        declared = [declared_at(settings, path) for path in paths]
        topics = [_topic_of(settings, path) for path in paths]
        named_ones = zip(paths, declared, topics, strict=True)
        editors = [self._new_editor(*one) for one in named_ones]
        slider = None
        if paths[0] in self._sliders and isinstance(declared[0], Number):
            spoken, tip = f"{declared[0].label}, slider", tool_tip(declared[0].help)
            slider = named(LogSlider(declared[0]), spoken=spoken, tip=tip)
        row = FormRow(
            self._labels.get(paths[0], " / ".join(one.label for one in declared)),
            editors,
            help=declared[0].help,
            below=slider,
            indent=self._indent,
        )
        self._column.addWidget(named(row, topic=topics[0]))
        for path, one, editor in zip(paths, declared, editors, strict=True):
            kind = None
            if isinstance(one, Variant) and path not in self._folded:
                kind = Form(path=self._full(path), indent=self._indent + 1, behind=editor)
                row.set_nested(kind)
            field = _Field(self._full(path), editor, row, slider, kind)
            field.change_requested.connect(self.change_requested)
            self._fields[path] = field

    def _new_editor(self, path: str, declared: Declared, topic: str) -> QWidget:
        editor = named(
            self._makers.get(path, editor_for)(declared),
            self._names.get(path, f"{self._full(path)}Box"),
            declared.label,
            tool_tip(declared.help),
            topic=topic,
        )
        editor.setAccessibleDescription(declared.help)
        return editor

    def _full(self, path: str) -> str:
        return f"{self._path}.{path}" if self._path else path

    def _field_at(self, path: str) -> _Field:
        for field in self._fields.values():
            if field.covers(path):
                return field
        raise KeyError(path)


class _Field(QObject):
    """A field with its path from the root: keeps editor, slider and a kind's settings in step."""

    change_requested = Signal(str, object)

    def __init__(
        self, path: str, editor: Any, row: FormRow, slider: LogSlider | None, kind: Form | None
    ) -> None:
        super().__init__(row)
        self.path = path
        self.editor = editor
        self.row = row
        self._slider = slider
        self._kind = kind
        self._shown: Any = _NOTHING
        editor.value_requested.connect(self._on_value_requested)
        if hasattr(editor, "complaint_changed"):
            editor.complaint_changed.connect(row.set_error)
        if slider is not None:
            slider.value_requested.connect(self._on_value_requested)
        if kind is not None:
            kind.change_requested.connect(self.change_requested)

    def covers(self, path: str) -> bool:
        return path == self.path or path.startswith(f"{self.path}.")

    def inside(self, path: str) -> Form | None:
        return self._kind if self._kind is not None and self._kind.owns(path) else None

    def set_value(self, value: Any) -> None:
        if value != self._shown:
            self.row.set_error("")
        self._shown = value
        self.editor.set_value(value)
        if self._slider is not None:
            self._slider.set_value(value)
        if self._kind is not None:
            self._kind.set_value(value)

    def revert(self) -> None:
        """Show the value in force again."""
        self.editor.revert()
        if self._slider is not None:
            self._slider.set_value(self._shown)
        if self._kind is not None:
            self._kind.revert()

    def editors(self) -> list[QWidget]:
        """Return the field's editors in the order that Tab visits them."""
        inside = self._kind.editors() if self._kind is not None else []
        return [self.editor, *([self._slider] if self._slider is not None else []), *inside]

    def set_enabled(self, enabled: bool) -> None:
        self.editor.setEnabled(enabled)
        if self._slider is not None:
            self._slider.setEnabled(enabled)

    @Slot(object)
    def _on_value_requested(self, value: Any) -> None:
        self.row.set_error("")
        self.change_requested.emit(self.path, value)


class _Heading(str):
    """A row that only names the nested settings below it."""


def declared_at(settings: Any, path: str) -> Declared:
    """Return the declaration of the field at a dotted path."""
    owner, _, name = path.rpartition(".")
    return describe(value_at(settings, owner))[name]


def value_at(settings: Any, path: str) -> Any:
    """Return the value at a dotted path; the empty path is the settings value itself."""
    return reduce(getattr, path.split("."), settings) if path else settings


def _topic_of(settings: Any, path: str) -> str:
    owner, _, name = path.rpartition(".")
    return key_of(value_at(settings, owner), name)


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
