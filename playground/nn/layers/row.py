"""Layers in a row, known by their settings alone: their shapes and the sizes of their tensors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from playground.errors import FieldError
from playground.nn.layers.running import LayerSettings, ParameterSpec, Shape, learned


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
