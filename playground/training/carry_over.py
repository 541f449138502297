"""Which weights survive an edit of the network."""

from __future__ import annotations

from dataclasses import dataclass

from playground.nn.network import Network
from playground.nn.training_step import TrainingStep
from playground.training.experiment import Experiment


@dataclass(frozen=True)
class CarryOver:
    """What an edit kept and what it started afresh, by layer name."""

    kept: tuple[str, ...]
    fresh: tuple[str, ...]
    network_changed: bool

    def sentence(self) -> str:
        """Return it in words for the window."""
        if not self.network_changed:
            return "Taken over; training goes on with the same weights."
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
    the same initializer. The optimizer's moments go along when it is still of the same kind.
    """
    same_optimizer = type(new.training.optimizer) is type(old.training.optimizer)
    if network is old_network:
        if same_optimizer:
            step.moments[:] = old_step.moments
            step.step_count = old_step.step_count
        return CarryOver((), (), network_changed=False)

    kept, fresh = [], []
    initializers = _initializers(old)
    for name, tensors in _tensors_by_layer(network, network.parameters, network.statistics).items():
        before = _tensors_by_layer(old_network, old_network.parameters, old_network.statistics)
        fits = (
            name in before
            and {key: tensor.shape for key, tensor in before[name].items()}
            == {key: tensor.shape for key, tensor in tensors.items()}
            and initializers.get(name) == _initializers(new).get(name)
        )
        if not fits:
            fresh.append(name)
            continue
        kept.append(name)
        for key, tensor in tensors.items():
            tensor[...] = before[name][key]
    if same_optimizer:
        step.step_count = old_step.step_count
        for moment, old_moment in zip(step.moments, old_step.moments, strict=True):
            now = network.parameter_views(moment)
            then = old_network.parameter_views(old_moment)
            for key, tensor in now.items():
                if key.rpartition(".")[0] in kept:
                    tensor[...] = then[key]
    return CarryOver(tuple(kept), tuple(fresh), network_changed=True)
