"""The code: the few numbers through which an autoencoder has to pass all that it is to rebuild."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from playground import fields
from playground.nn.activations import Activation, Identity
from playground.nn.arrays import Array, Call
from playground.nn.explain.code import explain_code
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.face import Face, Link
from playground.nn.explain.unit_report import Figure, UnitReport, WeightedSum, number_at
from playground.nn.gaussian_noise import GaussianNoise
from playground.nn.initializers import DRAWN, Glorot, Initializer
from playground.nn.layers.growth import Growth, Spread
from playground.nn.layers.learning import declare_rate, declare_trainable
from playground.nn.layers.running import (
    LayerPass,
    Mode,
    Named,
    ParameterSpec,
    RunningLayer,
    Shape,
)
from playground.nn.layers.splitting import hand_on_each, split
from playground.nn.layers.term import Term
from playground.nn.layers.units import (
    bend_sums,
    declare_frozen,
    declare_silenced,
    fall_silent,
    inspect_bend,
)
from playground.nn.record import LayerRecord
from playground.nn.unit_list import units_in


@dataclass(frozen=True)
class Code(Named):
    """The bottleneck of an autoencoder: z = W·x + b, unbent, from which all is to be rebuilt.

    A pull p adds p·½‖z‖² to what training descends on. A variational code learns a mean and a
    spread: training hands on a sample z = μ + σ·ε with ε from N(0, 1), prediction the mean, and the
    pull counts the Kullback–Leibler divergence ½ Σ (μ² + σ² − 1 − ln σ²) from N(0, 1) instead
    (Kingma and Welling 2014).

    Examples
    --------
    >>> from playground import Code
    >>> Code(2).output_shape((1, 28, 28))
    (2,)
    """

    kind: ClassVar[str] = "code"
    title: ClassVar[str] = "Code"
    use: ClassVar[str] = "The bottleneck of an autoencoder: all goes through a few numbers."

    units: int = fields.whole(
        2, "Numbers", "How many numbers the code has: all that is rebuilt is rebuilt from them.",
        low=1, high=10**6,
    )  # fmt: skip
    pull: float = fields.number(
        0.0,
        "Pull",
        "How strongly the codes are drawn towards 0; of a variational code, how much its distance "
        "from the normal distribution counts beside the loss: 1 as the bound on the evidence has "
        "it.",
        low=0,
        high=1000,
    )
    variational: bool = fields.flag(
        False,
        "Variational",
        "On, each number has a mean and a spread of its own, and training takes a sample: whatever "
        "lies between two codes comes to mean something as well.",
    )
    initializer: Initializer = fields.variant(
        Glorot(), "Initializer", "How the weights are drawn before training.", DRAWN
    )
    trainable: bool = declare_trainable()
    rate: float = declare_rate()
    frozen: str = declare_frozen()
    silenced: str = declare_silenced()

    activation: ClassVar[Activation] = Identity()
    dropout: ClassVar[float] = 0.0

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (units,)."""
        return (self.units,)

    def parameters(self, input_shape: Shape) -> tuple[ParameterSpec, ...]:
        """Return ``weights`` (units, inputs) and ``biases`` (units,), as a dense layer has them.

        A variational code has ``spread_weights`` and ``spread_biases`` besides, which make ln σ².
        """
        shape = (self.units, math.prod(input_shape))
        mean = (
            ParameterSpec("weights", "W", shape, "weight", order="F"),
            ParameterSpec("biases", "b", shape[:1], "bias"),
        )
        if not self.variational:
            return mean
        return (
            *mean,
            ParameterSpec("spread_weights", "V", shape, "weight", order="F"),
            ParameterSpec("spread_biases", "c", shape[:1], "bias"),
        )

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return one product for each weight."""
        return (1 + self.variational) * self.units * math.prod(input_shape)

    def build(self, input_shape: Shape) -> CodeLayer:
        """Return the running layer."""
        return CodeLayer(self, input_shape)


class CodeLayer(RunningLayer):
    """A code at work."""

    settings: Code

    def initialize(self, rng: np.random.Generator) -> None:
        """Draw weights and biases; a spread begins as 1 for every example."""
        views = self.views()
        self.settings.initializer.fill(views["weights"], views["biases"], rng)
        for name in {"spread_weights", "spread_biases"} & views.keys():
            views[name].fill(0)

    def go_on(self, former: RunningLayer, read: Spread, growth: Growth) -> Spread:
        """Go on with the former numbers, and split some of them where there are more now."""
        origin, spread = split(self, self.settings, former.units, growth)
        tensors, now = former.views(), self.views()
        flat = read.at_places(self.input_features // self.input_shape[0])
        for name in now.keys() & tensors.keys():
            each = tensors[name][origin]
            now[name][...] = flat.read_by(each, growth.rng) if "weights" in name else each
        return spread

    def hand_on(self, read: Spread, growth: Growth) -> Spread:
        """Weigh each input in a number of its own."""
        flat = read.at_places(self.input_features // self.input_shape[0])
        weights, spread = hand_on_each(self, self.settings, flat)
        views = self.views()
        views["weights"][: len(weights)] = weights
        views["biases"][: len(weights)] = 0
        return spread

    def fall_silent(self) -> None:
        """Begin with weights of 0."""
        views = self.views()
        fall_silent(self.settings.activation, views["weights"], views["biases"])

    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return the work for one batch size.

        μ = W·x + b; ln σ² = V·x + c; z = μ + σ∘ε in training, else μ. Back, with p the pull times
        the share of an example in the mean: ∂L/∂μ = ∂L/∂z + p·μ,
        ∂L/∂ ln σ² = ½(∂L/∂z∘ε∘σ + p·(σ² − 1)).
        """
        settings, shape, dtype = self.settings, (self.units, inputs.shape[1]), inputs.dtype
        mean, (mean_matrix, *spread_matrix) = (
            np.empty(shape, dtype),
            self._matrices(self._parameters),
        )
        calls: list[Call] = [partial(np.matmul, mean_matrix.T, inputs, mean)]
        if not settings.variational:
            done = bend_sums(settings, mean, mode, self.units)
            done.forward[:0] = calls
            if done.grad_z is not None:
                slope = done.grad_z
                if mode.training and settings.pull:
                    slope = self._pulled(done, mean, partial(_distance, mean))
                self._prepare_back(done, inputs, grad_inputs, slope)
            return done

        logs, spread = np.empty((2, *shape), dtype)
        calls += [
            partial(np.matmul, spread_matrix[0].T, inputs, logs),
            partial(np.multiply, logs, 0.5, spread),
            partial(np.exp, spread, spread),
        ]
        z = np.empty(shape, dtype) if mode.training else mean
        done = bend_sums(settings, z, mode, self.units)
        done.kept |= {"mean": mean, "log_variance": logs, "spread": spread}
        slopes = [] if done.grad_z is None else [done.grad_z]
        if mode.training:
            noise = done.mask = GaussianNoise(shape, mode.masks, dtype)
            done.kept["noise"] = noise.factors
            calls += [partial(np.multiply, spread, noise.factors, z), partial(np.add, mean, z, z)]
            slopes = [
                self._pulled(done, mean, partial(_divergence, mean, spread, logs)),
                self._spread_slope(done, spread, noise.factors),
            ]
        done.forward[:0] = calls
        if slopes:
            self._prepare_back(done, inputs, grad_inputs, *slopes)
        return done

    def _pulled(self, done: LayerPass, mean: Array, value: Callable[[], float]) -> Array:
        """Add the layer's own term to a pass, and return ∂L/∂μ, where its slope has joined."""
        pull, grad_z = self.settings.pull / mean.shape[1], done.grad_z
        assert grad_z is not None
        term = done.term = Term(lambda: pull * value())
        slope = done.kept_back["grad_mean"] = np.empty_like(mean)

        def join() -> None:
            np.multiply(mean, pull * term.weight, out=slope)
            np.add(slope, grad_z, out=slope)

        done.backward.append(join)
        return slope

    def _spread_slope(self, done: LayerPass, spread: Array, noise: Array) -> Array:
        """Return ∂L/∂ ln σ² = ½(∂L/∂z∘ε∘σ + p·(σ² − 1))."""
        pull, grad_z, term = self.settings.pull / spread.shape[1], done.grad_z, done.term
        assert grad_z is not None
        assert term is not None
        slope = done.kept_back["grad_log_variance"] = np.empty_like(spread)
        own = np.empty_like(spread)

        def join() -> None:
            np.multiply(spread, spread, out=own)
            np.subtract(own, 1, out=own)
            np.multiply(own, pull * term.weight, out=own)
            np.multiply(grad_z, noise, out=slope)
            np.multiply(slope, spread, out=slope)
            np.add(slope, own, out=slope)
            np.multiply(slope, 0.5, out=slope)

        done.backward.append(join)
        return slope

    def _prepare_back(
        self, done: LayerPass, inputs: Array, grad_inputs: Array | None, *slopes: Array
    ) -> None:
        """Go back from ∂L/∂μ, and ∂L/∂ ln σ² where there is one, to matrices and inputs."""
        matrices, gradients = map(self._matrices, (self._parameters, self._gradient))
        for slope, gradient in zip(slopes, gradients, strict=False):
            done.learn.append(partial(np.matmul, inputs, slope.T, gradient))
        if grad_inputs is None:
            return
        done.backward.append(partial(np.matmul, matrices[0][:-1], slopes[0], grad_inputs))
        for slope, matrix in zip(slopes[1:], matrices[1:], strict=False):
            share = np.empty(grad_inputs.shape, grad_inputs.dtype)
            done.backward += [
                partial(np.matmul, matrix[:-1], slope, share),
                partial(np.add, grad_inputs, share, grad_inputs),
            ]

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return mean, spread, noise and sample, the pull on them, and the chain rule back."""
        return explain_code(self.settings, done, symbols)

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return a number's weighted sum, and of a variational code how far samples spread."""
        settings = self.settings
        inputs = done.inputs[:, 0] if done.ran else None
        grad_weights = None
        if inputs is not None and done.grad_z is not None:
            with np.errstate(all="ignore"):
                grad_weights = done.grad_z[unit, 0] * inputs
        words, figures = "", tuple[Figure, ...]()
        if settings.variational:
            words = "A prediction hands on the mean z; a training step hands on z + σ·ε, a sample."
            figures = (
                Figure("spread σ of its samples", number_at(done.kept.get("spread"), unit)),
                Figure("ln σ²", number_at(done.kept.get("log_variance"), unit)),
            )
        return UnitReport(
            words,
            figures,
            sum=WeightedSum(
                source=done.source,
                weights=done.tensors["weights"][unit].copy(),
                bias=float(done.tensors["biases"][unit]),
                inputs=inputs,
                z=number_at(done.kept.get("mean", done.z), unit),
                grad_weights=grad_weights,
            ),
            bend=inspect_bend(settings.activation, done, unit, 1),
            frozen=unit in units_in(settings.frozen, settings.units),
            silenced=unit in units_in(settings.silenced, settings.units),
        )

    def face(self) -> Face:
        """Return a row of numbers, each joined to every input by its weights."""
        return Face((Link(self.source, "weights", "all"),), self.settings.activation)

    def _matrices(self, vector: Array) -> list[Array]:
        """Return [W b]ᵀ, and [V c]ᵀ of a variational code, (inputs + 1, units) each."""
        return list(vector.reshape(-1, self.input_features + 1, self.units))


def _distance(mean: Array) -> float:
    """Return ½ Σ z²."""
    return 0.5 * float(np.vdot(mean, mean))


def _divergence(mean: Array, spread: Array, logs: Array) -> float:
    """Return ½ Σ (μ² + σ² − 1 − ln σ²)."""
    squares = float(np.vdot(mean, mean)) + float(np.vdot(spread, spread))
    return 0.5 * (squares - mean.size - float(np.add.reduce(logs, axis=None)))
