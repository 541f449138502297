"""The dense layer: every neuron sees every input, z = W·x + b, a = f(z)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.nn.activations import ACTIVATIONS, Activation, ReLU
from playground.nn.arrays import Array, Call, with_ones
from playground.nn.initializers import INITIALIZERS, He, Initializer
from playground.nn.layers.dropout import DropoutMask
from playground.nn.layers.running import RunningLayer, Shape, Stage, declare_name
from playground.nn.unit_list import declare_units, units_in


@dataclass(frozen=True)
class Dense:
    """Neurons that each weigh all inputs, add a bias and bend the sum.

    It flattens what it gets: behind a picture (1, 8, 8) each neuron has 64 inputs.
    """

    kind: ClassVar[str] = "dense"
    title: ClassVar[str] = "Dense"
    use: ClassVar[str] = "The basic layer: every neuron weighs every input."

    name: str = declare_name()
    units: int = fields.whole(
        16, "Neurons", "How many neurons work side by side in this layer.", low=1, high=10**9
    )
    activation: Activation = fields.variant(
        ReLU(), "Activation", "What each neuron makes of its weighted sum.", ACTIVATIONS
    )
    dropout: float = fields.number(
        0.0,
        "Dropout",
        "The part of the neurons that each training step leaves out at random.",
        low=0,
        high=0.95,
    )
    initializer: Initializer = fields.variant(
        He(), "Initializer", "How the weights are drawn before training.", INITIALIZERS
    )
    trainable: bool = fields.flag(
        True,
        "Trainable",
        "Off, training leaves the whole layer as it is (frozen) and improves the others around it.",
    )
    frozen: str = declare_units(
        "Frozen neurons",
        "Neurons whose weights and bias training leaves as they are, by number: 3, 5–7.",
    )
    silenced: str = declare_units(
        "Silenced neurons",
        "Neurons that always answer 0, to see what the network can do without them: 3, 5–7.",
    )

    def __post_init__(self) -> None:
        fields.check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (units,)."""
        return (self.units,)

    def parameter_count(self, input_shape: Shape) -> int:
        """Return units · (inputs + 1): a weight for each input and a bias for each neuron."""
        return self.units * (math.prod(input_shape) + 1)

    def build(self, input_shape: Shape) -> DenseLayer:
        """Return the running layer."""
        return DenseLayer(self, input_shape)


class DenseLayer(RunningLayer):
    """A dense layer at work.

    Weights and biases are one matrix [W b]ᵀ of (inputs + 1, units), and every input carries a row
    of ones, so one product makes z = W·x + b and one makes both gradients (article C). Measured
    against a matrix of (units, inputs + 1), the products of a step take 5 to 25 % less time.
    """

    settings: Dense

    def initialize(self, rng: np.random.Generator) -> None:
        """Draw weights and biases."""
        views = self.parameter_views(self._parameters)
        self.settings.initializer.fill(views["weights"], views["biases"], rng)

    def parameter_views(self, vector: Array) -> dict[str, Array]:
        """Return ``weights`` (units, inputs) and ``biases`` (units,)."""
        matrix = self._matrix(vector)
        return {"weights": matrix[:-1].T, "biases": matrix[-1]}

    def prepare(
        self,
        inputs: Array,
        grad_inputs: Array | None,
        *,
        training: bool,
        rng: np.random.Generator | None,
        differentiable: bool = False,
    ) -> Stage:
        """Return the work for one batch size.

        With x the inputs and their row of ones: z = [W b]·x, a = f(z); then back,
        ∂L/∂z = ∂L/∂a ∘ f′(z), ∂L/∂[W b]ᵀ = x·(∂L/∂z)ᵀ, ∂L/∂inputs = Wᵀ·∂L/∂z. The mean over the
        batch is already in ∂L/∂a. What silenced neurons hand on is 0, and so is the error that
        reaches them.
        """
        units, batch, dtype = self.settings.units, inputs.shape[1], inputs.dtype
        activation = self.settings.activation
        matrix, grad_matrix = self._matrix(self._parameters), self._matrix(self._gradient)
        z = np.empty((units, batch), dtype)
        output = with_ones(units, batch, dtype)
        a = output[:-1]
        stage = Stage(output, None, z=z)
        stage.forward = [
            partial(np.matmul, matrix.T, inputs, z),
            partial(activation.forward, z, a),
        ]
        silenced = units_in(self.settings.silenced, units)
        heard = np.ones((units, 1), np.bool_)
        if silenced.size:
            heard[silenced] = False
            stage.output = with_ones(units, batch, dtype)
            stage.forward.append(partial(np.copyto, stage.output[:-1], a, where=heard))
            stage.fusable = False
        if not (training or differentiable):
            return stage

        grad_a, grad_z = np.empty((units, batch), dtype), np.empty((units, batch), dtype)
        stage.grad_output, stage.grad_z = grad_a, grad_z
        backward: Call = partial(activation.backward, grad_a, z, a, grad_z)
        if silenced.size:
            backward = _behind_silence(backward, grad_a, ~heard)
        stage.backward.append(backward)
        if batch == 1:
            # An outer product: multiplying is faster than BLAS here.
            stage.backward.append(partial(np.multiply, inputs, grad_z.T, grad_matrix))
        else:
            stage.backward.append(partial(np.matmul, inputs, grad_z.T, grad_matrix))
        if grad_inputs is not None:
            stage.backward.append(partial(np.matmul, matrix[:-1], grad_z, grad_inputs))

        if self.settings.dropout and rng is not None:
            mask = DropoutMask((units, batch), self.settings.dropout, rng, dtype)
            stage.output = with_ones(units, batch, dtype)
            audible = {"where": heard} if silenced.size else {}
            drop = partial(np.multiply, a, mask.factors, stage.output[:-1], **audible)
            stage.forward[2:] = [mask.draw, drop]
            stage.backward.insert(0, partial(np.multiply, grad_a, mask.factors, grad_a))
            stage.grad_z = None
        return stage

    def freeze(self, mask: NDArray[np.bool_]) -> None:
        """Mark the whole layer, or the weights and the bias of its frozen neurons."""
        super().freeze(mask)
        matrix = mask.reshape(self.input_features + 1, self.settings.units)
        matrix[:, units_in(self.settings.frozen, self.settings.units)] = True

    def _matrix(self, vector: Array) -> Array:
        return vector.reshape(self.input_features + 1, self.settings.units)


def _behind_silence(backward: Call, grad_a: Array, silenced: NDArray[np.bool_]) -> Call:
    """Return the activation's backward call for neurons of which nobody hears some."""

    def call() -> None:
        np.copyto(grad_a, 0, where=silenced)
        backward()

    return call
