"""The last state of a run in which all was finite: where it goes back to when it diverges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.errors import DivergedError
from playground.nn.network import Network
from playground.training.recipes import Descent
from playground.wording import grouped

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class FiniteState:
    """What a network and its optimizer were after so many whole epochs; it owns its arrays."""

    parameters: Floats
    statistics: Floats
    moments: Floats
    step_count: int
    epoch: int

    @classmethod
    def of(cls, network: Network, step: Descent, epoch: int) -> FiniteState:
        """Return the present state."""
        arrays = network.parameters.copy(), network.statistics.copy(), step.moments.copy()
        return cls(*arrays, step.step_count, epoch)

    def put_back(self, network: Network, step: Descent) -> None:
        """Let the network and its optimizer be in this state again."""
        network.parameters[:] = self.parameters
        network.statistics[:] = self.statistics
        step.moments[:] = self.moments
        step.step_count = self.step_count

    def diverged(self, failed_in: int, learning_rate: float) -> DivergedError:
        """Return what is told of a run that diverged in an epoch and is in this state again."""
        return DivergedError(
            f"The loss stopped being a finite number in epoch {grouped(failed_in)}: the weights "
            f"grew without bound. They are back as they were after epoch {grouped(self.epoch)}. "
            f"Lower the learning rate (now {learning_rate:g}), clip the gradient, or standardize "
            "the inputs."
        )
