"""What a network is asked to write: a button for each character, and a box for a word."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from playground.data.drawing.writing import Writing
from playground.gui.look.marking import named
from playground.gui.probes.class_buttons import ClassButtons
from playground.gui.probes.scribe import SPACE
from playground.gui.widgets.buttons import IconButton
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, stacked
from playground.wording import listed

_LONGEST_WORD = 16
_HEIGHT, _GAP = 28, 4


class AskRow(QWidget):
    """``asked`` carries what is to be written: names of the writing, and spaces.

    ``paused`` says that the pen is to rest, ``resumed`` that it is to go on.
    """

    asked = Signal(object)
    paused = Signal()
    resumed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._writing: Writing | None = None
        self._choices = ClassButtons("writeDigit", "Write", by_name=True)
        self._text = named(QLineEdit(), "writeTextBox", "A word to write")
        self._text.setMaxLength(_LONGEST_WORD)
        self._write = IconButton(
            "pen", "writeButton", "Write", "Write what stands here, or let the pen rest.", px=15
        )
        self._write.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._write.setFixedHeight(_HEIGHT)
        self._told = sentence("writeAnswer", role="error")
        self._moving = self._active = False
        stacked(
            self._choices,
            beside((self._text, 1), self._write, spacing=_GAP),
            self._told,
            on=self,
            margins=0,
            spacing=6,
        )
        self._choices.chosen.connect(self._on_chosen)
        self._text.returnPressed.connect(self._ask)
        self._write.clicked.connect(self._on_clicked)
        self.tell("")

    def set_writing(self, writing: Writing) -> None:
        """Offer what can be asked for."""
        self._writing = writing
        self._choices.set_classes(writing.names)
        self._text.setPlaceholderText("hello" if "a" in writing.names else "3141")
        self.tell("")

    def set_state(self, *, ready: bool, active: bool, moving: bool) -> None:
        """Say whether there is a network, something to write on, and a pen that moves."""
        self._active, self._moving = active, moving
        self._write.setText("Pause" if moving else "Go on" if active else "Write")
        self._write.set_picture("pause" if moving else "pen")
        self._write.setEnabled(ready)
        self._choices.setEnabled(ready)

    @property
    def character(self) -> str:
        """The one character that stands in the box, or nothing."""
        text = self._text.text().strip()
        return text if self._writing is not None and text in self._writing.names else ""

    def tell(self, words: str) -> None:
        """Say what cannot be done, or nothing."""
        self._told.setText(words)
        self._told.setVisible(bool(words))

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        self._text.setText(name)
        self._ask()

    @Slot()
    def _on_clicked(self) -> None:
        if self._moving:
            self.paused.emit()
        elif self._active:
            self.resumed.emit()
        else:
            self._ask()

    @Slot()
    def _ask(self) -> None:
        """Ask for the text, or say what of it cannot be written."""
        known = self._writing.names if self._writing is not None else ()
        text = self._text.text().strip()
        names = tuple(each if each in known else each.lower() for each in text)
        pairs = zip(text, names, strict=True)
        unknown = dict.fromkeys(typed for typed, name in pairs if name not in (*known, SPACE))
        if unknown:
            words = listed([f"“{each}”" for each in unknown])
            self.tell(f"It has not learned to write {words}.")
        elif names:
            self.tell("")
            self.asked.emit(names)
        else:
            self.tell("Type what it is to write.")
