"""Everything that one coming step depends on, copied before it is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.training.experiment import Experiment

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class StepStart:
    """The state before a step, the batch it will see and the rate it will move with.

    Attributes
    ----------
    run
        The run's number.
    rows, targets
        (batch, features) and (batch, outputs), normalized and augmented as the step will see them.
    learning_rate
        The step's α, the schedule applied.
    step_count
        Steps that the optimizer has made: t − 1 for Adam.
    parameters, statistics
        The network's two vectors.
    moments
        (len(optimizer.moments), parameter_count), as the optimizer keeps them.
    dropout_state
        Of the bit generator that will draw the masks, None where none does.
    epoch, batch
        Where in the run the step stands.
    of_probe
        Whether the batch is the probe alone, and not the next mini-batch.
    """

    run: int
    experiment: Experiment
    rows: Floats
    targets: Floats
    learning_rate: float
    step_count: int
    parameters: Floats
    statistics: Floats
    moments: Floats
    dropout_state: dict[str, Any] | None
    epoch: int
    batch: int
    of_probe: bool

    def is_at(self, run: int, experiment: Experiment, step_count: int, parameters: Floats) -> bool:
        """Return whether a network still stands where this step begins."""
        return (self.run, self.experiment, self.step_count) == (
            run,
            experiment,
            step_count,
        ) and np.array_equal(self.parameters, parameters)
