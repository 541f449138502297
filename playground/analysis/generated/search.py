"""Looks for the noise that a generator makes a given example of, down the slope of the difference.

The generator stays as it is; only what it is given moves (Bora, Jalal, Price and Dimakis,
"Compressed sensing using generative models", 2017).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.preparation import Prepared
from playground.nn.slopes import input_gradient
from playground.training.model import Model

STARTS = 20
STEPS = 200
_RATE, _REACH = 0.1, 3.0

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class FoundNoise:
    """The noise of which the generator makes what is most like an example.

    Attributes
    ----------
    wanted
        (features,): the example.
    given
        (noise + classes,): the best of all starts.
    row
        (features,): what is made of it, in the data's own values.
    error, first
        The mean squared difference of a value from the example, and that of the best start before
        the search.
    starts, steps
        How much was tried.
    """

    wanted: Floats
    given: Floats
    row: Floats
    error: float
    first: float
    starts: int = STARTS
    steps: int = STEPS


def find_question(wanted: Floats) -> Callable[[Model, Prepared], FoundNoise]:
    """Return the question which noise makes an example (features,), in the data's own values."""
    return lambda model, _: find_noise(model, wanted)


def find_noise(model: Model, wanted: Floats, seed: int = 0) -> FoundNoise:
    r"""Descend on the mean squared difference :math:`\frac1n\|G(z) - x\|^2` from several starts.

    By Adam, each start with moments of its own; no number goes further from 0 than 3, where noise
    hardly ever is. A class that can be asked for is another start and stays.
    """
    generator, recipe = model.generator, model.experiment.recipe
    assert generator is not None
    size, rng = recipe.noise, np.random.default_rng(seed)
    classes = generator.input_shape[0] - size
    given = np.zeros((max(STARTS, classes), size + classes))
    given[:, :size] = rng.standard_normal((len(given), size))
    if classes:
        given[np.arange(len(given)), size + np.arange(len(given)) % classes] = 1

    def errors() -> Floats:
        rows: Floats = model.made(given) - wanted
        means: Floats = (rows**2).mean(axis=1)
        return means

    first = float(errors().min())
    scale = np.asarray(model.normalization.scale, np.float64)
    moment, square = np.zeros((2, len(given), size))
    for step in range(1, STEPS + 1):
        away = model.made(given) - wanted
        start = (2 / len(wanted) * away * scale).T
        grad = input_gradient(generator, given.T, start).T[:, :size]
        moment += 0.1 * (grad - moment)
        square += 0.001 * (grad**2 - square)
        down = moment / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        given[:, :size] = np.clip(given[:, :size] - _RATE * down, -_REACH, _REACH)
    ends = errors()
    best = int(np.nan_to_num(ends, nan=np.inf).argmin())
    row = model.made(given[[best]])[0]
    return FoundNoise(wanted, given[best].copy(), row, float(ends[best]), first, len(given))
