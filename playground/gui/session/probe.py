"""The one example that the user holds in the hand, whatever kind of data it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.data.drawing.drawing import Stages


@dataclass(frozen=True, eq=False)
class Probe:
    """An input for the network to answer, and what is known about it.

    Parameters
    ----------
    inputs
        float32 of shape (features,), in the data set's own values (not normalized).
    title
        What it is, in a few words: ``"Your drawing"``, ``"Training example 17"``.
    label
        Its true class, when it is an example of the data set.
    stages
        How a drawing became these inputs.
    target
        Its true value, when it is an example of a data set for regression.
    """

    inputs: NDArray[np.float32]
    title: str
    label: int | None = None
    stages: Stages | None = None
    target: float | None = None
