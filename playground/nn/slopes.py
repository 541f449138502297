"""How the loss, or an output, changes with every number in a network that predicts.

Training differentiates what training computes: batch statistics, dropout. Whoever looks at one
example wants the slopes of the prediction itself: running statistics, every neuron at work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.nn.arrays import Array, quiet, with_ones
from playground.nn.batch_gradient import spread_over
from playground.nn.layers import LayerPass, Mode, RunningLayer
from playground.nn.layers.running import by_step, learned, steps_of
from playground.nn.losses import Loss
from playground.nn.network import Network
from playground.nn.passes import backward_calls
from playground.nn.record import LayerRecord


@dataclass(frozen=True, eq=False)
class Slopes:
    """The mean loss over a batch, and its slopes layer by layer.

    Attributes
    ----------
    layers
        Every layer's record, in the order of computing.
    grad_inputs
        ∂L/∂ the network's inputs, (features, batch); None in a pass as training makes it.
    """

    loss: float
    layers: tuple[LayerRecord, ...]
    grad_inputs: Array | None


def slopes(
    network: Network,
    loss: Loss,
    inputs: Array,
    targets: Array,
    *,
    rng: np.random.Generator | None = None,
    training: bool = False,
    learning: bool = True,
    trained: int | None = None,
) -> Slopes:
    """Return the mean loss and its slopes by the chain rule, with every array of the pass.

    Where loss and output activation are fused, ∂L/∂z of the output is their common gradient, which
    stays exact where ∂L/∂ŷ had to be cut off.

    Parameters
    ----------
    network
        Its :attr:`~Network.gradient` is overwritten.
    loss
        What to differentiate, without penalties.
    inputs, targets
        (features, batch) and (outputs, batch).
    rng, training
        A pass as training makes it: dropout masks by ``rng``, the batch's own statistics (the
        running ones move), nothing behind the first layer that learns. The records then own copies
        of the tensors, and their slopes are of each example's own loss; those of the tensors are
        of the mean all the same.
    learning
        Whether ∂L/∂ the tensors are wanted: without them an example is looked at several times
        faster.
    trained
        From which layer of the row on the layers predict while those before them are trained.
    """
    batch = inputs.shape[1]
    done = network.prepare(
        batch, training=training, rng=rng, differentiable=not training, trained=trained
    )
    last, layers = done.row[-1], done.layers
    shape = network.output_shape
    wanted = by_step(spread_over(targets, shape), shape)
    grad = np.empty_like(done.output) if last.grad_output is None else last.grad_output
    tensors = [_own(layer.views()) if training else layer.views() for layer in network.layers]
    done.weigh(batch)
    done.run(inputs)
    with quiet():
        records = list(map(ran, network.layers, layers, tensors))
        value = loss.prepare(by_step(done.output, shape), wanted, by_step(grad, shape))()
        fused = loss.fuses_with(network.output_activation) and last.fusable and last.z is not None
        if fused:
            assert last.z is not None
            assert last.grad_z is not None
            value = loss.prepare_fused(
                *(by_step(last.z, shape), wanted),
                *(np.empty_like(wanted), by_step(last.grad_z, shape)),
                weighted=bool(steps_of(shape)),
            )()
            if training:
                np.multiply(last.grad_z, batch, out=last.grad_z)
            del last.backward[0]
        if training:
            np.multiply(grad, batch, out=grad)
        if learning:
            network.gradient.fill(0)
        grads: dict[int, tuple[Array | None, Array | None]] = {}
        for made in reversed(done.row):
            _go_back(made, grads, learning)
        if training:
            np.divide(network.gradient, batch, out=network.gradient)
    by_layer = network.views_of(network.gradient) if learning else {}
    whole = [
        replace(
            record,
            grad_a=grads[id(made)][0],
            grad_z=None if made.grad_output is None else _copy(made.grad_z),
            grad_inputs=grads[id(made)][1],
            kept={**record.kept, **_own(made.kept_back)},
            gradients={
                spec.name: by_layer[f"{layer.name}.{spec.name}"].copy()
                for spec in learned(layer.specs)
                if learning
            },
            fused=fused and made is last,
        )
        for layer, record, made in zip(network.layers, records, layers, strict=True)
    ]
    return Slopes(value, tuple(whole), _copy(done.grad_rows))


def known(layer: RunningLayer) -> LayerRecord:
    """Return what is known of a layer where nothing has run: its live tensors."""
    nothing = np.empty((layer.input_features, 0)), np.empty((layer.output_features, 0))
    return LayerRecord(layer.name, layer.source, layer.views(), *nothing)


def ran(layer: RunningLayer, made: LayerPass, tensors: Mapping[str, Array]) -> LayerRecord:
    """Return a layer's part in a pass that has run forward, with arrays of its own."""
    assert made.inputs is not None
    inputs, a = made.inputs[:-1].copy(), made.output[:-1].copy()
    z, kept = _copy(made.z), _own(made.kept)
    return LayerRecord(
        *(layer.name, layer.source, tensors, inputs, a, z, kept),
        input_shape=layer.input_shape,
        output_shape=layer.output_shape,
    )


