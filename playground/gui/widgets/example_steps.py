"""An example that is a sequence: its steps in words, and where they are in its drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.dataset import Dataset
from playground.data.drawing.trail import Trail
from playground.data.kinds import unit_names
from playground.wording import brief, listed


@dataclass(frozen=True, eq=False)
class ExampleInSteps:
    """An example (features,), raw, of so many steps, and where they are in its drawing."""

    dataset: Dataset
    values: NDArray[Any]
    steps: int
    trail: Trail | None

    @classmethod
    def of(cls, dataset: Dataset, values: NDArray[Any], steps: int) -> ExampleInSteps:
        """Return an example with its trail."""
        return cls(dataset, values, steps, dataset.trail(values))

    @property
    def by_step(self) -> NDArray[Any]:
        """Its values, (features of a step, steps)."""
        return self.values.reshape(self.dataset.input_shape)[:, : self.steps]

    @property
    def tokens(self) -> NDArray[np.intp] | None:
        """Which feature is the one of each step, (steps,), where all others are 0."""
        values = self.by_step
        alone = (values == 1).sum(axis=0) == 1
        if not (alone & ((values != 0).sum(axis=0) == 1)).all():
            return None
        tokens: NDArray[np.intp] = values.argmax(axis=0)
        return tokens

    def words(self, step: int) -> str:
        """Return what came at a step."""
        names = unit_names(self.dataset.feature_names, self.dataset.input_shape)
        tokens = self.tokens
        if tokens is not None:
            return str(names[tokens[step]])
        pairs = zip(names, self.by_step[:, step].tolist(), strict=True)
        return listed([f"{name} {brief(value)}" for name, value in pairs])
