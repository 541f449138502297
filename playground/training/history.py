"""What a run measured at the end of each epoch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

LONGEST = 2_500
"""Measurements of one run that are kept: several for each column of a screen."""


@dataclass(frozen=True)
class History:
    """The measured epochs so far, ready to plot; nothing in it ever changes.

    Attributes
    ----------
    epochs
        Epochs done at each measurement, shape (n,); 0 is the untrained network.
    columns
        A measurement's values by name, each of shape (n,): ``train_loss``, ``test_loss`` and
        ``train_accuracy``, ``test_accuracy``, or for regression ``…_mean_absolute_error``
        and ``…_r2``.
    """

    epochs: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    columns: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.epochs)

    def last(self, name: str) -> float:
        """Return the newest value of a column, or NaN where there is none."""
        column = self.columns.get(name)
        return float(column[-1]) if column is not None and len(column) else float("nan")


class HistoryLog:
    """Keeps a run's measurements: all of them, or where they become many, evenly chosen ones.

    Parameters
    ----------
    names
        The columns.
    longest
        Measurements to keep at most. A network of a few neurons does ten thousand epochs a second;
        when the log is full every other measurement goes, and from then on only every second (then
        every fourth …) is kept, the newest always.
    """

    def __init__(self, names: tuple[str, ...], longest: int = LONGEST) -> None:
        self._names = names
        self._rows = np.empty((1 + len(names), longest + 1))
        self._kept = 0
        self._seen = 0
        self._every = 1

    def append(self, epoch: float, values: Mapping[str, float]) -> None:
        """Add one measurement."""
        if self._kept == self._rows.shape[1] - 1:
            self._thin()
        self._rows[:, self._kept] = (epoch, *(values[name] for name in self._names))
        self._seen += 1
        if (self._seen - 1) % self._every == 0:
            self._kept += 1

    def _thin(self) -> None:
        chosen = self._rows[:, : self._kept : 2].copy()
        self._kept = chosen.shape[1]
        self._rows[:, : self._kept] = chosen
        self._every *= 2

    def replace(self, history: History) -> None:
        """Go on from measurements made earlier, as when a saved run is opened."""
        self._kept = self._seen = 0
        self._every = 1
        for row, epoch in enumerate(history.epochs):
            self.append(epoch, {name: history.columns[name][row] for name in self._names})

    def cut(self, epoch: float) -> None:
        """Forget every measurement later than an epoch, as when a run is rolled back."""
        epochs = self._rows[0, : self._kept]
        self._kept = int(np.searchsorted(epochs, epoch, side="right"))
        self._seen = (self._kept - 1) * self._every + 1 if self._kept else 0

    def view(self) -> History:
        """Return what has been measured so far, the newest measurement last; a copy."""
        newest_is_kept = (self._seen - 1) % self._every == 0
        rows = self._rows[:, : self._kept + (0 if newest_is_kept or not self._seen else 1)].copy()
        rows.flags.writeable = False
        return History(rows[0], dict(zip(self._names, rows[1:], strict=True)))