def _go_back(
    made: LayerPass, grads: dict[int, tuple[Array | None, Array | None]], learning: bool
) -> None:
    """Make a layer's backward calls, and keep ∂L/∂output and ∂L/∂inputs, which later ones spend."""
    before = _copy(made.grad_output)
    for call in (*made.backward, *(made.learn if learning else ())):
        call()
    for inside in reversed(made.inside):
        _go_back(inside, grads, learning)
    for call in made.closing:
        call()
    grads[id(made)] = before, None if before is None else _copy(made.grad_inputs)


def _copy(array: Array | None) -> Array | None:
    return None if array is None else array.copy()


def _own(arrays: Mapping[str, Array]) -> dict[str, Array]:
    return {name: array.copy() for name, array in arrays.items()}


def input_gradient(
    network: Network, inputs: Array, grad_outputs: Array, *, of_logits: bool = False
) -> Array:
    """Return Σₖ gₖ·∂outputₖ/∂inputs for each example, the product of g and the Jacobian.

    Parameters
    ----------
    network
        Its :attr:`~Network.gradient` is overwritten.
    inputs, grad_outputs
        (features, batch), and g of (outputs, batch): 1 for the output to differentiate, else 0.
    of_logits
        Differentiate the output layer's sums z instead of its activations.

    Returns
    -------
    Array
        (features, batch).
    """
    traced = network.prepare(inputs.shape[1], training=False, differentiable=True)
    stage = traced.row[-1]
    logits = of_logits and stage.grad_z is not None
    start = stage.grad_z if logits else stage.grad_output
    assert start is not None
    assert traced.grad_rows is not None
    traced.run(inputs)
    with quiet():
        np.copyto(start, grad_outputs)
        for call in traced.way_back(learning=False)[1 if logits else 0 :]:
            call()
    return traced.grad_rows.copy()


def output_slopes(
    network: Network, inputs: Array, grad_outputs: Array, *, of_logits: bool = False
) -> tuple[tuple[LayerRecord, ...], Array]:
    """Return every layer's record in prediction, with the slopes of Σₖ gₖ·outputₖ, and ∂/∂inputs.

    Parameters
    ----------
    network
        Its :attr:`~Network.gradient` is overwritten.
    inputs, grad_outputs, of_logits
        As :func:`input_gradient` has them.
    """
    done = network.prepare(inputs.shape[1], training=False, differentiable=True)
    last = done.row[-1]
    logits = of_logits and last.grad_z is not None
    start = last.grad_z if logits else last.grad_output
    assert start is not None
    assert done.grad_rows is not None
    done.run(inputs)
    grads: dict[int, tuple[Array | None, Array | None]] = {}
    with quiet():
        records = [
            ran(layer, made, layer.views())
            for layer, made in zip(network.layers, done.layers, strict=True)
        ]
        np.copyto(start, grad_outputs)
        if logits:
            del last.backward[0]
        for each in reversed(done.row):
            _go_back(each, grads, learning=False)
    whole = [
        replace(record, grad_a=grads[id(made)][0], kept={**record.kept, **_own(made.kept_back)})
        for record, made in zip(records, done.layers, strict=True)
    ]
    return tuple(whole), done.grad_rows.copy()


