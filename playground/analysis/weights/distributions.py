"""How the values of many tensors are distributed as training goes on: a histogram a moment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 256
"""Bins of equal width, half of them below zero."""

LONGEST = 300
"""Moments that are kept: about one for each two columns of a screen."""

FIRST_OCTAVE, LAST_OCTAVE = -40, 20
"""Sizes |v| from 2⁻⁴⁰ (1e−12) to 2²⁰ (1e6) have bins of half an octave each."""

SIZE_BINS = 2 * (LAST_OCTAVE - FIRST_OCTAVE)
LARGEST = 2.0**LAST_OCTAVE
"""Values of this size and more are left out, as those that are no numbers."""

_LEAST_REACH = 2.0**FIRST_OCTAVE

Floats = NDArray[np.floating[Any]]
Counts = NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Distribution:
    """One tensor's histograms over time; read-only views that the next moment may change.

    Attributes
    ----------
    epochs
        When each histogram was taken, (moments,), rising.
    edges
        Of the bins, (bins + 1,).
    counts
        How many values each bin held, (moments, bins).
    totals
        How many values were counted or left out at each moment, (moments,): shares are of these.
    """

    epochs: NDArray[np.float64]
    edges: Floats
    counts: Counts
    totals: Counts

    def shares(self) -> NDArray[np.float32]:
        """Return what share of the values each bin held, (moments, bins)."""
        totals = np.maximum(self.totals, 1).astype(np.float32)
        return self.counts.astype(np.float32) / totals[:, np.newaxis]

    def quantile(self, moment: int, share: float) -> float:
        """Return the value below which a share of a moment's values lies, NaN without any.

        Values count as spread evenly within their bin.
        """
        counts = self.counts[moment]
        below = np.concatenate([[0], np.cumsum(counts, dtype=np.float64)])
        if not below[-1]:
            return math.nan
        occupied = np.flatnonzero(counts)
        first, last = int(occupied[0]), int(occupied[-1]) + 1
        wanted = share * below[-1]
        return float(np.interp(wanted, below[first : last + 1], self.edges[first : last + 1]))


class DistributionLog:
    """Keeps the histograms of several tensors at up to :data:`LONGEST` moments.

    Every tensor has its own bins of equal width w, with edges k·w, symmetric around zero. They
    reach to a power of two; when a value is as large as that, the reach doubles and bins are merged
    in pairs, at every moment kept. A bin holds its lower edge and not its upper one. When the log
    is full every other moment goes, and from then on only every second (then every fourth …) is
    kept, the newest always.

    Parameters
    ----------
    tensors
        How many there are.
    longest
        Moments to keep at most.
    """

    def __init__(self, tensors: int, longest: int = LONGEST) -> None:
        self._epochs = np.zeros(longest + 1)
        self._totals = np.zeros((tensors, longest + 1), np.uint32)
        self._linear = np.zeros((tensors, longest + 1, BINS), np.uint32)
        self._sizes = np.zeros((tensors, longest + 1, SIZE_BINS), np.uint32)
        self._reach = [0.0] * tensors
        self._kept = 0
        self._passing = 0  # whether a moment stands behind the kept ones, which the next replaces
        self._to_pass = 0  # moments until one is kept again
        self._every = 1

    def __len__(self) -> int:
        return self._kept + self._passing

    @property
    def epochs(self) -> NDArray[np.float64]:
        """When each moment was, (moments,)."""
        return _read_only(self._epochs[: len(self)])

    def append(self, epoch: float, values: Sequence[Floats]) -> None:
        """Add one moment: the values of each tensor, of any shape."""
        if not self._to_pass and self._kept == len(self._epochs) - 1:
            self._thin()
        place = self._kept
        self._epochs[place] = epoch
        for tensor, some in enumerate(values):
            self._count(tensor, place, some)
        self._passing = int(self._to_pass > 0)
        if self._passing:
            self._to_pass -= 1
        else:
            self._kept += 1
            self._to_pass = self._every - 1

    def cut(self, epoch: float) -> None:
        """Forget every moment later than an epoch, as when training goes back."""
        self._kept = int(np.searchsorted(self._epochs[: self._kept], epoch, side="right"))
        self._passing = self._to_pass = 0

    def by_value(self, tensor: int) -> Distribution:
        """Return a tensor's histograms over values."""
        width = 2 * self._reach[tensor] / BINS
        edges = np.arange(-BINS // 2, BINS // 2 + 1) * width
        return self._distribution(tensor, edges, self._linear)

    def by_size(self, tensor: int) -> Distribution:
        """Return a tensor's histograms over sizes |v|, with edges 2^(k/2).

        What is smaller than the first edge, zero included, is in no bin.
        """
        edges = np.exp2(FIRST_OCTAVE + np.arange(SIZE_BINS + 1) / 2)
        return self._distribution(tensor, edges, self._sizes)

    def _distribution(self, tensor: int, edges: Floats, counts: Counts) -> Distribution:
        some = slice(len(self))
        return Distribution(
            _read_only(self._epochs[some]),
            edges,
            _read_only(counts[tensor, some]),
            _read_only(self._totals[tensor, some]),
        )

    def _count(self, tensor: int, place: int, values: Floats) -> None:
        flat = np.asarray(values, np.float64).reshape(-1)
        self._totals[tensor, place] = flat.size
        with np.errstate(invalid="ignore"):
            sizes = np.abs(flat)
            countable = sizes < LARGEST
            if not countable.all():
                flat, sizes = flat[countable], sizes[countable]
        largest = float(sizes.max(initial=0.0))
        if not self._reach[tensor]:
            self._reach[tensor] = max(2.0 ** math.frexp(largest)[1], _LEAST_REACH)
        while largest >= self._reach[tensor]:
            self._widen(tensor)
        # A power of two: the product is exact, and so is every comparison with an edge.
        per_unit = BINS / 2 / self._reach[tensor]
        bins = np.floor(flat * per_unit).astype(np.intp) + BINS // 2
        self._linear[tensor, place] = np.bincount(bins, minlength=BINS)
        fraction, octave = np.frexp(sizes)
        bins = 2 * (octave - 1 - FIRST_OCTAVE) + (fraction >= math.sqrt(0.5))
        self._sizes[tensor, place] = np.bincount(
            bins[(bins >= 0) & (sizes > 0)], minlength=SIZE_BINS
        )

    def _widen(self, tensor: int) -> None:
        """Double the reach: two bins become one, and there is room on both sides."""
        counts = self._linear[tensor]
        merged = counts[:, ::2] + counts[:, 1::2]
        counts.fill(0)
        counts[:, BINS // 4 : BINS // 4 + BINS // 2] = merged
        self._reach[tensor] *= 2

    def _thin(self) -> None:
        chosen = slice(0, self._kept, 2)
        kept = (self._kept + 1) // 2
        self._epochs[:kept] = self._epochs[chosen].copy()
        for counts in (self._totals, self._linear, self._sizes):
            counts[:, :kept] = counts[:, chosen].copy()
        self._to_pass = self._every if self._kept % 2 else 0
        self._kept = kept
        self._every *= 2


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    view = array.view()
    view.flags.writeable = False
    return view
