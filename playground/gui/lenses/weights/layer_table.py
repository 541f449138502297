"""One layer's parameters as a table: a row a neuron or map, a column a weight, and their names."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from playground.analysis.neurons.neuron import Neuron
from playground.data.dataset import Dataset
from playground.data.judged import REAL
from playground.data.kinds import unit_names
from playground.gui.look.heat import Floats
from playground.nn.explain.face import Link
from playground.nn.layers import ParameterSpec, RunningLayer
from playground.nn.layers.running import learned
from playground.nn.names import MADE
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
    places, places_read
        The rows and columns of the map that each row, or each column, is; the steps of a unit of a
        sequence; nothing for a neuron.
    picture
        Of the columns of a row, where they make pictures: how many one below the other, and the
        height and the width of each.
    kernels
        Whether the columns are weights of kernels, or others which no single input belongs to.
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
    places_read: tuple[int, ...] = ()

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
        elif self.picture is not None and self.kernels:
            name = f"kernel of {name} over {self.columns[column]}: w"
        else:
            name += f" ← {self.columns[column]}: w"
        return name[:1].upper() + name[1:]

    def row_neuron(self, row: int) -> Neuron:
        """Return the neuron that a row belongs to, of a map or a sequence the one in the middle."""
        return Neuron(self.owner, _in_the_middle(row, self.places))

    def row_of(self, neuron: Neuron) -> int | None:
        """Return the row that a neuron, or the map that it is a place of, belongs to."""
        return neuron.unit // math.prod(self.places) if neuron.layer == self.owner else None

    def column_neuron(self, column: int) -> Neuron | None:
        """Return the neuron or the input whose value a column multiplies."""
        if self.matrix and not self.kernels and 0 <= column < len(self.columns):
            return Neuron(self.source, _in_the_middle(column, self.places_read))
        return None


def _in_the_middle(unit: int, places: tuple[int, ...]) -> int:
    for length in places:
        unit = unit * length + length // 2
    return unit


def layer_tables(network: Network, dataset: Dataset) -> tuple[LayerTable, ...]:
    """Return a table for every layer that has parameters, and for each matrix of several."""
    made = network.layer(MADE)
    read = {INPUT: _inputs(dataset) if made is None else _noise(network, dataset)}
    counts: Counter[str] = Counter()
    tables: list[LayerTable] = []
    for layer in network.layers:
        face, title = layer.face(), network.names.full(layer.name)
        link = next((link for link in face.links if link.tensor and link.joined != "one"), None)
        given = read[link.source if link is not None else layer.source]
        own = _outputs(layer, title)
        # A layer of one link a unit is told by the names of the neurons that it reads.
        paired = all(link.joined == "one" for link in face.links) and not layer.inside
        read[layer.name] = given if paired else own
        if layer is made:  # an example, as the discriminator reads it
            read[layer.name] = _inputs(dataset)
        named = own
        last, inputs = layer is network.layers[-1], read[INPUT]
        if last and dataset.task.of_itself and len(inputs.names) == layer.units:
            named = replace(own, units=inputs.names, unit_labels=inputs.labels)
        elif last and not dataset.task.of_itself and len(dataset.class_names) == layer.units:
            classes = tuple(f"class {name}" for name in dataset.class_names)
            named = replace(own, units=classes, unit_labels=dataset.class_names)
        specs = learned(layer.specs)
        several = sum(len(spec.shape) > 1 for spec in specs) > 1
        for group in _groups(specs):
            first, matrix = group[0], len(group[0].shape) > 1
            mine = link if link is not None and link.tensor == first.name else None
            columns = _Columns(tuple(spec.name for spec in group))
            rows = named if matrix else own
            if matrix:
                columns = _columns_of(first, mine, given, layer)
            elif first.size == layer.output_features:
                rows = given
            elif first.size != layer.units:
                rows = replace(own, units=("every neuron",), unit_labels=("all",))
            by_unit = len(rows.units) == layer.units and rows is not given
            symbols = [
                f"{spec.symbol}{_count(counts, spec.symbol)}" if link or several else spec.name
                for spec in group
            ]
            tables.append(
                LayerTable(
                    layer.name,
                    f"{title} · {first.name.replace('_', ' ')}" if several else title,
                    " · ".join(
                        f"{symbol} ({', '.join(map(str, spec.shape))})"
                        for symbol, spec in zip(symbols, group, strict=True)
                    ),
                    tuple(f"{layer.name}.{spec.name}" for spec in group),
                    matrix,
                    own.word if by_unit else "neuron",
                    rows.units if by_unit or rows is not given else given.names,
                    rows.unit_labels if by_unit or rows is not given else given.labels,
                    columns.names,
                    columns.labels,
                    columns.title,
                    own.owner if matrix else given.owner,
                    given.owner,
                    layer.output_shape[1:] if by_unit else (),
                    columns.picture,
                    columns.apart,
                    columns.places,
                )
            )
    return tuple(tables)


def _groups(specs: Sequence[ParameterSpec]) -> list[list[ParameterSpec]]:
    """Return a layer's tensors table by table: each matrix with its biases, or all together."""
    matrices = [spec for spec in specs if len(spec.shape) > 1]
    others = [spec for spec in specs if len(spec.shape) == 1]
    if len(matrices) <= 1:
        return [[*matrices, *others]] * bool(specs)
    if len(matrices) == len(others):
        return [list(pair) for pair in zip(matrices, others, strict=True)]
    return [[spec] for spec in specs]