def layer_gradient(
    network: Network, inputs: Array, layer: str, grad_outputs: Array, *, of_logits: bool = False
) -> tuple[Array, Array]:
    """Return what a layer hands on in prediction, and Σₖ gₖ·∂outputₖ/∂ it.

    Parameters
    ----------
    network
        Its :attr:`~Network.gradient` is overwritten.
    inputs, grad_outputs, of_logits
        As :func:`input_gradient` has them.
    layer
        Its name.

    Returns
    -------
    tuple[Array, Array]
        (features, batch) each.
    """
    records, _ = output_slopes(network, inputs, grad_outputs, of_logits=of_logits)
    found = next(record for record in records if record.name == layer)
    assert found.grad_a is not None
    return found.a, found.grad_a


def unit_gradient(network: Network, inputs: Array, layer: str, unit: int) -> Array:
    """Return ∂a/∂inputs of one unit of a layer in prediction, (features, batch).

    Parameters
    ----------
    network
        Its :attr:`~Network.gradient` is overwritten.
    inputs
        (features, batch).
    layer, unit
        The layer's name, and which of its outputs.
    """
    return part_gradient(network, inputs, layer, slice(unit, unit + 1))


def part_gradient(
    network: Network, inputs: Array, layer: str, part: slice, *, of_sums: bool = False
) -> Array:
    """Return ∂/∂inputs of the mean of some outputs of a layer in prediction, (features, batch).

    Parameters
    ----------
    network
        Its :attr:`~Network.gradient` is overwritten.
    inputs
        (features, batch).
    layer, part
        The layer's name, and which of its outputs.
    of_sums
        Differentiate its sums z instead, where it has any.
    """
    done = network.prepare(inputs.shape[1], training=False, differentiable=True)
    assert done.grad_rows is not None
    done.run(inputs)
    with quiet():
        _start_back(network.row, done.row, layer, part, of_sums)
    return done.grad_rows.copy()


def _start_back(
    row: Sequence[RunningLayer],
    passes: Sequence[LayerPass],
    layer: str,
    part: slice,
    of_sums: bool,
) -> bool:
    """Go back from a part of a layer to what the row is given; return whether it is in the row."""
    for at, (each, made) in enumerate(zip(row, passes, strict=True)):
        if each.name == layer:
            sums = of_sums and made.grad_z is not None
            start = made.grad_z if sums else made.grad_output
            assert start is not None
            start.fill(0)
            start[part] = 1 / (part.stop - part.start)
            if sums:
                del made.backward[0]
            first = at + 1
        elif _start_back(each.inside, made.inside, layer, part, of_sums):
            assert made.grad_inputs is not None
            assert made.inside[0].grad_inputs is not None
            np.copyto(made.grad_inputs, made.inside[0].grad_inputs)
            first = at
        else:
            continue
        for before in reversed(passes[:first]):
            for call in backward_calls(before, learning=False):
                call()
        return True
    return False


def through(
    layer: RunningLayer, done: LayerRecord, unit: int, outputs: NDArray[np.intp]
) -> NDArray[np.floating[Any]]:
    """Return ∂output/∂ one input of a layer, for some of its outputs, in prediction.

    Parameters
    ----------
    layer, done
        The layer, and what it was given.
    unit
        The number of the input.
    outputs
        (n,): which outputs; the result has one slope for each.
    """
    inputs = with_ones(layer.input_features, 1, done.inputs.dtype)
    if done.ran:
        inputs[:-1] = done.inputs[:, :1]
    grad: Array = np.zeros((layer.input_features, 1), inputs.dtype)
    made = layer.prepare(inputs, grad, Mode(differentiable=True, there=done.kept.get("there")))
    assert made.grad_output is not None
    slopes: Array = np.empty(len(outputs), inputs.dtype)
    with quiet():
        for call in made.forward:
            call()
        for place, output in enumerate(outputs):
            made.grad_output.fill(0)
            made.grad_output[output] = 1
            for call in made.backward:
                call()
            slopes[place] = grad[unit, 0]
    return slopes
