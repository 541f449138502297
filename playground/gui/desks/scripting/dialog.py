"""The window with the script: to read, to copy, to save."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QPlainTextEdit, QWidget

from playground.atomic_write import write_atomically
from playground.errors import FileError
from playground.gui.look.marking import mark, named
from playground.gui.look.theme import BODY_PX, ui_font
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, stacked

_ABOUT = (
    "This script trains the same network from its first weights, in any Python that has "
    "Playground installed."
)
_FRAME = 112
"""Pixels of what stands above and below the script."""


class ScriptDialog(QDialog):
    """Shows a script."""

    def __init__(self, script: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scriptDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("As Python")
        self.text = named(QPlainTextEdit(script), "scriptText", "The script")
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(ui_font(BODY_PX).pixelSize())
        self.text.setFont(font)
        self.told = sentence("scriptTold", "muted", _ABOUT)
        self.copy_button = push_button("copyScriptButton", "&Copy", "Copy the whole script.")
        self.save_button = push_button(
            "saveScriptButton", "&Save…", "Save the script as a file that Python runs."
        )
        close_button = push_button("closeScriptButton", "Close")
        buttons = beside(self.copy_button, self.save_button, None, close_button)
        stacked(self.told, (self.text, 1), buttons, on=self, margins=(16, 14, 16, 14), spacing=10)
        lines = self.text.blockCount() * self.text.fontMetrics().lineSpacing()
        highest = 560 if parent is None else parent.height()
        self.resize(720, min(lines + _FRAME, highest))
        self.copy_button.clicked.connect(self._on_copy)
        self.save_button.clicked.connect(self._on_save)
        close_button.clicked.connect(self.close)
        self.copy_button.setFocus()

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self._tell("The script was copied.")

    @Slot()
    def _on_save(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Save the script", "experiment.py", "Python scripts (*.py)"
        )
        if not chosen:
            return
        path = Path(chosen)
        path = path if path.suffix else path.with_suffix(".py")
        try:
            write_atomically(path, self.text.toPlainText().encode())
        except FileError as error:
            self._tell(str(error), "error")
        else:
            self._tell(f"The script was saved as {path.name}.")

    def _tell(self, sentence: str, role: str = "muted") -> None:
        self.told.setText(sentence)
        mark(self.told, "role", role)
