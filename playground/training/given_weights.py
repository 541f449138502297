"""Weights to write by hand begin as those that the network has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from playground.nn.initializers import Given
from playground.nn.network import Network
from playground.training.experiment import Experiment

LARGEST = 4096
"""Numbers that a row of given weights can hold."""


def with_present_weights(experiment: Experiment, network: Network) -> Experiment:
    """Fill every given initializer that is still empty with the layer's present weights.

    A layer that the network does not have in this shape, or that has more than :data:`LARGEST`
    weights, is left as it is.
    """
    return replace(
        experiment,
        layers=tuple(_filled(layer, layer.name, network) for layer in experiment.layers),
        output=_filled(experiment.output, "output", network),
    )


def _filled(settings: Any, name: str, network: Network) -> Any:
    if getattr(settings, "initializer", None) != Given():
        return settings
    views = network.views()
    weights, biases = views.get(f"{name}.weights"), views.get(f"{name}.biases")
    if weights is None or biases is None or weights.size > LARGEST:
        return settings
    present = Given(
        weights=tuple(round(float(weight), 6) for weight in weights.ravel()),
        biases=tuple(round(float(bias), 6) for bias in biases),
    )
    return replace(settings, initializer=present)
