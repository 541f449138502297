"""Initializers: the weights a layer starts from, which decide whether it can learn at all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from playground import fields
from playground.errors import ShapeError
from playground.nn.arrays import Array


class Initializer(Protocol):
    """What every initializer offers."""

    kind: ClassVar[str]
    title: ClassVar[str]
    formula: ClassVar[str]
    use: ClassVar[str]

    def fill(self, weights: Array, biases: Array, rng: np.random.Generator) -> None:
        """Fill the weights (units, inputs) and the biases (units,).

        A map's weights are (maps, maps read, size, size): it has the inputs that a place sees, and
        each input of it speaks to maps·size·size sums.
        """


@dataclass(frozen=True)
class Zeros:
    """All zero: every neuron of a layer computes, and learns, the same."""

    kind: ClassVar[str] = "zeros"
    title: ClassVar[str] = "Zeros"
    formula: ClassVar[str] = "w = 0"
    use: ClassVar[str] = "A lesson in symmetry: neurons that start alike stay alike."

    def fill(self, weights: Array, biases: Array, rng: np.random.Generator) -> None:
        """Set everything to 0."""
        weights.fill(0)
        biases.fill(0)


@dataclass(frozen=True)
class Normal(fields.Settings):
    """Draws from a bell curve of a width that the user chooses."""

    kind: ClassVar[str] = "normal"
    title: ClassVar[str] = "Normal"
    formula: ClassVar[str] = "w ~ N(0, scale²)"
    use: ClassVar[str] = "To see what too small or too large a start does to a deep network."

    scale: float = fields.number(
        0.1,
        "Scale",
        "The standard deviation of the starting weights.",
        low=0,
        high=10,
    )

    def fill(self, weights: Array, biases: Array, rng: np.random.Generator) -> None:
        """Draw the weights from N(0, scale²)."""
        weights[...] = self.scale * rng.standard_normal(weights.shape)
        biases.fill(0)


@dataclass(frozen=True)
class Glorot:
    """Keeps the spread of signals alike from layer to layer (Glorot and Bengio 2010)."""

    kind: ClassVar[str] = "glorot"
    title: ClassVar[str] = "Glorot"
    formula: ClassVar[str] = "w ~ U(−r, r), r = √(6 / (inputs + units))"
    use: ClassVar[str] = "Sigmoid, tanh and softmax layers: signals neither fade nor grow."

    def fill(self, weights: Array, biases: Array, rng: np.random.Generator) -> None:
        """Draw the weights from U(−r, r), r = √(6 / (fan_in + fan_out))."""
        fan_in, fan_out = weights[0].size, weights[:, 0].size
        radius = math.sqrt(6 / (fan_in + fan_out))
        weights[...] = rng.uniform(-radius, radius, weights.shape)
        biases.fill(0)


@dataclass(frozen=True)
class He:
    """Makes up for the half of the signal that a ReLU cuts off (He et al. 2015)."""

    kind: ClassVar[str] = "he"
    title: ClassVar[str] = "He"
    formula: ClassVar[str] = "w ~ N(0, 2 / inputs)"
    use: ClassVar[str] = "ReLU and its relatives, which silence half of their inputs."

    def fill(self, weights: Array, biases: Array, rng: np.random.Generator) -> None:
        """Draw the weights from N(0, 2 / fan_in)."""
        weights[...] = math.sqrt(2 / weights[0].size) * rng.standard_normal(weights.shape)
        biases.fill(0)


@dataclass(frozen=True)
class Given(fields.Settings):
    """Weights and biases written out by hand."""

    kind: ClassVar[str] = "given"
    title: ClassVar[str] = "Given"
    formula: ClassVar[str] = "w and b as written"
    use: ClassVar[str] = "To follow a worked example number by number."

    weights: tuple[float, ...] = fields.numbers(
        (), "Weights", "One number for each connection, neuron by neuron."
    )
    biases: tuple[float, ...] = fields.numbers((), "Biases", "One number for each neuron.")

    def fill(self, weights: Array, biases: Array, rng: np.random.Generator) -> None:
        """Copy the numbers, row-major: all weights of the first neuron, then of the next.

        Raises
        ------
        ShapeError
            When there are more or fewer numbers than connections or neurons.
        """
        units, inputs = len(weights), weights[0].size
        if len(self.weights) != weights.size or len(self.biases) != biases.size:
            raise ShapeError(
                f"{units} neurons with {inputs} inputs each expect {weights.size} given weights "
                f"and {units} biases; {len(self.weights)} and {len(self.biases)} were given."
            )
        weights[...] = np.reshape(self.weights, weights.shape)
        biases[...] = self.biases


def draw_orthogonal(weights: Array, rng: np.random.Generator) -> None:
    """Fill a square matrix with a random rotation, or a reflection (Saxe et al. 2014).

    It keeps the length of what it multiplies, however often: R of a matrix N = Q·R of normal
    numbers has a positive diagonal, which makes Q uniform over all of them (Mezzadri 2007).
    """
    q, r = np.linalg.qr(rng.standard_normal(weights.shape))
    weights[...] = q * np.sign(np.diag(r))


INITIALIZERS: fields.Registry[Initializer] = fields.Registry(
    "initializer", Zeros, Normal, Glorot, He, Given
)
DRAWN: fields.Registry[Initializer] = fields.Registry("initializer", Zeros, Normal, Glorot, He)
"""For layers whose numbers nobody writes by hand, neuron by neuron."""
