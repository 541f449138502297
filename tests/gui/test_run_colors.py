"""Runs are told apart by everybody, on both grounds."""

import itertools

import numpy as np
import pytest
from PySide6.QtGui import QColor

from playground.gui.look.colors import DARK, LIGHT
from playground.gui.look.run_colors import run_color, run_pen

# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision
# deficiency" (2009), severity 1.0, on linear RGB.
EYES = {
    "all cones": np.eye(3),
    "no red cones": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no green cones": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "no blue cones": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = TO_XYZ.sum(axis=1)


def linear(color) -> np.ndarray:
    part = np.array(color.getRgbF()[:3])
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """Return CIELAB of linear RGB."""
    x, y, z = np.cbrt(np.maximum(TO_XYZ @ np.clip(rgb, 0, 1) / WHITE, 0.008856))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("colors", [DARK, LIGHT])
def test_eight_runs_are_told_apart(colors, eyes):
    seen = [lab(EYES[eyes] @ linear(run_color(number, colors))) for number in range(1, 9)]
    apart = [np.linalg.norm(one - other) for one, other in itertools.combinations(seen, 2)]
    assert min(apart) > 10  # 2.3 is just noticeable


@pytest.mark.parametrize("colors", [DARK, LIGHT])
def test_every_run_stands_out_from_the_ground(colors):
    weights = TO_XYZ[1]
    ground = weights @ linear(QColor(colors.central))
    for number in range(1, 9):
        light = weights @ linear(run_color(number, colors))
        low, high = sorted((ground, light))
        assert (high + 0.05) / (low + 0.05) >= 3, number  # WCAG 2.2, 1.4.11


def test_a_colour_that_comes_again_has_another_line():
    pens = [run_pen(number, DARK) for number in range(1, 33)]
    lines = {(pen.color().name(), pen.style()) for pen in pens}
    assert len(lines) == 32
    assert pens[0].color() == pens[8].color()
