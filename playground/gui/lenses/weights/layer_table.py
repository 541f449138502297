"""One layer's parameters as a table: a row a neuron, a column an input, and their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from playground.analysis.neurons.neuron import Neuron
from playground.data.dataset import Dataset
from playground.gui.look.heat import Floats
from playground.nn.layers.running import learned
from playground.nn.network import Network
from playground.nn.record import INPUT
from playground.wording import nth


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
        The views that make the columns, a matrix and its biases where ``matrix``.
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
    matrix: bool
    rows: tuple[str, ...]
    row_labels: tuple[str, ...]
    columns: tuple[str, ...]
    column_labels: tuple[str, ...]
    columns_title: str
    owner: str
    source: str
    picture: tuple[int, int] | None

    @property
    def biased(self) -> bool:
        """Whether a column of biases follows the matrix."""
        return self.matrix and len(self.tensors) > 1

    @property
    def watched(self) -> str:
        """What is followed over time: the layer, and which of its tensors where not the weights."""
        return self.title if self.matrix else f"{self.title} · {self.columns[0]}"

    def weights(self, views: Mapping[str, Floats]) -> Floats:
        """Return (neurons, inputs): a view where the layer has weights, else a small copy."""
        if self.matrix:
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
        if self.matrix and 0 <= column < len(self.columns):
            return Neuron(self.source, column)
        return None


def layer_tables(network: Network, dataset: Dataset) -> tuple[LayerTable, ...]:
    """Return a table for every layer that has parameters."""
    pixels = dataset.image_shape if dataset.kind.pictures else None
    names, labels = _inputs(dataset, pixels)
    read = {INPUT: _Read(INPUT, names, labels, "pixels" if pixels else "inputs", pixels)}
    counts: Counter[str] = Counter()
    tables: list[LayerTable] = []
    for layer in network.layers:
        last = layer is network.layers[-1]
        face, units = layer.face(), layer.output_features
        title = network.names.full(layer.name)
        matrix = next((link for link in face.links if link.joined == "all"), None)
        given = read[matrix.source if matrix is not None else layer.source]
        rows, row_labels = _neurons(units, dataset.class_names if last else ())
        own = _Read(layer.name, *_neurons(units, ()), f"neurons of {title}")
        # A layer of one link a unit is told by the names of the neurons that it reads.
        read[layer.name] = own if matrix is not None or layer.inside else given
        specs = learned(layer.specs)
        if not specs:
            continue
        tensors = tuple(spec.name for spec in specs)
        if matrix is not None:
            numbers = [f"{spec.symbol}{_count(counts, spec.symbol)}" for spec in specs]
            columns, column_labels, columns_title = given.names, given.labels, given.title
            owner = own.owner
        else:
            numbers = list(tensors)
            rows, row_labels, owner = given.names, given.labels, given.owner
            if specs[0].size != units:
                rows, row_labels = ("every neuron",), ("all",)
            columns, column_labels, columns_title = tensors, tensors, ""
        tables.append(
            LayerTable(
                layer.name,
                title,
                " · ".join(
                    f"{number} ({', '.join(map(str, spec.shape))})"
                    for number, spec in zip(numbers, specs, strict=True)
                ),
                tuple(f"{layer.name}.{tensor}" for tensor in tensors),
                matrix is not None,
                rows,
                row_labels,
                columns,
                column_labels,
                columns_title,
                owner,
                given.owner,
                given.picture if matrix is not None else None,
            )
        )
    return tuple(tables)


@dataclass(frozen=True)
class _Read:
    """What the outputs of a layer are called by the layer that reads them."""

    owner: str
    names: tuple[str, ...]
    labels: tuple[str, ...]
    title: str
    picture: tuple[int, int] | None = None


def _count(counts: Counter[str], symbol: str) -> int:
    counts[symbol] += 1
    return counts[symbol]


def _inputs(
    dataset: Dataset, pixels: tuple[int, int] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if pixels is None:
        return dataset.feature_names, dataset.feature_names
    places = (divmod(index, pixels[1]) for index in range(dataset.features))
    names = tuple(f"pixel in row {row + 1}, column {column + 1}" for row, column in places)
    return names, tuple(map(nth, range(dataset.features)))


def _neurons(units: int, class_names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if len(class_names) == units:
        return tuple(f"class {name}" for name in class_names), class_names
    numbers = tuple(map(nth, range(units)))
    return tuple(f"neuron {number}" for number in numbers), numbers
