"""Sentences, and the names of controls, each made in one call."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from playground.gui.look.marking import named


def sentence(name: str = "", role: str = "", text: str = "") -> QLabel:
    """Return a label whose text goes on in the next line; the words are those of ``named``."""
    label = named(QLabel(text), name, role=role)
    label.setWordWrap(True)
    return label


def titled(control: QWidget, text: str) -> QLabel:
    """Return the quiet label that stands beside a control and names it."""
    label = named(QLabel(text), role="muted")
    label.setBuddy(control)
    return label
