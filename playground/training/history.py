"""What a run measured at the end of each epoch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


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
    """Appends measurements in place and hands out views of what is already written.

    Rows are only ever written once, and growing moves to a new array, so a :class:`History`
    handed out earlier stays as it was without a copy.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._rows = np.empty((1 + len(names), 256))
        self._length = 0

    def append(self, epoch: float, values: Mapping[str, float]) -> None:
        """Add one measurement."""
        if self._length == self._rows.shape[1]:
            grown = np.empty((self._rows.shape[0], 2 * self._length))
            grown[:, : self._length] = self._rows
            self._rows = grown
        self._rows[:, self._length] = (epoch, *(values[name] for name in self._names))
        self._length += 1

    def replace(self, history: History) -> None:
        """Go on from measurements made earlier, as when a saved run is opened."""
        self._rows = np.empty((1 + len(self._names), 2 * max(128, len(history))))
        self._length = 0
        for row, epoch in enumerate(history.epochs):
            self.append(epoch, {name: history.columns[name][row] for name in self._names})

    def cut(self, epoch: float) -> None:
        """Forget every measurement later than an epoch, as when a run is rolled back."""
        keep = int(np.searchsorted(self._rows[0, : self._length], epoch, side="right"))
        self._rows = self._rows.copy()
        self._length = keep

    def view(self) -> History:
        """Return what has been measured so far."""
        rows = self._rows[:, : self._length]
        rows.flags.writeable = False
        return History(rows[0], dict(zip(self._names, rows[1:], strict=True)))
