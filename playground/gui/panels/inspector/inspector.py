"""The panel that tells everything about the selected neuron, live while it learns."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QShowEvent, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QPushButton,
    QSpinBox,
    QWidget,
)

from playground.analysis.neurons.names import NeuronNames
from playground.analysis.neurons.neuron import Neuron
from playground.analysis.neurons.report import NeuronReport, neuron_report
from playground.errors import PlaygroundError
from playground.gui.look.marking import named, tool_tip
from playground.gui.look.theme import colors_of
from playground.gui.panels.inspector.body import InspectorBody
from playground.gui.panels.inspector.figures import Figures
from playground.gui.panels.inspector.report_text import heading, place_text, report_text
from playground.gui.panels.inspector.unit_buttons import UnitButtons
from playground.gui.session.reading import Reading
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.widgets.buttons import IconButton
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.labels import sentence, titled
from playground.gui.widgets.layouts import beside, scrolling, stacked

DIGITS = 3
_WIDTH, _NARROWEST = 290, 240
_NO_NEURON = "No neuron"
_GONE = "Click a neuron in any view to see its numbers here."


class _DigitsBox(QSpinBox):
    """A spin box that lets the panel be scrolled over it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Inspector(QWidget):
    """Follows the session and the selected neuron while it can be seen.

    ``probe_requested`` carries an example as a probe; ``closed`` says that the user closed it,
    which also lets go of the selected neuron.
    """

    probe_requested = Signal(object)
    closed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "neuronInspector", "Neuron inspector", topic="neuron")
        self.setMinimumWidth(_NARROWEST)
        self._session = session
        self.report: NeuronReport | None = None
        self._names: NeuronNames | None = None
        self._figures = Figures(DIGITS)
        self.title = named(ElidedLabel(_NO_NEURON, "title"), "inspectorTitle")
        self.place = named(ElidedLabel("", "muted"), "inspectorPlace")
        self._close = IconButton(
            *("close", "closeInspectorButton", "Close the neuron inspector", "Close (Esc)"),
            role="quiet",
        )
        self.digits = named(
            _DigitsBox(),
            "digitsBox",
            "Significant figures",
            tool_tip("How many significant figures numbers have."),
        )
        self.copy = named(
            QPushButton("Copy"),
            "copyNeuronButton",
            "Copy this neuron's numbers",
            tool_tip("Copy everything about this neuron as plain text."),
        )
        self._nothing = sentence(role="muted", text=_GONE)
        self.body = InspectorBody(session)
        self.buttons = UnitButtons(session)
        self._build()
        self._close.clicked.connect(self.close_neuron)
        self.digits.valueChanged.connect(self._on_digits_changed)
        self.copy.clicked.connect(self._on_copy_clicked)
        self.body.neuron_requested.connect(session.attention.select)
        self.body.probe_requested.connect(self.probe_requested)
        self.body.refresh_requested.connect(self.refresh)
        self._scroll.verticalScrollBar().valueChanged.connect(self.refresh)
        session.attention.selected_changed.connect(self._on_selected_changed)
        session.attention.target_changed.connect(self.refresh)
        session.state_changed.connect(self.refresh)
        session.reading_changed.connect(self._on_reading_changed)
        session.afterwards.due.connect(self._on_afterwards)
        session.model_changed.connect(self._forget)
        session.data_changed.connect(self._forget)
        self._say(_GONE)
        self._on_selected_changed(session.attention.selected)

    def text(self) -> str:
        """Return all that is told about the neuron as plain text, empty without one."""
        if self.report is None or self._names is None:
            return ""
        probe = self._session.probe
        return report_text(
            self.report,
            self._names,
            self._figures,
            probe="" if probe is None else probe.title,
            target=self._target_text(),
            source=self.body.surgery.chosen_source,
        )

    @Slot()
    def close_neuron(self) -> None:
        """Let go of the neuron."""
        self._session.attention.select(None)
        self.closed.emit()

    @Slot()
    def refresh(self) -> None:
        """Bring the panel up to date, where it can be seen."""
        session = self._session
        neuron, model = session.attention.selected, session.model
        if not self.isVisible() or model is None:
            return
        self.report = None
        if neuron is not None:
            inputs = None if session.probe is None else session.probe.inputs
            reading, chosen = session.reading, session.attention.chosen_target
            target = None if reading is None else reading.target_row(chosen)
            shape = model.network.output_shape
            if target is not None and target.shape[1] not in (shape[0], math.prod(shape)):
                target = None  # still that of a former network
            loss = session.experiment.training.loss
            try:
                self.report = neuron_report(model, neuron, inputs, target, loss)
            except PlaygroundError as error:
                self._say(str(error))
                return
        if self.report is None:
            self._say(_GONE)
            return
        if self._names is None:
            self._names = NeuronNames(model.dataset, model.network)
        self._nothing.hide()
        self._scroll.show()
        self.buttons.show_report(self.report)
        self._head(heading(self.report, self._names), place_text(self.report, self._names))
        training = session.state is RunState.RUNNING
        self.body.show_report(self.report, self._names, self._figures, training=training)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, 600)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_neuron()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.setBrush(QColor(colors.card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.end()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._keep_up()

    def _build(self) -> None:
        self.digits.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.digits.setRange(1, 10)
        self.digits.setValue(DIGITS)
        self.digits.setFixedWidth(56)
        self.digits.setAlignment(Qt.AlignmentFlag.AlignCenter)
        heading = beside((self.title, 1), self._close)
        tools = beside(self.digits, titled(self.digits, "figures"), None, self.copy, spacing=6)
        self.body.add_tools(tools)
        self._scroll = named(scrolling(self.body), "inspectorScroll")
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        heading.setContentsMargins(0, 0, 8, 0)
        parts = (heading, self.place, self._nothing, (self._scroll, 1), self.buttons)
        stacked(*parts, on=self, margins=(12, 10, 4, 8), spacing=6)

    def _head(self, title: str, place: str = "") -> None:
        for label, text in ((self.title, title), (self.place, place)):
            if text != label.whole_text():
                label.set_text(text)
        self.place.setVisible(bool(place))

    def _say(self, sentence: str) -> None:
        self.report = None
        self.buttons.show_report(None)
        self._head(_NO_NEURON)
        self._nothing.setText(sentence)
        self._nothing.show()
        self._scroll.hide()

    def _target_text(self) -> str:
        reading, prepared = self._session.reading, self._session.prepared
        chosen = self._session.attention.chosen_target
        target = None if reading is None else reading.target(chosen)
        if prepared is not None and prepared.dataset.task.of_itself:
            return "the input itself"
        if target is None or prepared is None:
            return ""
        classes = prepared.dataset.class_names
        return classes[int(target)] if classes else self._figures.write(float(target))

    @Slot(object)
    def _on_selected_changed(self, neuron: Neuron | None) -> None:
        self.body.exciting.set_neuron(neuron)
        self._keep_up()

    @Slot(object)
    def _on_reading_changed(self, reading: Reading | None) -> None:
        if self._session.state is not RunState.RUNNING:
            self._keep_up()

    @Slot(int)
    def _on_afterwards(self, stage: int) -> None:
        if stage == 1 and self._session.state is RunState.RUNNING:
            self._keep_up()

    def _keep_up(self) -> None:
        self.refresh()
        self.body.exciting.keep_up()

    @Slot()
    def _forget(self) -> None:
        """Forget the former network or data; the new one's reading follows and is shown then."""
        self._names = None
        self.body.exciting.forget()

    @Slot(int)
    def _on_digits_changed(self, digits: int) -> None:
        self._figures = Figures(digits)
        self.body.set_figures(self._figures)
        self.refresh()

    @Slot()
    def _on_copy_clicked(self) -> None:
        QApplication.clipboard().setText(self.text())
