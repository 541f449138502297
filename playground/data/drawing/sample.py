"""A digit that nobody had to draw, for pictures of the window."""

from __future__ import annotations

import numpy as np

from playground.data.drawing.ink import Ink

_UPPER = (118.0, 95.0, 52.0, 50.0, -150.0, 85.0)
_LOWER = (112.0, 188.0, 66.0, 56.0, -75.0, 150.0)


def drawn_three() -> Ink:
    """Return a 3 as a pen would draw it: two arcs on a canvas of 280, right of its middle."""
    arcs = []
    for x, y, width, height, first, last in (_UPPER, _LOWER):
        angle = np.radians(np.linspace(first, last, 40))
        arcs.append(np.stack([x + 30 + width * np.cos(angle), y + height * np.sin(angle)], axis=1))
    return Ink.of([np.concatenate(arcs)])
