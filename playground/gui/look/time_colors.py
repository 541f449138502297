"""The colour of each step of a sequence, the same wherever steps are drawn."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor

from playground.gui.look import colormaps


def time_table(steps: int) -> colormaps.Table:
    """Return the steps' colours from the first, blue, to the last, yellow: uint8 (steps, 4)."""
    table: colormaps.Table = colormaps.time()[np.rint(np.linspace(0, 255, steps)).astype(int)]
    return table


def time_color(step: int, steps: int) -> QColor:
    """Return the colour of a step, counted from 0, of so many."""
    return QColor(*time_table(steps)[step].tolist())
