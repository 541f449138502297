"""Pictures as sequences: row by row, or patch by patch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.drawing.drawing import Drawing, DrawingForm, PictureStages
from playground.data.drawing.ink import Ink


@dataclass(frozen=True)
class PicturePatches(DrawingForm):
    """How the examples of a data set were made from pictures: each patch is a step.

    Parameters
    ----------
    picture
        How drawings become the pictures.
    height, width
        Of a patch, in pixels; the picture's side is a multiple of both.
    """

    picture: Drawing
    height: int
    width: int

    @property
    def steps(self) -> int:
        """How many patches a picture has."""
        return self.picture.resolution**2 // (self.height * self.width)

    @property
    def pixels(self) -> tuple[str, ...]:
        """What the pixels of each patch are called, row by row: ``(1, 2)``."""
        rows, columns = range(1, self.height + 1), range(1, self.width + 1)
        if self.height == 1:
            return tuple(f"column {column}" for column in columns)
        return tuple(f"({row}, {column})" for row in rows for column in columns)

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """Which pixel of the picture each feature is, (features,)."""
        side = self.picture.resolution
        pixels = np.arange(side**2)
        patches = pixels.reshape(side // self.height, self.height, side // self.width, self.width)
        return patches.transpose(1, 3, 0, 2).ravel()

    def read(self, source: Ink | NDArray[Any]) -> PictureStages | None:
        """Return the stages of strokes, or of a grey picture; None where no ink is left."""
        stages = self.picture.read(source)
        return None if stages is None else replace(stages, input=stages.input[self.order])

    @property
    def middles(self) -> NDArray[np.float64]:
        """The middle of each patch in the picture, (steps, 2), x and y from 0 to 1."""
        side = self.picture.resolution
        down, across = np.divmod(self.order.reshape(-1, self.steps), side)
        return (np.stack([across.mean(axis=0), down.mean(axis=0)], axis=1) + 0.5) / side

    def ink(self, values: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the picture that an example (features,) is made of."""
        picture = np.empty_like(values.ravel())
        picture[self.order] = values.ravel()
        return self.picture.ink(picture)
