"""The network's answers all over the plane, as a small picture to be painted under the points."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from playground.gui.look.colormaps import class_colors, colored, diverging
from playground.gui.look.colors import Colors
from playground.gui.look.heat import Floats

SIDE = 80
_STRENGTH = 0.55


def grid(value_range: tuple[float, float], side: int = SIDE) -> NDArray[np.float32]:
    """Return the centres of side × side equal cells of the plane.

    float32 of shape (side², 2): x₁ and x₂, row by row from the top (largest x₂) as a picture is
    painted.
    """
    low, high = value_range
    centres = low + (np.arange(side) + 0.5) * ((high - low) / side)
    x1, x2 = np.meshgrid(centres, centres[::-1])
    return np.stack([x1.ravel(), x2.ravel()], axis=1).astype(np.float32)


def class_image(shares: Floats, colors: Colors) -> QImage:
    """Return the classes' colours, mixed by their shares of shape (side², classes).

    Where no class is sure of itself the mixture is grey, and everything is toned down to the
    theme's ground so that the points stand out.
    """
    palette = class_colors(shares.shape[1])[:, :3].astype(np.float32)
    weights = np.clip(np.nan_to_num(np.asarray(shares, np.float32)), 0, 1)
    total = np.maximum(weights.sum(axis=1, keepdims=True), 1e-6)
    central = QColor(colors.central)
    ground = np.array([central.red(), central.green(), central.blue()], np.float32)
    mixed = (weights / total) @ palette
    return _image(ground + _STRENGTH * (mixed - ground))


def value_image(values: Floats, largest: float, dark: bool) -> QImage:
    """Return signed values of shape (side², 1) on the diverging map from −largest to largest."""
    return _image(colored(values[:, 0], diverging(dark), -largest, largest)[:, :3])


def _image(colors: NDArray[Any]) -> QImage:
    """Return a square picture from its pixels' red, green and blue, shape (side², 3)."""
    side = round(len(colors) ** 0.5)
    pixels = np.full((side, side, 4), 255, np.uint8)
    pixels[..., :3] = colors.reshape(side, side, 3)
    return QImage(pixels.data, side, side, 4 * side, QImage.Format.Format_RGBX8888).convertToFormat(
        QImage.Format.Format_RGB32
    )
