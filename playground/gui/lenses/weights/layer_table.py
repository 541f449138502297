"""One layer's parameters as a table: a row a neuron, a column an input, and their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.weights.weight_history import learning_layers
from playground.data.dataset import Dataset
from playground.gui.lenses.layer_tiles import INPUT, LayerLabel
from playground.nn.layers import Dense
from playground.nn.network import Network

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class LayerTable:
    """What does not change while the layer learns.

    Attributes
    ----------
    name, title
        The layer's, such as ``dense_1`` and ``Dense 16 · ReLU``.
    shapes
        Its tensors by the articles' names: ``W1 (16, 64) · b1 (16)``.
    tensors
        The views that make the columns, the last being the biases where ``biased``.
    rows, columns
        What the neurons and the inputs are called in a sentence.
    row_labels, column_labels
        What they are called beside the table.
    columns_title
        What the columns are, above the table.
    owner, source
        The layers whose neurons the rows and the columns are; ``input`` for the input.
    picture
        Height and width where the columns are pixels.
    """

    name: str
    title: str
    shapes: str
    tensors: tuple[str, ...]
    biased: bool
    rows: tuple[str, ...]
    row_labels: tuple[str, ...]
    columns: tuple[str, ...]
    column_labels: tuple[str, ...]
    columns_title: str
    owner: str
    source: str
    picture: tuple[int, int] | None

    @property
    def watched(self) -> str:
        """What is followed over time: the layer, and which of its tensors where not the weights."""
        return self.title if self.biased else f"{self.title} · {self.columns[0]}"

    def weights(self, views: Mapping[str, Floats]) -> Floats:
        """Return (neurons, inputs): a view where the layer has weights, else a small copy."""
        if self.biased:
            return views[self.tensors[0]]
        return np.stack([views[tensor] for tensor in self.tensors], axis=1)

    def biases(self, views: Mapping[str, Floats]) -> Floats | None:
        """Return (neurons,), or None for a layer without biases."""
        return views[self.tensors[1]] if self.biased else None

    def row_neuron(self, row: int) -> Neuron:
        """Return the neuron that a row belongs to."""
        return Neuron(self.owner, row)

    def column_neuron(self, column: int) -> Neuron | None:
        """Return the neuron or the input whose value a column multiplies."""
        if self.biased and 0 <= column < len(self.columns):
            return Neuron(self.source, column)
        return None


def layer_tables(network: Network, dataset: Dataset) -> tuple[LayerTable, ...]:
    """Return a table for every layer that has parameters."""
    learning = learning_layers(network)
    tables: list[LayerTable] = []
    source, source_title = INPUT, ""
    pixels = dataset.image_shape if dataset.kind == "image" else None
    names, labels = _inputs(dataset, pixels)
    dense = 0
    views = network.views_of(network.parameters)
    for layer in network.layers:
        if layer not in learning:
            continue
        last = layer is network.layers[-1]
        title = LayerLabel.of(layer, output=last).title
        units = layer.output_features
        if isinstance(layer.settings, Dense):
            dense += 1
            rows, row_labels = _neurons(units, dataset.class_names if last else ())
            tables.append(
                LayerTable(
                    layer.name,
                    title,
                    f"W{dense} ({units}, {layer.input_features}) · b{dense} ({units})",
                    (f"{layer.name}.weights", f"{layer.name}.biases"),
                    True,
                    rows,
                    row_labels,
                    names,
                    labels,
                    source_title or ("pixels" if pixels else "inputs"),
                    layer.name,
                    source,
                    pixels,
                )
            )
            source, pixels = layer.name, None
            source_title = f"neurons of {title}"
            names, labels = _neurons(units, ())
        else:
            start = f"{layer.name}."
            tensors = tuple(key.removeprefix(start) for key in views if key.startswith(start))
            tables.append(
                LayerTable(
                    layer.name,
                    title,
                    " · ".join(f"{tensor} ({units})" for tensor in tensors),
                    tuple(f"{layer.name}.{tensor}" for tensor in tensors),
                    False,
                    names,
                    labels,
                    tensors,
                    tensors,
                    "",
                    source,
                    source,
                    None,
                )
            )
    return tuple(tables)


def _inputs(
    dataset: Dataset, pixels: tuple[int, int] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if pixels is None:
        return dataset.feature_names, dataset.feature_names
    places = (divmod(index, pixels[1]) for index in range(dataset.features))
    names = tuple(f"pixel in row {row}, column {column}" for row, column in places)
    return names, tuple(str(index) for index in range(dataset.features))


def _neurons(units: int, class_names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if len(class_names) == units:
        return tuple(f"class {name}" for name in class_names), class_names
    return tuple(f"neuron {unit}" for unit in range(units)), tuple(map(str, range(units)))
