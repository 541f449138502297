"""A colour for each run, the same everywhere: eight that colour-blind people can tell apart.

Okabe and Ito, "Color Universal Design", 2008, each a little lighter or darker for the ground.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from playground.gui.look.colors import DARK, Colors

_ON_DARK = ("#4f9cf9", "#e69f00", "#2fbf8f", "#cc79a7", "#85d0f5", "#f0e442", "#ee7733")
_ON_LIGHT = ("#0072b2", "#b87800", "#00805c", "#a6508a", "#2f93c8", "#8f8600", "#c44e00")
_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)


def run_color(number: int, colors: Colors) -> QColor:
    """Return the colour of the run of this number, from 1."""
    shades = _ON_DARK if colors == DARK else _ON_LIGHT
    return QColor(shades[(number - 1) % len(shades)])


def run_pen(number: int, colors: Colors, width: float = 1.5) -> QPen:
    """Return the pen of its curve; where the colours begin again, the line is another."""
    style = _STYLES[(number - 1) // len(_ON_DARK) % len(_STYLES)]
    return QPen(run_color(number, colors), width, style)
