"""How the window looks: light or dark, and how large its text is."""

from __future__ import annotations

from typing import cast, get_args

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication

from playground.gui.desks.offer import Offer
from playground.gui.look import theme

TEXT_SIZES = (1.0, 1.15, 1.3, 1.5, 1.75)
"""As parts of the usual size; the larger ones are for a projector."""


class Appearance(QObject):
    """Puts theme and text size on the application, and tells what to remember of them.

    Parameters
    ----------
    mode, text_size
        As :meth:`remembered` wrote them; anything else is taken as the usual.
    """

    changed = Signal()

    def __init__(self, mode: str | None, text_size: str | None) -> None:
        super().__init__()
        self.mode = cast(theme.Mode, mode if mode in get_args(theme.Mode) else "system")
        sizes = [f"{size:g}" for size in TEXT_SIZES]
        self._size = sizes.index(text_size) if text_size in sizes else 0
        self._apply(styled=False)

    def remembered(self) -> dict[str, str]:
        """Return what brings the same look back."""
        return {"theme": self.mode, "text_size": f"{TEXT_SIZES[self._size]:g}"}

    def put_on(self) -> None:
        """Style the application, once the window is built."""
        self._apply()

    @Slot()
    def choose_theme(self) -> None:
        """Take the theme of the action that was triggered."""
        self.mode = cast(theme.Mode, self.sender().objectName().removesuffix("ThemeAction"))
        self._apply()

    @Slot()
    def enlarge_text(self) -> None:
        self._take_size(self._size + 1)

    @Slot()
    def shrink_text(self) -> None:
        self._take_size(self._size - 1)

    @Slot()
    def use_usual_text(self) -> None:
        self._take_size(0)

    def offer_larger(self) -> Offer:
        """Return whether the text can grow."""
        largest = self._size == len(TEXT_SIZES) - 1
        return Offer("This is the largest size." if largest else None)

    def offer_smaller(self) -> Offer:
        """Return whether the text is larger than usual."""
        return Offer(None if self._size else "This is the usual size.")

    def _take_size(self, index: int) -> None:
        self._size = index
        theme.scale_text(_app(), TEXT_SIZES[index])
        self.changed.emit()

    def _apply(self, *, styled: bool = True) -> None:
        theme.scale_text(_app(), TEXT_SIZES[self._size])
        theme.apply(_app(), self.mode, styled=styled)


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
