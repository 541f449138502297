"""The tab that shows every neuron's answer to the probe as a heat map."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from playground.analysis.neurons.neuron import Neuron
from playground.gui.lenses.activations.heat_map import ActivationsLens
from playground.gui.lenses.lens import Lens
from playground.gui.session.reading import Reading
from playground.gui.session.session import Session
from playground.gui.widgets.layouts import stacked
from playground.training.model import Model


class ActivationsTab(Lens):
    """Feeds the heat map of activations."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.heat_map = ActivationsLens()
        stacked(self.heat_map, on=self, margins=0)
        self.heat_map.neuron_hovered.connect(session.attention.hover)
        self.heat_map.neuron_selected.connect(session.attention.select)

    def on_model(self, model: Model | None) -> None:
        """Name the layers and their neurons."""
        if model is not None:
            self.heat_map.set_network(model.network, model.dataset)

    def on_reading(self, reading: Reading | None) -> None:
        """Show every layer's answer."""
        prepared = self.session.prepared
        if reading is None or prepared is None:
            self.heat_map.set_trace(None, ())
            return
        shape = prepared.dataset.input_shape
        self.heat_map.set_trace(shape, reading.traces, reading.probe.inputs)

    def on_selected(self, neuron: Neuron | None) -> None:
        """Frame the selected neuron."""
        self.heat_map.select(neuron)
