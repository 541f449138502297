"""What a network would cost, known before anything is allocated."""

from __future__ import annotations

import math
from dataclasses import dataclass

from playground.data.dataset import Dataset
from playground.errors import FieldError
from playground.nn.initializers import Given
from playground.nn.layers import LayerSettings, parameter_count
from playground.nn.layers.running import every_spec, learned
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
        size = LayerSize(shape, layer.output_shape(shape), parameter_count(layer, shape))
        path = "output" if layer.name == "output" else f"layers.{len(sizes)}"
        given = getattr(layer, "initializer", None)
        if isinstance(given, Given):
            _check_given(layer, given, size, f"{path}.initializer")
        sizes.append(size)
        shape = size.output_shape
    whole = any(
        spec.role == "statistic"
        for layer, size in zip(experiment.layers, sizes, strict=False)
        for spec in every_spec(layer, size.input_shape)
    )
    costs = [_bytes(experiment, dataset, size, whole) for size in sizes]
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


def _check_given(layer: LayerSettings, given: Given, size: LayerSize, path: str) -> None:
    specs = learned(layer.parameters(size.input_shape))
    weights = sum(spec.size for spec in specs if spec.role == "weight")
    biases = sum(spec.size for spec in specs if spec.role == "bias")
    if (len(given.weights), len(given.biases)) != (weights, biases):
        raise FieldError(
            path,
            f"This layer expects {weights:,} given weights ({weights // biases:,} for each of "
            f"its {biases:,}) and as many biases as it has units; {len(given.weights):,} "
            f"weights and {len(given.biases):,} biases were given. Write one number for each, or "
            "choose another initializer.",
        )


def _bytes(experiment: Experiment, dataset: Dataset, size: LayerSize, whole: bool) -> int:
    """Memory for a layer's parameter vectors, and for its activations over a batch.

    ``whole`` tells that a layer measures the batch, so that it cannot be taken piece by piece.
    """
    copies = _COPIES_BESIDE_MOMENTS + len(experiment.training.optimizer.moments)
    batch = min(experiment.effective_batch_size or len(dataset.inputs), len(dataset.inputs))
    if not whole:
        batch = min(batch, LARGEST_AT_ONCE)
    return 4 * (copies * size.parameters + 4 * math.prod(size.output_shape) * batch)
