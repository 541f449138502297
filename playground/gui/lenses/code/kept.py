"""Two drawings that are remembered, between whose codes a way leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.codes.halves import code_size, encode
from playground.gui.session.probe import Probe
from playground.training.model import Model

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Kept:
    """A drawing that is remembered: its inputs, (features,), and what it is called."""

    inputs: Floats
    title: str


class KeptDrawings:
    """The last two that were kept, the older one first."""

    def __init__(self) -> None:
        self._kept: list[Kept] = []

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def titles(self) -> list[str]:
        """What they are called."""
        return [each.title for each in self._kept]

    def keep(self, inputs: Floats, title: str) -> None:
        """Remember one more, and no more than one before it."""
        self._kept = [*self._kept[-1:], Kept(np.array(inputs), title)]

    def forget(self) -> None:
        """Remember none."""
        self._kept = []

    def ends(self, probe: Probe | None) -> list[Kept]:
        """Return what the way leads between: two that are kept, or one and what is in the hand.

        Fewer where there are not two different ones.
        """
        ends = list(self._kept)
        if len(ends) == 1 and probe is not None:
            if not np.array_equal(ends[0].inputs, probe.inputs):
                ends.append(Kept(probe.inputs, "what is in the hand"))
        return ends

    def codes(self, model: Model, probe: Probe | None) -> Floats:
        """Return the codes of :meth:`ends`, (ends, numbers)."""
        ends = self.ends(probe)
        if not ends:
            return np.empty((0, code_size(model.network)))
        return encode(model, np.stack([end.inputs for end in ends]))
