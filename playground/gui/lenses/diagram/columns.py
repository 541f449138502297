"""What the diagram draws from left to right: the input, each layer's neurons, and slim marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from playground.analysis.weights.diagram_links import Joint
from playground.data.dataset import Dataset
from playground.gui.lenses.layer_tiles import LayerLabel, LayerTiles, tiles_for
from playground.gui.look.heat import Floats
from playground.nn.network import Network
from playground.nn.record import INPUT, LayerRecord
from playground.nn.slopes import known
from playground.nn.unit_list import units_in
from playground.wording import nth, number


@dataclass
class Column:
    """One layer's neurons.

    Attributes
    ----------
    tiles
        Its heading, its values for the probe, and their colours.
    filled
        Whether there are values; without a probe there are none.
    silenced, frozen
        The neurons that surgery has set to zero, and those that training leaves alone.
    label
        Which of its neurons should answer, None where that is not known.
    maps
        How many maps it has, and their rows and columns; None where it has none. What is silenced
        or frozen then is a map.
    """

    tiles: LayerTiles
    filled: bool = False
    silenced: frozenset[int] = field(default_factory=frozenset)
    frozen: frozenset[int] = field(default_factory=frozenset)
    label: int | None = None
    maps: tuple[int, int, int] | None = None

    @property
    def name(self) -> str:
        """The layer's name, or ``input``."""
        return self.tiles.name

    @property
    def count(self) -> int:
        """How many neurons, or input features; of maps, all their pixels."""
        return self.tiles.count

    @property
    def positions(self) -> int:
        """How many neurons each map has, 1 where there are no maps."""
        return 1 if self.maps is None else self.maps[1] * self.maps[2]

    @property
    def title(self) -> str:
        """The heading above the column."""
        return self.tiles.label.heading

    def reading(self, unit: int, name: str) -> str:
        """Return what is known of one neuron, of that name, as a sentence."""
        text, tiles = name, self.tiles
        if self.filled:
            value = number(float(tiles.a[unit]))
            text += f": {value}" if self.name == INPUT else f": a = {value}"
            if tiles.z is not None:
                text += f", z = {number(float(tiles.z[unit]))}"
        marks = [
            word
            for word, units in (("silenced", self.silenced), ("frozen", self.frozen))
            if unit // self.positions in units
        ]
        return f"{text} ({', '.join(marks)})" if marks else text

    def map_reading(self, own: int) -> str:
        """Return what is known of one map as a whole."""
        if self.maps is None or not self.filled:
            return ""
        a = self.tiles.a.reshape(self.maps)[own]
        if not np.isfinite(a).all():
            return "holds values that are not numbers"
        row, column = np.unravel_index(int(a.argmax()), a.shape)
        return (
            f"a from {number(float(a.min()))} to {number(float(a.max()))}, "
            f"mean {number(float(a.mean()))}; largest at row {nth(int(row))}, "
            f"column {nth(int(column))}"
        )


@dataclass(frozen=True)
class SlimMark:
    """A layer that hands on what it gets, drawn as a slim bar across the links.

    ``after`` is the position of the column on its left.
    """

    title: str
    after: int


def columns_of(network: Network, dataset: Dataset) -> tuple[list[Column], list[SlimMark]]:
    """Return a network's columns, without values, and the marks between them."""
    labels: dict[str, LayerLabel] = {}
    blank: list[LayerRecord] = []
    marks: list[SlimMark] = []
    for layer in network.layers:
        if layer.face().hands_on:
            marks.append(SlimMark(network.names.full(layer.name), len(blank)))
            continue
        labels[layer.name] = LayerLabel.of(layer, network.names)
        blank.append(known(layer))
    columns = [Column(tiles) for tiles in tiles_for(dataset, blank, labels)]
    layers = {layer.name: layer for layer in network.layers}
    for column in columns[1:]:
        layer = layers[column.name]
        column.silenced, column.frozen = (
            frozenset(units_in(getattr(layer.settings, mark, ""), layer.units).tolist())
            for mark in ("silenced", "frozen")
        )
        if layer.parameter_count and not getattr(layer.settings, "trainable", True):
            column.frozen = frozenset(range(layer.units))
        if len(layer.output_shape) == 3:
            maps, rows, across = layer.output_shape
            column.maps = (maps, rows, across)
    return columns, marks


def take_values(
    columns: Sequence[Column],
    inputs: Floats | None,
    traces: Sequence[LayerRecord],
    label: int | None,
) -> None:
    """Give every column its values for the probe, or none, and the outputs the true class."""
    values: dict[str, tuple[Floats | None, Floats | None]] = {}
    if inputs is not None:
        values[INPUT] = inputs.reshape(-1, 1), None
    values |= {trace.name: (trace.a, trace.z) for trace in traces}
    for column in columns:
        a, z = values.get(column.name, (None, None))
        column.filled = a is not None and len(a) == column.count
        if a is not None and column.filled:
            column.tiles.take(a, z)
        if column.tiles.is_output:
            column.label = label


def link_reading(ends: str, value: float, joint: Joint, contribution: float | None) -> str:
    """Return a link as a sentence: its two ends, its weight, and what it adds to the sum."""
    if joint.window is not None and not joint.tensor:
        size = joint.window.size
        return f"{ends}: a square of {size}×{size} at a time"
    if joint.has_kernels and joint.window is not None:
        size = joint.window.size
        text = f"{ends}: kernel {size}×{size}, √Σw² = {number(abs(value))}"
        return text if contribution is None else f"{text}, Σ w·a = {number(contribution)}"
    if joint.has_kernels:
        return f"{ends}: √Σw² = {number(abs(value))} over the gates"
    if not joint.tensor:
        return f"{ends}: added unchanged"
    if joint.paired:
        return f"{ends}: γ = {number(value)}"
    text = f"{ends}: w = {number(value)}"
    return text if contribution is None else f"{text}, w·a = {number(contribution)}"
