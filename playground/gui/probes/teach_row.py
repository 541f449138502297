"""Asks what a drawing was that the network read wrong: a link, then a button for each class."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from playground.gui.look.marking import named
from playground.gui.probes.class_buttons import ClassButtons
from playground.gui.widgets.combo_box import ComboBox
from playground.gui.widgets.layouts import stacked

_MOST_BUTTONS = 40
_ASK = "That was wrong; teach it…"
_QUESTION = "That was a…"


class TeachRow(QWidget):
    """The classes to choose from; also by typing a class's name, where it is one key.

    Parameters
    ----------
    ask
        What is written on the link.
    question
        What is written there while the row is open.

    Signals
    -------
    chosen(str)
        The name of the class.

    Attributes
    ----------
    link
        Opens the row, and begins the sentence that its buttons end.
    """

    chosen = Signal(str)

    def __init__(self, ask: str = _ASK, question: str = _QUESTION) -> None:
        super().__init__()
        self.setAccessibleName("What you drew")
        self._ask, self._question = ask, question
        self.link = named(
            QPushButton(ask),
            "teachButton",
            ask.rstrip("…"),
            "Say what you meant; the drawing is kept, and training can mix it in.",
            role="link",
        )
        self.link.setFixedHeight(18)
        self.link.setCursor(Qt.CursorShape.PointingHandCursor)
        self._names: tuple[str, ...] = ()
        self._buttons = ClassButtons("teachClass", "That was a")
        self._box = named(ComboBox(), "teachClassBox", "That was a")
        self._box.activated.connect(self._on_activated)
        self._buttons.chosen.connect(self.chosen)
        stacked(self._buttons, self._box, on=self, margins=(0, 0, 0, 2), spacing=0)
        self.hide()
        self.link.clicked.connect(self._on_link_clicked)

    def set_classes(self, names: Sequence[str]) -> None:
        """Offer these classes."""
        self.close_row()
        if tuple(names) == self._names:
            return
        self._names = tuple(names)
        few = len(names) <= _MOST_BUTTONS
        self._buttons.set_classes(names if few else ())
        self._box.clear()
        if not few:
            self._box.addItems(["choose a class…", *names])
        self._box.setVisible(not few)
        self._buttons.setVisible(few)

    @Slot()
    def open(self) -> None:
        """Ask."""
        self.link.setText(self._question)
        self.show()
        first = self._buttons.buttons[0] if self._buttons.buttons else self._box
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def close_row(self) -> None:
        """Ask no more."""
        if self.isVisible() and self.isAncestorOf(self.window().focusWidget() or self):
            self.link.setFocus(Qt.FocusReason.OtherFocusReason)
        self.link.setText(self._ask)
        self.hide()

    @Slot()
    def _on_link_clicked(self) -> None:
        if self.isVisible():
            self.close_row()
        else:
            self.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a class by its key; Escape closes, arrows walk."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_row()
        elif event.text() in self._names and event.text():
            self.chosen.emit(event.text())
        else:
            super().keyPressEvent(event)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        if index > 0:
            self.chosen.emit(self._names[index - 1])
