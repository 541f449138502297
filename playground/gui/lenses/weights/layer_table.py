"""One layer's parameters as a table: a row a neuron or map, a column a weight, and their names."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from playground.analysis.neurons.neuron import Neuron
from playground.data.dataset import Dataset
from playground.gui.look.heat import Floats
from playground.nn.layers import RunningLayer
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
    row_word
        What a row is: ``neuron`` or ``map``.
    rows, columns
        What the neurons and the inputs are called in a sentence; the weights of a map's kernels
        are told by the map that they look at and their place in the kernel.
    row_labels, column_labels
        What they are called beside the table.
    columns_title
        What the columns are, above the table.
    owner, source
        The layers whose neurons the rows and the columns are; ``input`` for the input.
    places
        The rows and columns of the map that each row is; nothing for a neuron.
    picture
        Of the columns of a row, where they make pictures: how many one below the other, and the
        height and the width of each.
    kernels
        Whether the columns are weights of kernels, which no single input belongs to.
    """

    name: str
    title: str
    shapes: str
    tensors: tuple[str, ...]
    matrix: bool
    row_word: str
    rows: tuple[str, ...]
    row_labels: tuple[str, ...]
    columns: tuple[str, ...]
    column_labels: tuple[str, ...]
    columns_title: str
    owner: str
    source: str
    places: tuple[int, ...]
    picture: tuple[int, ...] | None
    kernels: bool

    @property
    def biased(self) -> bool:
        """Whether a column of biases follows the matrix."""
        return self.matrix and len(self.tensors) > 1

    @property
    def watched(self) -> str:
        """What is followed over time: the layer, and which of its tensors where not the weights."""
        return self.title if self.matrix else f"{self.title} · {self.columns[0]}"

    def weights(self, views: Mapping[str, Floats]) -> Floats:
        """Return (rows, columns): a view where the layer has weights, else a small copy."""
        if self.matrix:
            return views[self.tensors[0]].reshape(len(self.rows), -1)
        return np.stack([views[tensor] for tensor in self.tensors], axis=1)

    def biases(self, views: Mapping[str, Floats]) -> Floats | None:
        """Return (rows,), or None for a layer without biases."""
        return views[self.tensors[1]] if self.biased else None

    def said_of(self, row: int, column: int) -> str:
        """Return which number it is: ``Neuron 3 ← petal width: w``, ``Map 2: bias b``."""
        name = self.rows[row]
        if column == len(self.columns):
            name += ": bias b"
        elif not self.matrix:
            name += f": {self.columns[column]}"
        elif self.kernels:
            name = f"kernel of {name} over {self.columns[column]}: w"
        else:
            name += f" ← {self.columns[column]}: w"
        return name[:1].upper() + name[1:]

    def row_neuron(self, row: int) -> Neuron:
        """Return the neuron that a row belongs to, of a map the one in the middle."""
        unit = row
        for length in self.places:
            unit = unit * length + length // 2
        return Neuron(self.owner, unit)

    def row_of(self, neuron: Neuron) -> int | None:
        """Return the row that a neuron, or the map that it is a place of, belongs to."""
        return neuron.unit // math.prod(self.places) if neuron.layer == self.owner else None

    def column_neuron(self, column: int) -> Neuron | None:
        """Return the neuron or the input whose value a column multiplies."""
        if self.matrix and not self.kernels and 0 <= column < len(self.columns):
            return Neuron(self.source, column)
        return None


def layer_tables(network: Network, dataset: Dataset) -> tuple[LayerTable, ...]:
    """Return a table for every layer that has parameters."""
    read = {INPUT: _inputs(dataset)}
    counts: Counter[str] = Counter()
    tables: list[LayerTable] = []
    for layer in network.layers:
        face, title = layer.face(), network.names.full(layer.name)
        matrix = next((link for link in face.links if link.tensor and link.joined != "one"), None)
        given = read[matrix.source if matrix is not None else layer.source]
        own = _outputs(layer, title)
        # A layer of one link a unit is told by the names of the neurons that it reads.
        paired = all(link.joined == "one" for link in face.links) and not layer.inside
        read[layer.name] = given if paired else own
        specs = learned(layer.specs)
        if not specs:
            continue
        tensors = tuple(spec.name for spec in specs)
        kernels = matrix is not None and matrix.joined == "patch"
        columns, column_labels, columns_title = tensors, tensors, ""
        rows, row_labels, picture = own.units, own.unit_labels, None
        if matrix is not None:
            numbers = [f"{spec.symbol}{_count(counts, spec.symbol)}" for spec in specs]
            if layer is network.layers[-1] and len(dataset.class_names) == layer.output_features:
                rows = tuple(f"class {name}" for name in dataset.class_names)
                row_labels = dataset.class_names
            if kernels:
                picture = specs[0].shape[1:]
                columns, column_labels, columns_title = _kernels(picture, given)
            else:
                columns, column_labels, columns_title = given.names, given.labels, given.title
                picture = given.picture
        else:
            numbers = list(tensors)
            if specs[0].size == layer.output_features:
                rows, row_labels = given.names, given.labels
            elif specs[0].size != layer.units:
                rows, row_labels = ("every neuron",), ("all",)
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
                own.word if rows is own.units else "neuron",
                rows,
                row_labels,
                columns,
                column_labels,
                columns_title,
                given.owner if matrix is None else own.owner,
                given.owner,
                layer.output_shape[1:] if rows is own.units else (),
                picture,
                kernels,
            )
        )
    return tuple(tables)


@dataclass(frozen=True)
class _Read:
    """What the outputs of a layer are called by the layer that reads them, and its units."""

    owner: str
    title: str
    word: str
    units: tuple[str, ...]
    unit_labels: tuple[str, ...]
    picture: tuple[int, ...] | None = None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every output in a sentence."""
        if self.picture is None:
            return self.units
        places = _places(*self.picture[1:])
        if self.owner == INPUT:
            return tuple(f"pixel in {place}" for place in places)
        return tuple(f"{unit}, {place}" for unit in self.units for place in places)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Every output beside a table."""
        return self.unit_labels if self.picture is None else tuple(map(nth, range(len(self.names))))


def _count(counts: Counter[str], symbol: str) -> int:
    counts[symbol] += 1
    return counts[symbol]


def _inputs(dataset: Dataset) -> _Read:
    if not dataset.kind.pictures:
        names = dataset.feature_names
        return _Read(INPUT, "inputs", "neuron", names, names)
    return _Read(INPUT, "pixels", "map", ("the picture",), ("1",), (1, *dataset.image_shape))


def _outputs(layer: RunningLayer, title: str) -> _Read:
    word, labels = layer.noun, tuple(map(nth, range(layer.units)))
    units = tuple(f"{word} {number}" for number in labels)
    if layer.positions == 1:
        return _Read(layer.name, f"{word}s of {title}", word, units, labels)
    of_maps = f"places of the maps of {title}"
    return _Read(layer.name, of_maps, word, units, labels, layer.output_shape)


def _kernels(shape: tuple[int, ...], given: _Read) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return what a map's weights are called, in a sentence and in short, and what they are."""
    _, height, width = shape
    names = tuple(f"{unit}, {place}" for unit in given.units for place in _places(height, width))
    title = f"kernel weights, {height}×{width} for each of the maps read"
    if len(given.units) == 1:
        title = f"kernel weights, {height}×{width}"
    return names, tuple(map(nth, range(len(names)))), title


def _places(height: int, width: int) -> list[str]:
    return [
        f"row {row + 1}, column {column + 1}" for row in range(height) for column in range(width)
    ]
