"""Activations made of straight lines: identity, linear, binary step, ReLU and leaky ReLU."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playground import fields
from playground.errors import FieldError
from playground.nn.activations.activation import ZERO, Activation
from playground.nn.arrays import Array


@dataclass(frozen=True)
class Identity(Activation):
    """Passes the weighted sum on as it is."""

    kind: ClassVar[str] = "identity"
    title: ClassVar[str] = "Identity"
    formula: ClassVar[str] = "f(z) = z"
    derivative_formula: ClassVar[str] = "f′(z) = 1"
    use: ClassVar[str] = "The output of a regression, where any number may be the answer."

    def bounds(self) -> tuple[float, float]:
        """Return (−∞, ∞)."""
        return -math.inf, math.inf

    def forward(self, z: Array, out: Array) -> None:
        """Write z."""
        np.copyto(out, z)

    def backward(self, grad_a: Array, z: Array, a: Array, out: Array) -> None:
        """Write ∂L/∂a."""
        np.copyto(out, grad_a)


@dataclass(frozen=True)
class Linear(Activation):
    """A straight line through the origin."""

    kind: ClassVar[str] = "linear"
    title: ClassVar[str] = "Linear"
    formula: ClassVar[str] = "f(z) = a·z"
    derivative_formula: ClassVar[str] = "f′(z) = a"
    use: ClassVar[str] = "To see that layers of straight lines make no more than one straight line."

    a: float = fields.number(
        1.0, "Slope a", "How much the output grows when z grows by one.", low=-100, high=100
    )

    def bounds(self) -> tuple[float, float]:
        """Return (−∞, ∞), or (0, 0) for a slope of zero."""
        return (-math.inf, math.inf) if self.a else (0.0, 0.0)

    def has_gradient(self) -> bool:
        """Return whether the slope is other than zero."""
        return self.a != 0

    def forward(self, z: Array, out: Array) -> None:
        """Write a·z."""
        np.multiply(z, self.a, out=out)

    def backward(self, grad_a: Array, z: Array, a: Array, out: Array) -> None:
        """Write a·∂L/∂a."""
        np.multiply(grad_a, self.a, out=out)


@dataclass(frozen=True)
class BinaryStep(Activation):
    """Off or on, as the first artificial neurons were.

    Its derivative is 0 on both sides of the step (and does not exist on it), so no error flows
    back: the layers before it cannot learn.
    """

    kind: ClassVar[str] = "binary_step"
    title: ClassVar[str] = "Binary step"
    formula: ClassVar[str] = "f(z) = 1 if z > threshold else 0"
    derivative_formula: ClassVar[str] = "f′(z) = 0"
    use: ClassVar[str] = "To see why learning needs a slope: layers before a step cannot learn."

    threshold: float = fields.number(
        0.0, "Threshold", "The neuron fires when z is above this.", low=-100, high=100
    )

    def bounds(self) -> tuple[float, float]:
        """Return (0, 1)."""
        return 0.0, 1.0

    def has_gradient(self) -> bool:
        """Return False: the layers before a step cannot learn."""
        return False

    def forward(self, z: Array, out: Array) -> None:
        """Write 1 where z is above the threshold, else 0."""
        np.greater(z, self.threshold, out=out)

    def backward(self, grad_a: Array, z: Array, a: Array, out: Array) -> None:
        """Write 0."""
        out.fill(0)


@dataclass(frozen=True)
class ReLU(Activation):
    """Zero for negative sums, a straight line for positive ones; f′(0) counts as 0."""

    kind: ClassVar[str] = "relu"
    title: ClassVar[str] = "ReLU"
    formula: ClassVar[str] = "f(z) = max(0, a·z)"
    derivative_formula: ClassVar[str] = "f′(z) = a if z > 0 else 0"
    use: ClassVar[str] = (
        "The usual choice for hidden layers: fast, and its slope stays the same however large the "
        "positive sum."
    )

    a: float = fields.number(
        1.0, "Slope a", "How steep the line is where z is positive.", low=0.001, high=100
    )

    def bounds(self) -> tuple[float, float]:
        """Return (0, ∞)."""
        return 0.0, math.inf

    def forward(self, z: Array, out: Array) -> None:
        """Write max(0, a·z)."""
        np.maximum(z, ZERO, out=out)
        if self.a != 1:
            np.multiply(out, self.a, out=out)

    def backward(self, grad_a: Array, z: Array, a: Array, out: Array) -> None:
        """Write a·∂L/∂a where the neuron is on, else 0."""
        np.sign(a, out=out)
        np.multiply(out, grad_a, out=out)
        if self.a != 1:
            np.multiply(out, self.a, out=out)


@dataclass(frozen=True)
class LeakyReLU(Activation):
    """Two straight lines that meet at zero; f′(0) counts as b."""

    kind: ClassVar[str] = "leaky_relu"
    title: ClassVar[str] = "Leaky ReLU"
    formula: ClassVar[str] = "f(z) = a·z if z > 0 else b·z"
    derivative_formula: ClassVar[str] = "f′(z) = a if z > 0 else b"
    use: ClassVar[str] = "Hidden layers whose ReLUs fall silent: a small slope b lets them recover."

    a: float = fields.number(
        1.0, "Slope a", "How steep the line is where z is positive.", low=0.001, high=100
    )
    b: float = fields.number(
        0.01, "Slope b", "How steep it is where z is negative; less than a.", low=0, high=100
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.b >= self.a:
            raise FieldError(
                "b", f"Slope b expects less than slope a ({self.a:g}); {self.b:g} was given."
            )

    def bounds(self) -> tuple[float, float]:
        """Return (−∞, ∞), or (0, ∞) for b = 0."""
        return (-math.inf if self.b else 0.0), math.inf

    def forward(self, z: Array, out: Array) -> None:
        """Write max(b·z, a·z), which is the formula because b < a."""
        np.multiply(z, self.b / self.a, out=out)
        np.maximum(out, z, out=out)
        if self.a != 1:
            np.multiply(out, self.a, out=out)

    def backward(self, grad_a: Array, z: Array, a: Array, out: Array) -> None:
        """Write ∂L/∂a times a or b."""
        np.maximum(z, ZERO, out=out)
        np.sign(out, out=out)
        np.multiply(out, self.a - self.b, out=out)
        np.add(out, self.b, out=out)
        np.multiply(out, grad_a, out=out)
