"""What every activation offers: forward, backward, and the sentences that explain it."""

from __future__ import annotations

from typing import ClassVar, Protocol

import numpy as np

from playground import fields
from playground.nn.arrays import Array

ZERO = np.zeros((), np.float32)
"""A ufunc takes an array without axes faster than a Python number."""


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


class Elementwise:
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
