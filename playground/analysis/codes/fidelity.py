"""How well examples come back from the code, and from PCA of the same size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.codes.halves import came_back, code_size, squared_errors
from playground.analysis.codes.principal import PrincipalDirections, of_training_part
from playground.data.preparation import Prepared
from playground.data.rows import evenly
from playground.training.model import Model

MOST_EXAMPLES = 2_000

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Fidelity:
    """The errors of the test part, as the network sees it.

    Attributes
    ----------
    indices
        Rows of the data set: all of the test part, or evenly chosen ones, (examples,).
    of
        How many examples the test part has.
    tested_on_train
        Nothing was held back: it is the training part.
    errors, principal_errors
        The mean squared error per value of each example, through the code and through PCA with as
        many directions as the code has numbers, (examples,).
    spread
        The mean squared distance per value from the mean of these examples.
    labels
        Their classes, (examples,); None where there are none.
    directions
        PCA with as many directions as the code has numbers, fitted on the training part.
    """

    indices: NDArray[np.int64]
    of: int
    tested_on_train: bool
    errors: Floats
    principal_errors: Floats
    spread: float
    labels: NDArray[np.int64] | None
    directions: PrincipalDirections

    @property
    def error(self) -> float:
        """The mean squared error per value."""
        return float(self.errors.mean())

    @property
    def principal_error(self) -> float:
        """The same through PCA."""
        return float(self.principal_errors.mean())

    def r2(self, error: float) -> float:
        """Return the share of the variance that comes back, for a mean squared error."""
        return 1.0 - error / self.spread if self.spread > 0 else float(error == 0)

    def worse_than(self, error: float) -> float:
        """Return the share of the test part that comes back better than with an error."""
        below = np.searchsorted(self._ordered, error, side="left")
        return float(below / len(self._ordered))

    def by_class(self, classes: int) -> tuple[Floats, Floats]:
        """Return each class's mean error through the code and through PCA, (classes,) each.

        NaN for a class of which there is no example.
        """
        assert self.labels is not None
        counts = np.bincount(self.labels, minlength=classes)
        with np.errstate(invalid="ignore"):
            code, principal = (
                np.bincount(self.labels, errors, minlength=classes) / counts
                for errors in (self.errors, self.principal_errors)
            )
        return code, principal

    @cached_property
    def _ordered(self) -> Floats:
        return np.sort(self.errors)


class FidelityMeter:
    """Measures; keeps what PCA makes of the data, since it does not hang on the weights.

    It may be used by one thread at a time.
    """

    def __init__(self) -> None:
        self._known: tuple[Prepared, int, PrincipalDirections, Floats] | None = None

    def measure(self, model: Model, prepared: Prepared) -> Fidelity:
        """Return how well the test part comes back."""
        size = code_size(model.network)
        chosen = evenly(np.arange(len(prepared.test_index)), MOST_EXAMPLES)
        inputs = prepared.test_inputs[chosen]
        directions, principal_errors = self._principal(model, prepared, size, inputs)
        labels, indices = None, prepared.test_index[chosen]
        if prepared.dataset.labelled:
            labels = np.asarray(prepared.dataset.targets[indices], np.int64)
        return Fidelity(
            indices,
            len(prepared.test_index),
            prepared.tested_on_train,
            squared_errors(came_back(model, prepared.test_inputs, chosen), inputs),
            principal_errors,
            float(inputs.var(axis=0, dtype=np.float64).mean()),
            labels,
            directions,
        )

    def _principal(
        self, model: Model, prepared: Prepared, size: int, inputs: Floats
    ) -> tuple[PrincipalDirections, Floats]:
        known = self._known
        if known is None or known[0] is not prepared or known[1] != size:
            directions = of_training_part(prepared, size, model.breathe)
            errors = squared_errors(directions.came_back(inputs), inputs)
            known = self._known = prepared, size, directions, errors
        return known[2], known[3]
