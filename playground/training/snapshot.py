"""One moment of a run, frozen, as every view may keep it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.training.experiment import Experiment
from playground.training.history import History


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The parameters and the figures of a moment; it owns its arrays.

    What training needs besides to go on from there makes it a
    :class:`~playground.training.moment.Moment`.

    Attributes
    ----------
    run
        The number of the run it belongs to; a view drops snapshots of an older run.
    experiment
        What the network is built from, and how it learns.
    parameters, statistics
        Copies of the network's two vectors, float32.
    gradient
        (parameter_count,): ∂L/∂ the parameters that the newest step descended on, penalties and
        clipping included; zeros before any step.
    update
        (parameter_count,): what one of the latest steps added to the parameters, None before one
        was observed.
    history
        The measured epochs.
    epoch, step
        Whole epochs done, and optimizer steps since the start.
    batch, batches
        Batches done in the present epoch, and batches in an epoch.
    seconds
        Time spent training, without pauses.
    examples_per_second
        Over about the last second of training.
    """

    run: int
    experiment: Experiment
    parameters: NDArray[np.float32]
    statistics: NDArray[np.float32]
    gradient: NDArray[np.float32]
    update: NDArray[np.float32] | None
    history: History
    epoch: int
    step: int
    batch: int
    batches: int
    seconds: float
    examples_per_second: float

    @property
    def now(self) -> float:
        """Epochs done, the part of the present one included."""
        return self.epoch + self.batch / max(self.batches, 1)

    def same_network(self, other: Snapshot) -> bool:
        """Return whether both are of one network that has learned the same."""
        return self is other or (
            self.step == other.step
            and np.array_equal(self.parameters, other.parameters)
            and other.experiment.has_layers_of(self.experiment)
        )
