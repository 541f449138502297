"""The dense layer: every neuron sees every input, z = W·x + b, a = f(z)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Literal

import numpy as np

from playground import fields
from playground.nn.activations import Activation
from playground.nn.arrays import Array, Call
from playground.nn.explain.dense import explain_dense
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.face import Face, Link
from playground.nn.explain.unit_report import UnitReport, WeightedSum
from playground.nn.initializers import INITIALIZERS, He, Initializer
from playground.nn.layers.growth import Growth, Spread
from playground.nn.layers.learning import declare_rate, declare_trainable
from playground.nn.layers.running import (
    LayerPass,
    Mode,
    Named,
    ParameterSpec,
    RunningLayer,
    Shape,
    steps_of,
)
from playground.nn.layers.splitting import hand_on_each, split
from playground.nn.layers.units import (
    bend_sums,
    declare_activation,
    declare_dropout,
    declare_frozen,
    declare_silenced,
    fall_silent,
    inspect_bend,
)
from playground.nn.record import LayerRecord
from playground.nn.unit_list import units_in
from playground.nn.window import Window

WIDEST_BY_ITSELF = 512
"""Units of a new layer that is as wide as what it reads, at most."""


@dataclass(frozen=True)
class Dense(Named):
    """Neurons that each weigh all inputs, add a bias and bend the sum.

    It flattens a picture: behind (1, 8, 8) each neuron has 64 inputs. A sequence (units, steps) it
    takes step by step, with the same weights at each.

    Examples
    --------
    >>> from playground import Dense
    >>> Dense(10, "tanh").output_shape((1, 8, 8)), Dense(10).output_shape((5, 40))
    ((10,), (10, 40))
    """

    kind: ClassVar[str] = "dense"
    title: ClassVar[str] = "Dense"
    use: ClassVar[str] = "The basic layer: every neuron weighs every input."

    units: int = fields.whole(
        16, "Neurons", "How many neurons work side by side in this layer.", low=1, high=10**9
    )
    activation: Activation = declare_activation()
    dropout: float = declare_dropout()
    initializer: Initializer = fields.variant(
        He(), "Initializer", "How the weights are drawn before training.", INITIALIZERS
    )
    trainable: bool = declare_trainable()
    rate: float = declare_rate()
    frozen: str = declare_frozen()
    silenced: str = declare_silenced()

    @classmethod
    def fitting(cls, input_shape: Shape) -> Dense:
        """Return a layer with as many units as come in, so that it can hand them on.

        Fewer than 16 leave room for more; more than 512 are too many to begin with.
        """
        inputs = _weighed(input_shape)
        return cls(inputs) if cls.units < inputs <= WIDEST_BY_ITSELF else cls()

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (units,), of a sequence (units, steps)."""
        return (self.units, *steps_of(input_shape))

    def parameters(self, input_shape: Shape) -> tuple[ParameterSpec, ...]:
        """Return ``weights`` (units, inputs) and ``biases`` (units,).

        In the vector they are one matrix [W b]ᵀ of (inputs + 1, units), and every input carries a
        row of ones, so one product makes z = W·x + b and one makes both gradients (article C).
        Measured against a matrix of (units, inputs + 1), the products of a step take 5 to 25 %
        less time.
        """
        shape = (self.units, _weighed(input_shape))
        return (
            ParameterSpec("weights", "W", shape, "weight", order="F"),
            ParameterSpec("biases", "b", shape[:1], "bias"),
        )

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return one product for each weight, of a sequence at each step."""
        return self.units * math.prod(input_shape)

    def build(self, input_shape: Shape) -> DenseLayer:
        """Return the running layer."""
        return DenseLayer(self, input_shape)


class DenseLayer(RunningLayer):
    """A dense layer at work."""

    settings: Dense

    def initialize(self, rng: np.random.Generator) -> None:
        """Draw weights and biases."""
        views = self.views()
        self.settings.initializer.fill(views["weights"], views["biases"], rng)

    def go_on(self, former: RunningLayer, read: Spread, growth: Growth) -> Spread:
        """Go on with the former neurons, and split some of them where there are more now."""
        origin, spread = split(self, self.settings, former.units, growth)
        tensors, now = former.views(), self.views()
        flat = read.at_places(self._flattened)
        now["weights"][...] = flat.read_by(tensors["weights"][origin], growth.rng)
        now["biases"][...] = tensors["biases"][origin]
        return spread

    def hand_on(self, read: Spread, growth: Growth) -> Spread:
        """Weigh each input in a neuron of its own."""
        flat = read.at_places(self._flattened)
        weights, spread = hand_on_each(self, self.settings, flat)
        views = self.views()
        views["weights"][: len(weights)] = weights
        views["biases"][: len(weights)] = 0
        return spread

    def fall_silent(self) -> None:
        """Begin with weights of 0; where f has no slope there, with such as are next to 0."""
        if not fall_silent(self.settings.activation, **self.views()):
            super().fall_silent()

    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return the work for one batch size.

        With x the inputs and their row of ones: z = [W b]·x, a = f(z); then back,
        ∂L/∂z = ∂L/∂a ∘ f′(z), ∂L/∂[W b]ᵀ = x·(∂L/∂z)ᵀ, ∂L/∂inputs = Wᵀ·∂L/∂z. The mean over the
        batch is already in ∂L/∂a.
        """
        batch, dtype = inputs.shape[1], inputs.dtype
        matrix, grad_matrix = self._matrix(self._parameters), self._matrix(self._gradient)
        z = np.empty((self.output_features, batch), dtype)
        done = bend_sums(self.settings, z, mode, self.units)
        grad_z = done.grad_z
        if steps_of(self.input_shape):
            if mode.there is not None:
                done.kept["there"] = mode.there
            self._prepare_steps(done, inputs, grad_inputs, z)
            return done
        done.forward.insert(0, partial(np.matmul, matrix.T, inputs, z))
        if grad_z is None:
            return done
        # For a batch of one this is an outer product, and multiplying is faster than BLAS.
        product: Call = partial(
            np.multiply if batch == 1 else np.matmul, inputs, grad_z.T, grad_matrix
        )
        done.learn.append(product)
        if grad_inputs is not None:
            done.backward.append(partial(np.matmul, matrix[:-1], grad_z, grad_inputs))
        return done

    def _prepare_steps(
        self, done: LayerPass, inputs: Array, grad_inputs: Array | None, z: Array
    ) -> None:
        """Do the same at every step of a sequence, all of them side by side as one batch."""
        matrix, grad_matrix = self._matrix(self._parameters), self._matrix(self._gradient)
        sums = z.reshape(self.units, -1)
        x: Array = np.ones((len(matrix), sums.shape[1]), z.dtype)
        by_step = (*self.input_shape, z.shape[1])
        done.forward[:0] = [
            partial(np.copyto, x[:-1].reshape(by_step), inputs[:-1].reshape(by_step)),
            partial(np.matmul, matrix.T, x, sums),
        ]
        if done.grad_z is None:
            return
        errors = done.grad_z.reshape(self.units, -1)
        done.learn.append(partial(np.matmul, x, errors.T, grad_matrix))
        if grad_inputs is not None:
            back = grad_inputs.reshape(len(x) - 1, -1)
            done.backward.append(partial(np.matmul, matrix[:-1], errors, back))

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return Z = W·X + b and A = f(Z), and the chain rule back through both."""
        return explain_dense(self.settings, done, symbols)

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return a neuron's weighted sum, its bend, and ∂L/∂w = ∂L/∂z · input."""
        settings, mine = self.settings, unit // self.positions
        places = None
        if steps_of(self.input_shape):
            read, steps = self.input_shape
            places = np.arange(read) * steps + unit % steps
        inputs = None
        if done.ran:
            inputs = done.inputs[:, 0] if places is None else done.inputs[places, 0]
        grad_weights = None
        if inputs is not None and done.grad_z is not None:
            with np.errstate(all="ignore"):
                grad_weights = done.grad_z[unit, 0] * inputs
        return UnitReport(
            sum=WeightedSum(
                source=done.source,
                weights=done.tensors["weights"][mine].copy(),
                bias=float(done.tensors["biases"][mine]),
                inputs=inputs,
                z=float(done.z[unit, 0]) if done.z is not None and done.ran else None,
                grad_weights=grad_weights,
                places=places,
            ),
            bend=inspect_bend(settings.activation, done, unit, self.positions),
            frozen=mine in units_in(settings.frozen, settings.units),
            silenced=mine in units_in(settings.silenced, settings.units),
        )

    def face(self) -> Face:
        """Return a row of neurons, each joined to every input by its weights, step by step."""
        window = None
        if steps_of(self.input_shape):
            window = Window(1, self.positions, 1, 1, 1, self.positions)
        joined: Literal["all", "patch"] = "all" if window is None else "patch"
        return Face((Link(self.source, "weights", joined),), self.settings.activation, window)

    @property
    def _flattened(self) -> int:
        """How many numbers of each unit of what comes in are weighed apart."""
        return _weighed(self.input_shape) // self.input_shape[0]

    def _matrix(self, vector: Array) -> Array:
        return vector.reshape(_weighed(self.input_shape) + 1, self.settings.units)


def _weighed(input_shape: Shape) -> int:
    """Return how many numbers a neuron weighs at a time."""
    return input_shape[0] if steps_of(input_shape) else math.prod(input_shape)
