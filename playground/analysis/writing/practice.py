"""How a network came to write: what it wrote at the moments of its training."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from playground.analysis.writing.judge import Judge
from playground.analysis.writing.page import Page, by_people, samples, written
from playground.data.preparation import Prepared
from playground.training.model import Model
from playground.training.moment import Moment
from playground.training.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class Attempt:
    """What a network wrote at a moment, by the same lots as at any other moment."""

    moment: Snapshot
    page: Page

    def is_of(self, moment: Snapshot) -> bool:
        """Return whether the network of a moment writes just this."""
        return self.moment.same_network(moment)


def attempt_question(
    judge: Callable[[], Judge], moment: Moment | None = None
) -> Callable[[Model, Prepared], Attempt]:
    """Return the question what a network writes, at a moment or as it is when it is asked."""

    def question(model: Model, prepared: Prepared) -> Attempt:
        if moment is not None:
            model = model.at(moment)
        writing, shown = prepared.dataset.writing, model.snapshot
        assert writing is not None
        assert shown is not None
        return Attempt(shown, written(model, judge(), samples(writing)))

    return question


def people_question(judge: Callable[[], Judge]) -> Callable[[Model, Prepared], float]:
    """Return the question how much the judge reads of what people wrote that nobody learned from.

    What they wrote is told in the network's moves, so that no network can be expected to do better,
    and every name counts alike, as in what a network wrote.
    """
    return lambda model, prepared: by_people(model, judge(), prepared).read_as_asked


def milestones(way: Sequence[Moment]) -> list[Moment]:
    """Return the first moments of a way after 1, 2, 4, 8 … epochs, as far as they were kept."""
    found, goal = [], 1.0
    for moment in way:
        if moment.now >= goal:
            found.append(moment)
            goal = 2.0 ** (math.floor(math.log2(moment.now)) + 1)
    return found


def spread(way: Sequence[Moment], most: int) -> list[Moment]:
    """Return so many moments of a way at most, the first and the last among them."""
    places = np.linspace(0, len(way) - 1, min(most, len(way)))
    return [way[place] for place in np.rint(places).astype(int).tolist()]
