"""What a network would cost, known before anything is allocated."""

from __future__ import annotations

import math
from dataclasses import dataclass

from playground.data.dataset import Dataset
from playground.errors import FieldError
from playground.nn.initializers import Given
from playground.nn.layers import BatchNorm, Dense
from playground.nn.training_step import LARGEST_AT_ONCE
from playground.training.experiment import Experiment

MEMORY_LIMIT = 2**30
"""Bytes that a network may take while it trains: 1 GiB."""

_COPIES_BESIDE_MOMENTS = 6
"""Parameters, gradient, scratch, the last finite ones, and two in the window's hands."""


@dataclass(frozen=True)
class LayerSize:
    """One layer's shapes, and its number of parameters."""

    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    parameters: int


def layer_sizes(experiment: Experiment, dataset: Dataset) -> tuple[LayerSize, ...]:
    """Return the size of every layer, the output's last.

    Raises
    ------
    FieldError
        Where the network would take more than :data:`MEMORY_LIMIT`; its path names the widest
        layer, which is the one to make smaller. Also where given weights are too many or too few.
    """
    sizes: list[LayerSize] = []
    shape = dataset.input_shape
    for layer in experiment.network_layers(dataset):
        size = LayerSize(shape, layer.output_shape(shape), layer.parameter_count(shape))
        path = "output" if layer.name == "output" else f"layers.{len(sizes)}"
        if isinstance(layer, Dense) and isinstance(layer.initializer, Given):
            _check_given(layer, layer.initializer, size, f"{path}.initializer")
        sizes.append(size)
        shape = size.output_shape
    costs = [_bytes(experiment, dataset, size) for size in sizes]
    if sum(costs) > MEMORY_LIMIT:
        widths = [math.prod(size.output_shape) for size in sizes]
        index = widths.index(max(widths))
        path = f"layers.{index}" if index < len(experiment.layers) else "output"
        size = sizes[index]
        units = " × ".join(f"{length:,}" for length in size.output_shape)
        raise FieldError(
            path,
            f"{units} units with {size.parameters:,} parameters would bring the network to "
            f"{sum(costs) / 2**30:,.1f} GiB while training; the limit is "
            f"{MEMORY_LIMIT / 2**30:.0f} GiB. Choose fewer units.",
        )
    return tuple(sizes)


def _check_given(layer: Dense, given: Given, size: LayerSize, path: str) -> None:
    weights = size.parameters - layer.units
    if (len(given.weights), len(given.biases)) != (weights, layer.units):
        raise FieldError(
            path,
            f"This layer expects {weights:,} given weights ({weights // layer.units:,} for each of "
            f"its {layer.units:,}) and as many biases as it has units; {len(given.weights):,} "
            f"weights and {len(given.biases):,} biases were given. Write one number for each, or "
            "choose another initializer.",
        )


def _bytes(experiment: Experiment, dataset: Dataset, size: LayerSize) -> int:
    """Memory for a layer's parameter vectors, and for its activations over a batch."""
    copies = _COPIES_BESIDE_MOMENTS + len(experiment.training.optimizer.moments)
    batch = min(experiment.effective_batch_size or len(dataset.inputs), len(dataset.inputs))
    if not any(isinstance(layer, BatchNorm) for layer in experiment.layers):
        batch = min(batch, LARGEST_AT_ONCE)
    width = 1
    for length in size.output_shape:
        width *= length
    return 4 * (copies * size.parameters + 4 * width * batch)
