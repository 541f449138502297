"""What every activation offers: forward, backward, and the sentences that explain it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from playground import fields
from playground.nn.arrays import Array

ZERO = np.zeros((), np.float32)
"""A ufunc takes an array without axes faster than a Python number."""


class Activation(fields.Settings, ABC):
    """What every activation offers; ``elementwise`` if it looks at one neuron at a time."""

    kind: ClassVar[str]
    title: ClassVar[str]
    formula: ClassVar[str]
    derivative_formula: ClassVar[str]
    use: ClassVar[str]
    elementwise: ClassVar[bool] = True

    @abstractmethod
    def bounds(self) -> tuple[float, float]:
        """Return the least and the greatest value that f approaches, infinite where unbounded."""

    def has_gradient(self) -> bool:
        """Return whether an error can flow back: if not, the layers before cannot learn."""
        return True

    @abstractmethod
    def forward(self, z: Array, out: Array) -> None:
        """Write f(z) into ``out``, another buffer of z's shape (units, batch)."""

    @abstractmethod
    def backward(self, grad_a: Array, z: Array, a: Array, out: Array) -> None:
        """Write ∂L/∂z into ``out``, given ∂L/∂a and what :meth:`forward` read and wrote.

        ``out`` is none of the other three. ``grad_a`` and ``a`` are spent: an activation whose
        derivative needs room to work in may overwrite them.
        """

    def derivative(self, z: Array) -> Array:
        """Return f′(z) as a new array, to be drawn or shown."""
        a, out = np.empty_like(z), np.empty_like(z)
        self.forward(z, a)
        self.backward(np.ones_like(z), z, a, out)
        return out
