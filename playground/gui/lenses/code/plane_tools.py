"""The buttons under the plane of codes: what it shows, and how to come back to all of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from playground.gui.look.theme import SMALL_PX, sized
from playground.gui.widgets.buttons import push_button, toggle_button
from playground.gui.widgets.layouts import beside

_SAMPLE_TIP = "Draw a code from the normal distribution and decode it: a picture that nobody drew."


class PlaneTools(QWidget):
    """``parts_chosen`` tells that other parts are wanted."""

    parts_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tested = toggle_button("codeTestButton", "Test part", "Show the test part's examples.")
        self.trained = toggle_button(
            "codeTrainButton", "Training part", "Show the training part's examples as dots."
        )
        self.grid = toggle_button(
            "codeGridButton", "Decoded grid", "Show faintly what each place decodes to."
        )
        self.fit, self.draw_new = (
            sized(push_button(name, title, tip), SMALL_PX)
            for name, title, tip in (
                ("codeFitButton", "Fit", "Show all examples again (0)."),
                ("codeSampleButton", "Draw new", _SAMPLE_TIP),
            )
        )
        toggles = self.tested, self.trained, self.grid
        beside(None, self.draw_new, *toggles, self.fit, on=self, margins=0, spacing=4)
        for button in toggles:
            button.setChecked(True)
            button.toggled.connect(self.parts_chosen)

    @property
    def shown(self) -> tuple[bool, bool, bool]:
        """Whether the test part, the training part and the decoded grid are wanted."""
        return self.tested.isChecked(), self.trained.isChecked(), self.grid.isChecked()
