"""What an autoencoder is compared with: PCA with as many directions as its code has numbers."""

from __future__ import annotations

from dataclasses import dataclass

from playground.analysis.codes.halves import code_size, squared_errors
from playground.analysis.codes.principal import PrincipalDirections, of_training_part
from playground.data.preparation import Prepared
from playground.training.metrics import LARGEST_MEASURED
from playground.training.model import Model

_AT_ONCE = 1_000


@dataclass(frozen=True, eq=False)
class Comparison:
    """PCA of a code's size.

    Attributes
    ----------
    directions
        Fitted on the training part.
    error
        The mean squared error per value of the examples of the test part that an epoch measures.
    """

    directions: PrincipalDirections
    error: float

    @property
    def size(self) -> int:
        """How many directions there are."""
        return len(self.directions.directions)


def comparison(model: Model, prepared: Prepared) -> Comparison:
    """Return PCA of the size of a network's code; the weights do not matter."""
    directions = of_training_part(prepared, code_size(model.network), model.breathe)
    measured = min(len(prepared.test_inputs), LARGEST_MEASURED)
    total = 0.0
    for start in range(0, measured, _AT_ONCE):
        model.breathe()
        inputs = prepared.test_inputs[start : min(start + _AT_ONCE, measured)]
        total += float(squared_errors(directions.came_back(inputs), inputs).sum())
    return Comparison(directions, total / measured)
