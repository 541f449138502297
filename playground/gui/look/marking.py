"""How a widget is introduced: its name, how it is read aloud, its tool tip, and its look."""

from __future__ import annotations

from html import escape
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QLabel, QToolTip, QWidget

Label = TypeVar("Label", bound=QLabel)

_Widget = TypeVar("_Widget", bound=QWidget)

TOPIC = "topic"
"""The property by which a widget names what the glossary says of it."""


def named(
    widget: _Widget,
    name: str = "",
    spoken: str = "",
    tip: str = "",
    role: str = "",
    topic: str = "",
) -> _Widget:
    """Introduce a widget, and return it; a label then shows any text letter by letter.

    Parameters
    ----------
    name
        Its ``objectName``, by which tests and style sheet find it, where it needs one.
    spoken
        What a screen reader calls it; a widget with a text needs none.
    tip
        Its tool tip.
    role
        The look that it asks the style sheet for.
    topic
        The key of what the glossary says of it and of what is inside it.
    """
    if name:
        widget.setObjectName(name)
    if isinstance(widget, QLabel):
        plain(widget)
    if spoken:
        widget.setAccessibleName(spoken)
    if tip:
        widget.setToolTip(tip)
    if role:
        widget.setProperty("role", role)
    if topic:
        widget.setProperty(TOPIC, topic)
    return widget


def mark(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet selects by, and restyle the widget if it changed."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def plain(label: Label) -> Label:
    """Let a label show a text letter by letter: what a stranger wrote never acts as HTML."""
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def tool_tip(text: str) -> str:
    """Return a text as rich text that shows it letter by letter; Qt wraps it, unlike plain text."""
    lines = escape(text, quote=False).replace("\n", "<br>")
    return f"<qt>{lines}</qt>" if text else ""


def show_whole(widget: QWidget, event: QHelpEvent, text: str) -> None:
    """Show a text that is cut on its widget, above the widget's own tool tip."""
    whole = f"<p>{escape(text, quote=False)}</p>{widget.toolTip()}"
    QToolTip.showText(event.globalPos(), whole, widget)
