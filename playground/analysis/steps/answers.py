"""How the answer changes while a sequence is read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.preparation import Prepared
from playground.nn.layers.running import steps_of
from playground.training.model import Model

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class AnswersInTime:
    """The network's answer after each step of one sequence.

    Attributes
    ----------
    inputs
        The sequence, raw, (features,).
    outputs
        The output layer's values, (outputs, steps).
    shares
        A share for each class, (steps, classes); None for a regression.
    ending
        Whether the network answers once, and each answer is to a sequence that ends there.
    """

    inputs: Floats
    outputs: Floats
    shares: Floats | None
    ending: bool

    @property
    def steps(self) -> int:
        """How many steps the sequence has."""
        return int(self.outputs.shape[1])

    @property
    def best(self) -> NDArray[np.intp]:
        """The most probable class after each step, (steps,)."""
        assert self.shares is not None
        best: NDArray[np.intp] = np.nan_to_num(self.shares).argmax(axis=1)
        return best

    def runs(self) -> list[tuple[int, int, int]]:
        """Return each stretch of steps with the same answer: the class, its first and last step."""
        best = self.best
        edges = [0, *(np.flatnonzero(np.diff(best)) + 1).tolist(), len(best)]
        return [(int(best[first]), first, end - 1) for first, end in pairwise(edges)]


def answers_in_time(model: Model, prepared: Prepared | None, *, row: Floats) -> AnswersInTime:
    """Return the answers to one raw sequence (features,)."""
    outputs = model.outputs_so_far(row)
    classifies = model.dataset.task.classifies
    shares = model.shares(outputs.T) if classifies else None
    return AnswersInTime(row, outputs, shares, not answers_at_every_step(model))


def answers_at_every_step(model: Model) -> bool:
    """Return whether the network itself answers after each step."""
    return math.prod(steps_of(model.network.output_shape)) > 1


def answers_question(row: Floats) -> partial[AnswersInTime]:
    """Return :func:`answers_in_time` as a question for the analyst."""
    return partial(answers_in_time, row=np.array(row))
