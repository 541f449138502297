"""The colour and the line of each run, the same wherever it is drawn."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from playground.gui.look.colors import DARK, Colors

_ON_DARK = (
    "#8fd3f5",
    "#4f8ef7",
    "#d97bc9",
    "#3fb68b",
    "#eee08a",
    "#ee9a3a",
    "#b5b9c4",
    "#e0584a",
)
_ON_LIGHT = (
    "#2f97c9",
    "#1746b0",
    "#a5409a",
    "#0b7a57",
    "#689a26",
    "#d95b07",
    "#5d6675",
    "#9c1c14",
)
"""After Okabe and Ito, "Color Universal Design" (2008): told apart without red, green or blue."""

_STYLES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
)


def run_color(number: int, colors: Colors) -> QColor:
    """Return the colour of a run by its number, from 1; after eight runs they come again."""
    table = _ON_DARK if colors is DARK else _ON_LIGHT
    return QColor(table[(number - 1) % len(table)])


def run_pen(number: int, colors: Colors, width: float = 1.5) -> QPen:
    """Return a run's cosmetic pen; where colours come again, the line's style is another."""
    style = _STYLES[(number - 1) // len(_ON_DARK) % len(_STYLES)]
    pen = QPen(run_color(number, colors), width, style)
    pen.setCosmetic(True)
    return pen
