"""The tab that shows every neuron's answer to the probe as a heat map."""

from __future__ import annotations

from playground.analysis.neurons.neuron import Neuron
from playground.gui.lenses.activations.heat_map import ActivationHeatMap
from playground.gui.lenses.lens import Lens
from playground.gui.look.meanings import ColorMeaning
from playground.gui.session.reading import Reading
from playground.gui.session.session import Session
from playground.gui.widgets.layouts import stacked
from playground.training.model import Model


class ActivationsLens(Lens):
    """Feeds the heat map of activations."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.heat_map = ActivationHeatMap()
        stacked(self.heat_map, on=self, margins=0)
        self.heat_map.neuron_hovered.connect(session.attention.hover)
        self.heat_map.neuron_selected.connect(session.attention.select)

    def legend(self) -> tuple[ColorMeaning, ...]:
        return self.heat_map.meanings

    def on_model(self, model: Model | None) -> None:
        if model is not None:
            self.heat_map.set_network(model.network, model.dataset)

    def on_reading(self, reading: Reading | None) -> None:
        if reading is None:
            self.heat_map.clear()
        else:
            self.heat_map.set_trace(reading.traces, reading.probe.inputs)

    def on_selected(self, neuron: Neuron | None) -> None:
        self.heat_map.select(neuron)
