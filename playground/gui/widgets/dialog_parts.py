"""A window's sentences and buttons, each made in one call."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton

from playground.gui.look.marking import named


def sentence(name: str = "", role: str = "", text: str = "") -> QLabel:
    """Return a label whose text goes on in the next line; the words are those of ``named``."""
    label = named(QLabel(text), name, role=role)
    label.setWordWrap(True)
    return label


def push_button(name: str, text: str, tip: str = "", role: str = "") -> QPushButton:
    """Return a button that the Enter key presses only where it has the focus."""
    button = named(QPushButton(text), name, text.replace("&", "").rstrip("…"), tip, role)
    button.setAutoDefault(False)
    return button
