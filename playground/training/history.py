"""What a run measured at the end of each epoch."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

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
        and ``…_r2``; of what a generator makes ``generator_loss``, ``made_share``, ``made_score``
        and so on. NaN where it was not measured, or by another loss than the present one.
    within
        What was measured between epochs' ends, by the clock: it is not kept in files.
    """

    epochs: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    columns: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    within: tuple[History, ...] = ()

    def __len__(self) -> int:
        return len(self.epochs)

    def arrays(self) -> Iterator[NDArray[np.float64]]:
        """Yield every array that it holds."""
        if len(self):
            yield from (self.epochs, *self.columns.values())
        for part in self.within:
            yield from part.arrays()

    def same_as(self, other: History) -> bool:
        """Return whether both hold the same measurements at epochs' ends."""
        return (
            np.array_equal(self.epochs, other.epochs)
            and self.columns.keys() == other.columns.keys()
            and all(
                np.array_equal(column, other.columns[name], equal_nan=True)
                for name, column in self.columns.items()
            )
        )

    def drawn_as(self, other: History) -> bool:
        """Return whether both hold the same measurements, those within epochs too."""
        return (
            self.same_as(other)
            and len(self.within) == len(other.within)
            and all(map(History.same_as, self.within, other.within))
        )

    def beside(self, own: Any, other: Any) -> History:
        """Return what of it, measured in an experiment, can be drawn beside another's curves.

        Not its losses, where the other's loss is another.
        """
        if own.training.loss == other.training.loss:
            return self
        others = {name: each for name, each in self.columns.items() if not name.endswith("_loss")}
        within = tuple(part.beside(own, other) for part in self.within)
        return History(self.epochs, others, within)

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
        self.names = names
        self._rows = np.empty((1 + len(names), longest + 1))
        self._kept = 0
        self._seen = 0
        self._every = 1

    def append(self, epoch: float, values: Mapping[str, float]) -> None:
        """Add one measurement."""
        if self._kept == self._rows.shape[1] - 1:
            self._thin()
        self._rows[:, self._kept] = (epoch, *(values[name] for name in self.names))
        self._seen += 1
        if (self._seen - 1) % self._every == 0:
            self._kept += 1

    def _thin(self) -> None:
        chosen = self._rows[:, : self._kept : 2].copy()
        self._kept = chosen.shape[1]
        self._rows[:, : self._kept] = chosen
        self._every *= 2

    @property
    def measured(self) -> tuple[int, int]:
        """How many measurements there were, and every how many of them is kept."""
        return self._seen, self._every

    def replace(self, history: History, measured: tuple[int, int] | None = None) -> None:
        """Go on from measurements made earlier, as when a saved run is opened.

        ``measured`` is what the property was then; None takes them for all there were.
        """
        self._kept = self._seen = 0
        self._every = 1
        if measured is None:
            for row, epoch in enumerate(history.epochs):
                values = {name: float(column[row]) for name, column in history.columns.items()}
                self.append(epoch, dict.fromkeys(self.names, math.nan) | values)
            return
        for row, name in enumerate(self.names, start=1):
            self._rows[row, : len(history)] = history.columns.get(name, np.nan)
        self._rows[0, : len(history)] = history.epochs
        self._seen, self._every = measured
        self._kept = -(-self._seen // self._every)

    def forget(self, ending: str) -> None:
        """Leave the columns with an ending unmeasured so far, as the losses by a former loss."""
        for row, name in enumerate(self.names, start=1):
            if name.endswith(ending):
                self._rows[row] = np.nan

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
        return History(rows[0], dict(zip(self.names, rows[1:], strict=True)))
