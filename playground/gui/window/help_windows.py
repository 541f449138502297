"""The small windows of the Help menu."""

from __future__ import annotations

import platform
from html import escape

import numpy as np
import PySide6
from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from playground import __version__
from playground.gui.desks.document import Document
from playground.gui.desks.offer import Offer
from playground.gui.look.marking import named
from playground.gui.session.session import Session
from playground.gui.window.actions import key_words
from playground.gui.window.commands import MENUS
from playground.training.presets import preset as find_preset
from playground.wording import grouped

_PANEL_KEYS = (
    ("Diagram", "+, −, 0", "zoom in, out, and back to the whole"),
    ("Diagram", "Page Up, Page Down", "the same place of the map before or after"),
    ("Diagram", "Space", "let the selected place slide over its map, or stop it"),
    ("Layer card", "Alt+Up, Alt+Down", "move the layer"),
    ("Layer card", "Delete", "remove the layer"),
    ("Layer card", "Ctrl+D", "duplicate the layer"),
    ("Canvas", "Ctrl+Z", "take the last stroke back"),
    ("Canvas", "Delete", "clear the drawing"),
    ("Heat map, plane, examples", "Arrow keys", "walk"),
    ("Diagram, heat map, curves", "T", "show the numbers as a table, to read and to copy"),
    ("Plane", "P, B, E, F, M", "probe, brush, erase, flip or move points"),
    ("Plane", "Number keys", "choose the class to paint with"),
    ("Plane", "Space", "use the tool where the arrow keys have led"),
)


class HelpWindows(QObject):
    """Opens them over the window that they are about."""

    def __init__(self, session: Session, document: Document, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._document = document
        self._window = window

    @Slot()
    def show_shortcuts(self) -> None:
        """List every key that does something."""
        rows = []
        for title, commands in MENUS.items():
            for command in commands:
                if command.keys:
                    words = command.title.replace("&", "").rstrip("…")
                    rows.append((title.replace("&", ""), key_words(command), words))
        rows.extend(_PANEL_KEYS)
        cell = "<td style='white-space: nowrap; padding-right: 14px; font-size: 12px'>"
        table = "".join(
            f"<tr>{cell}{where}</td>{cell}<b>{keys}</b></td>{cell}{what}</td></tr>"
            for where, keys, what in rows
        )
        _open(
            self._window,
            "shortcutsDialog",
            "Keyboard shortcuts",
            f"<table cellspacing='0'>{table}</table>",
        )

    def offer_preset(self) -> Offer:
        """Return whether the experiment began as a preset."""
        return Offer("This experiment began as none." if self._document.preset is None else None)

    @Slot()
    def show_preset(self) -> None:
        """Tell again what the preset that the experiment began as is about."""
        if self._document.preset is not None:
            preset = find_preset(self._document.preset)
            text = f"<h3>{escape(preset.title)}</h3><p>{escape(preset.description)}</p>"
            _open(self._window, "presetDialog", "About the preset", text)

    @Slot()
    def show_data_source(self) -> None:
        """Tell where the data in use come from."""
        if self._session.prepared is None:
            return
        dataset = self._session.prepared.dataset
        _open(
            self._window,
            "dataSourceDialog",
            "About the data",
            f"<h3>{escape(dataset.title)}</h3><p>{escape(dataset.description)}</p>"
            f"<p>{grouped(len(dataset.inputs))} examples, {dataset.inputs.shape[1]} inputs.</p>"
            f"<p>Source: {escape(dataset.source)}<br>Licence: {escape(dataset.licence)}</p>",
        )

    @Slot()
    def show_about(self) -> None:
        """Tell the version, and what it runs on."""
        _open(
            self._window,
            "aboutDialog",
            "About Playground",
            f"<h3>Playground {__version__}</h3>"
            "<p>Build a neural network layer by layer, watch it learn, and draw a digit for it to "
            "read.</p><p>MIT licence.</p>"
            f"<p>Python {platform.python_version()}, NumPy {np.__version__}, "
            f"PySide {PySide6.__version__}</p>",
        )


def _open(window: QWidget, name: str, title: str, text: str) -> None:
    dialog = named(QMessageBox(window), name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.setTextFormat(Qt.TextFormat.RichText)
    dialog.setText(text)
    dialog.open()
