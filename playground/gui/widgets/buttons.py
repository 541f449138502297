"""Buttons, each made in one call."""

from __future__ import annotations

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QPushButton, QToolButton

from playground.gui.look.icons import icon
from playground.gui.look.marking import named
from playground.gui.look.theme import SMALL_PX, on_theme_changed, sized


def push_button(name: str, text: str, tip: str = "", role: str = "") -> QPushButton:
    """Return a button that the Enter key presses only where it has the focus."""
    button = named(QPushButton(text), name, text.replace("&", "").rstrip("…"), tip, role)
    button.setAutoDefault(False)
    return button


def toggle_button(name: str, title: str, tip: str) -> QPushButton:
    """Return a small button that is on or off."""
    button = named(QPushButton(title), name, title, tip)
    button.setCheckable(True)
    return sized(button, SMALL_PX)


def show_playing(
    button: QPushButton, playing: bool, what: str = "", *, narrow: bool = False
) -> None:
    """Let a button say that it plays, or pauses what plays; ``narrow`` leaves the drawing alone."""
    word = "Pause" if playing else "Play"
    button.setText("" if narrow else word)
    button.setAccessibleName(f"{word} {what}".rstrip())
    button.setIcon(icon(word.lower(), button))


class IconButton(QToolButton):
    """A button whose drawing has the colours of the theme; the words are those of ``named``."""

    def __init__(
        self, picture: str, name: str, spoken: str, tip: str, role: str = "", px: int = 16
    ) -> None:
        super().__init__()
        named(self, name, spoken, tip, role)
        self.setIconSize(QSize(px, px))
        self._picture = picture
        on_theme_changed(self._draw)
        self._draw()

    def set_picture(self, picture: str) -> None:
        """Show another drawing."""
        if picture != self._picture:
            self._picture = picture
            self._draw()

    @Slot()
    def _draw(self) -> None:
        self.setIcon(icon(self._picture, self))
