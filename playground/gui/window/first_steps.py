"""Three things to do first, in one line under the tool bar, until the user has had enough of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel

from playground.analysis.neurons.neuron import Neuron
from playground.data.preparation import Prepared
from playground.gui.look.marking import mark, named
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.widgets.buttons import IconButton
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.layouts import beside
from playground.gui.window.probe_column import ProbeColumn

_DONE, _OPEN = "✓", "○"
_HEIGHT_PX = 28


class FirstSteps(QFrame):
    """Ticks each thing when it was really done; ``dismissed`` says whether it is wanted no more.

    Parameters
    ----------
    session, probes
        What tell that something was done.
    shown
        Whether it is wanted.
    """

    dismissed = Signal(bool)

    def __init__(self, session: Session, probes: ProbeColumn, *, shown: bool) -> None:
        super().__init__()
        named(self, "firstSteps", "First steps")
        self.setFixedHeight(_HEIGHT_PX)
        heading = named(QLabel("First steps"), role="muted")
        self.train = _Step("Press Train")
        self.choose = _Step("Choose an example")
        self.neuron = _Step("Click a neuron in the network")
        self.hint = ElidedLabel("F1 explains what you point at.", "muted")
        self.close_button = IconButton(
            "close",
            "dismissFirstStepsButton",
            "Hide the first steps",
            "Hide this line for good; the Help menu brings it back.",
            role="quiet",
            px=12,
        )
        steps = (self.train, self.choose, self.neuron)
        beside(
            heading,
            *steps,
            (self.hint, 1),
            self.close_button,
            on=self,
            margins=(14, 2, 14, 2),
            spacing=18,
        )
        self.close_button.clicked.connect(self._on_dismissed)
        session.state_changed.connect(self._on_state_changed)
        session.data_changed.connect(self._on_data_changed)
        session.attention.selected_changed.connect(self._on_selected_changed)
        probes.chosen.connect(self.choose.tick)
        self.setVisible(shown)

    @Slot()
    def show_again(self) -> None:
        """Begin anew, at the user's wish."""
        for step in (self.train, self.choose, self.neuron):
            step.tick(False)
        self.show()
        self.dismissed.emit(False)

    @Slot()
    def _on_dismissed(self) -> None:
        self.hide()
        self.dismissed.emit(True)

    @Slot(object)
    def _on_state_changed(self, state: RunState) -> None:
        if state is RunState.RUNNING:
            self.train.tick()

    @Slot(object)
    def _on_data_changed(self, prepared: Prepared) -> None:
        self.choose.say(prepared.dataset.kind.choose.rstrip(","))

    @Slot(object)
    def _on_selected_changed(self, neuron: Neuron | None) -> None:
        if neuron is not None:
            self.neuron.tick()


class _Step(QLabel):
    """One thing to do, with a tick once it is done."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words
        self.done = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.tick(False)

    def say(self, words: str) -> None:
        """Call the thing by other words."""
        self._words = words
        self.tick(self.done)

    @Slot()
    def tick(self, done: bool = True) -> None:
        """Tell that it was done, or that it is to be done."""
        self.done = done
        self.setText(f"{_DONE if done else _OPEN}  {self._words}")
        self.setAccessibleName(f"{self._words}: {'done' if done else 'to do'}")
        mark(self, "role", "good" if done else "advice")
