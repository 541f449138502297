"""The tabs in the middle of the window: one for each way of looking into the network."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from playground.data.preparation import Prepared
from playground.gui.lenses.activations import ActivationsLens
from playground.gui.lenses.class_activity import ClassActivityLens
from playground.gui.lenses.layer_tiles import LayerLabel
from playground.gui.session import Reading, Session
from playground.training.class_activity import class_activity, saturation_bounds
from playground.training.model import Model
from playground.training.snapshot import Snapshot

ACTIVITY_INTERVAL_S = 0.25
LARGEST_PART = 2_000


class LensArea(QWidget):
    """Gives the lens in view what it needs, at the rate it needs it, and nothing to the others."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._next_activity = 0.0
        self.activations = ActivationsLens()
        self.activity = ClassActivityLens()
        self.tabs = QTabWidget()
        self.tabs.setObjectName("lensTabs")
        self.tabs.setAccessibleName("Ways of looking into the network")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.activations, "Activations")
        self.tabs.setTabToolTip(0, "How every neuron answers the one example in your hand.")
        self.tabs.addTab(self.activity, "Neurons × classes")
        self.tabs.setTabToolTip(1, "Which classes each neuron answers to, over all the data.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 0)
        layout.addWidget(self.tabs)
        self.activity.part_requested.connect(self._on_part_requested)
        self.tabs.currentChanged.connect(self._on_tab_changed)
        session.reading_changed.connect(self._on_reading_changed)
        session.model_changed.connect(self._on_model_changed)
        session.snapshot_changed.connect(self._on_snapshot_changed)
        session.data_changed.connect(self._on_data_changed)
        self._part = "train"

    @Slot(object)
    def _on_reading_changed(self, reading: Reading | None) -> None:
        if self.tabs.currentWidget() is not self.activations:
            return
        prepared = self._session.prepared
        if reading is None or prepared is None:
            self.activations.set_trace(None, ())
            return
        self.activations.set_trace(
            prepared.dataset.input_shape, reading.traces, reading.probe.inputs
        )

    @Slot(object)
    def _on_model_changed(self, model: Model) -> None:
        self.activations.set_network(model.network, model.dataset)
        last = model.network.layers[-1]
        self.activity.set_titles(
            {
                layer.name: LayerLabel.of(layer, output=layer is last).title
                for layer in model.network.layers
            }
        )

    @Slot(object)
    def _on_snapshot_changed(self, snapshot: Snapshot) -> None:
        if self.tabs.currentWidget() is self.activity and perf_counter() >= self._next_activity:
            self._show_activity()

    @Slot(object)
    def _on_data_changed(self, prepared: Prepared) -> None:
        self.activity.set_activity(None)
        self._next_activity = 0.0

    @Slot(int)
    def _on_tab_changed(self, index: int) -> None:
        self._on_reading_changed(self._session.reading)
        if self.tabs.currentWidget() is self.activity:
            self._show_activity()

    @Slot(str)
    def _on_part_requested(self, part: str) -> None:
        self._part = part
        self._show_activity()

    def _show_activity(self) -> None:
        model, prepared = self._session.model, self._session.prepared
        if model is None or prepared is None:
            return
        index = prepared.train_index if self._part == "train" else prepared.test_index
        index = index[:LARGEST_PART]
        dataset = prepared.dataset
        traces = model.trace(dataset.inputs[index])
        self.activity.set_activity(
            class_activity(
                traces,
                dataset.targets[index],
                dataset.class_names,
                saturation_bounds(model.network.layers),
            )
        )
        self._next_activity = perf_counter() + ACTIVITY_INTERVAL_S
