"""Gaussian noise: the numbers that a training step adds or multiplies with."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.nn.arrays import Array

_ALIKE = 0


class GaussianNoise:
    """Numbers from N(0, s²), drawn anew for each step into the same array.

    Parameters
    ----------
    shape
        (units, batch).
    rng
        Draws them; None for the same ones at every draw, so that two passes can be compared.
    dtype
        The core's float type.
    deviation
        s.
    """

    def __init__(
        self,
        shape: tuple[int, int],
        rng: np.random.Generator | None,
        dtype: np.dtype[Any],
        deviation: float = 1.0,
    ) -> None:
        self.factors: Array = np.zeros(shape, dtype)
        self._rng, self._deviation = rng, deviation
        # In every precision the same draw: a step that is looked at is moved by what it will.
        self._drawn: Array = self.factors if dtype == np.float32 else np.zeros(shape, np.float32)

    def draw(self) -> None:
        """Draw the numbers for one step."""
        rng = np.random.default_rng(_ALIKE) if self._rng is None else self._rng
        rng.standard_normal(dtype=np.float32, out=self._drawn)
        np.multiply(self._drawn, self._deviation, out=self.factors, dtype=self.factors.dtype)

    def like(self, batch: int) -> GaussianNoise:
        """Return noise of the same units for another batch size, drawn by the same generator."""
        return GaussianNoise(
            (len(self.factors), batch), self._rng, self.factors.dtype, self._deviation
        )
