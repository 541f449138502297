"""Activations: what a neuron makes of its weighted sum z, and how the error flows back through it.

Every activation works on arrays (units, batch) and writes into buffers that it is given. Formulas
follow the articles; softplus: Dugas et al. 2001, SiLU: Elfwing et al. 2017, GELU: Hendrycks and
Gimpel 2016.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from playground import fields
from playground.errors import FieldError
from playground.nn.arrays import Array

_LOWEST_EXPONENT = -87.0  # exp(87) is still a float32
_ZERO = np.zeros((), np.float32)  # a ufunc takes an array faster than a Python number


class Activation(Protocol):
    """What every activation offers."""

    kind: ClassVar[str]
    title: ClassVar[str]
    formula: ClassVar[str]
    derivative_formula: ClassVar[str]
    use: ClassVar[str]
    elementwise: ClassVar[bool]

    def bounds(self) -> tuple[float, float]:
        """Return the least and the greatest value that f approaches, infinite where unbounded."""

    def has_gradient(self) -> bool:
        """Return whether an error can flow back: if not, the layers before cannot learn."""

    def forward(self, z: Array, out: Array) -> None:
        """Write f(z) into ``out``, another buffer of z's shape (units, batch)."""

    def backward(self, grad_a: Array, z: Array, a: Array, out: Array) -> None:
        """Write ∂L/∂z into ``out``, given ∂L/∂a and what :meth:`forward` read and wrote.

        ``out`` is none of the other three. ``grad_a`` and ``a`` are spent: an activation whose
        derivative needs room to work in may overwrite them.
        """

    def derivative(self, z: Array) -> Array:
        """Return f′(z) as a new array, to be drawn or shown."""


class _Elementwise:
    """What the activations share that look at one neuron at a time."""

    elementwise: ClassVar[bool] = True

    def __post_init__(self) -> None:
        fields.check(self)

    def has_gradient(self) -> bool:
        """Return True: an error flows back through this activation."""
        return True

    def derivative(self: Activation, z: Array) -> Array:
        """Return f′(z) as a new array."""
        a, out = np.empty_like(z), np.empty_like(z)
        self.forward(z, a)
        self.backward(np.ones_like(z), z, a, out)
        return out


@dataclass(frozen=True)
class Identity(_Elementwise):
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
class Linear(_Elementwise):
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
class Sigmoid(_Elementwise):
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
class Tanh(_Elementwise):
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
class BinaryStep(_Elementwise):
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
class ReLU(_Elementwise):
    """Zero for negative sums, a straight line for positive ones; f′(0) counts as 0."""

    kind: ClassVar[str] = "relu"
    title: ClassVar[str] = "ReLU"
    formula: ClassVar[str] = "f(z) = max(0, a·z)"
    derivative_formula: ClassVar[str] = "f′(z) = a if z > 0 else 0"
    use: ClassVar[str] = "The usual choice for hidden layers: fast, and its slope never fades."

    a: float = fields.number(
        1.0, "Slope a", "How steep the line is where z is positive.", low=0.001, high=100
    )

    def bounds(self) -> tuple[float, float]:
        """Return (0, ∞)."""
        return 0.0, math.inf

    def forward(self, z: Array, out: Array) -> None:
        """Write max(0, a·z)."""
        np.maximum(z, _ZERO, out=out)
        if self.a != 1:
            np.multiply(out, self.a, out=out)

    def backward(self, grad_a: Array, z: Array, a: Array, out: Array) -> None:
        """Write a·∂L/∂a where the neuron is on, else 0."""
        np.sign(a, out=out)
        np.multiply(out, grad_a, out=out)
        if self.a != 1:
            np.multiply(out, self.a, out=out)


@dataclass(frozen=True)
class LeakyReLU(_Elementwise):
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
        fields.check(self)
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
        np.maximum(z, _ZERO, out=out)
        np.sign(out, out=out)
        np.multiply(out, self.a - self.b, out=out)
        np.add(out, self.b, out=out)
        np.multiply(out, grad_a, out=out)


@dataclass(frozen=True)
class ELU(_Elementwise):
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
            np.maximum(z, _ZERO, out=a)
            np.sign(a, out=a)
            np.multiply(a, 1 - self.alpha, out=a)
            np.add(out, a, out=out)
        np.multiply(out, grad_a, out=out)


@dataclass(frozen=True)
class Softmax:
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

    def has_gradient(self) -> bool:
        """Return True."""
        return True

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


@dataclass(frozen=True)
class Softplus(_Elementwise):
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
class SiLU(_Elementwise):
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
class GELU(_Elementwise):
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


ACTIVATIONS: fields.Registry[Activation] = fields.Registry(
    "activation",
    Identity,
    Linear,
    Sigmoid,
    Tanh,
    BinaryStep,
    ReLU,
    LeakyReLU,
    ELU,
    Softmax,
    Softplus,
    SiLU,
    GELU,
)
