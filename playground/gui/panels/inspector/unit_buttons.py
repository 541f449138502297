"""The two buttons below everything: whether the neuron or map learns, and whether it is heard."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QWidget

from playground.analysis.neurons.report import NeuronReport
from playground.gui.look.marking import named, tool_tip
from playground.gui.session.session import Session
from playground.gui.widgets.layouts import beside
from playground.training.edits.switching import State, switch
from playground.training.experiment import find_settings

_FREEZE = "Training leaves this {}'s weights and bias as they are."
_LAYER_FROZEN = "Its whole layer is frozen; unfreeze it on the layer's card."
_SILENCE = (
    "The {}'s output becomes 0, to see what the network can do without it. Undo brings it back."
)


class UnitButtons(QWidget):
    """Asks the session to freeze and silence what the inspector shows, and says whether it is."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._report: NeuronReport | None = None
        self.silence = _button("silenceNeuronButton")
        self.freeze = _button("freezeNeuronButton")
        beside((self.silence, 1), (self.freeze, 1), on=self, margins=(0, 0, 8, 0), spacing=6)
        self.freeze.clicked.connect(self._on_freeze)
        self.silence.clicked.connect(self._on_silence)

    def show_report(self, report: NeuronReport | None) -> None:
        """Show what the settings say of a neuron or map; nothing for what has no weights."""
        self._report = report
        self.setVisible(report is not None and report.told.sum is not None)
        if report is None:
            return
        noun, told = report.noun, report.told
        _, settings = find_settings(self._session.experiment, report.neuron.layer)
        whole = not getattr(settings, "trainable", True)
        frozen = told.frozen or whole
        self.freeze.setEnabled(not whole)
        _show(self.freeze, noun, "Frozen" if frozen else "Freeze", frozen)
        self.freeze.setToolTip(tool_tip(_LAYER_FROZEN if whole else _FREEZE.format(noun)))
        self.silence.setVisible(not report.is_output)
        _show(self.silence, noun, "Silenced" if told.silenced else "Silence", told.silenced)
        self.silence.setToolTip(tool_tip(_SILENCE.format(noun)))

    @Slot()
    def _on_freeze(self) -> None:
        self._switch("frozen")

    @Slot()
    def _on_silence(self) -> None:
        self._switch("silenced")

    def _switch(self, state: State) -> None:
        report, model = self._report, self._session.model
        if report is None or model is None:
            return
        layer = model.network.layer(report.neuron.layer)
        found = switch(self._session.experiment, layer, report.neuron.unit, state)
        if found is not None:
            self._session.change_all({found.path: found.value}, found.title)


def _button(name: str) -> QPushButton:
    button = named(QPushButton(), name)
    button.setCheckable(True)
    return button


def _show(button: QPushButton, noun: str, verb: str, on: bool) -> None:
    button.setChecked(on)
    button.setText(verb if on or noun == "neuron" else f"{verb} {noun}")
    button.setAccessibleName(f"This {noun} is {verb.lower()}" if on else f"{verb} this {noun}")
