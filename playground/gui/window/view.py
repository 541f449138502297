"""How much of the window is seen: the next lens, a lens alone, the whole screen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication, QWidget

from playground.gui.window.lens_area import LensArea


class View(QObject):
    """Carries out what the View menu offers.

    Parameters
    ----------
    window
        What goes to the full screen.
    lenses
        Where the next lens is shown.
    around
        What a lens alone does without.
    """

    def __init__(self, window: QWidget, lenses: LensArea, around: Sequence[QWidget]) -> None:
        super().__init__(window)
        self._window, self._lenses, self._around = window, lenses, tuple(around)

    @Slot()
    def show_next_lens(self) -> None:
        self._walk(1)

    @Slot()
    def show_previous_lens(self) -> None:
        self._walk(-1)

    @Slot(bool)
    def show_alone(self, alone: bool) -> None:
        """Give the lenses the whole window, or show again what stands around them."""
        for widget in self._around:
            widget.setVisible(not alone)

    @Slot()
    def toggle_full_screen(self) -> None:
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _walk(self, steps: int) -> None:
        second, focused = self._lenses.second, QApplication.focusWidget()
        beside = second is not None and focused is not None and second.isAncestorOf(focused)
        (second if second is not None and beside else self._lenses.pane).walk(steps)
