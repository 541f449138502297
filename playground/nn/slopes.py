"""How the loss, or an output, changes with every number in a network that predicts.

Training differentiates what training computes: batch statistics, dropout. Whoever looks at one
example wants the slopes of the prediction itself: running statistics, every neuron at work.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.nn.arrays import Array, quiet
from playground.nn.losses import Loss
from playground.nn.network import Network


@dataclass(frozen=True, eq=False)
class LayerSlopes:
    """What one layer computed, and how the mean loss over the batch changes with it.

    Attributes
    ----------
    name, kind
        The layer's.
    inputs
        What it was given, (features, batch).
    z
        The sums before the activation, (units, batch), None for a layer without any.
    a
        Its output, (units, batch).
    grad_a, grad_z
        ∂L/∂a and ∂L/∂z in the same shapes; ``grad_z`` is None where ``z`` is.
    gradients
        ∂L/∂ each tensor: ``weights`` (units, inputs), ``biases`` (units,), …
    """

    name: str
    kind: str
    inputs: Array
    z: Array | None
    a: Array
    grad_a: Array
    grad_z: Array | None
    gradients: dict[str, Array]


@dataclass(frozen=True, eq=False)
class Slopes:
    """The mean loss over a batch, and its slopes layer by layer.

    Attributes
    ----------
    grad_inputs
        ∂L/∂ the network's inputs, (features, batch).
    """

    loss: float
    layers: tuple[LayerSlopes, ...]
    grad_inputs: Array


def slopes(network: Network, loss: Loss, inputs: Array, targets: Array) -> Slopes:
    """Return the slopes of the mean loss in prediction mode, by the chain rule.

    Where loss and output activation are fused, ∂L/∂z of the output is the common gradient, which
    stays exact where ∂L/∂ŷ had to be cut off.

    Parameters
    ----------
    network
        Its :attr:`~Network.gradient` is overwritten.
    loss
        What to differentiate, without penalties.
    inputs, targets
        (features, batch) and (outputs, batch).
    """
    traced = network.prepare(inputs.shape[1], training=False, differentiable=True)
    np.copyto(traced.rows, inputs.T)
    output_stage = traced.stages[-1]
    assert output_stage.grad_output is not None
    with quiet():
        for call in traced.forward:
            call()
        activation = network.output_activation
        value = loss.prepare(traced.output, targets, output_stage.grad_output)()
        grads_a = [None if s.grad_output is None else s.grad_output for s in traced.stages]
        grad_last = output_stage.grad_output.copy()
        backward = traced.backward
        if loss.fuses_with(activation) and output_stage.z is not None and output_stage.fusable:
            assert output_stage.grad_z is not None
            value = loss.prepare_fused(
                output_stage.z, targets, np.empty_like(grad_last), output_stage.grad_z
            )()
            backward = backward[1:]
        network.gradient.fill(0)
        for call in backward:
            call()
    gradients = network.views_of(network.gradient)
    layers = []
    before = traced.rows.T
    for index, (layer, stage) in enumerate(zip(network.layers, traced.stages, strict=True)):
        grad_a = grad_last if index == len(traced.stages) - 1 else grads_a[index]
        assert grad_a is not None
        layers.append(
            LayerSlopes(
                layer.name,
                layer.settings.kind,
                before.copy(),
                None if stage.z is None else stage.z.copy(),
                stage.output[:-1].copy(),
                grad_a.copy(),
                None if stage.grad_z is None else stage.grad_z.copy(),
                {
                    name.rpartition(".")[2]: view.copy()
                    for name, view in gradients.items()
                    if name.rpartition(".")[0] == layer.name
                },
            )
        )
        before = stage.output[:-1]
    assert traced.grad_rows is not None
    return Slopes(value, tuple(layers), traced.grad_rows.copy())


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
    np.copyto(traced.rows, inputs.T)
    stage = traced.stages[-1]
    logits = of_logits and stage.grad_z is not None
    start = stage.grad_z if logits else stage.grad_output
    assert start is not None
    assert traced.grad_rows is not None
    with quiet():
        for call in traced.forward:
            call()
        np.copyto(start, grad_outputs)
        for call in traced.backward[1 if logits else 0 :]:
            call()
    return traced.grad_rows.copy()
