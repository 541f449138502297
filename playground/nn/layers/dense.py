"""The dense layer: every neuron sees every input, z = W·x + b, a = f(z)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from playground import fields
from playground.errors import PlaygroundError
from playground.nn.activations import Activation
from playground.nn.arrays import Array, Call
from playground.nn.explain.dense import explain_dense
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.face import Face, Link
from playground.nn.explain.unit_report import UnitReport, WeightedSum
from playground.nn.initializers import INITIALIZERS, He, Initializer
from playground.nn.layers.growth import Growth, Spread
from playground.nn.layers.running import (
    LayerPass,
    Mode,
    Named,
    ParameterSpec,
    RunningLayer,
    Shape,
)
from playground.nn.layers.units import (
    bend_sums,
    declare_activation,
    declare_dropout,
    declare_frozen,
    declare_silenced,
    fall_silent,
    inspect_bend,
    straight_way,
)
from playground.nn.record import LayerRecord
from playground.nn.unit_list import units_in
from playground.wording import grouped

WIDEST_BY_ITSELF = 512
"""Units of a new layer that is as wide as what it reads, at most."""


@dataclass(frozen=True)
class Dense(Named):
    """Neurons that each weigh all inputs, add a bias and bend the sum.

    It flattens what it gets: behind a picture (1, 8, 8) each neuron has 64 inputs.

    Examples
    --------
    >>> from playground import Dense
    >>> Dense(10, "tanh").output_shape((1, 8, 8))
    (10,)
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
    trainable: bool = fields.flag(
        True,
        "Trainable",
        "Off, training leaves the whole layer as it is (frozen) and improves the others around it.",
    )
    frozen: str = declare_frozen()
    silenced: str = declare_silenced()

    @classmethod
    def fitting(cls, input_shape: Shape) -> Dense:
        """Return a layer with as many units as come in, so that it can hand them on.

        Fewer than 16 leave room for more; more than 512 are too many to begin with.
        """
        inputs = math.prod(input_shape)
        return cls(inputs) if cls.units < inputs <= WIDEST_BY_ITSELF else cls()

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (units,)."""
        return (self.units,)

    def parameters(self, input_shape: Shape) -> tuple[ParameterSpec, ...]:
        """Return ``weights`` (units, inputs) and ``biases`` (units,).

        In the vector they are one matrix [W b]ᵀ of (inputs + 1, units), and every input carries a
        row of ones, so one product makes z = W·x + b and one makes both gradients (article C).
        Measured against a matrix of (units, inputs + 1), the products of a step take 5 to 25 %
        less time.
        """
        shape = (self.units, math.prod(input_shape))
        return (
            ParameterSpec("weights", "W", shape, "weight", order="F"),
            ParameterSpec("biases", "b", shape[:1], "bias"),
        )

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return one product for each weight."""
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
        """Go on with the former neurons, and split some of them where there are more now.

        Twins weigh their inputs alike, and are read by a share of the weights that read one.
        """
        name, activation = self.called, self.settings.activation
        units, before = self.settings.units, former.output_features
        silenced = units_in(self.settings.silenced, units)
        origin, heard = np.arange(units), np.ones(units)
        if units < before:
            raise PlaygroundError(f"{name} lost neurons.")
        if units > before:
            can_split = np.setdiff1d(origin[:before], silenced)
            if not activation.elementwise:
                raise PlaygroundError(
                    f"The neurons of {name} cannot be split: by {activation.title} a new one takes "
                    "from all the others."
                )
            if not can_split.size:
                raise PlaygroundError(f"All neurons of {name} are silenced, so none can be split.")
            origin[before:] = np.resize(growth.rng.permutation(can_split), units - before)
            heard[silenced[silenced >= before]] = 0
        tensors, now = former.views(), self.views()
        now["weights"][...] = read.read_by(tensors["weights"][origin], growth.rng)
        now["biases"][...] = tensors["biases"][origin]
        share = heard / np.bincount(origin, heard)[origin]
        return Spread(origin, share, least=activation.bounds()[0])

    def hand_on(self, read: Spread, growth: Growth) -> Spread:
        """Weigh each input in a neuron of its own; further neurons are not heard yet.

        An input that may be negative has two of them where the activation bends what is:
        f(x) − f(−x) = s·x.
        """
        name, activation = self.called, self.settings.activation
        inputs, units = self.input_features, self.settings.units
        signs, s = straight_way(activation, signed=read.least < 0)
        used = inputs * len(signs)
        if not signs:
            raise PlaygroundError(
                f"{activation.title} bends every number, so {name} cannot begin by handing on what "
                "it gets; a residual block in its place could."
            )
        if units < used:
            two = ", two for each number that may be negative" if len(signs) == 2 else ""
            raise PlaygroundError(
                f"{name} has too few neurons to begin by handing on what it gets: with "
                f"{activation.title} it needs {grouped(used)}{two}; a residual block in its place "
                "could."
            )
        if units_in(self.settings.silenced, used).size:
            raise PlaygroundError(f"Silenced neurons of {name} cannot hand on what it gets.")
        alone = len(signs) == 1
        one_each = np.eye(inputs) / (s if alone else 1)
        views = self.views()
        views["weights"][:used] = np.concatenate([sign * one_each for sign in signs])
        views["biases"][:used] = 0
        origin, share = np.zeros(units, np.intp), np.zeros(units)
        origin[:used] = np.tile(read.origin, len(signs))
        share[:used] = np.outer(signs, read.share).ravel() / (1 if alone else s)
        return Spread(origin, share, read.alike and alone, activation.bounds()[0])

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
        z = np.empty((self.settings.units, batch), dtype)
        done = bend_sums(self.settings, z, mode, self.settings.units)
        done.forward.insert(0, partial(np.matmul, matrix.T, inputs, z))
        grad_z = done.grad_z
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

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return Z = W·X + b and A = f(Z), and the chain rule back through both."""
        return explain_dense(self.settings, done, symbols)

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return a neuron's weighted sum, its bend, and ∂L/∂w = ∂L/∂z · input."""
        settings = self.settings
        inputs = done.inputs[:, 0] if done.ran else None
        grad_weights = None
        if inputs is not None and done.grad_z is not None:
            with np.errstate(all="ignore"):
                grad_weights = done.grad_z[unit, 0] * inputs
        return UnitReport(
            sum=WeightedSum(
                source=done.source,
                weights=done.tensors["weights"][unit].copy(),
                bias=float(done.tensors["biases"][unit]),
                inputs=inputs,
                z=float(done.z[unit, 0]) if done.z is not None and done.ran else None,
                grad_weights=grad_weights,
            ),
            bend=inspect_bend(settings.activation, done, unit),
            frozen=unit in units_in(settings.frozen, settings.units),
            silenced=unit in units_in(settings.silenced, settings.units),
        )

    def face(self) -> Face:
        """Return a row of neurons, each joined to every input by its weights."""
        links = (Link(self.source, "weights", "all"),)
        return Face(links, self.settings.activation)

    def _matrix(self, vector: Array) -> Array:
        return vector.reshape(self.input_features + 1, self.settings.units)
