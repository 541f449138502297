"""The section that edits the bias and the weights of a neuron or a map."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QGridLayout

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
from playground.training.edits.surgery import SetBias, SetWeight
from playground.wording import nth


class SurgerySection(FoldedSection):
    """Asks the session for operations on numbers."""

    def __init__(self, session: Session) -> None:
        super().__init__("surgerySection", "Edit this neuron", unfold=False)
        self._session = session
        self._report: NeuronReport | None = None
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
        self.bias.value_requested.connect(self._on_bias_requested)
        self.weight.value_requested.connect(self._on_weight_requested)
        for edit in (self.bias, self.weight):
            edit.setToolTip(tool_tip("Type a number and press Enter; undo takes it back."))
            edit.complaint_changed.connect(self._on_complaint_changed)
        self.source.currentIndexChanged.connect(self._on_source_changed)

    @property
    def chosen_source(self) -> int | None:
        """The input whose weight is edited, None while the section is folded."""
        return self.source.currentIndex() if self.is_unfolded and self._listed else None

    @Slot(int)
    def choose_weight(self, index: int) -> None:
        """Open the section with a weight to edit."""
        self.heading.setChecked(True)
        self.source.setCurrentIndex(index)

    def show_report(self, report: NeuronReport, names: NeuronNames) -> None:
        """Show the present numbers of a neuron or a map."""
        made = report.told.sum
        if made is None:
            return
        whose, window = (report.neuron.layer, report.unit), report.window
        self._report, listed = report, (whose, made.source, len(made.weights), names)
        anew = listed != self._listed
        if anew:
            self._listed = listed
            self.heading.setText(f"Edit this {report.noun}")
            self.bias.setAccessibleName(f"Bias of this {report.noun}")
            count = len(made.weights)
            labels = (
                [names.short(Neuron(made.source, i)) for i in range(count)]
                if window is None
                else [_entry(i, window.size) for i in range(count)]
            )
            with QSignalBlocker(self.source):
                self.source.clear()
                self.source.addItems(labels)
                self.source.setCurrentIndex(strongest(made.weights, 1)[0])
        if anew:
            self.bias.revert()
            self.weight.revert()
        self.bias.set_value(made.bias)
        self._show_weight()

    def _show_weight(self) -> None:
        made = None if self._report is None else self._report.told.sum
        index = self.source.currentIndex()
        if made is not None and 0 <= index < len(made.weights):
            self.weight.set_value(float(made.weights[index]))

    @Slot(float)
    def _on_bias_requested(self, value: float) -> None:
        if self._report is not None:
            layer, unit = self._report.neuron.layer, self._report.unit
            self._session.operate(SetBias(layer, unit, value, self._report.noun))

    @Slot(float)
    def _on_weight_requested(self, value: float) -> None:
        if self._report is not None and self.source.currentIndex() >= 0:
            report, source = self._report, self.source.currentIndex()
            size = 0 if report.window is None else report.window.size
            self._session.operate(SetWeight(report.neuron.layer, report.unit, source, value, size))

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


def _entry(index: int, size: int) -> str:
    """Return where a weight is among the kernels of a map."""
    read, row, column = index // size**2, index // size % size, index % size
    return f"map {nth(read)}, row {nth(row)}, column {nth(column)}"
