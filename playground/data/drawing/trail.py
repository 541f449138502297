"""Where in a drawing each step of a sequence is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Trail:
    """A place for each step.

    Parameters
    ----------
    places
        (steps, 2), x to the right and y down, within the square 0..1 that the drawing is in.
    joined
        Whether the pen drew a line to the step from the one before it, (steps,). Nowhere, where
        the steps are parts of a picture.
    """

    places: NDArray[np.floating[Any]]
    joined: NDArray[np.bool_]

    @classmethod
    def of_pen(cls, places: NDArray[np.floating[Any]], joined: NDArray[np.bool_]) -> Trail:
        """Return the trail of a pen at places of any scale, laid in the middle of the square."""
        low, high = places.min(axis=0), places.max(axis=0)
        longer = float((high - low).max())
        scale = 1 / longer if longer > 0 else 1.0
        begun = np.arange(len(joined)) > 0
        return cls((places - (low + high) / 2) * scale + 0.5, joined & begun)

    @property
    def is_drawn(self) -> bool:
        """Whether the steps lie along lines of a pen."""
        return bool(self.joined.any())
