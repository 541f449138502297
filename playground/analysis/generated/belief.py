"""What a discriminator believes: of one example pixel by pixel, and on average."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.generated.made import COUNT, believed, made_index
from playground.analysis.why.attribution import class_gradient
from playground.data.preparation import Prepared
from playground.data.rows import evenly
from playground.training.model import Model

_MOST_REAL = 500

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Means:
    """How far real examples are believed to be real on average, and made ones."""

    real: float
    made: float


def means_question() -> Callable[[Model, Prepared], Means]:
    """Return the question how far both are believed, of evenly spread training examples."""

    def question(model: Model, prepared: Prepared) -> Means:
        some = evenly(prepared.train_index, _MOST_REAL)
        real = np.asarray(prepared.dataset.inputs[some])
        given = model.noise(COUNT)
        made = believed(model, model.made(given))
        return Means(float(believed(model, real).mean()), float(made.mean()))

    return question


def realness_question(row: Floats) -> Callable[[Model, Prepared], Floats]:
    """Return the question what more of each value would do, (features,).

    −∂z/∂x, z being the logit of ``made``: above zero, more of it makes the example look more real.
    """
    return lambda model, _: -class_gradient(model, row, made_index(model))
