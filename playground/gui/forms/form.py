"""A form made from declared fields; it asks for changes and decides none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import reduce
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.fields import Declared, Number, Section, Variant, describe
from playground.gui.forms.editors import editor_for
from playground.gui.forms.field import Field
from playground.gui.forms.log_slider import LogSlider
from playground.gui.forms.row import Row, sentence_label
from playground.gui.look.marking import tool_tip

_SPACING_PX = 5


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
        labels: Mapping[str, str] | None = None,
        makers: Mapping[str, Callable[[Any], QWidget]] | None = None,
        sliders: Collection[str] = (),
        folded: Collection[str] = (),
        indent: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._path = path
        self._names = names or {}
        self._labels = labels or {}
        self._makers = makers or {}
        self._sliders = sliders
        self._folded = folded
        self._indent = indent
        self._fields: dict[str, Field] = {}
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

    def revert(self) -> None:
        """Show the values in force again in every editor."""
        for field in self._fields.values():
            field.revert()

    def show_error(self, path: str, sentence: str) -> None:
        """Show why the value asked for at a path was refused, and the value in force again.

        The sentence stays until the editor's next valid value.
        """
        self._field_at(path).show_error(path, sentence)

    def error_at(self, path: str) -> str:
        """Return the sentence shown under the editor at a path, or nothing."""
        return self._field_at(path).error_at(path)

    def owns(self, path: str) -> bool:
        """Return whether the form has an editor for a path from the root, or for its owner."""
        return any(field.covers(path) for field in self._fields.values())

    def editor(self, path: str) -> QWidget:
        """Return the editor at a path from the root."""
        return self._field_at(path).editor_at(path)

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
            self._labels.get(paths[0], " / ".join(one.label for one in declared)),
            editors,
            help=declared[0].help,
            below=slider,
            indent=self._indent,
        )
        self._column.addWidget(row)
        for path, one, editor in zip(paths, declared, editors, strict=True):
            kind_form = None
            if isinstance(one, Variant) and path not in self._folded:
                kind_form = KindForm(self._full(path), indent=self._indent + 1)
                row.set_nested(kind_form)
            field = Field(
                self._full(path), editor, row, slider=slider, kind_form=kind_form, parent=self
            )
            field.change_requested.connect(self.change_requested)
            self._fields[path] = field

    def _new_editor(self, path: str, declared: Declared) -> QWidget:
        editor = self._makers.get(path, editor_for)(declared)
        editor.setObjectName(self._names.get(path, f"{self._full(path)}Box"))
        editor.setAccessibleName(declared.label)
        editor.setAccessibleDescription(declared.help)
        editor.setToolTip(tool_tip(declared.help))
        return editor

    def _full(self, path: str) -> str:
        return f"{self._path}.{path}" if self._path else path

    def _field_at(self, path: str) -> Field:
        for field in self._fields.values():
            if field.covers(path):
                return field
        raise KeyError(path)


class KindForm(QWidget):
    """The own settings of a registry's member: a form that changes with the kind, or nothing.

    Parameters
    ----------
    path
        Where the member lives in the value that requests are meant for.
    """

    change_requested = Signal(str, object)

    def __init__(
        self,
        path: str,
        *,
        indent: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._path = path
        self._indent = indent
        self._form: Form | None = None
        self._kind: type[Any] | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def set_value(self, member: Any, behind: QWidget | None = None) -> None:
        """Show a member; editors of a new kind come behind a widget in the order of Tab."""
        if type(member) is self._kind:
            if self._form is not None:
                self._form.set_value(member)
            return
        self._kind = type(member)
        if self._form is not None:
            self._form.hide()
            self._form.deleteLater()
            self._form = None
        if describe(member):
            self._form = Form(member, path=self._path, indent=self._indent)
            self._form.change_requested.connect(self.change_requested)
            self._column.addWidget(self._form)
            self._form.show()
            if behind is not None:
                self._form.follow_in_tab_order(behind)
        self.setVisible(self._form is not None)

    def revert(self) -> None:
        """Show the settings in force again."""
        if self._form is not None:
            self._form.revert()

    def owns(self, path: str) -> bool:
        """Return whether there is an editor for a path from the root."""
        return self._form is not None and self._form.owns(path)

    def show_error(self, path: str, sentence: str) -> None:
        """Show why a value was refused; see :meth:`owns`."""
        if self._form is not None:
            self._form.show_error(path, sentence)

    def error_at(self, path: str) -> str:
        """Return the sentence shown for a path, or nothing."""
        return self._form.error_at(path) if self._form is not None else ""

    def editor(self, path: str) -> QWidget:
        """Return the editor at a path that the form owns."""
        if self._form is None:
            raise KeyError(path)
        return self._form.editor(path)

    def editors(self) -> list[QWidget]:
        """Return every editor, in the order that Tab visits them."""
        return self._form.editors() if self._form is not None else []


class _Heading(str):
    """A row that only names the nested settings below it."""


def declared_at(settings: Any, path: str) -> Declared:
    """Return the declaration of the field at a dotted path."""
    owner, _, name = path.rpartition(".")
    return describe(value_at(settings, owner))[name]


def value_at(settings: Any, path: str) -> Any:
    """Return the value at a dotted path; the empty path is the settings value itself."""
    return reduce(getattr, path.split("."), settings) if path else settings


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
