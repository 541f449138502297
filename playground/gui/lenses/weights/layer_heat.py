"""One layer's distribution over time, made ready to be drawn and read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.weights.distributions import Distribution
from playground.gui.widgets.ticks import power_text, power_ticks, round_ticks
from playground.wording import number

_MOST_BINS = 64
_LEAST_BINS = 12
_VALUES_A_BIN = 6
"""On average: fewer would show the chance of a few values, not how they are distributed."""


@dataclass(frozen=True, eq=False)
class Heat:
    """One layer's distribution, cut to the bins that hold anything, of which some are merged.

    Attributes
    ----------
    title
        Of the layer.
    shown
        The histograms.
    sizes
        Whether the bins are of |v|, on a logarithmic scale.
    edges
        Of the bins in view, (bins + 1,).
    shares
        What they held, (moments, bins).
    """

    title: str
    shown: Distribution
    sizes: bool
    edges: NDArray[np.floating[Any]]
    shares: NDArray[np.float32]

    @classmethod
    def of(cls, title: str, shown: Distribution, sizes: bool) -> Heat:
        """Return the heat of a distribution."""
        occupied = np.flatnonzero(shown.counts.any(axis=0))
        first, stop = (int(occupied[0]), int(occupied[-1]) + 1) if occupied.size else (0, 1)
        values = int(shown.totals.max(initial=0))
        most = min(max(values // _VALUES_A_BIN, _LEAST_BINS), _MOST_BINS)
        merged = 1
        while (stop - first) / merged > most:
            merged *= 2
        first -= first % merged
        stop += -stop % merged
        shares = shown.shares()[:, first:stop].reshape(len(shown.epochs), -1, merged).sum(axis=2)
        return cls(title, shown, sizes, shown.edges[first : stop + 1 : merged], shares)

    @property
    def most(self) -> float:
        """The greatest share of one bin at any moment."""
        return float(self.shares.max(initial=0))

    @property
    def low(self) -> float:
        """The lower end of the axis, log₁₀ of it for sizes."""
        return self._at(0)

    @property
    def high(self) -> float:
        """The upper end of the axis, log₁₀ of it for sizes."""
        return self._at(-1)

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """Return places on the axis, and what to write there."""
        if self.sizes:
            return [(float(p), power_text(p)) for p in power_ticks(self.low, self.high, most)]
        return [(value, number(value, 6)) for value in round_ticks(self.low, self.high, most)]

    def reading(self, moment: int, bin_: int | None) -> str:
        """Return what there is to say of a moment, and of one bin of it."""
        middle, low, high = (self.shown.quantile(moment, share) for share in (0.5, 0.05, 0.95))
        what = "|v|" if self.sizes else "value"
        text = f"{self.title} · epoch {number(float(self.shown.epochs[moment]))}"
        if bin_ is not None:
            edges = self.edges[bin_ : bin_ + 2].tolist()
            share = 100 * float(self.shares[moment, bin_])
            text += f": {number(share)} % from {number(edges[0])} to {number(edges[1])}"
        return f"{text} · median {what} {number(middle)}, 90 % from {number(low)} to {number(high)}"

    def _at(self, bin_: int) -> float:
        edge = float(self.edges[bin_])
        return math.log10(edge) if self.sizes else edge
