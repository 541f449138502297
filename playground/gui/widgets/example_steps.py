"""An example that is a sequence: its steps in words, and where they are in its drawing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.dataset import Dataset
from playground.data.drawing.pen_way import PenWay
from playground.wording import brief, listed


@dataclass(frozen=True, eq=False)
class ExampleInSteps:
    """An example (features,), raw, of so many steps."""

    dataset: Dataset
    values: NDArray[Any]
    steps: int

    @cached_property
    def way(self) -> PenWay | None:
        """The way of the pen that it shows, if it does."""
        return self.dataset.pen_way(self.values)

    @cached_property
    def middles(self) -> NDArray[np.floating] | None:
        """Where its steps are in the picture whose parts they are, if they are, (steps, 2)."""
        drawing = self.dataset.drawing
        return None if drawing is None else drawing.middles

    @property
    def is_drawing(self) -> bool:
        """Whether it shows one."""
        return self.way is not None or self.middles is not None

    @property
    def by_step(self) -> NDArray[Any]:
        """Its values, (features of a step, steps)."""
        return self.values.reshape(self.dataset.input_shape)[:, : self.steps]

    @cached_property
    def tokens(self) -> NDArray[np.intp] | None:
        """Which feature is the one of each step, (steps,), where all others are 0."""
        values = self.by_step
        alone = ((values == 1).sum(axis=0) == 1) & ((values != 0).sum(axis=0) == 1)
        tokens: NDArray[np.intp] = values.argmax(axis=0)
        return tokens if alone.all() else None

    def ink(self, step: int | None = None) -> NDArray[np.floating]:
        """Return its picture, 0 paper to 1 ink; as it is up to a step, and paper behind it."""
        seen = self.values.reshape(self.dataset.input_shape).copy()
        if step is not None:
            seen[:, step + 1 :] = self.dataset.value_range[0]
        return self.dataset.ink(seen.reshape(-1))

    def words(self, step: int) -> str:
        """Return what came at a step."""
        names = self.dataset.unit_names
        if self.tokens is not None:
            return str(names[self.tokens[step]])
        pairs = zip(names, self.by_step[:, step].tolist(), strict=True)
        return listed([f"{name} {brief(value)}" for name, value in pairs])
