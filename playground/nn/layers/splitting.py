"""How layers of weighted sums grow: units are split, and new ones hand on what they get."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from playground.errors import PlaygroundError
from playground.nn.activations import Activation
from playground.nn.arrays import Array
from playground.nn.layers.growth import Growth, Spread
from playground.nn.layers.running import RunningLayer
from playground.nn.layers.units import straight_way
from playground.nn.unit_list import units_in
from playground.wording import grouped


class Weighing(Protocol):
    """What these rules read of a layer's settings."""

    @property
    def activation(self) -> Activation:
        """The curve behind its sums."""

    @property
    def silenced(self) -> str:
        """Its units that answer 0."""


def split(
    layer: RunningLayer, settings: Weighing, before: int, growth: Growth
) -> tuple[NDArray[np.intp], Spread]:
    """Return which former unit each one is or is split off from, and how they stand for them.

    Twins weigh their inputs alike, and are read by a share of the weights that read one.

    Raises
    ------
    PlaygroundError
        Where units went, or none can be split.
    """
    name, activation, units, nouns = (
        layer.called,
        settings.activation,
        layer.units,
        f"{layer.noun}s",
    )
    silenced = units_in(settings.silenced, units)
    origin, heard = np.arange(units), np.ones(units)
    if units < before:
        raise PlaygroundError(f"{name} lost {nouns}.")
    if units > before:
        can_split = np.setdiff1d(origin[:before], silenced)
        if not activation.elementwise:
            raise PlaygroundError(
                f"The {nouns} of {name} cannot be split: by {activation.title} a new one takes "
                "from all the others."
            )
        if not can_split.size:
            raise PlaygroundError(f"All {nouns} of {name} are silenced, so none can be split.")
        origin[before:] = np.resize(growth.rng.permutation(can_split), units - before)
        heard[silenced[silenced >= before]] = 0
    share = heard / np.bincount(origin, heard)[origin]
    return origin, Spread(origin, share, least=activation.bounds()[0])


def hand_on_each(layer: RunningLayer, settings: Weighing, read: Spread) -> tuple[Array, Spread]:
    """Return weights (units, inputs) by which the first units hand the inputs on, and how.

    Each input has a unit of its own; an input that may be negative has two of them where the
    activation bends what is: f(x) − f(−x) = s·x. Further units are not heard yet.

    Raises
    ------
    PlaygroundError
        Where the activation bends every number, or there are too few units.
    """
    name, activation, units, noun = layer.called, settings.activation, layer.units, layer.noun
    inputs = len(read.share)
    signs, s = straight_way(activation, signed=read.least < 0)
    used = inputs * len(signs)
    if not signs:
        raise PlaygroundError(
            f"{activation.title} bends every number, so {name} cannot begin by handing on what "
            "it gets; a residual block in its place could."
        )
    if units < used:
        what = "number" if noun == "neuron" else noun
        two = f", two for each {what} that may be negative" if len(signs) == 2 else ""
        raise PlaygroundError(
            f"{name} has too few {noun}s to begin by handing on what it gets: with "
            f"{activation.title} it needs {grouped(used)}{two}; a residual block in its place "
            "could."
        )
    if units_in(settings.silenced, used).size:
        raise PlaygroundError(f"Silenced {noun}s of {name} cannot hand on what it gets.")
    alone = len(signs) == 1
    one_each = np.eye(inputs) / (s if alone else 1)
    origin, share = np.zeros(units, np.intp), np.zeros(units)
    origin[:used] = np.tile(read.origin, len(signs))
    share[:used] = np.outer(signs, read.share).ravel() / (1 if alone else s)
    spread = Spread(origin, share, read.alike and alone, activation.bounds()[0])
    return np.concatenate([sign * one_each for sign in signs]), spread
