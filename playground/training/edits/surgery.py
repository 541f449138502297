"""What can be done to a network by hand: set a number, shake, prune or reset a layer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.errors import PlaygroundError
from playground.nn.layers.running import Role
from playground.nn.names import LayerNames
from playground.nn.network import Network
from playground.training.edits.operation import Edits
from playground.training.experiment import Experiment
from playground.wording import grouped, nth, number

Tensors = dict[str, NDArray[np.floating[Any]]]


@dataclass(frozen=True)
class SetWeight:
    """Give one connection another weight.

    Parameters
    ----------
    layer, unit
        The neuron or map that weighs.
    source
        The number of the input that it weighs: a neuron of the layer before, or a feature. For a
        map the number of the weight among those of all its kernels.
    value
        The new weight.
    kernel
        The side of a map's kernels, for the title; 0 for a neuron.
    """

    layer: str
    unit: int
    source: int
    value: float
    kernel: int = 0

    def title(self, names: LayerNames) -> str:
        """Return words such as ``Set weight 5 → 3 of Dense 1 to 0.25``.

        For a map, ``Set row 2, column 3 of kernel 5 → 3 of Conv 1 to 0.25``.
        """
        source, where = self.source, "weight"
        if self.kernel:
            source, cell = divmod(source, self.kernel**2)
            row, column = divmod(cell, self.kernel)
            where = f"row {nth(row)}, column {nth(column)} of kernel"
        which = f"{where} {nth(source)} → {nth(self.unit)} of {names.words(self.layer)}"
        return f"Set {which} to {number(self.value)}"

    def edits(self, network: Network, experiment: Experiment) -> Edits:
        """Return the one entry; refused outside of the layer, and where it changes nothing."""
        name, weights = _tensor(network, self.layer, "weight")
        units, sources = len(weights), weights[0].size
        of_map = weights.ndim > 2
        words = network.names.words(self.layer)
        _check_number(self.unit, units, words, "maps" if of_map else "neurons")
        _check_number(self.source, sources, words, "weights for each map" if of_map else "inputs")
        return _one(name, weights, self.unit * sources + self.source, self.value)


@dataclass(frozen=True)
class SetBias:
    """Give one neuron or map another bias; ``noun`` says which, for the title."""

    layer: str
    unit: int
    value: float
    noun: str = "neuron"

    def title(self, names: LayerNames) -> str:
        """Return words such as ``Set bias of neuron 3 of Dense 1 to 0.25``."""
        value = number(self.value)
        whose = f"{self.noun} {nth(self.unit)} of {names.words(self.layer)}"
        return f"Set bias of {whose} to {value}"

    def edits(self, network: Network, experiment: Experiment) -> Edits:
        """Return the one entry; refused outside of the layer, and where it changes nothing."""
        name, biases = _tensor(network, self.layer, "bias")
        _check_number(self.unit, biases.size, network.names.words(self.layer), f"{self.noun}s")
        return _one(name, biases, self.unit, self.value)


@dataclass(frozen=True)
class AddNoise:
    """Shake the weights: ``w ← w + amount · s · ε`` with ε from N(0, 1).

    s is the standard deviation of the layer's own weights as they are, so the same amount shakes
    every layer alike. Biases stay.

    Parameters
    ----------
    layer
        A layer's name, or None for every layer with weights.
    amount
        1 makes the noise as strong as the weights.
    seed
        Of the draw; each layer has a draw of its own.
    """

    layer: str | None
    amount: float
    seed: int

    def title(self, names: LayerNames) -> str:
        """Return words such as ``Add noise of 0.1 deviations to Dense 1``."""
        amount = number(self.amount)
        return f"Add noise of {amount} deviations to {names.words(self.layer)}"

    def edits(self, network: Network, experiment: Experiment) -> Edits:
        """Return every weight that moves; refused where all are alike, as the noise is 0 then."""
        if not self.amount > 0 or not math.isfinite(self.amount):
            raise PlaygroundError("Noise expects an amount above 0, such as 0.1.")
        edits = {}
        for index, (name, weights) in enumerate(weights_of(network, self.layer).items()):
            spread = float(weights.std(dtype=np.float64))
            if spread > 0:
                rng = np.random.default_rng([self.seed, index])
                noise = rng.normal(0.0, self.amount * spread, weights.size)
                edits[name] = (np.arange(weights.size, dtype=np.intp), weights.ravel() + noise)
        if not edits:
            raise PlaygroundError(
                f"The weights of {network.names.words(self.layer)} are all alike: their deviation, "
                "and so the noise, is 0. Train or reset first."
            )
        return edits


@dataclass(frozen=True)
class ResetLayer:
    """Draw a layer's numbers anew, from its own initializer and another seed.

    Batch normalization begins again with scale 1, shift 0, running mean 0 and running variance 1.
    """

    layer: str
    seed: int

    def title(self, names: LayerNames) -> str:
        """Return words such as ``Reset Dense 1``."""
        return f"Reset {names.words(self.layer)}"

    def edits(self, network: Network, experiment: Experiment) -> Edits:
        """Return all that the layer learns or keeps; refused where it would come out the same."""
        index, layer = next(
            ((i, layer) for i, layer in enumerate(network.layers) if layer.name == self.layer),
            (0, None),
        )
        if layer is None:
            raise _no_such_layer(self.layer)
        fresh = layer.settings.build(layer.input_shape)
        count, dtype = layer.parameter_count, network.dtype
        if not count:
            raise PlaygroundError(f"{layer.called} has no numbers of its own to reset.")
        parameters, gradient = np.zeros((2, count), dtype)
        fresh.attach(parameters, gradient, np.zeros(layer.statistic_count, dtype))
        fresh.initialize(np.random.default_rng([self.seed, index]))
        present = layer.views()
        edits = {
            f"{self.layer}.{name}": (np.arange(view.size, dtype=np.intp), view.ravel().copy())
            for name, view in fresh.views().items()
            if not np.array_equal(view, present[name])
        }
        if not edits:
            raise PlaygroundError(f"{layer.called} already has its starting weights.")
        return edits


@dataclass(frozen=True)
class Prune:
    """Set the weights closest to 0 to exactly 0; biases stay.

    The smallest ⌊fraction · n⌋ of n weights by |w| go. Training may move them again.

    Parameters
    ----------
    layer
        A layer's name, or None for the smallest of all layers' weights together.
    fraction
        The share that goes, above 0 to 1.
    weights
        How many weights there are to choose from, for the title; 0 where the caller cannot know.
    """

    layer: str | None
    fraction: float
    weights: int = 0

    def title(self, names: LayerNames) -> str:
        """Return words such as ``Prune the smallest 30 % of the weights of Dense 1``."""
        title = (
            f"Prune the smallest {number(100 * self.fraction)} % of the weights of "
            f"{names.words(self.layer)}"
        )
        if not self.weights:
            return title
        count = grouped(prune_count(self.weights, self.fraction))
        return f"{title} ({count} of {grouped(self.weights)})"

    def edits(self, network: Network, experiment: Experiment) -> Edits:
        """Return the weights that become 0; refused where those are 0 already."""
        if not 0 < self.fraction <= 1:
            raise PlaygroundError("Pruning expects a share above 0 % and up to 100 %.")
        tensors = weights_of(network, self.layer)
        sizes = np.concatenate([np.abs(weights).ravel() for weights in tensors.values()])
        count = prune_count(sizes.size, self.fraction)
        if not count:
            raise PlaygroundError(
                f"{number(100 * self.fraction)} % of {grouped(sizes.size)} weights is less than "
                "one; choose a larger share."
            )
        chosen = np.zeros(sizes.size, np.bool_)
        chosen[np.argpartition(sizes, count - 1)[:count]] = True
        chosen &= sizes != 0
        if not chosen.any():
            raise PlaygroundError(
                f"The smallest {grouped(count)} of the {grouped(sizes.size)} weights of "
                f"{network.names.words(self.layer)} are 0 already; choose a larger share."
            )
        edits, start = {}, 0
        for name, weights in tensors.items():
            places = np.flatnonzero(chosen[start : start + weights.size])
            start += weights.size
            if places.size:
                edits[name] = (places, np.zeros(places.size, network.dtype))
        return edits


def prune_count(weights: int, fraction: float) -> int:
    """Return how many of so many weights a share is: ⌊fraction · weights⌋."""
    return math.floor(fraction * weights + 1e-9)


def weights_of(network: Network, layer: str | None) -> Tensors:
    """Return the weights by tensor name of one layer, or of all layers that have any.

    Raises
    ------
    PlaygroundError
        Where there are none.
    """
    weights = network.tensors("weight", layer)
    if layer is not None and not weights:
        _tensor(network, layer, "weight")
    return weights


def _tensor(network: Network, layer: str, role: Role) -> tuple[str, NDArray[np.floating[Any]]]:
    """Return the name of a layer's first tensor of a role, and its view."""
    if network.layer(layer) is None:
        raise _no_such_layer(layer)
    for name, view in network.tensors(role, layer).items():
        return name, view
    noun = "weights" if role == "weight" else "biases"
    raise PlaygroundError(f"{network.names.words(layer)} has no {noun}.")


def _no_such_layer(layer: str) -> PlaygroundError:
    return PlaygroundError(f"The network has no layer called {layer}.")


def _check_number(number: int, count: int, layer: str, what: str) -> None:
    if not 0 <= number < count:
        raise PlaygroundError(f"{layer} has {what} 1 to {nth(count - 1)}; {nth(number)} was given.")


def _one(name: str, tensor: NDArray[np.floating[Any]], place: int, value: float) -> Edits:
    if not abs(value) <= float(np.finfo(tensor.dtype).max):
        raise PlaygroundError(f"A finite number is expected; {value:g} was given.")
    new = np.array([value], tensor.dtype)
    if tensor.ravel()[place] == new[0]:
        raise PlaygroundError(f"It is already {number(value)}.")
    return {name: (np.array([place], np.intp), new)}
