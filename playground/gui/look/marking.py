"""How a widget is introduced: its name, how it is read aloud, its tool tip, and its look."""

from __future__ import annotations

from html import escape
from typing import TypeVar

from PySide6.QtWidgets import QWidget

_Widget = TypeVar("_Widget", bound=QWidget)


def named(widget: _Widget, name: str, spoken: str = "", tip: str = "", role: str = "") -> _Widget:
    """Introduce a widget, and return it.

    Parameters
    ----------
    name
        Its ``objectName``, by which tests and style sheet find it.
    spoken
        What a screen reader calls it; a widget with a text needs none.
    tip
        Its tool tip.
    role
        The look that it asks the style sheet for.
    """
    widget.setObjectName(name)
    if spoken:
        widget.setAccessibleName(spoken)
    if tip:
        widget.setToolTip(tip)
    if role:
        widget.setProperty("role", role)
    return widget


def mark(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet selects by, and restyle the widget if it changed."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def tool_tip(sentence: str) -> str:
    """Return a sentence as rich text, which Qt wraps; plain text would be one long line."""
    return f"<qt>{escape(sentence, quote=False)}</qt>" if sentence else ""
