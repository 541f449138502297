"""One layer of the activation heat map: what it is called, its values, and their colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from playground.gui.lenses.tile_layout import BlockShape, grid_of
from playground.gui.look import colormaps
from playground.gui.look.heat import Floats, Pixels
from playground.nn.layers import RunningLayer
from playground.nn.record import LayerTrace
from playground.wording import number

INPUT = "input"


@dataclass(frozen=True)
class LayerLabel:
    """What is known of a layer beside its values: its heading and its activation's bounds."""

    title: str
    low: float = -math.inf
    high: float = math.inf

    @classmethod
    def of(cls, layer: RunningLayer, output: bool) -> LayerLabel:
        """Return a running layer's heading, such as ``Dense 16 · ReLU``, and its bounds."""
        face, units = layer.face(), layer.output_features
        title = f"{'Output' if output else layer.settings.title} {units}"
        if face.activation is not None:
            title += f" · {face.activation.title}"
        return cls(title, *face.bounds)


@dataclass
class LayerTiles:
    """The values of one layer for one example, and how they are drawn.

    Attributes
    ----------
    name
        The layer's name, or ``input``.
    label
        Its heading and bounds.
    count
        Its neurons, or the input's features.
    picture
        Height and width when the values are pixels.
    names
        What each tile is called where that is more than a number: classes or features.
    is_output
        Whether this is the network's answer.
    fixed_scale
        The greatest size that the colours stand for; else it is the greatest value at hand.
    """

    name: str
    label: LayerLabel
    count: int
    picture: tuple[int, int] | None = None
    names: tuple[str, ...] = ()
    is_output: bool = False
    a: Floats = field(default_factory=lambda: np.empty(0))
    z: Floats | None = None
    signed: bool = False
    scale: float = 1.0
    fixed_scale: float | None = None

    @property
    def named(self) -> bool:
        """Whether every tile has a name beside it."""
        return 0 < len(self.names) == self.count <= 20

    @property
    def has_bars(self) -> bool:
        """Whether the values are shares of one, to be drawn as bars too."""
        return self.is_output and self.label.low >= 0 and self.label.high <= 1

    def shape(self, name_width: int, value_width: int, height: int) -> BlockShape:
        """Return the room that the layer asks for, given its longest name's and value's width."""
        if self.picture is not None:
            rows, columns = self.picture
            return BlockShape(rows, columns, self.count, max(min(21, 224 // rows), 2), tight=True)
        if self.named and self.is_output:
            after = 8 + name_width + (96 if self.has_bars else 6 + value_width)
            return BlockShape(self.count, 1, self.count, _column_pitch(self.count), after=after)
        if self.named:
            return BlockShape(
                self.count,
                1,
                self.count,
                _column_pitch(self.count),
                before=name_width + 8,
                after=value_width + 6,
            )
        rows, columns = grid_of(self.count)
        if columns > 1:
            return BlockShape(rows, columns, self.count, 30)
        roomy = height // rows >= 18
        return BlockShape(
            rows, 1, self.count, _column_pitch(rows), after=value_width + 6 if roomy else 0
        )

    def take(self, a: Floats, z: Floats | None) -> None:
        """Take another example's values; what was once seen below zero stays on a signed scale."""
        self.a, self.z = a, z
        finite = a[np.isfinite(a)]
        low = float(finite.min()) if finite.size else 0.0
        high = float(finite.max()) if finite.size else 0.0
        self.signed = self.signed or low < 0
        self.scale = self.fixed_scale or max(high, -low, 1e-12)

    @property
    def low(self) -> float:
        """The value that the first colour stands for."""
        return -self.scale if self.signed else 0.0

    def table(self, dark: bool) -> colormaps.Table:
        """Return the colour map that suits the values."""
        if self.signed:
            return colormaps.diverging(dark)
        return colormaps.grey() if self.picture is not None else colormaps.viridis()

    def pixels(self, columns: int, dark: bool) -> Pixels:
        """Return a colour a tile, in so many columns; clear where the last row has no tile."""
        pixels = np.zeros((math.ceil(self.count / columns) * columns, 4), np.uint8)
        pixels[: self.count] = colormaps.colored(self.a, self.table(dark), self.low, self.scale)
        return pixels.view(np.uint32).reshape(-1, columns)

    def tile_name(self, index: int) -> str:
        """Return what one tile is called in a sentence."""
        if self.picture is not None:
            row, column = divmod(index, self.picture[1])
            return f"row {row}, column {column}"
        if self.names:
            return self.names[index] if self.name == INPUT else f"class {self.names[index]}"
        return f"feature {index}" if self.name == INPUT else f"neuron {index}"

    def reading(self, index: int) -> str:
        """Return one tile's values as a sentence: layer, neuron, activation and weighted sum."""
        place = f"{self.label.title} · {self.tile_name(index)}"
        value = number(float(self.a[index]))
        if self.name == INPUT:
            return f"{place}: {value}"
        text = f"{place}: a = {value}"
        return text if self.z is None else f"{text}, z = {number(float(self.z[index]))}"


def _column_pitch(rows: int) -> int:
    """Return how far apart the tiles of a column stand at most: few neurons get large tiles."""
    return min(max(40, 260 // rows), 68)


def example_of(values: Floats | None) -> Floats | None:
    """Return the first example's values (features,) of (features, batch) or (…, batch) or (n,)."""
    if values is None:
        return None
    values = np.asarray(values, dtype=np.float64)
    return values if values.ndim == 1 else values.reshape(-1, values.shape[-1])[:, 0]


def tiles_for(
    input_shape: tuple[int, ...],
    traces: Sequence[LayerTrace],
    labels: dict[str, LayerLabel],
    class_names: tuple[str, ...],
    feature_names: tuple[str, ...],
    input_range: tuple[float, float] | None,
) -> list[LayerTiles]:
    """Return the layers to draw, without values: the input, then each layer that computes."""
    layers = []
    if input_range is not None:
        layers.append(_input_tiles(input_shape, feature_names, input_range))
    shown = [trace for trace in traces if not trace.hands_on]
    for trace in shown:
        count = math.prod(trace.a.shape[:-1]) if trace.a.ndim > 1 else len(trace.a)
        label = labels.get(trace.name)
        if label is None:
            label = LayerLabel(f"{trace.kind.replace('_', ' ').capitalize()} {count}")
        last = trace is shown[-1]
        names: tuple[str, ...] = ()
        if last and len(class_names) == count:
            names = class_names
        elif last and count == 1 and len(class_names) == 2:
            names = class_names[1:]
        tiles = LayerTiles(trace.name, label, count, names=names, is_output=last)
        tiles.signed = label.low < 0 and math.isfinite(label.low)
        tiles.fixed_scale = 1.0 if tiles.has_bars else None
        layers.append(tiles)
    return layers


def _input_tiles(
    shape: tuple[int, ...], feature_names: tuple[str, ...], value_range: tuple[float, float]
) -> LayerTiles:
    count = math.prod(shape)
    if len(shape) >= 2:
        height, width = math.prod(shape[:-1]), shape[-1]
        tiles = LayerTiles(INPUT, LayerLabel(f"Input · {height}×{width}"), count)
        tiles.picture = (height, width)
    else:
        tiles = LayerTiles(INPUT, LayerLabel(f"Input · {count}"), count)
        tiles.names = feature_names if len(feature_names) == count else ()
    tiles.signed = value_range[0] < 0
    tiles.fixed_scale = max(abs(edge) for edge in value_range)
    return tiles
