"""What the neurons and inputs of a network are called in sentences and lists."""

from __future__ import annotations

from playground.analysis.neurons.neuron import Neuron
from playground.data.dataset import Dataset
from playground.nn.network import Network
from playground.nn.record import INPUT
from playground.wording import nth


class NeuronNames:
    """Names for the places of one network over one data set.

    Parameters
    ----------
    dataset
        Names classes, features and the pixels' places.
    network
        Its output layer is the last.
    """

    def __init__(self, dataset: Dataset, network: Network) -> None:
        self._dataset = dataset
        self._layers = network.names
        self._last = network.layers[-1]

    def title(self, neuron: Neuron) -> str:
        """Return a neuron's heading: ``Dense 2 · neuron 5``, ``Output · 3``."""
        if neuron.layer == INPUT:
            return f"Input · {self._feature(neuron.unit)}"
        answer = self._answer(neuron)
        what = answer if answer else f"neuron {nth(neuron.unit)}"
        return f"{self._layers.short(neuron.layer)} · {what}"

    def short(self, neuron: Neuron) -> str:
        """Return a neuron's name in a list: ``pixel (3, 4)``, ``Dense 1 · 3``, ``Output · 7``."""
        if neuron.layer == INPUT:
            return self._feature(neuron.unit)
        what = self._answer(neuron).removeprefix("class ") or nth(neuron.unit)
        return f"{self._layers.short(neuron.layer)} · {what}"

    def _feature(self, unit: int) -> str:
        data = self._dataset
        return data.kind.feature_name(unit, data.feature_names, data.input_shape)

    def _answer(self, neuron: Neuron) -> str:
        """Return the class that an output stands for, or an empty text."""
        classes = self._dataset.class_names
        if neuron.layer != self._last.name or not classes:
            return ""
        if self._last.output_features == 1:
            return f"class {classes[-1]}" if len(classes) == 2 else ""
        return f"class {classes[neuron.unit]}" if neuron.unit < len(classes) else ""
