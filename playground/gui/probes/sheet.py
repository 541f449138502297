"""What lies on the canvas."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from playground.data.drawing.ink import Ink
from playground.gui.session.probe import Probe


@dataclass(frozen=True, eq=False)
class Example:
    """A picture of the data set, laid on the canvas.

    Parameters
    ----------
    probe
        The example itself.
    pixels
        float32 of shape (height, width), 0 paper to 1 ink.
    """

    probe: Probe
    pixels: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Sheet:
    """Strokes on an empty canvas, or an example without strokes."""

    ink: Ink = field(default_factory=Ink)
    example: Example | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is neither an example nor a pen stroke."""
        return self.example is None and all(stroke.eraser for stroke in self.ink.strokes)
