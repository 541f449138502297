"""What a generator makes of the same noise at the moments of its training, and how it is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.preparation import Prepared
from playground.nn.network import Network
from playground.training.model import Model
from playground.training.moment import Moment
from playground.training.snapshot import Snapshot

COUNT = 120
"""What is made to be looked at."""

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Made:
    """What was made of the same noise at a moment.

    Attributes
    ----------
    moment
        Whose network made it.
    rows
        (n, features), as the data are told.
    believed
        (n,): how far the discriminator believes each is real, from 0 to 1.
    asked
        (n,): the class that was asked for, empty where none can be.
    """

    moment: Snapshot
    rows: Floats
    believed: Floats
    asked: NDArray[np.int64]

    def is_of(self, moment: Snapshot) -> bool:
        """Return whether the networks of a moment make just this."""
        mine = self.moment
        return mine is moment or (
            mine.step == moment.step
            and np.array_equal(mine.parameters, moment.parameters)
            and moment.experiment.has_layers_of(mine.experiment)
        )
