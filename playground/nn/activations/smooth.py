"""Smooth activations: sigmoid, tanh, ELU, softplus, SiLU and GELU.

ELU: Clevert et al. 2015, softplus: Dugas et al. 2001, SiLU: Elfwing et al. 2017, GELU: Hendrycks
and Gimpel 2016.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playground import fields
from playground.nn.activations.activation import ZERO, Activation
from playground.nn.arrays import Array

_LOWEST_EXPONENT = -87.0  # exp(87) is still a float32


@dataclass(frozen=True)
class Sigmoid(Activation):
    """An S-shaped curve from 0 to 1."""

    kind: ClassVar[str] = "sigmoid"
    title: ClassVar[str] = "Sigmoid"
    formula: ClassVar[str] = "f(z) = 1 / (1 + e⁻ᶻ)"
    derivative_formula: ClassVar[str] = "f′(z) = f(z)·(1 − f(z))"
    use: ClassVar[str] = "The output of a yes-or-no question: it reads as a probability."

    def bounds(self) -> tuple[float, float]:
        """Return (0, 1)."""
        return 0.0, 1.0

    def forward(self, z: Array, out: Array) -> None:
        """Write 1 / (1 + e⁻ᶻ), for z of any size."""
        _sigmoid(z, out)

    def backward(self, grad_a: Array, z: Array, a: Array, out: Array) -> None:
        """Write ∂L/∂a · a(1 − a)."""
        np.subtract(1, a, out=out)
        np.multiply(out, a, out=out)
        np.multiply(out, grad_a, out=out)


@dataclass(frozen=True)
class Tanh(Activation):
    """An S-shaped curve from −1 to 1."""

    kind: ClassVar[str] = "tanh"
    title: ClassVar[str] = "Tanh"
    formula: ClassVar[str] = "f(z) = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)"
    derivative_formula: ClassVar[str] = "f′(z) = 1 − f(z)²"
    use: ClassVar[str] = "Hidden layers of small networks: centred on zero, so it learns evenly."

    def bounds(self) -> tuple[float, float]:
        """Return (−1, 1)."""
        return -1.0, 1.0

    def forward(self, z: Array, out: Array) -> None:
        """Write tanh z."""
        np.tanh(z, out=out)

    def backward(self, grad_a: Array, z: Array, a: Array, out: Array) -> None:
        """Write ∂L/∂a · (1 − a²)."""
        np.multiply(a, a, out=out)
        np.subtract(1, out, out=out)
        np.multiply(out, grad_a, out=out)


@dataclass(frozen=True)
class ELU(Activation):
    """A straight line for positive sums that bends to −α for negative ones."""

    kind: ClassVar[str] = "elu"
    title: ClassVar[str] = "ELU"
    formula: ClassVar[str] = "f(z) = z if z > 0 else α·(eᶻ − 1)"
    derivative_formula: ClassVar[str] = "f′(z) = 1 if z > 0 else α·eᶻ"
    use: ClassVar[str] = "Hidden layers: like ReLU, but smooth below zero and centred nearer to it."

    alpha: float = fields.number(
        1.0, "α", "The depth −α to which the curve falls for negative z.", low=0, high=100
    )

    def bounds(self) -> tuple[float, float]:
        """Return (−α, ∞)."""
        return -self.alpha, math.inf

    def forward(self, z: Array, out: Array) -> None:
        """Write z where positive, else α(eᶻ − 1)."""
        np.minimum(z, 0, out=out)
        np.expm1(out, out=out)
        np.multiply(out, self.alpha, out=out)
        if self.alpha <= 1:  # the curve is nowhere below the line z
            np.maximum(out, z, out=out)
        else:
            np.copyto(out, z, where=np.greater(z, 0))

    def backward(self, grad_a: Array, z: Array, a: Array, out: Array) -> None:
        """Write ∂L/∂a times 1 or αeᶻ, which is a + α; spends a."""
        np.minimum(a, 0, out=out)
        np.add(out, self.alpha, out=out)
        if self.alpha != 1:
            np.maximum(z, ZERO, out=a)
            np.sign(a, out=a)
            np.multiply(a, 1 - self.alpha, out=a)
            np.add(out, a, out=out)
        np.multiply(out, grad_a, out=out)


@dataclass(frozen=True)
class Softplus(Activation):
    """A ReLU with its corner rounded."""

    kind: ClassVar[str] = "softplus"
    title: ClassVar[str] = "Softplus"
    formula: ClassVar[str] = "f(z) = ln(1 + eᶻ)"
    derivative_formula: ClassVar[str] = "f′(z) = 1 / (1 + e⁻ᶻ)"
    use: ClassVar[str] = "An output that must be positive, such as a spread or a rate."

    def bounds(self) -> tuple[float, float]:
        """Return (0, ∞)."""
        return 0.0, math.inf

    def forward(self, z: Array, out: Array) -> None:
        """Write max(z, 0) + ln(1 + e^−|z|), the formula without overflow."""
        np.logaddexp(z, 0, out=out)

    def backward(self, grad_a: Array, z: Array, a: Array, out: Array) -> None:
        """Write ∂L/∂a · σ(z)."""
        _sigmoid(z, out)
        np.multiply(out, grad_a, out=out)


@dataclass(frozen=True)
class SiLU(Activation):
    """The sum, weighed by its own sigmoid; also called swish."""

    kind: ClassVar[str] = "silu"
    title: ClassVar[str] = "SiLU"
    formula: ClassVar[str] = "f(z) = z·σ(z)"
    derivative_formula: ClassVar[str] = "f′(z) = σ(z)·(1 + z − f(z))"
    use: ClassVar[str] = "Hidden layers of deep networks, where a smooth curve trains better."

    def bounds(self) -> tuple[float, float]:
        """Return (−0.2785, ∞): the minimum, where 1 + z = f(z)."""
        return -0.27846454276107, math.inf

    def forward(self, z: Array, out: Array) -> None:
        """Write z·σ(z)."""
        _sigmoid(z, out)
        np.multiply(out, z, out=out)

    def backward(self, grad_a: Array, z: Array, a: Array, out: Array) -> None:
        """Write ∂L/∂a · σ(z)(1 + z − a); spends a."""
        np.subtract(z, a, out=a)
        np.add(a, 1, out=a)
        _sigmoid(z, out)
        np.multiply(out, a, out=out)
        np.multiply(out, grad_a, out=out)


_GELU_SLOPE = 2 * math.sqrt(2 / math.pi)
_GELU_CUBIC = 0.044715


@dataclass(frozen=True)
class GELU(Activation):
    """The sum, weighed by how probable a smaller one is under the normal distribution.

    Computed by its authors' approximation z·σ(2√(2/π)(z + 0.044715 z³)), which is off by less
    than 0.0005.
    """

    kind: ClassVar[str] = "gelu"
    title: ClassVar[str] = "GELU"
    formula: ClassVar[str] = "f(z) = z·Φ(z) ≈ z·σ(1.596·z + 0.07135·z³)"
    derivative_formula: ClassVar[str] = "f′(z) ≈ s + z·s·(1 − s)·(1.596 + 0.2141·z²), s = f(z)/z"
    use: ClassVar[str] = "Hidden layers of transformers: close to ReLU, smooth at zero."

    def bounds(self) -> tuple[float, float]:
        """Return (−0.1700, ∞)."""
        return -0.17004075057125412, math.inf

    def forward(self, z: Array, out: Array) -> None:
        """Write z·σ(v(z)), v the cubic of the formula."""
        _gelu_gate(z, out)
        np.multiply(out, z, out=out)

    def backward(self, grad_a: Array, z: Array, a: Array, out: Array) -> None:
        """Write ∂L/∂a · s(1 + (z − a)·v′(z)); spends a."""
        np.multiply(z, z, out=out)
        np.multiply(out, 3 * _GELU_SLOPE * _GELU_CUBIC, out=out)
        np.add(out, _GELU_SLOPE, out=out)
        np.subtract(z, a, out=a)
        np.multiply(a, out, out=a)
        np.add(a, 1, out=a)
        _gelu_gate(z, out)
        np.multiply(out, a, out=out)
        np.multiply(out, grad_a, out=out)


def _sigmoid(z: Array, out: Array) -> None:
    """Write 1 / (1 + e⁻ᶻ); below z = −87 it stays at e⁻⁸⁷, the last that float32 can hold."""
    np.maximum(z, _LOWEST_EXPONENT, out=out)
    np.negative(out, out=out)
    np.exp(out, out=out)
    np.add(out, 1, out=out)
    np.reciprocal(out, out=out)


def _gelu_gate(z: Array, out: Array) -> None:
    """Write s = σ(1.596 z + 0.07135 z³)."""
    np.multiply(z, z, out=out)
    np.multiply(out, _GELU_SLOPE * _GELU_CUBIC, out=out)
    np.add(out, _GELU_SLOPE, out=out)
    np.multiply(out, z, out=out)
    _sigmoid(out, out)
