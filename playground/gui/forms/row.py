"""One line of a form: a label, its editors, and room for one sentence under them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from playground.gui.look.marking import mark, named, tool_tip
from playground.gui.look.theme import text_scale
from playground.gui.widgets.labels import sentence

LABEL_PX = 94
INDENT_PX = 12
_GAP_PX = 6
_WIDEST = 1.25
"""A label's width over its usual one, however large the text: the editors need the rest."""


class FormRow(QWidget):
    """A label of fixed width and one or more editors that share the rest.

    Parameters
    ----------
    label
        What the line is called; the first editor is its buddy.
    editors
        The widgets beside the label.
    help
        The sentence that teaches what the line is for.
    below
        A widget under the editors, as wide as they are.
    indent
        How deep the row is nested: each depth moves the label one step to the right, while the
        editors stay in their column.
    """

    def __init__(
        self,
        label: str,
        editors: Sequence[QWidget],
        *,
        help: str = "",
        below: QWidget | None = None,
        indent: int = 0,
    ) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(INDENT_PX if indent else 0, 0, 0, 0)
        grid.setHorizontalSpacing(_GAP_PX)
        grid.setVerticalSpacing(3)
        self.label = named(QLabel(label), tip=tool_tip(help), role="label")
        self.label.setWordWrap(True)
        self._indent = indent
        self._widen_label()
        self.label.setBuddy(editors[0])
        grid.addWidget(self.label, 0, 0)
        for column, editor in enumerate(editors, start=1):
            grid.addWidget(editor, 0, column)
            grid.setColumnStretch(column, 1)
        if below is not None:
            grid.addWidget(below, 1, 1, 1, len(editors))
        self._grid = grid
        self._sentence: QLabel | None = None
        self.error = ""
        self._note = ""

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the text."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._widen_label()

    def _widen_label(self) -> None:
        scale = min(text_scale(), _WIDEST)
        self.label.setFixedWidth(round(scale * LABEL_PX) - self._indent * INDENT_PX)

    def set_error(self, sentence: str) -> None:
        """Show why a value was refused, or nothing."""
        self.error = sentence
        self._update_sentence()

    def set_note(self, sentence: str) -> None:
        """Show a quiet remark, unless there is an error."""
        self._note = sentence
        self._update_sentence()

    def set_nested(self, nested: QWidget) -> None:
        """Put a widget under the whole row."""
        self._grid.addWidget(nested, 3, 0, 1, self._grid.columnCount())

    def _update_sentence(self) -> None:
        text, role = self.error or self._note, "error" if self.error else "muted"
        if self._sentence is None:
            if not text:
                return
            self._sentence = sentence_label("", role)
            self._grid.addWidget(self._sentence, 2, 0, 1, self._grid.columnCount())
        self._sentence.setText(text)
        mark(self._sentence, "role", role)
        self._sentence.setVisible(bool(text))


def sentence_label(text: str, role: str) -> QLabel:
    """Return a label that wraps a sentence in the space it gets."""
    label = sentence(role=role, text=text)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label
