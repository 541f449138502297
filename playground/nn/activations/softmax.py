"""Softmax, the one activation that looks at all neurons of a layer together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playground.nn.activations.activation import Activation
from playground.nn.arrays import Array


@dataclass(frozen=True)
class Softmax(Activation):
    """Turns a layer's sums into probabilities that add up to 1."""

    kind: ClassVar[str] = "softmax"
    title: ClassVar[str] = "Softmax"
    formula: ClassVar[str] = "f(z)ᵢ = e^zᵢ / Σⱼ e^zⱼ"
    derivative_formula: ClassVar[str] = "∂fᵢ/∂zⱼ = fᵢ·(δᵢⱼ − fⱼ)"
    use: ClassVar[str] = "The output when exactly one of several classes is right."
    elementwise: ClassVar[bool] = False

    def bounds(self) -> tuple[float, float]:
        """Return (0, 1)."""
        return 0.0, 1.0

    def forward(self, z: Array, out: Array) -> None:
        """Write e^zᵢ / Σⱼ e^zⱼ, the largest z taken off first so that nothing overflows."""
        np.subtract(z, z.max(axis=0), out=out)
        np.exp(out, out=out)
        np.divide(out, out.sum(axis=0), out=out)

    def backward(self, grad_a: Array, z: Array, a: Array, out: Array) -> None:
        """Write aᵢ(∂L/∂aᵢ − Σⱼ aⱼ ∂L/∂aⱼ), the Jacobian's product with ∂L/∂a."""
        np.multiply(grad_a, a, out=out)
        np.subtract(grad_a, out.sum(axis=0), out=out)
        np.multiply(out, a, out=out)

    def derivative(self, z: Array) -> Array:
        """Return the Jacobian's diagonal fᵢ(1 − fᵢ) as a new array."""
        a = np.empty_like(z)
        self.forward(z, a)
        return a * (1 - a)
