"""How a widget tells the style sheet that its state changed, and how sentences become tool tips."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QWidget


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
