"""Mini-batches: every epoch goes over the examples in a new order, a few at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.nn.arrays import Array

_GATHERED = 1024
"""Examples gathered in one call, so that a batch of one costs no gather of its own."""


class Batches:
    """Shuffles once an epoch, gathers a piece of it ahead, and slices batches from the piece.

    Parameters
    ----------
    inputs
        (examples, features).
    targets
        What the outputs should be, (examples, outputs). Where they are ``inputs``, a batch's rows
        are its targets too, whatever is made of them.
    rng
        Decides the order.
    """

    def __init__(self, inputs: Any, targets: Any, rng: np.random.Generator) -> None:
        self._inputs = inputs
        self._targets = targets
        self._shuffle_rng = rng
        self._order = np.arange(len(inputs))
        self._batch_size = len(self._order)
        self._piece_rows: Array = np.empty((0, inputs.shape[1]), targets.dtype)
        self._piece_targets = self._wanted = targets[:0]
        self._rows: Any = self._piece_rows
        self.begin_epoch()

    def begin_epoch(self) -> None:
        """Shuffle, and start from the first example."""
        self._shuffle_rng.shuffle(self._order)
        self._position = 0
        self.batches_done = 0
        self.forget_prepared()

    def forget_prepared(self) -> None:
        """Prepare the coming examples again, as after a change of batch size."""
        self._start = self._stop = self._position

    @property
    def ready(self) -> bool:
        """Whether the next batch can be taken."""
        return self._position < self._stop

    @property
    def at_start(self) -> bool:
        """Whether no batch of the epoch has been taken."""
        return self._position == 0

    @property
    def epoch_done(self) -> bool:
        """Whether every example of the epoch has been taken."""
        return self._position >= len(self._order)

    @property
    def fraction_done(self) -> float:
        """The share of the epoch that has been taken, 0 to 1."""
        return self._position / len(self._order)

    def batches_in_epoch(self, batch_size: int | None) -> int:
        """Return how many batches an epoch has."""
        return -(-len(self._order) // min(batch_size or len(self._order), len(self._order)))

    def gather(self, batch_size: int | None) -> None:
        """Gather the next piece of the epoch; None makes one batch of all examples."""
        examples = len(self._order)
        self._batch_size = min(batch_size or examples, examples)
        self._start = self._position
        if self._position == 0 and self._batch_size == examples and self._whole():
            self._stop = examples
            self._rows, self._wanted = self._inputs, self._targets
            return
        piece = max(1, _GATHERED // self._batch_size) * self._batch_size
        self._stop = min(self._start + piece, examples)
        count = self._stop - self._start
        if min(len(self._piece_rows), len(self._piece_targets)) < count:
            self._piece_rows = np.empty((count, self._inputs.shape[1]), self._targets.dtype)
            self._piece_targets = self._piece_rows
            if self._targets is not self._inputs:
                self._piece_targets = np.empty((count, self._targets.shape[1]), self._targets.dtype)
        self._rows = self._wanted = self._piece_rows[:count]
        if self._targets is not self._inputs:
            self._wanted = self._piece_targets[:count]
        self._fetch(self._start, self._stop)

    def _whole(self) -> bool:
        """Return whether all examples as they lie are as good as in the epoch's order."""
        return True

    def _fetch(self, start: int, stop: int) -> None:
        """Fill the piece's rows and targets with draws ``start`` to ``stop`` of the epoch."""
        chosen: NDArray[np.int64] = self._order[start:stop]
        # With mode="clip" take writes straight into out; the default would copy first.
        np.take(self._inputs, chosen, axis=0, out=self._rows, mode="clip")
        if self._wanted is not self._rows:
            np.take(self._targets, chosen, axis=0, out=self._wanted, mode="clip")

    def peek(self) -> tuple[Any, Array]:
        """Return the next batch without taking it, valid until it is taken."""
        first = self._position - self._start
        last = min(first + self._batch_size, self._stop - self._start)
        if last - first == len(self._wanted):
            return self._rows, self._wanted
        return self._rows[first:last], self._wanted[first:last]

    def take(self) -> tuple[Any, Array]:
        """Return the next batch, (batch, features) and (batch, outputs), valid until the next."""
        rows, targets = self.peek()
        self._position += len(rows)
        self.batches_done += 1
        return rows, targets
