"""The line below a prediction about the user's own drawings: how many, and what they changed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from playground.gui.look.marking import named
from playground.gui.probes.readout import Readout
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.layouts import beside, stacked
from playground.wording import counted

_LEAST_LINK = 40


class OwnStrip(QWidget):
    """Shown where there are drawings that the data set can use.

    Signals
    -------
    list_requested()
        The drawings are to be shown.
    training_requested()
        Training is to go on with them.
    """

    list_requested = Signal()
    training_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._list = named(
            QPushButton(),
            "ownDrawingsButton",
            tip="Look at the drawings you taught; change or delete them.",
            role="link",
        )
        self._train = push_button(
            "trainWithMineButton",
            "Train with mine",
            "Continue training with your drawings in every batch, which Train alone does not do: "
            "the more you have, the larger their share, unless you chose one under More. What it "
            "gains and costs is measured.",
        )
        self._effect = named(Readout("How your drawings are read", 1), "teachEffect")
        self._list.setMinimumWidth(_LEAST_LINK)
        self._train.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = beside(self._list, None, self._train, spacing=6)
        stacked(row, self._effect, on=self, margins=0, spacing=3)
        self._list.clicked.connect(self.list_requested)
        self._train.clicked.connect(self.training_requested)
        self.hide()

    def set_drawings(self, count: int) -> None:
        """Tell how many drawings the data set can use."""
        words = counted(count, "drawing")
        self._list.setText(words)
        self._list.setAccessibleName(f"Your {words}")
        self.setVisible(count > 0)

    def set_effect(self, sentence: str) -> None:
        """Tell how they are read."""
        lines = sentence.replace("; ", ";\n").splitlines()
        self._effect.set_room(max(len(lines), 1))
        self._effect.set_lines([(line, "muted") for line in lines])
