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

    Attributes
    ----------
    run
        The number of the run it belongs to; a view drops snapshots of an older run.
    parameters, statistics
        Copies of the network's two vectors.
    epoch, batch, batches
        Whole epochs done, batches done in the present epoch, and batches in an epoch.
    step
        Optimizer steps since the start.
    seconds
        Time spent training, without pauses.
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
    experiment: Experiment
    parameters: NDArray[np.float32]
    statistics: NDArray[np.float32]
    history: History
    epoch: int
    batch: int
    batches: int
    step: int
    seconds: float
    examples_per_second: float
    gradient: NDArray[np.float32]
    update: NDArray[np.float32] | None
