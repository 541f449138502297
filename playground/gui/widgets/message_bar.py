"""One line under the tool bar for what the user should know, with what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QPushButton

from playground.gui.look.icons import icon
from playground.gui.look.marking import mark, named
from playground.gui.look.spoken import announce
from playground.gui.look.theme import colors_of, on_theme_changed
from playground.gui.widgets.buttons import IconButton
from playground.gui.widgets.layouts import beside
from playground.gui.widgets.timers import later
from playground.plain_text import visible

NOTICE_MS = 6_000


class MessageBar(QFrame):
    """Shows one sentence at a time; a notice goes by itself, an error stays until it is closed.

    ``remedy_requested`` carries the key of the remedy whose button was pressed.
    """

    remedy_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("messageBar")
        self._is_error = False
        self._symbol = QLabel()
        self._text = named(QLabel(), "messageText")
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._remedies = beside(spacing=6)
        self._buttons: list[QPushButton] = []
        words = "Close the message"
        self._close = IconButton("close", "closeMessageButton", words, f"{words}.")
        self._close.setAutoRaise(True)
        self._close.clicked.connect(self.clear)
        beside(
            self._symbol,
            (self._text, 1),
            self._remedies,
            self._close,
            on=self,
            margins=(12, 6, 6, 6),
            spacing=8,
        )
        self._timer = later(self, 0, self.clear)
        on_theme_changed(self._restyle)
        self.hide()

    @Slot(str)
    def show_notice(self, sentence: str) -> None:
        """Say something that needs no answer."""
        if self.isVisible() and self._is_error:
            return
        self._say(sentence, is_error=False, remedies={})
        self._timer.start(NOTICE_MS)

    def show_note(self, text: str) -> None:
        """Tell what is worth knowing about what is shown; it stays until it is closed."""
        self._timer.stop()
        self._say(text, is_error=False, remedies={})

    @Slot(str)
    def show_error(self, sentence: str, remedies: dict[str, str] | None = None) -> None:
        """Say what went wrong; ``remedies`` maps a key to its button's text."""
        self._timer.stop()
        self._say(sentence, is_error=True, remedies=remedies or {})

    @Slot()
    def clear(self) -> None:
        """Take the message away."""
        self._timer.stop()
        self._text.clear()
        self._is_error = False
        self.hide()

    def take_back(self, text: str) -> None:
        """Take a message away that does not hold any more, unless another one has come since."""
        if self.sentence == text:
            self.clear()

    @property
    def sentence(self) -> str:
        """What is being said, or nothing."""
        return self._text.text()

    def _say(self, sentence: str, *, is_error: bool, remedies: dict[str, str]) -> None:
        self._is_error = is_error
        sentence = visible(sentence)
        self._text.setText(sentence)
        self.setAccessibleName(("Error: " if is_error else "") + sentence)
        announce(self, self.accessibleName())
        for button in self._buttons:
            self._remedies.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        for key, text in remedies.items():
            button = named(QPushButton(text), f"remedy_{key}")
            button.setProperty("remedy", key)
            button.clicked.connect(self._on_remedy_clicked)
            self._remedies.addWidget(button)
            self._buttons.append(button)
        self._restyle()
        self.show()

    @Slot()
    def _on_remedy_clicked(self) -> None:
        key = self.sender().property("remedy")
        self.clear()
        self.remedy_requested.emit(key)

    @Slot()
    def _restyle(self) -> None:
        colors = colors_of(self)
        edge = colors.warning if self._is_error else colors.accent
        mark(self, "role", "notice" if self._is_error else "card")
        size = QSize(16, 16)
        self._symbol.setPixmap(icon("warning" if self._is_error else "info", edge).pixmap(size))
