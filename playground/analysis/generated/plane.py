"""A generator and a discriminator on the plane: a field, a warped grid, and what pulls where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.generated.made import Made, believed
from playground.data.preparation import Prepared
from playground.training.model import Model

LINES = 17
"""Lines of the grid either way; between two of them lies the same share of the noise."""

PULLED = 120
"""Made points whose pull is shown."""

_MADE = 500

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class OnPlane(Made):
    """What both networks make of the plane.

    Attributes
    ----------
    field
        (points,): how far each of the places asked about is believed to be real.
    grid
        (LINES, LINES, 2): where the crossings of the grid over the first two numbers of the noise
        come to lie, the others being 0.
    pull
        (PULLED, 2): where the first of the made points are pulled, in the data's own values:
        −∂L/∂ the point, L being what the generator descends on.
    """

    field: Floats
    grid: Floats
    pull: Floats


def plane_question(points: Floats) -> Callable[[Model, Prepared], OnPlane]:
    """Return the question what both make of the plane; ``points`` (n, 2) are asked about."""

    def question(model: Model, prepared: Prepared) -> OnPlane:
        shown = model.snapshot
        assert shown is not None
        given = model.noise(_MADE)
        rows = model.made(given)
        grid = model.made(_crossings(given.shape[1]))
        return OnPlane(
            *(shown, given, rows, believed(model, rows), ()),
            believed(model, points),
            grid.reshape(LINES, LINES, 2),
            pull(model, rows[:PULLED]),
        )

    return question


def pull(model: Model, rows: Floats) -> Floats:
    """Return −∂L/∂x for rows x (n, features), L = −log D(x) as the generator descends on it.

    Of several classes D is all that is not ``made``.
    """
    outputs = model.outputs(rows)
    grad = np.zeros_like(outputs)
    share = np.maximum(believed(model, rows), 1e-12)
    if outputs.shape[1] == 1:
        grad[:, 0] = 1 / share
    else:
        grad[:, :-1] = (1 / share)[:, np.newaxis]
    slopes: Floats = model.input_gradient(rows, grad)
    return slopes


def _crossings(size: int) -> Floats:
    """Return noise (LINES², size) on a grid that parts the first two numbers evenly."""
    normal = NormalDist()
    ends = np.linspace(0.01, 0.99, LINES)
    places = [normal.inv_cdf(float(end)) for end in ends]
    given = np.zeros((LINES * LINES, size))
    first, second = np.meshgrid(places, places)
    given[:, 0] = first.ravel()
    if size > 1:
        given[:, 1] = second.ravel()
    return given
