"""The way of one place of a map through the network: what it sees, and where it goes after."""

from __future__ import annotations

from typing import NamedTuple

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.neurons.receptive_field import Square, receptive_field
from playground.nn.explain.face import Link
from playground.nn.layers import RunningLayer
from playground.nn.network import Network


class Region(NamedTuple):
    """A rectangle of places on one of a layer's maps, or on all of them where ``map`` is None."""

    map: int | None
    square: Square


def regions_seen(network: Network, neuron: Neuron) -> dict[str, Region]:
    """Return by layer, the input included, what a place of a map depends on.

    Of layers without a kernel in between it sees its own map alone. Empty for a neuron that is
    no place and reads none.
    """
    layer = network.layer(neuron.layer)
    if layer is None or not (_has_maps(layer) or any(map(_by_patch, layer.face().links))):
        return {}
    own, row, column = _place(layer, neuron.unit)
    alone = _unmixed(network, layer.name)
    return {
        name: Region(own if name in alone else None, square)
        for name, square in receptive_field(network, layer.name, row, column).items()
    }


def handed_to(network: Network, neuron: Neuron) -> tuple[Neuron, ...]:
    """Return where a place of a map goes, as long as no kernel mixes it: its place in a pool."""
    units = {neuron.layer: [neuron.unit]}
    for reader in network.layers:
        window = reader.face().window
        for link in reader.face().links or (Link(reader.source),):
            source = network.layer(link.source)
            if source is None or link.source not in units or not _has_maps(source):
                continue
            if not _is_namesake(link) or not _has_maps(reader):
                continue
            found = units.setdefault(reader.name, [])
            for unit in units[link.source]:
                if window is None or not _by_patch(link):
                    found.append(unit)
                    continue
                own, row, column = _place(source, unit)
                places, _ = window.seen_from(row, column)
                found += (own * reader.positions + places).tolist()
    return tuple(
        Neuron(name, unit)
        for name, found in units.items()
        if name != neuron.layer
        for unit in dict.fromkeys(found)
    )


def _unmixed(network: Network, layer: str) -> set[str]:
    """Return the layers before one whose maps come to it each by itself."""
    alone, mixed = {layer}, set[str]()
    for reader in reversed(network.layers):
        for link in reader.face().links or (Link(reader.source),):
            if reader.name in alone and _is_namesake(link):
                alone.add(link.source)
            elif reader.name in alone | mixed:
                mixed.add(link.source)
    return alone - mixed


def _place(layer: RunningLayer, unit: int) -> tuple[int, int, int]:
    own, place = divmod(unit, layer.positions)
    return own, *divmod(place, layer.output_shape[-1] if _has_maps(layer) else 1)


def _has_maps(layer: RunningLayer) -> bool:
    return len(layer.output_shape) == 3


def _by_patch(link: Link) -> bool:
    return link.joined == "patch"


def _is_namesake(link: Link) -> bool:
    return link.joined == "one" or (_by_patch(link) and not link.tensor)