@dataclass(frozen=True)
class _Columns:
    """What the columns of a table are called; see :class:`LayerTable`."""

    names: tuple[str, ...]
    short: tuple[str, ...] = ()
    title: str = ""
    picture: tuple[int, ...] | None = None
    apart: bool = False
    places: tuple[int, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Beside the table."""
        return self.short or self.names


def _columns_of(
    spec: ParameterSpec, link: Link | None, given: _Read, layer: RunningLayer
) -> _Columns:
    """Return the columns of a matrix, which a link joins to what the layer reads, or none does."""
    count = spec.size // spec.shape[0]
    gates = layer.face().gates
    if gates and spec.shape[-1] == len(gates):
        return _gated(spec, gates, given if link is not None else None, layer)
    if link is not None and len(spec.shape) == 4:
        return _kernels(spec.shape[1:], given)
    if link is not None and link.joined in ("patch", "steps") and count == len(given.units):
        title = f"{given.word}s of {given.called}"
        places = given.shape[1:]
        return _Columns(given.units, given.unit_labels, title, places=places)
    if link is not None and count == len(given.names):
        return _Columns(given.names, given.labels, given.title, given.picture)
    word = "step" if spec.role == "bias" and spec.shape == layer.output_shape else "number"
    labels = tuple(map(nth, range(count)))
    return _Columns(tuple(f"{word} {label}" for label in labels), labels, f"{word}s", apart=True)


def _gated(
    spec: ParameterSpec, gates: Sequence[str], given: _Read | None, layer: RunningLayer
) -> _Columns:
    """Return the columns of what gates weigh or add: each number read, gate by gate."""
    if len(spec.shape) == 2:
        return _Columns(tuple(gates), title="gates", apart=True)
    units = tuple(f"{layer.noun} {nth(unit)} before" for unit in range(spec.shape[1]))
    if given is not None:
        units = given.units
    names = tuple(f"{unit}, {gate}" for unit in units for gate in gates)
    title = f"{'what is read' if given is not None else 'the step before'}, gate by gate"
    return _Columns(names, tuple(map(nth, range(len(names)))), title, apart=True)


@dataclass(frozen=True)
class _Read:
    """What the outputs of a layer are called by the layer that reads them, and its units.

    ``called`` is whose units they are, and ``shape`` that of all of them.
    """

    owner: str
    called: str
    word: str
    units: tuple[str, ...]
    unit_labels: tuple[str, ...]
    shape: tuple[int, ...] = ()

    @property
    def picture(self) -> tuple[int, ...] | None:
        """The shape of pictures."""
        return self.shape if len(self.shape) == 3 else None

    @property
    def title(self) -> str:
        """What all outputs are."""
        if self.owner == INPUT:
            return self.called
        kind = {2: f"steps of the {self.word}s of ", 3: f"places of the {self.word}s of "}
        return f"{kind.get(len(self.shape), f'{self.word}s of ')}{self.called}"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every output in a sentence."""
        if len(self.shape) == 2:
            places = [f"step {step + 1}" for step in range(self.shape[1])]
        elif self.picture is not None:
            places = _places(*self.picture[1:])
            if self.owner == INPUT:
                return tuple(f"pixel in {place}" for place in places)
        else:
            return self.units
        return tuple(f"{unit}, {place}" for unit in self.units for place in places)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Every output beside a table."""
        if len(self.shape) < 2:
            return self.unit_labels
        return tuple(map(nth, range(len(self.names))))


def _count(counts: Counter[str], symbol: str) -> int:
    counts[symbol] += 1
    return counts[symbol]


def _inputs(dataset: Dataset) -> _Read:
    shape = dataset.input_shape
    if dataset.kind.pictures:
        return _Read(INPUT, "pixels", "map", ("the picture",), ("1",), (1, *dataset.image_shape))
    names = dataset.feature_names
    if len(shape) == 2:
        names = unit_names(names, shape)
    return _Read(INPUT, "inputs", "number", names, names, shape)


def _noise(network: Network, dataset: Dataset) -> _Read:
    """Return what a generator reads: numbers of noise, and the class that it is asked for."""
    asked = () if REAL in dataset.class_names else dataset.class_names[:-1]
    numbers = tuple(map(nth, range(network.input_shape[0] - len(asked))))
    names = (*(f"noise {number}" for number in numbers), *(f"asked for {name}" for name in asked))
    return _Read(INPUT, "noise", "number", names, (*numbers, *asked), network.input_shape)


def _outputs(layer: RunningLayer, title: str) -> _Read:
    word, labels = layer.noun, tuple(map(nth, range(layer.units)))
    units = tuple(f"{word} {number}" for number in labels)
    shape = layer.output_shape if layer.positions > 1 else ()
    return _Read(layer.name, title, word, units, labels, shape)


def _kernels(shape: tuple[int, ...], given: _Read) -> _Columns:
    """Return what a map's weights are called, in a sentence and in short, and what they are."""
    _, height, width = shape
    names = tuple(f"{unit}, {place}" for unit in given.units for place in _places(height, width))
    title = f"kernel weights, {height}×{width} for each of the maps read"
    if len(given.units) == 1:
        title = f"kernel weights, {height}×{width}"
    return _Columns(names, tuple(map(nth, range(len(names)))), title, shape, apart=True)


def _places(height: int, width: int) -> list[str]:
    return [
        f"row {row + 1}, column {column + 1}" for row in range(height) for column in range(width)
    ]
