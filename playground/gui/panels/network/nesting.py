"""Layers inside layers, as values: where one is, and the same network with one row changed.

A row is the network's own, ``""``, or that inside a block, by the block's name. A gap is numbered
as the layer behind it; the last gap of a row is behind its last layer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

Layers = tuple[Any, ...]


def place_of(layers: Layers, name: str, block: str = "") -> tuple[str, int] | None:
    """Return the row that a layer is in, and its index there, or None."""
    for index, layer in enumerate(layers):
        if layer.name == name:
            return block, index
        inside = place_of(getattr(layer, "layers", ()), name, layer.name)
        if inside is not None:
            return inside
    return None


def row_of(layers: Layers, block: str) -> Layers:
    """Return the layers of a row."""
    place = place_of(layers, block)
    if place is None:
        return layers
    outer, index = place
    inside: Layers = row_of(layers, outer)[index].layers
    return inside


def with_row(layers: Layers, block: str, row: Layers) -> Layers:
    """Return the network with other layers in a row; a block may refuse them by a FieldError."""
    place = place_of(layers, block)
    if place is None:
        return row
    outer, index = place
    around = row_of(layers, outer)
    changed = replace(around[index], layers=row)
    return with_row(layers, outer, (*around[:index], changed, *around[index + 1 :]))


def with_inserted(layers: Layers, block: str, gap: int, layer: Any) -> Layers:
    """Return the network with one more layer."""
    row = row_of(layers, block)
    return with_row(layers, block, (*row[:gap], layer, *row[gap:]))


def with_changed(layers: Layers, name: str, *now: Any) -> Layers:
    """Return the network with other settings in the place of a layer's, or with none."""
    place = place_of(layers, name)
    if place is None:
        return layers
    block, index = place
    row = row_of(layers, block)
    return with_row(layers, block, (*row[:index], *now, *row[index + 1 :]))


def with_moved(layers: Layers, name: str, block: str, gap: int) -> Layers:
    """Return the network with a layer in another gap, which is not inside that layer."""
    place = place_of(layers, name)
    if place is None:
        return layers
    home, index = place
    moved = row_of(layers, home)[index]
    gap -= home == block and gap > index
    return with_inserted(with_changed(layers, name), block, gap, moved)


def gap_beside(layers: Layers, name: str, by: int) -> tuple[str, int] | None:
    """Return where a step towards the input, −1, or the output, 1, brings a layer.

    Past its neighbour; into it where that is a block; out of its own block at the block's ends.
    None at the ends of the network.
    """
    place = place_of(layers, name)
    if place is None:
        return None
    block, index = place
    row = row_of(layers, block)
    if not 0 <= index + by < len(row):
        outer = place_of(layers, block)
        return None if outer is None else (outer[0], outer[1] + (by > 0))
    neighbour = row[index + by]
    if hasattr(neighbour, "layers"):
        return neighbour.name, 0 if by > 0 else len(neighbour.layers)
    return block, index + by + (by > 0)


def named_afresh(layer: Any, used: Iterable[str], prefix: str = "") -> Any:
    """Return a layer, and the layers inside it, under names that are not in use."""
    used = set(used)
    named = replace(layer, name=fresh_name(f"{prefix}{layer.kind}", used))
    if not hasattr(layer, "layers"):
        return named
    used.add(named.name)
    inside: Layers = ()
    for one in layer.layers:
        inside = (*inside, named_afresh(one, used, prefix))
        used.update(names_of(inside[-1:]))
    return replace(named, layers=inside)


def names_of(layers: Layers) -> list[str]:
    """Return every layer's name, a block's before those of the layers inside it."""
    names = []
    for layer in layers:
        names += [layer.name, *names_of(getattr(layer, "layers", ()))]
    return names


def fresh_name(begin: str, used: Iterable[str]) -> str:
    """Return a name that begins like this, numbered above every name in use."""
    numbers = [
        int(name[len(begin) + 1 :])
        for name in used
        if name.startswith(f"{begin}_") and name[len(begin) + 1 :].isdecimal()
    ]
    return f"{begin}_{max(numbers, default=0) + 1}"
