"""Which values of many a short list shows: the strongest, and while they change, no jumping."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeAlias

import numpy as np

from playground.gui.look.heat import Floats

Ranking: TypeAlias = Callable[[str, Floats, int], list[int]]
"""Chooses from the values of a list, named first, at most so many places."""

_TOLERANCE = 1.15


def strongest(values: Floats, most: int) -> list[int]:
    """Return the places of the greatest sizes, the greatest first; what is no number comes last."""
    sizes = np.where(np.isfinite(values), np.abs(values), -1.0)
    if len(sizes) > most:
        candidates = np.sort(np.argpartition(-sizes, most - 1)[:most])
    else:
        candidates = np.arange(len(sizes))
    order: list[int] = candidates[np.argsort(-sizes[candidates], kind="stable")].tolist()
    return order


def exact(_name: str, values: Floats, most: int) -> list[int]:
    """Rank by size alone."""
    return strongest(values, most)


class SteadyRanking:
    """Ranks so that lines change places only when one has become clearly stronger.

    A line gives way to another that is 15 % stronger, so that lists stay readable while training
    changes their numbers thirty times a second.
    """

    def __init__(self) -> None:
        self._subject: Hashable = None
        self._former: dict[str, list[int]] = {}

    def begin(self, subject: Hashable) -> None:
        """Forget all places where the lists are about something else now."""
        if subject != self._subject:
            self._subject = subject
            self._former.clear()

    def __call__(self, name: str, values: Floats, most: int) -> list[int]:
        """Return the places of the greatest sizes, former ones kept where they nearly are."""
        former = [place for place in self._former.get(name, ()) if place < len(values)]
        favoured = np.where(np.isfinite(values), np.abs(values), -1.0)
        favoured[former] *= np.where(favoured[former] > 0, _TOLERANCE, 1.0)
        chosen = strongest(favoured, most)
        kept = [place for place in former if place in chosen]
        order = kept + [place for place in chosen if place not in kept]
        sizes = np.abs(np.nan_to_num(values[order])).tolist()
        for end in range(1, len(order)):
            at = end
            while at and sizes[at] > sizes[at - 1] * _TOLERANCE:
                for row in (order, sizes):
                    row[at - 1], row[at] = row[at], row[at - 1]
                at -= 1
        self._former[name] = order
        return order
