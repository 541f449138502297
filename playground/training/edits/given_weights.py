"""Weights written by hand: they begin as the network's own, and go when they no longer fit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from playground.data.dataset import Dataset
from playground.nn.initializers import Given, Glorot
from playground.nn.layers import parameter_count
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


def without_misfits(experiment: Experiment, before: Experiment, dataset: Dataset) -> Experiment:
    """Let layers start at random whose given weights stopped fitting by a change around them.

    Weights that the user has just written are left alone, so that a wrong number of them is told.
    """
    written = {layer.name: layer.initializer for layer in before.layers if _is_given(layer)}
    if _is_given(before.output):
        written["output"] = before.output.initializer
    layers = list(experiment.layers)
    output = experiment.output
    shape = dataset.input_shape
    for index, layer in enumerate(experiment.network_layers(dataset)):
        if _is_given(layer) and layer.initializer == written.get(layer.name):
            count = len(layer.initializer.weights) + len(layer.initializer.biases)
            if count != parameter_count(layer, shape) and index < len(layers):
                layers[index] = replace(layer, initializer=Glorot())
            elif count != parameter_count(layer, shape):
                output = replace(output, initializer=Glorot())
        shape = layer.output_shape(shape)
    return replace(experiment, layers=tuple(layers), output=output)


def _is_given(settings: Any) -> bool:
    return isinstance(getattr(settings, "initializer", None), Given)


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
