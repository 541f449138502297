"""Weights written by hand: they begin as the network's own, and go when they no longer fit."""

from __future__ import annotations

from playground import fields
from playground.data.dataset import Dataset
from playground.nn.initializers import Given, Glorot
from playground.nn.network import Network
from playground.training.experiment import Experiment, every_settings
from playground.training.size import every_size, generator_sizes, sizes_of

LARGEST = 4096
"""Numbers that a row of given weights can hold."""


def with_present_weights(experiment: Experiment, network: Network) -> Experiment:
    """Fill every given initializer that is still empty with the layer's present weights.

    A layer that the network does not have in this shape, or that has more than :data:`LARGEST`
    weights, is left as it is.
    """
    for path, name, settings in every_settings(experiment):
        if getattr(settings, "initializer", None) == Given():
            present = _present_weights(network, name)
            experiment = fields.replace_at(experiment, f"{path}.initializer", present)
    return experiment


def without_misfits(experiment: Experiment, before: Experiment, dataset: Dataset) -> Experiment:
    """Let layers start at random whose given weights stopped fitting by a change around them.

    Weights that the user has just written are left alone, so that a wrong number of them is told.
    """
    written = {
        name: getattr(settings, "initializer", None) for _, name, settings in every_settings(before)
    }
    sizes = (*generator_sizes(experiment, dataset), *sizes_of(experiment, dataset))
    for size in every_size(sizes):
        given = getattr(size.settings, "initializer", None)
        if isinstance(given, Given) and given == written.get(size.settings.name):
            if len(given.weights) + len(given.biases) != size.parameters:
                experiment = fields.replace_at(experiment, f"{size.path}.initializer", Glorot())
    return experiment


def _present_weights(network: Network, name: str) -> Given:
    views = network.views()
    weights, biases = views.get(f"{name}.weights"), views.get(f"{name}.biases")
    if weights is None or biases is None or weights.size > LARGEST:
        return Given()
    return Given(
        weights=tuple(round(float(weight), 6) for weight in weights.ravel()),
        biases=tuple(round(float(bias), 6) for bias in biases),
    )
