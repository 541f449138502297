"""Which weights survive an edit of the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.nn.network import Network
from playground.nn.training_step import TrainingStep
from playground.training.experiment import Experiment

Tensors = dict[str, NDArray[np.floating[Any]]]


@dataclass(frozen=True)
class CarryOver:
    """What an edit kept and what it started afresh, by layer name, and what it did in a clause."""

    kept: tuple[str, ...]
    fresh: tuple[str, ...]
    network_changed: bool
    effect: str = ""

    def sentence(self) -> str:
        """Return it in words for the window."""
        if not self.network_changed:
            return "Taken over; training goes on with the same weights."
        if self.kept and not self.fresh and self.effect:
            return f"Kept every weight: {self.effect}."
        parts = []
        if self.kept:
            parts.append(f"Kept the weights of {_names(self.kept)}.")
        if self.fresh:
            parts.append(f"Started {_names(self.fresh)} afresh.")
        return " ".join(parts) or "The network has no weights of its own to keep."


def _names(names: tuple[str, ...]) -> str:
    words = [name.replace("_", " ") for name in names]
    if len(words) == 1:
        return words[0]
    return ", ".join(words[:-1]) + " and " + words[-1]


def carry_over(
    old_network: Network,
    old_step: TrainingStep,
    network: Network,
    step: TrainingStep,
    old: Experiment,
    new: Experiment,
) -> CarryOver:
    """Copy what the new network can use of the old one's weights and optimizer state.

    A layer's tensors are kept when the layer of that name still exists with the same shapes and
    the same initializer: another activation, dropout, freezing or silencing changes none of that.
    The optimizer's moments go along when it is still of the same kind, except those of what is
    frozen.
    """
    same_optimizer = type(new.training.optimizer) is type(old.training.optimizer)
    if same_optimizer:
        step.step_count = old_step.step_count
    if network is old_network:
        if same_optimizer:
            step.moments[:] = old_step.moments
        return CarryOver((), (), network_changed=False)

    before, now = old_network.views(), network.views()
    starts = {layer.name: layer.settings for layer in old_network.layers}
    kept: list[str] = []
    fresh: list[str] = []
    for layer in network.layers:
        names = [name for name in now if name.rpartition(".")[0] == layer.name]
        if not names:
            continue
        fits = (
            layer.name in starts
            and getattr(starts[layer.name], "initializer", None)
            == getattr(layer.settings, "initializer", None)
            and all(name in before and before[name].shape == now[name].shape for name in names)
        )
        (kept if fits else fresh).append(layer.name)
    _copy(before, now, kept)
    if same_optimizer:
        for old_moment, moment in zip(old_step.moments, step.moments, strict=True):
            _copy(old_network.views_of(old_moment), network.views_of(moment), kept)
        if network.frozen_mask is not None:
            step.moments[:, network.frozen_mask] = 0
    return CarryOver(tuple(kept), tuple(fresh), network_changed=True)


def _copy(before: Tensors, now: Tensors, layers: list[str]) -> None:
    """Copy the tensors of the named layers."""
    for name, tensor in now.items():
        if name.rpartition(".")[0] in layers:
            tensor[...] = before[name]
