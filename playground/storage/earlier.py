"""What files of earlier versions say, in layers that mean the same today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from playground.files.container import Form
from playground.nn.layers import Flatten, RunningLayer
from playground.nn.network import Network


def as_meant(network: Network, forms: Mapping[str, Form]) -> tuple[Any, ...]:
    """Return the layers that compute what a file was saved for, whose tensors have these forms.

    Batch normalization of pictures measures a map as a whole; it used to measure every pixel by
    itself, as it still does behind a Flatten. Where a file has numbers for every pixel, it gets
    one.
    """
    used = {layer.name for layer in network.layers}
    name = next(f"flatten_{n}" for n in count(1) if f"flatten_{n}" not in used)
    return _row(network.row, forms, name)[0]


def _row(
    row: Sequence[RunningLayer], forms: Mapping[str, Form], name: str, flat: bool = False
) -> tuple[tuple[Any, ...], bool]:
    """Return a row's settings, and whether it hands on rows of numbers because of a Flatten."""
    settings: list[Any] = []
    for layer in row:
        inside, flat = _row(layer.inside, forms, name, flat)
        if not flat and _by_pixel(layer, forms):
            settings.append(Flatten(name=name))
            flat = True
        own: Any = layer.settings
        settings.append(replace(own, layers=inside) if inside else own)
    return tuple(settings), flat


def _by_pixel(layer: RunningLayer, forms: Mapping[str, Form]) -> bool:
    """Whether a file has a number for each pixel where the layer has one for each map."""
    stored = [forms.get(f"{layer.name}.{spec.name}") for spec in layer.specs]
    return bool(stored) and all(
        spec.shape == (layer.units,) != form[1] == (layer.input_features,)
        for spec, form in zip(layer.specs, stored, strict=True)
        if form is not None
    )
