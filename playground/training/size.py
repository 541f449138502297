"""What a network would cost, known before anything is allocated."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from playground.data.dataset import Dataset
from playground.errors import FieldError
from playground.nn.batch_gradient import LARGEST_AT_ONCE
from playground.nn.initializers import Given
from playground.nn.layers import LayerSettings, parameter_count
from playground.nn.layers.row import every_spec, row_shapes
from playground.nn.layers.running import Shape, learned, steps_of
from playground.nn.names import LayerNames, as_cards_stand
from playground.nn.passes import at_once
from playground.training.experiment import Experiment, every_layer
from playground.wording import fixed, grouped

_LANES = 2
"""Pieces of a batch that are on their way side by side."""

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
        As :func:`sizes_of`, and where the network would take more than :data:`MEMORY_LIMIT`; its
        path names the widest layer, which is the one to make smaller. Also where given weights are
        too many or too few.
    """
    sizes = sizes_of(experiment, dataset)
    every = (*generator_sizes(experiment, dataset), *sizes)
    for size in every_size(every):
        given = getattr(size.settings, "initializer", None)
        if isinstance(given, Given):
            _check_given(given, size)
    cost = _bytes(experiment, dataset, every)
    if cost > MEMORY_LIMIT:
        widest = max(every_size(every), key=_width)
        units = " × ".join(f"{grouped(length)}" for length in widest.output_shape)
        less = "neurons"
        if len(widest.output_shape) == 3:
            less = "maps, or make the pictures smaller before it by a stride or by pooling"
        raise FieldError(
            widest.path,
            f"{units} neurons with {grouped(widest.parameters)} parameters would bring the network "
            f"to {fixed(cost / 2**30, 1)} GiB while training; the limit is "
            f"{MEMORY_LIMIT / 2**30:.0f} GiB. Choose fewer {less}.",
        )
    return sizes


def sizes_of(experiment: Experiment, dataset: Dataset) -> tuple[LayerSize, ...]:
    """Return the size of every layer, the output's last, whether or not there is room for them.

    Raises
    ------
    FieldError
        Where a layer cannot work on what comes to it, with the path of its setting.
    """
    *hidden, output = experiment.network_layers(dataset)
    check_shapes(hidden, dataset.input_shape, at_every_step=dataset.task.at_every_step)
    sizes = _row(hidden, "layers", dataset.input_shape)
    shape = sizes[-1].output_shape if sizes else dataset.input_shape
    return (*sizes, replace(_row((output,), "", shape)[0], path="output"))


def generator_sizes(experiment: Experiment, dataset: Dataset) -> tuple[LayerSize, ...]:
    """Return the size of every layer that makes examples, the last of them the generator's output.

    Raises
    ------
    FieldError
        As :func:`sizes_of`.
    """
    row = experiment.recipe.made_by(dataset)
    if row is None:
        return ()
    shape, (*hidden, output) = row
    check_shapes(hidden, shape, path="recipe.layers")
    sizes = _row(hidden, "recipe.layers", shape)
    shape = sizes[-1].output_shape if sizes else shape
    return (*sizes, replace(_row((output,), "", shape)[0], path="recipe.output"))


def check_shapes(
    layers: Sequence[LayerSettings],
    shape: Shape,
    *,
    at_every_step: bool = False,
    path: str = "layers",
) -> None:
    """Refuse a row of hidden layers where one of them cannot work on what comes to it.

    Nor may one of them hand on less than every step where an answer is asked for at each.

    Raises
    ------
    FieldError
        With the path of its setting, ``layers.2.kernel``, and a sentence that begins with the
        layer's name.
    """
    try:
        for index, (_, _, behind) in enumerate(row_shapes(layers, shape, path)):
            if at_every_step and steps_of(behind) != steps_of(shape):
                raise FieldError(
                    f"{path}.{index}",
                    "These data ask for an answer at every step, so every layer must hand on all "
                    "of them.",
                )
    except FieldError as error:
        misfit = next(x for place, x in every_layer(layers, path) if _leads_to(error.path, place))
        names = LayerNames((layer.name, layer) for layer in as_cards_stand(layers))
        sentence = f"{names.short(misfit.name)} cannot work like this. {error}"
        raise FieldError(error.path, sentence) from None


def _leads_to(path: str, place: str) -> bool:
    return f"{path}.".startswith(f"{place}.")


def _row(layers: Sequence[LayerSettings], path: str, shape: Shape) -> tuple[LayerSize, ...]:
    """Return the sizes of layers in a row, the first of which gets a shape."""
    sizes = []
    for index, (layer, before, behind) in enumerate(row_shapes(layers, shape)):
        place = f"{path}.{index}"
        inside = _row(getattr(layer, "layers", ()), f"{place}.layers", before)
        sizes.append(
            LayerSize(layer, place, before, behind, parameter_count(layer, before), inside)
        )
    return tuple(sizes)


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
    optimizers = experiment.recipe.optimizers(experiment.training)
    copies = _COPIES_BESIDE_MOMENTS + max(len(optimizer.moments) for optimizer in optimizers)
    batch = min(experiment.effective_batch_size or len(dataset.inputs), len(dataset.inputs))
    specs = (every_spec(size.settings, size.input_shape) for size in sizes)
    if not any(spec.role == "statistic" for spec in chain.from_iterable(specs)):
        batch = min(batch, _LANES * at_once(every_size(sizes), LARGEST_AT_ONCE))
    parameters = sum(size.parameters for size in sizes)
    return 4 * (copies * parameters + batch * sum(map(_held, every_size(sizes))))


def _width(size: LayerSize) -> tuple[int, int]:
    """Return how many numbers a layer makes, and how many it learns itself to make them."""
    own = size.parameters - sum(each.parameters for each in size.inside)
    return math.prod(size.output_shape), own


def _held(size: LayerSize) -> int:
    """Numbers that a layer keeps of an example: its sums, outputs and their gradients, and patches.

    A convolution writes out what its kernels see in a row of places, forward of what it reads and
    backward of what it makes, each as often as the kernel is wide, and with the zeros between.
    """
    (maps, *made), (read, *given) = size.output_shape, size.input_shape
    places = max(math.prod(made), math.prod(given))
    written = getattr(size.settings, "kernel", 0) * (maps + read) * places
    return 4 * math.prod(size.output_shape) + written
