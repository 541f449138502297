"""What a network would cost, known before anything is allocated."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from playground.data.dataset import Dataset
from playground.errors import FieldError
from playground.nn.batch_gradient import LARGEST_AT_ONCE
from playground.nn.initializers import Given
from playground.nn.layers import LayerSettings, parameter_count
from playground.nn.layers.running import Shape, every_spec, learned
from playground.training.experiment import Experiment
from playground.wording import fixed, grouped

MEMORY_LIMIT = 2**30
"""Bytes that a network may take while it trains: 1 GiB."""

_COPIES_BESIDE_MOMENTS = 6
"""Parameters, gradient, scratch, the last finite ones, and two in the window's hands."""


@dataclass(frozen=True)
class LayerSize:
    """One layer's shapes, its number of parameters, and the sizes of the layers inside it.

    ``path`` is where its settings are in the experiment: ``layers.1.layers.0``, ``output``.
    """

    settings: LayerSettings
    path: str
    input_shape: Shape
    output_shape: Shape
    parameters: int
    inside: tuple[LayerSize, ...] = ()


def layer_sizes(experiment: Experiment, dataset: Dataset) -> tuple[LayerSize, ...]:
    """Return the size of every layer, the output's last.

    Raises
    ------
    FieldError
        Where the network would take more than :data:`MEMORY_LIMIT`; its path names the widest
        layer, which is the one to make smaller. Also where given weights are too many or too few.
    """
    sizes = sizes_of(experiment, dataset)
    for size in every_size(sizes):
        given = getattr(size.settings, "initializer", None)
        if isinstance(given, Given):
            _check_given(given, size)
    cost = _bytes(experiment, dataset, sizes)
    if cost > MEMORY_LIMIT:
        widest = max(every_size(sizes), key=lambda size: math.prod(size.output_shape))
        units = " × ".join(f"{grouped(length)}" for length in widest.output_shape)
        raise FieldError(
            widest.path,
            f"{units} neurons with {grouped(widest.parameters)} parameters would bring the network "
            f"to {fixed(cost / 2**30, 1)} GiB while training; the limit is "
            f"{MEMORY_LIMIT / 2**30:.0f} GiB. Choose fewer neurons.",
        )
    return sizes


def sizes_of(experiment: Experiment, dataset: Dataset) -> tuple[LayerSize, ...]:
    """Return the size of every layer, the output's last, whether or not the network is possible."""
    *hidden, output = experiment.network_layers(dataset)
    sizes = _row(hidden, "layers", dataset.input_shape)
    shape = sizes[-1].output_shape if sizes else dataset.input_shape
    return (*sizes, _size(output, "output", shape))


def _row(layers: Sequence[LayerSettings], path: str, shape: Shape) -> tuple[LayerSize, ...]:
    """Return the sizes of layers in a row, the first of which gets a shape."""
    sizes: list[LayerSize] = []
    for index, layer in enumerate(layers):
        sizes.append(_size(layer, f"{path}.{index}", shape))
        shape = sizes[-1].output_shape
    return tuple(sizes)


def _size(layer: LayerSettings, path: str, shape: Shape) -> LayerSize:
    inside = _row(getattr(layer, "layers", ()), f"{path}.layers", shape)
    count = parameter_count(layer, shape)
    return LayerSize(layer, path, shape, layer.output_shape(shape), count, inside)


def every_size(sizes: Sequence[LayerSize]) -> Iterator[LayerSize]:
    """Yield every layer's size, those inside a block before the block."""
    for size in sizes:
        yield from every_size(size.inside)
        yield size


def _check_given(given: Given, size: LayerSize) -> None:
    specs = learned(size.settings.parameters(size.input_shape))
    weights = sum(spec.size for spec in specs if spec.role == "weight")
    biases = sum(spec.size for spec in specs if spec.role == "bias")
    if (len(given.weights), len(given.biases)) != (weights, biases):
        raise FieldError(
            f"{size.path}.initializer",
            f"This layer expects {grouped(weights)} given weights ({grouped(weights // biases)} "
            f"for each of its {grouped(biases)}) and as many biases as it has neurons; "
            f"{grouped(len(given.weights))} weights and {grouped(len(given.biases))} biases were "
            "given. Write one number for each, or choose another initializer.",
        )


def _bytes(experiment: Experiment, dataset: Dataset, sizes: Sequence[LayerSize]) -> int:
    """Memory for the network's parameter vectors, and for its activations over a batch.

    A network with a layer that measures the batch takes it whole, and any other piece by piece.
    """
    copies = _COPIES_BESIDE_MOMENTS + len(experiment.training.optimizer.moments)
    batch = min(experiment.effective_batch_size or len(dataset.inputs), len(dataset.inputs))
    specs = (every_spec(size.settings, size.input_shape) for size in sizes)
    if not any(spec.role == "statistic" for spec in chain.from_iterable(specs)):
        batch = min(batch, LARGEST_AT_ONCE)
    parameters = sum(size.parameters for size in sizes)
    activations = sum(math.prod(size.output_shape) for size in every_size(sizes))
    return 4 * (copies * parameters + 4 * activations * batch)
