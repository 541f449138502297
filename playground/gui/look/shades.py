"""The ground of a confusion matrix's cells, and the text colour that stays legible on it."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtGui import QColor

from playground.gui.look.colors import DARK, LIGHT, Colors

_AA = 4.5
_FAINTEST, _STRONGEST = 0.16, 0.85


@lru_cache(maxsize=512)
def cell_colors(colors: Colors, percent: int, right: bool) -> tuple[QColor, QColor]:
    """Return a cell's ground for its share of the row in percent, and its text's colour."""
    ground = shade(colors, percent / 100, right=right)
    return ground, legible(ground)


def shade(colors: Colors, share: float, *, right: bool) -> QColor:
    """Return a cell's ground for its share of the row, 0 to 1.

    Right answers are in the calm colour for good, wrong ones in the colour for warnings, which
    grows with the square root of the share, so that one mistake in a hundred can be seen.
    """
    ground = QColor(colors.card)
    if not share > 0:
        return ground
    if right:
        strength = _FAINTEST + (_STRONGEST - _FAINTEST) * 0.48 * share
        return _mixed(ground, QColor(colors.good), strength)
    strength = _FAINTEST + (_STRONGEST - _FAINTEST) * math.sqrt(share)
    return _mixed(ground, QColor(colors.warning), strength)


def legible(ground: QColor) -> QColor:
    """Return a text colour with a contrast of at least 4.5 : 1 (WCAG 2.2, AA) on a ground.

    That is a theme's text colour where one has it, else black or white, one of which always does.
    """
    pairs = ((QColor(DARK.text), QColor(LIGHT.text)), (QColor("white"), QColor("black")))
    for pair in pairs:
        best = max(pair, key=lambda color: contrast(color, ground))
        if contrast(best, ground) >= _AA:
            break
    return best


def contrast(first: QColor, second: QColor) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: QColor) -> float:
    channels = (color.redF(), color.greenF(), color.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _mixed(ground: QColor, color: QColor, strength: float) -> QColor:
    return QColor.fromRgbF(
        ground.redF() + (color.redF() - ground.redF()) * strength,
        ground.greenF() + (color.greenF() - ground.greenF()) * strength,
        ground.blueF() + (color.blueF() - ground.blueF()) * strength,
    )
