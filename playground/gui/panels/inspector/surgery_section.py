"""The section that edits a neuron: its bias, its weights, whether it learns and is heard."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QGridLayout, QPushButton

from playground.analysis.neurons.names import NeuronNames
from playground.analysis.neurons.neuron import Neuron
from playground.analysis.neurons.report import NeuronReport
from playground.gui.look.marking import named, tool_tip
from playground.gui.panels.inspector.number_edit import NumberEdit
from playground.gui.panels.inspector.ranking import strongest
from playground.gui.panels.inspector.section import FoldedSection
from playground.gui.session.session import Session
from playground.gui.widgets.combo_box import ComboBox
from playground.gui.widgets.labels import sentence, titled
from playground.gui.widgets.layouts import beside
from playground.nn.unit_list import with_unit, without_unit
from playground.training.edits.surgery import SetBias, SetWeight
from playground.training.experiment import find_settings

_FREEZE = "Training leaves this neuron's weights and bias as they are."
_LAYER_FROZEN = "Its whole layer is frozen; unfreeze it on the layer's card."
_TITLES = {
    ("frozen", True): "Freeze",
    ("frozen", False): "Unfreeze",
    ("silenced", True): "Silence",
    ("silenced", False): "Bring back",
}
_SILENCE = (
    "The neuron's output becomes 0, to see what the network can do without it. Undo brings it back."
)


class SurgerySection(FoldedSection):
    """Asks the session for operations on numbers and for changes of the experiment."""

    def __init__(self, session: Session) -> None:
        super().__init__("surgerySection", "Edit this neuron", unfold=False)
        self._session = session
        self._report: NeuronReport | None = None
        self._names: NeuronNames | None = None
        self._listed: tuple[object, ...] = ()
        self.bias = NumberEdit("biasEdit", "Bias of this neuron")
        self.source = named(
            ComboBox(),
            "weightSourceBox",
            "The input whose weight is edited",
            tool_tip("The input whose weight is edited."),
        )
        self.weight = NumberEdit("weightEdit", "Weight of the chosen input")
        self._complaint = sentence("surgeryComplaint", "error")
        self._complaint.hide()
        self.freeze = _button("freezeNeuronButton", "Freeze", _FREEZE)
        self.silence = _button("silenceNeuronButton", "Silence", _SILENCE)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        for row, (text, widget) in enumerate((("bias b", self.bias), ("weight from", self.source))):
            grid.addWidget(titled(widget, text), row, 0)
            grid.addWidget(widget, row, 1)
        grid.addWidget(self.weight, 2, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self.body.addWidget(self._complaint)
        buttons = beside((self.freeze, 1), (self.silence, 1), spacing=6)
        self.body.addLayout(buttons)
        self.bias.value_requested.connect(self._on_bias_requested)
        self.weight.value_requested.connect(self._on_weight_requested)
        for edit in (self.bias, self.weight):
            edit.setToolTip(tool_tip("Type a number and press Enter; undo takes it back."))
            edit.complaint_changed.connect(self._on_complaint_changed)
        self.source.currentIndexChanged.connect(self._on_source_changed)
        self.freeze.clicked.connect(self._on_freeze)
        self.silence.clicked.connect(self._on_silence)

    @Slot(bool)
    def _on_freeze(self, on: bool) -> None:
        self._change("frozen", on)

    @Slot(bool)
    def _on_silence(self, on: bool) -> None:
        self._change("silenced", on)

    @property
    def chosen_source(self) -> int | None:
        """The input whose weight is edited, None while the section is folded."""
        return self.source.currentIndex() if self.is_unfolded and self._listed else None

    def show_report(self, report: NeuronReport, names: NeuronNames) -> None:
        """Show a neuron's present numbers and what its layer's settings say of it."""
        made = report.told.sum
        if made is None:
            return
        anew = self._report is None or self._report.neuron != report.neuron
        self._report, self._names = report, names
        listed = (report.neuron, made.source, len(made.weights), names)
        if listed != self._listed:
            self._listed = listed
            with QSignalBlocker(self.source):
                self.source.clear()
                count = len(made.weights)
                self.source.addItems([names.short(Neuron(made.source, i)) for i in range(count)])
                self.source.setCurrentIndex(strongest(made.weights, 1)[0])
        if anew:
            self.bias.revert()
            self.weight.revert()
        self.bias.set_value(made.bias)
        self._show_weight()
        _, settings = self._settings()
        whole = bool(settings is not None and not settings.trainable)
        frozen, silenced = report.told.frozen or whole, report.told.silenced
        self.freeze.setChecked(frozen)
        self.freeze.setText("Frozen" if frozen else "Freeze")
        self.freeze.setEnabled(not whole)
        self.freeze.setToolTip(tool_tip(_LAYER_FROZEN if whole else _FREEZE))
        self.silence.setVisible(not report.is_output)
        self.silence.setChecked(silenced)
        self.silence.setText("Silenced" if silenced else "Silence")

    def _show_weight(self) -> None:
        made = None if self._report is None else self._report.told.sum
        index = self.source.currentIndex()
        if made is not None and 0 <= index < len(made.weights):
            self.weight.set_value(float(made.weights[index]))

    def _settings(self) -> tuple[str, Any]:
        """Return the layer's settings and where they are in the experiment, None if nowhere."""
        name = None if self._report is None else self._report.neuron.layer
        return find_settings(self._session.experiment, name)

    def _change(self, field: str, on: bool) -> None:
        (path, settings), report, names = self._settings(), self._report, self._names
        if settings is None or report is None or names is None:
            return
        unit, text = report.neuron.unit, getattr(settings, field)
        value = with_unit(text, unit) if on else without_unit(text, unit)
        title = f"{_TITLES[field, on]} {names.short(report.neuron)}"
        self._session.change_all({f"{path}.{field}": value}, title)

    @Slot(float)
    def _on_bias_requested(self, value: float) -> None:
        if self._report is not None:
            neuron = self._report.neuron
            self._session.operate(SetBias(neuron.layer, neuron.unit, value))

    @Slot(float)
    def _on_weight_requested(self, value: float) -> None:
        if self._report is not None and self.source.currentIndex() >= 0:
            neuron, source = self._report.neuron, self.source.currentIndex()
            self._session.operate(SetWeight(neuron.layer, neuron.unit, source, value))

    @Slot(int)
    def _on_source_changed(self, index: int) -> None:
        self.weight.revert()
        self._show_weight()
        self.unfolded.emit()

    @Slot(str)
    def _on_complaint_changed(self, sentence: str) -> None:
        if sentence != self._complaint.text():
            self._complaint.setText(sentence)
            self._complaint.setVisible(bool(sentence))


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = named(QPushButton(text), name, f"{text} this neuron", tool_tip(tip))
    button.setCheckable(True)
    return button
