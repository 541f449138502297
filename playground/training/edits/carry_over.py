"""What survives an edit of the network: weights, statistics and the optimizer's moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.errors import PlaygroundError
from playground.nn.arrays import Array
from playground.nn.layers import RunningLayer
from playground.nn.layers.growth import Growth, Spread
from playground.nn.layers.row import grow_row
from playground.nn.names import LayerNames
from playground.nn.network import Network
from playground.training.edits.in_words import edit_in_words
from playground.training.experiment import Experiment
from playground.training.recipes import Descent
from playground.wording import counted, grouped, listed

_AT_ONCE = 1024

Floats = NDArray[np.float32]
Tensors = dict[str, NDArray[np.floating[Any]]]


@dataclass(frozen=True)
class CarryOver:
    """What became of each layer that learns, by name, and what the edit did in a clause.

    Attributes
    ----------
    kept
        Those whose every number went on.
    resized
        Those that lost or gained neurons or maps, with their number before and now: the others
        went on.
    fresh
        Those that began anew.
    added
        What was added without a change of what the network computes, in words.
    reason
        Why the network does not compute what it did although that was asked for, in a sentence.
    of_maps
        Those that have maps and no neurons.
    names
        What the layers of the new network are called.
    edit
        What the user changed, in words.
    """

    kept: tuple[str, ...]
    fresh: tuple[str, ...]
    network_changed: bool
    effect: str = ""
    resized: tuple[tuple[str, int, int], ...] = ()
    added: tuple[str, ...] = ()
    reason: str = ""
    of_maps: frozenset[str] = frozenset()
    names: LayerNames = field(default_factory=LayerNames, compare=False)
    edit: str = ""

    def sentence(self) -> str:
        """Return it in words for the window."""
        if not self.network_changed:
            return "Done; training goes on with the same weights."
        if self.added:
            return f"Added {listed(self.added)}; the network computes the same: {self.effect}."
        if self.kept and not self.fresh and not self.resized and self.effect:
            return f"{self.edit}. Nothing else changed: {self.effect}."
        parts = [
            _resized(
                self.names.words(name), before, now, "map" if name in self.of_maps else "neuron"
            )
            for name, before, now in self.resized
        ]
        if self.kept:
            parts.append(f"Kept the weights of {self._listed(self.kept)}.")
        if self.fresh:
            start = "starts" if len(self.fresh) == 1 else "start"
            fresh = _opened(self._listed(self.fresh))
            parts.append(f"{fresh} {start} again with new weights.")
        if self.reason:
            parts.append(f"{_opened(self.reason)} {_opened(self.effect)}.")
        return " ".join(parts) or "The network has no weights of its own to keep."

    def _listed(self, keys: tuple[str, ...]) -> str:
        return listed([self.names.words(key) for key in keys])


def _resized(layer: str, before: int, now: int, noun: str) -> str:
    keep = "kernels" if noun == "map" else "weights"
    if now < before:
        less = before - now
        gone = f"the last {noun}" if less == 1 else f"the last {grouped(less)} {noun}s"
        return f"Removed {gone} of {layer}; the other {grouped(now)} keep their {keep}."
    more = now - before
    new = f"one new {noun}" if more == 1 else f"{grouped(more)} new {noun}s"
    return f"Added {new} to {layer}; the other {grouped(before)} keep their {keep}."


def _opened(words: str) -> str:
    return words[:1].upper() + words[1:]


def carry_over(
    old_network: Network,
    old_step: Descent,
    network: Network,
    step: Descent,
    old: Experiment,
    new: Experiment,
    rows: Floats | None = None,
) -> CarryOver:
    """Copy what the new network can use of the old one's weights and optimizer state.

    A layer goes on when one of that name still exists with the same initializer: another
    activation, dropout, freezing or silencing changes nothing of it. Where it has more or fewer
    units now, or reads a layer that has, the units that are in both go on with all that joins
    them; new ones begin as their initializer makes them. The optimizer's moments go along when it
    is still of the same kind, except those of what is frozen.

    With ``rows``, examples (examples, features) that it is trained on, a network to which neurons
    or layers are added computes what it did where that is possible, and it is said why not else.
    """
    optimizers = (each.recipe.optimizers(each.training) for each in (old, new))
    same_optimizer = list(map(type, next(optimizers))) == list(map(type, next(optimizers)))
    if same_optimizer:
        step.step_count = old_step.step_count
    if network is old_network:
        if same_optimizer:
            step.moments[:] = old_step.moments
        return CarryOver((), (), network_changed=False)

    before, now = old_network.views(), network.views()
    kept: list[str] = []
    resized: list[tuple[str, int, int]] = []
    fresh: list[str] = []
    for layer in network.layers:
        if not layer.specs:
            continue
        former = old_network.layer(layer.name)
        if former is None or not _goes_on(
            former, _read(old_network, former), layer, _read(network, layer)
        ):
            fresh.append(layer.name)
        elif former.units != layer.units and not _follows(layer):
            resized.append((layer.name, former.units, layer.units))
        else:
            kept.append(layer.name)
    going = {*kept, *(name for name, _, _ in resized)}
    _copy(before, now, going)
    carried = CarryOver(
        *(tuple(kept), tuple(fresh)),
        network_changed=True,
        resized=tuple(resized),
        of_maps=frozenset(layer.name for layer in network.layers if layer.noun == "map"),
        names=network.names,
        edit=edit_in_words(old, new),
    )
    added = () if rows is None else _added(old_network, network, carried.resized)
    if added and rows is not None:
        try:
            _grow(old_network, network, new.recipe.fed(network, rows), new.seed)
        except PlaygroundError as error:
            carried = replace(carried, reason=str(error))
        else:
            going |= {layer.name for layer in old_network.layers}
            carried = replace(carried, kept=tuple(going), fresh=(), resized=(), added=added)
    if same_optimizer:
        for old_moment, moment in zip(old_step.moments, step.moments, strict=True):
            _copy(old_network.views_of(old_moment), network.views_of(moment), going)
        if network.frozen_mask is not None:
            step.moments[:, network.frozen_mask] = 0
    return carried


def _added(
    former: Network, network: Network, resized: Sequence[tuple[str, int, int]]
) -> tuple[str, ...]:
    """Return what was added, in words; without the layers inside an added block."""
    nouns = {layer.name: layer.noun for layer in network.layers}
    known = {layer.name for layer in former.layers}
    new = [layer for layer in network.layers if layer.name not in known]
    inside = {inner.name for layer in new for inner in layer.inside}
    neurons = [
        f"{counted(now - before, nouns[name])} to {network.names.words(name)} by splitting"
        for name, before, now in resized
        if now > before
    ]
    layers = [
        f"{layer.called}, which hands on what it gets"
        for layer in new
        if layer.name not in inside and not layer.face().hands_on
    ]
    return (*neurons, *layers)


def _grow(former: Network, network: Network, rows: Floats, seed: int) -> None:
    """Let a network that something was added to compute what the former one does.

    Raises
    ------
    PlaygroundError
        With the reason, where it cannot; nothing changes then.
    """
    parameters, statistics = network.parameters.copy(), network.statistics.copy()
    growth = Growth(np.random.default_rng([seed, 3]), partial(_measured, network, rows))
    read = Spread.same(network.input_shape[0], float(rows.min()))
    try:
        if not grow_row(network.row, former.row, read, growth).is_same:
            raise PlaygroundError("The network has other outputs now.")
    except PlaygroundError:
        network.parameters[:], network.statistics[:] = parameters, statistics
        raise


def _measured(network: Network, rows: Floats, name: str) -> tuple[Array, Array]:
    """Return the mean and the variance, (units,) each, of what a layer is given."""
    index = [layer.name for layer in network.layers].index(name)
    units = network.layers[index].input_shape[0]
    sums, count = np.zeros((2, units)), 0
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        done = network.prepare(len(part), training=False)
        done.run(part.T)
        inputs, there = done.layers[index].inputs, done.layers[index].kept.get("there")
        assert inputs is not None
        given = inputs[:-1].astype(np.float64).reshape(units, -1)
        if there is not None:
            given = given[:, there.reshape(-1) > 0]
        sums += given.sum(axis=1), np.square(given).sum(axis=1)
        count += given.shape[1]
    mean, square = sums / count
    return mean, np.maximum(square - mean**2, 0)


def _read(network: Network, layer: RunningLayer) -> tuple[int, ...]:
    """Return the shape of what a layer reads, also where it was flattened on the way."""
    source = network.layer(network.shown_source(layer.source))
    return network.input_shape if source is None else source.output_shape


def _goes_on(
    former: RunningLayer, read_before: tuple[int, ...], layer: RunningLayer, read: tuple[int, ...]
) -> bool:
    """Return whether a layer's units are still what they were, as far as they are still there.

    Kernels are the same at every place, so they go on over pictures of another size; a layer that
    weighs every number does not. A tensor that is new there, as the spread of a code, begins anew.
    """
    before, now = ({spec.name: spec.shape[2:] for spec in each.specs} for each in (former, layer))
    both = before.keys() & now.keys()
    if not both or any(before[name] != now[name] for name in both):
        return False
    if not layer.same_kind_as(former):
        return False
    shapes = [(read_before, former.output_shape), (read, layer.output_shape)]
    if layer.noun != "map" or any(link.joined == "all" for link in layer.face().links):
        places = [tuple(shape[1:] for shape in pair) for pair in shapes]
        if places[0] != places[1]:
            return False
    same_units = [tuple(shape[0] for shape in pair) for pair in shapes]
    # Units were added or removed here or in the layer that is read: the rest must be the same.
    return same_units[0] == same_units[1] or former.source == layer.source


def _follows(layer: RunningLayer) -> bool:
    """Return whether a layer has a unit for each that it reads, so that others were resized."""
    return all(link.joined == "one" for link in layer.face().links)


def _copy(before: Tensors, now: Tensors, layers: set[str]) -> None:
    """Copy the named layers' tensors, as far as they are in both."""
    for name, tensor in now.items():
        if name.rpartition(".")[0] in layers and name in before:
            both = tuple(map(slice, np.minimum(before[name].shape, tensor.shape)))
            tensor[both] = before[name][both]
