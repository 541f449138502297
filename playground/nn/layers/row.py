"""Layers in a row: their shapes and the sizes of their tensors, and how the row grows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from playground.errors import FieldError, PlaygroundError
from playground.nn.layers.growth import Growth, Spread
from playground.nn.layers.running import (
    LayerSettings,
    ParameterSpec,
    RunningLayer,
    Shape,
    learned,
)


def row_shapes(
    layers: Iterable[LayerSettings], shape: Shape, path: str = "layers"
) -> Iterator[tuple[LayerSettings, Shape, Shape]]:
    """Yield each layer of a row with the shapes of an example before and behind it.

    Raises
    ------
    FieldError
        Where a layer cannot work on what comes to it; its path, below that of the row, leads to
        the setting.
    """
    for index, layer in enumerate(layers):
        try:
            behind = layer.output_shape(shape)
        except FieldError as error:
            raise FieldError(f"{path}.{index}.{error.path}".rstrip("."), str(error)) from None
        yield layer, shape, behind
        shape = behind


def every_spec(settings: LayerSettings, input_shape: Shape) -> list[ParameterSpec]:
    """Return a layer's tensors and those of the layers inside it."""
    specs = list(settings.parameters(input_shape))
    for layer, shape, _ in row_shapes(getattr(settings, "layers", ()), input_shape):
        specs += every_spec(layer, shape)
    return specs


def parameter_count(settings: LayerSettings, input_shape: Shape) -> int:
    """Return how many numbers a layer learns, those of the layers inside it included."""
    return sum(spec.size for spec in learned(every_spec(settings, input_shape)))


def grow_row(
    row: Sequence[RunningLayer], former: Sequence[RunningLayer], read: Spread, growth: Growth
) -> Spread:
    """Let layers in a row, some of them new, compute what a former row did.

    ``read`` is how what the row is given stands for what the former one was given.

    Raises
    ------
    PlaygroundError
        With the reason, where they cannot.
    """
    before = {layer.name: layer for layer in former}
    if [layer.name for layer in row if layer.name in before] != list(before):
        raise PlaygroundError("Layers were removed or moved as well.")
    for layer in row:
        if layer.name not in before:
            read = layer.hand_on(read, growth)
        elif layer.same_kind_as(before[layer.name]):
            read = layer.go_on(before[layer.name], read, growth)
        else:
            raise PlaygroundError(f"{layer.called} starts again with new weights.")
    return read


def in_order(row: Sequence[RunningLayer]) -> list[RunningLayer]:
    """Return the layers of a row in the order of computing, those inside a block before it."""
    return [each for layer in row for each in (*in_order(layer.inside), layer)]


def connect(row: Sequence[RunningLayer], source: str) -> None:
    """Tell every layer of a row what it reads."""
    for layer in row:
        layer.source = source
        connect(layer.inside, source)
        source = layer.name
