"""Which moments of a training show best how what is made took shape: the early ones closer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from playground.training.moment import Moment


def closer_early(way: Sequence[Moment], most: int) -> list[Moment]:
    """Return so many moments of a way at most, evenly spread over the logarithm of the epochs.

    The first and the last are among them, and where two goals meet the same moment, the next one
    that is free stands in for the second.
    """
    if len(way) <= most:
        return list(way)
    epochs = np.log1p([moment.now for moment in way])
    goals = np.linspace(epochs[0], epochs[-1], most)
    places: list[int] = []
    for left, goal in zip(range(most - 1, -1, -1), goals, strict=True):
        nearest = int(np.abs(epochs - goal).argmin())
        lowest = places[-1] + 1 if places else 0
        places.append(min(max(nearest, lowest), len(way) - 1 - left))
    return [way[place] for place in places]
