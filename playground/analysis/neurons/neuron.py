"""A neuron by its place, as every view and every analysis names it."""

from __future__ import annotations

from typing import NamedTuple


class Neuron(NamedTuple):
    """A place in the network: the layer's name (``input`` for the input) and the unit, from 0."""

    layer: str
    unit: int
