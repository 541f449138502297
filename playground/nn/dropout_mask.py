"""The mask of dropout: which units a training step leaves out, drawn as every chance is."""

from __future__ import annotations

from functools import partial
from typing import Any, Protocol, Self

import numpy as np

from playground.nn.arrays import Array


class Chance(Protocol):
    """Numbers that chance gives a layer anew for each step."""

    factors: Array

    def draw(self) -> None:
        """Draw the numbers for one step."""

    def like(self, batch: int) -> Self:
        """Return what draws as many for another batch size, by the same generator."""


class DropoutMask:
    """Factors of 0 and 1 / (1 − rate), drawn anew for each step into the same array.

    Parameters
    ----------
    shape
        (units, batch).
    rate
        The part that becomes 0.
    rng
        Draws them.
    dtype
        The core's float type.
    """

    def __init__(
        self, shape: tuple[int, int], rate: float, rng: np.random.Generator, dtype: np.dtype[Any]
    ) -> None:
        self.factors: Array = np.empty(shape, dtype)
        self._rate, self._rng = rate, rng
        # In every precision the same draw: a step that is looked at leaves out what it will.
        single = dtype == np.float32
        self._drawn: Array = self.factors if single else np.empty(shape, np.float32)
        self._random = partial(rng.random, dtype=np.float32, out=self._drawn)

    def draw(self) -> None:
        """Draw the mask for one step: ⌊u + keep⌋ is 1 with probability keep, for u from [0, 1)."""
        self._random()
        np.add(self._drawn, 1 - self._rate, out=self._drawn)
        np.floor(self._drawn, out=self._drawn)
        np.multiply(self._drawn, 1 / (1 - self._rate), out=self.factors, dtype=self.factors.dtype)

    def like(self, batch: int) -> DropoutMask:
        """Return a mask of the same units for another batch size, drawn by the same generator."""
        units, dtype = len(self.factors), self.factors.dtype
        return DropoutMask((units, batch), self._rate, self._rng, dtype)
