"""One layer of the activation heat map: what it is called, its values, and their colours."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from playground.data.dataset import Dataset
from playground.gui.lenses.tile_layout import BlockShape, grid_of
from playground.gui.look import colormaps
from playground.gui.look.heat import Floats, Pixels
from playground.gui.look.meanings import ACTIVATIONS, SIGNED_ACTIVATIONS, ColorMeaning
from playground.nn.layers import RunningLayer
from playground.nn.names import LayerNames
from playground.nn.record import INPUT, LayerRecord
from playground.wording import nth, number


@dataclass(frozen=True)
class LayerLabel:
    """What is known of a layer beside its values: its name, its size, its activation's bounds.

    ``maps`` tells how many maps it has, and their height and width, where these are pictures;
    ``steps`` how many steps it has of a sequence.
    """

    title: str
    size: str
    low: float = -math.inf
    high: float = math.inf
    maps: tuple[int, ...] | None = None
    noun: str = "neuron"
    steps: int = 0

    @classmethod
    def of(cls, layer: RunningLayer, names: LayerNames) -> LayerLabel:
        """Return what is known of a running layer: ``Dense 1 · ReLU``, ``16`` or ``8 × 26²``."""
        count, *sides = layer.output_shape
        maps, size, steps = None, str(layer.output_features), 0
        if len(sides) == 1:
            (steps,) = sides
            size = f"{count} × {steps} steps"
        if len(sides) == 2:
            rows, columns = sides
            size = f"{count} × {f'{rows}²' if rows == columns else f'{rows}×{columns}'}"
            maps = layer.output_shape if layer.positions > 1 else None
        return cls(names.full(layer.name), size, *layer.face().bounds, maps, layer.noun, steps)

    @property
    def heading(self) -> str:
        """Name and size, ``Dense 1 · ReLU · 16``."""
        return f"{self.title} · {self.size}"


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
    given_back
        Whether this is the input as it comes back, and no choice among classes.
    fixed_scale
        The greatest size that the colours stand for; else it is the greatest value at hand.
    """

    name: str
    label: LayerLabel
    count: int
    picture: tuple[int, int] | None = None
    names: tuple[str, ...] = ()
    is_output: bool = False
    given_back: bool = False
    a: Floats = field(default_factory=lambda: np.empty(0))
    z: Floats | None = None
    signed: bool = False
    scale: float = 1.0
    fixed_scale: float | None = None

    @property
    def named(self) -> bool:
        """Whether every tile has a name beside it."""
        return self.picture is None and 0 < len(self.names) == self.count <= 20

    @property
    def has_bars(self) -> bool:
        """Whether the values are shares of one, to be drawn as bars too."""
        return self.is_output and self.label.low >= 0 and self.label.high <= 1

    @property
    def map_size(self) -> int:
        """How many tiles stand together: the places of a map, or all of them."""
        return self.count if self.label.maps is None else math.prod(self.label.maps[1:])

    def shape(self, name_width: int, value_width: int, height: int) -> BlockShape:
        """Return the room that the layer asks for, given its longest name's and value's width."""
        if self.picture is not None:
            rows, columns = self.picture
            return BlockShape(rows, columns, self.count, max(min(21, 224 // rows), 2), tight=True)
        if self.label.maps is not None:
            maps, rows, columns = self.label.maps
            pitch = max(min(21, 88 // rows), 2)
            return BlockShape(rows, columns, rows * columns, pitch, tight=True, maps=maps)
        rows, columns = (self.count, 1) if self.named else grid_of(self.count)
        if self.label.steps:
            rows, columns = self.count // self.label.steps, self.label.steps
        if columns > 1:
            return BlockShape(rows, columns, self.count, 30)
        before, after = 0, value_width + 6
        if self.named and self.is_output:
            after = 8 + name_width + (96 if self.has_bars else after)
        elif self.named:
            before = name_width + 8
        elif height // rows < 18:
            after = 0
        # Few neurons get large tiles.
        pitch = min(max(40, 260 // rows), 68)
        return BlockShape(rows, 1, self.count, pitch, before=before, after=after)

    def take(self, a: Floats, z: Floats | None) -> None:
        """Take the first example's values of (…, batch) activations and sums.

        What was once seen below zero stays on a signed scale.
        """
        self.a, self.z = _first(a), None if z is None else _first(z)
        finite = self.a[np.isfinite(self.a)]
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
        """Return a colour a tile, in so many columns; clear where the last row has no tile.

        Maps of so many columns follow one another from top to bottom.
        """
        pixels = np.zeros((math.ceil(self.count / columns) * columns, 4), np.uint8)
        pixels[: self.count] = colormaps.colored(self.a, self.table(dark), self.low, self.scale)
        return pixels.view(np.uint32).reshape(-1, columns)

    def tile_name(self, index: int) -> str:
        """Return what one tile is called in a sentence."""
        if self.label.steps:
            unit, step = divmod(index, self.label.steps)
            what = f"class {self.names[unit]}" if self.names else f"{self.label.noun} {nth(unit)}"
            return f"{what}, step {nth(step)}"
        if self.names:
            of_class = self.is_output and not self.given_back
            return f"class {self.names[index]}" if of_class else self.names[index]
        if self.picture is not None:
            row, column = divmod(index, self.picture[1])
            return f"row {row + 1}, column {column + 1}"
        if self.label.maps is not None:
            map_, row, column = map(int, np.unravel_index(index, self.label.maps))
            return f"map {nth(map_)}, row {nth(row)}, column {nth(column)}"
        return f"{'feature' if self.name == INPUT else self.label.noun} {nth(index)}"

    def reading(self, index: int) -> str:
        """Return one tile's values as a sentence: layer, neuron, activation and weighted sum."""
        place = f"{self.label.title} · {self.tile_name(index)}"
        value = number(float(self.a[index]))
        if self.name == INPUT:
            return f"{place}: {value}"
        text = f"{place}: a = {value}"
        return text if self.z is None else f"{text}, z = {number(float(self.z[index]))}"


def meanings_of(layers: Iterable[LayerTiles]) -> tuple[ColorMeaning, ...]:
    """Return what the colours of these tiles stand for; a picture's ink needs no words."""
    told = [layer for layer in layers if layer.signed or layer.picture is None]
    signed = {layer.signed for layer in told}
    pairs = ((False, ACTIVATIONS), (True, SIGNED_ACTIVATIONS))
    return tuple(meaning for negative, meaning in pairs if negative in signed)


def _first(values: Floats) -> Floats:
    """Return the first example's values, (features,)."""
    return values[..., 0].astype(np.float64).ravel()


def tiles_for(
    dataset: Dataset, traces: Sequence[LayerRecord], labels: Mapping[str, LayerLabel]
) -> list[LayerTiles]:
    """Return the layers to draw, without values: the input, then each layer that computes."""
    layers, class_names = [_input_tiles(dataset)], tuple(dataset.class_names)
    shown = [trace for trace in traces if not trace.hands_on]
    for trace in shown:
        count = len(trace.a)
        label, last = labels[trace.name], trace is shown[-1]
        names: tuple[str, ...] = ()
        if last and len(class_names) == count // max(label.steps, 1):
            names = class_names
        elif last and count == 1 and len(class_names) == 2:
            names = class_names[1:]
        signed = -math.inf < label.low < 0
        tiles = LayerTiles(trace.name, label, count, names=names, is_output=last, signed=signed)
        tiles.fixed_scale = 1.0 if tiles.has_bars else None
        if last and dataset.task.of_itself:
            _as_the_input(tiles, layers[0])
        layers.append(tiles)
    return layers


def _as_the_input(tiles: LayerTiles, given: LayerTiles) -> None:
    """Draw the input as it comes back like the input itself."""
    tiles.given_back, tiles.names, tiles.fixed_scale = True, given.names, given.fixed_scale
    if tiles.label.maps is None:
        tiles.picture = given.picture


def _input_tiles(dataset: Dataset) -> LayerTiles:
    shape, count = dataset.input_shape, math.prod(dataset.input_shape)
    if len(shape) >= 2:
        height, width = math.prod(shape[:-1]), shape[-1]
        in_time = len(shape) == 2
        label = LayerLabel("Input", f"{height} × {width} steps" if in_time else f"{height}×{width}")
        names = dataset.feature_names if in_time else ()
        tiles = LayerTiles(INPUT, label, count, picture=(height, width), names=names)
    else:
        names = tuple(dataset.feature_names) if len(dataset.feature_names) == count else ()
        tiles = LayerTiles(INPUT, LayerLabel("Input", str(count)), count, names=names)
    tiles.signed = dataset.value_range[0] < 0
    tiles.fixed_scale = max(abs(edge) for edge in dataset.value_range)
    return tiles
