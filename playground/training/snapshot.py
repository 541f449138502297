"""One moment of a run, frozen, as every view may keep it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.training.experiment import Experiment
from playground.training.history import History


@dataclass(frozen=True, eq=False)
class Start:
    """A moment that training can go on from; it owns its arrays.

    Attributes
    ----------
    experiment
        What the network is built from, and how it learns.
    parameters, statistics
        Copies of the network's two vectors, float32.
    history
        The measured epochs, so that the curves come back.
    epoch, step
        Whole epochs done, and optimizer steps since the start.
    seconds
        Time spent training, without pauses.
    """

    experiment: Experiment
    parameters: NDArray[np.float32]
    statistics: NDArray[np.float32]
    history: History
    epoch: int
    step: int
    seconds: float


@dataclass(frozen=True, eq=False)
class Snapshot(Start):
    """The parameters and the figures of a moment.

    Attributes
    ----------
    run
        The number of the run it belongs to; a view drops snapshots of an older run.
    batch, batches
        Batches done in the present epoch, and batches in an epoch.
    examples_per_second
        Over about the last second of training.
    gradient
        (parameter_count,): ∂L/∂ the parameters that the newest step descended on, penalties and
        clipping included; zeros before any step.
    update
        (parameter_count,): what one of the latest steps added to the parameters, None before one
        was observed.
    """

    run: int
    batch: int
    batches: int
    examples_per_second: float
    gradient: NDArray[np.float32]
    update: NDArray[np.float32] | None
