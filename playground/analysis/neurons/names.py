"""What the neurons and inputs of a network are called in sentences and lists."""

from __future__ import annotations

import numpy as np

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
        self._network = network
        self._layers = network.names
        self._last = network.layers[-1]

    def title(self, neuron: Neuron) -> str:
        """Return a neuron's heading: ``Dense 2 · neuron 5``, ``Output · 3``.

        A place of a map is ``Conv 1 · map 3, row 4, column 5``, also behind Flatten, and what a
        neuron has at a step of a sequence ``LSTM 1 · neuron 3, step 4``.
        """
        if neuron.layer == INPUT:
            return f"Input · {self._feature(neuron.unit)}"
        place, what = self._place(neuron), self._answer(neuron)
        if place is not None:
            what = f"map {place[0]}, row {place[1]}, column {place[2]}"
        unit, step = self._at_step(neuron)
        return f"{self._layers.short(neuron.layer)} · {what or f'neuron {nth(unit)}'}{step}"

    def short(self, neuron: Neuron) -> str:
        """Return a neuron's name in a list: ``pixel (3, 4)``, ``Dense 1 · 3``, ``Output · 7``.

        A place of a map is ``Conv 1 · 3 (4, 5)``: the map, its row and its column; of a sequence
        it is ``LSTM 1 · 3, step 4``.
        """
        if neuron.layer == INPUT:
            return self._feature(neuron.unit)
        place, what = self._place(neuron), self._answer(neuron).removeprefix("class ")
        if place is not None:
            what = f"{place[0]} ({place[1]}, {place[2]})"
        unit, step = self._at_step(neuron)
        return f"{self._layers.short(neuron.layer)} · {what or nth(unit)}{step}"

    def among_its_layer(self, neuron: Neuron) -> str:
        """Return a name for a list below the layer's: ``3 (4, 5)``, else as :meth:`short`."""
        name = self.short(neuron)
        return name if self._place(neuron) is None else name.rpartition(" · ")[2]

    def layer(self, key: str) -> str:
        """Return whose numbers a layer hands on, as a sentence has it: ``Conv 1``."""
        return self._layers.words(self._network.shown_source(key))

    def map(self, neuron: Neuron) -> tuple[str, str]:
        """Return a place's map and the place in it, ``Conv 1 · map 3`` and ``Row 4, column 5``.

        Of what has no place, the title and nothing.
        """
        title, place = self.title(neuron), self._place(neuron)
        if place is None:
            return title, ""
        return title.partition(",")[0], f"Row {place[1]}, column {place[2]}"

    def _place(self, neuron: Neuron) -> tuple[str, str, str] | None:
        """Return the map, row and column as people count, None for a neuron without a place."""
        layer = self._network.layer(self._network.shown_source(neuron.layer))
        if layer is None or len(layer.output_shape) != 3:
            return None
        unit, row, column = np.unravel_index(neuron.unit, layer.output_shape)
        return nth(int(unit)), nth(int(row)), nth(int(column))

    def _at_step(self, neuron: Neuron) -> tuple[int, str]:
        """Return the unit that a neuron is, and ``, step 4`` where it has one at every step."""
        layer = self._network.layer(self._network.shown_source(neuron.layer))
        if layer is None or len(layer.output_shape) != 2:
            return neuron.unit, ""
        unit, step = divmod(neuron.unit, layer.positions)
        return unit, f", step {nth(step)}"

    def _feature(self, unit: int) -> str:
        data = self._dataset
        return data.kind.feature_name(unit, data.feature_names, data.input_shape)

    def _answer(self, neuron: Neuron) -> str:
        """Return the class or the value that an output stands for, or an empty text."""
        classes = self._dataset.class_names
        if neuron.layer == self._last.name and self._dataset.task.of_itself:
            return self._feature(neuron.unit)
        if neuron.layer != self._last.name or not classes:
            return ""
        if self._last.output_features == 1:
            return f"class {classes[-1]}" if len(classes) == 2 else ""
        unit, _ = self._at_step(neuron)
        return f"class {classes[unit]}" if unit < len(classes) else ""
