"""What one place of a map sees in every layer before it, down to the input."""

from __future__ import annotations

from playground.nn.explain.face import Link
from playground.nn.network import Network
from playground.nn.record import INPUT
from playground.nn.window import Window

Square = tuple[slice, slice]
"""Rows and columns of a picture."""


def receptive_field(network: Network, layer: str, row: int, column: int) -> dict[str, Square]:
    """Return the rows and columns that a place of a layer's maps sees in each layer before it.

    Windows stand one behind the other: what is seen through one is seen through the one before
    from its first place to its last. Every map of a layer is seen at the same places.

    Parameters
    ----------
    network
        Its layers say through which window each looks.
    layer
        A layer whose output is a picture or was one before Flatten, or one number for each map.
    row, column
        Of the place, counted from 0.

    Returns
    -------
    dict[str, Square]
        By name, from the nearest layer down to ``input``, without what is no picture.
    """
    shapes = {
        INPUT: network.input_shape,
        **{each.name: each.output_shape for each in network.layers},
    }
    seen = {layer: (slice(row, row + 1), slice(column, column + 1))}
    for reader in reversed(network.layers):
        if reader.name not in seen:
            continue
        face = reader.face()
        for link in face.links or (Link(reader.source),):
            square, shape = seen[reader.name], shapes[link.source]
            if link.joined == "patch" and face.window is not None:
                square = _through(face.window, square)
            elif link.joined == "all" and len(shape) == 3:
                square = (slice(0, shape[1]), slice(0, shape[2]))
            seen[link.source] = _both(seen.get(link.source, square), square)
    nearest = [each.name for each in reversed(network.layers)] + [INPUT]
    return {
        name: seen[name]
        for name in nearest
        if name in seen and name != layer and len(shapes[name]) == 3
    }


def _through(window: Window, square: Square) -> Square:
    """Return what the places of a square see through a window."""
    rows, columns = square
    return _both(
        window.sees(rows.start, columns.start), window.sees(rows.stop - 1, columns.stop - 1)
    )


def _both(one: Square, other: Square) -> Square:
    """Return the square around two."""
    rows, columns = (
        slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in zip(one, other, strict=True)
    )
    return rows, columns
