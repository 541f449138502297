"""Hands out an epoch's examples in shuffled mini-batches, augmented where that is asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.data.augmentation import Augmentation

_GATHERED = 1024
"""Examples gathered in one call, so that a batch of one costs no gather of its own."""

_AUGMENTED = 256
"""Examples augmented between two yields: a few milliseconds."""


class EpochBatches:
    """Shuffles once an epoch, gathers large pieces ahead, and slices batches from them.

    Parameters
    ----------
    rows
        Training inputs, shape (examples, features), C-contiguous.
    targets
        Wanted outputs, shape (examples, outputs).
    image_shape
        Height and width of a picture, or None where augmentation has no meaning.
    seed
        Decides the order and the augmentation.
    """

    def __init__(
        self,
        rows: NDArray[np.float32],
        targets: NDArray[np.float32],
        *,
        image_shape: tuple[int, int] | None,
        seed: int,
    ) -> None:
        self._rows = rows
        self._targets = targets
        self._image_shape = image_shape
        self._shuffle_rng = np.random.default_rng([seed, 0])
        self._augment_rng = np.random.default_rng([seed, 1])
        self._order = np.arange(len(rows))
        self._augmented = False
        self._picked_rows = np.empty((0, rows.shape[1]), rows.dtype)
        self._changed_rows = np.empty((0, rows.shape[1]), rows.dtype)
        self._picked_targets = np.empty((0, targets.shape[1]), targets.dtype)
        self._batch_size = len(rows)
        self.begin_epoch()

    def begin_epoch(self) -> None:
        """Shuffle, and start from the first example."""
        self._shuffle_rng.shuffle(self._order)
        self._position = 0
        self.batches_done = 0
        self.forget_prepared()

    def forget_prepared(self) -> None:
        """Prepare the coming examples again, as after a change of batch size."""
        self._start = self._position
        self._stop = self._position
        self._prepared = self._position

    def replace_targets(self, targets: NDArray[np.float32]) -> None:
        """Go on with targets of another width."""
        self._targets = targets
        self._picked_targets = np.empty((0, targets.shape[1]), targets.dtype)
        self.forget_prepared()

    @property
    def ready(self) -> bool:
        """Whether the next batch can be taken."""
        return self._position < self._stop == self._prepared

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

    def prepare(self, batch_size: int | None, augmentation: Augmentation) -> None:
        """Gather the next examples, or augment the next few of those gathered."""
        if self._stop == self._position:
            self._gather(batch_size)
        if self._image_shape is None or not augmentation.active:
            self._prepared = self._stop
            self._source = self._picked_rows
            return
        first = self._prepared - self._start
        last = min(first + _AUGMENTED, self._stop - self._start)
        augmentation.apply(
            self._picked_rows[first:last],
            self._image_shape,
            self._augment_rng,
            self._changed_rows[first:last],
        )
        self._prepared = self._start + last
        self._source = self._changed_rows

    def _gather(self, batch_size: int | None) -> None:
        examples = len(self._order)
        self._batch_size = min(batch_size or examples, examples)
        piece = max(1, _GATHERED // self._batch_size) * self._batch_size
        self._start = self._prepared = self._position
        self._stop = min(self._start + piece, examples)
        count = self._stop - self._start
        if len(self._picked_rows) < count or len(self._picked_targets) < count:
            self._picked_rows = np.empty((count, self._rows.shape[1]), self._rows.dtype)
            self._changed_rows = np.empty_like(self._picked_rows)
            self._picked_targets = np.empty((count, self._targets.shape[1]), self._targets.dtype)
        index = self._order[self._start : self._stop]
        # With mode="clip" take writes straight into out; the default would copy first.
        np.take(self._rows, index, axis=0, out=self._picked_rows[:count], mode="clip")
        np.take(self._targets, index, axis=0, out=self._picked_targets[:count], mode="clip")

    def take(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the next batch, (batch, features) and (batch, outputs), valid until the next."""
        first = self._position - self._start
        last = min(first + self._batch_size, self._stop - self._start)
        self._position = self._start + last
        self.batches_done += 1
        return self._source[first:last], self._picked_targets[first:last]
