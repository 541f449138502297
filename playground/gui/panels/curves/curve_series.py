"""What a curve plot shows of a run's history: smoothed, finite, and with its value at an epoch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.training.history import History

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """One curve: ``epochs`` and ``values`` (n,), float64, every value finite."""

    epochs: Floats
    values: Floats

    @classmethod
    def of(cls, history: History | None, column: str) -> Series:
        """Return a history's column without the rows that hold no finite number."""
        measured = None if history is None else history.columns.get(column)
        if history is None or measured is None:
            return cls(np.empty(0), np.empty(0))
        epochs = np.asarray(history.epochs, dtype=np.float64)
        values = np.asarray(measured, dtype=np.float64)
        finite = np.isfinite(values)
        if finite.all():
            return cls(epochs, values)
        return cls(epochs[finite], values[finite])

    @classmethod
    def within(cls, history: History | None, column: str) -> Series:
        """Return what a history has of a column between epochs' ends.

        A part that is held back is measured there as at epochs' ends, so those are among it.
        """
        parts = () if history is None else history.within
        between = cls.of(next((part for part in parts if column in part.columns), None), column)
        if column.startswith("train_") or not len(between):
            return between
        whole = cls.of(history, column)
        epochs = np.concatenate([whole.epochs, between.epochs])
        order = np.argsort(epochs, kind="stable")
        return cls(epochs[order], np.concatenate([whole.values, between.values])[order])

    def __len__(self) -> int:
        return len(self.values)

    def smoothed(self, weight: float) -> Series:
        """Return the curve after :func:`exponential_average`."""
        return Series(self.epochs, exponential_average(self.values, weight))

    def positive(self) -> Series:
        """Return the part that a logarithmic axis can show."""
        kept = self.values > 0
        return self if kept.all() else Series(self.epochs[kept], self.values[kept])

    def last(self) -> float | None:
        """Return the newest value, or ``None`` when empty."""
        return float(self.values[-1]) if len(self) else None

    def at(self, epoch: float) -> float | None:
        """Return the value at the nearest epoch, or ``None`` beyond either end or when empty."""
        if not len(self) or not self.epochs[0] - 0.5 <= epoch <= self.epochs[-1] + 0.5:
            return None
        return float(self.values[nearest(self.epochs, epoch)])


def nearest(epochs: NDArray[Any], epoch: float) -> int:
    """Return the place of the epoch nearest to another; the later one of two that are as near."""
    after = min(int(np.searchsorted(epochs, epoch)), len(epochs) - 1)
    before = max(after - 1, 0)
    return before if epoch - epochs[before] < epochs[after] - epoch else after


def exponential_average(values: Floats, weight: float) -> Floats:
    r"""Smooth a series so that each point remembers the ones before it.

    .. math:: s_t = \frac{\sum_{k \ge 0} w^k x_{t-k}}{\sum_{k=0}^{t} w^k}

    This is s ← w·s + (1 − w)·x with Adam's correction for its start at zero (Kingma and Ba,
    "Adam", 2015, section 3), so that the first point stays where it is. Summed by doubling, in
    about log₂(40 / (1 − w)) passes over the whole array instead of one step a point.

    Parameters
    ----------
    values
        (n,), finite.
    weight
        w, from 0 (no smoothing) to below 1.
    """
    if weight <= 0 or len(values) < 2:
        return values
    total = values.copy()
    reach, decay = 1, weight
    while reach < len(values) and decay > 1e-17:
        shifted = total[:-reach] * decay
        total[reach:] += shifted
        reach, decay = reach * 2, decay * decay
    total *= 1.0 - weight
    start = min(len(values), math.ceil(-40 / math.log(weight)))  # w^t < 1e-17 from here on
    total[:start] /= 1.0 - weight ** np.arange(1, start + 1)
    return total
