"""The training examples that a layer of the network finds most like the one in the hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.preparation import Prepared
from playground.data.rows import evenly
from playground.nn.record import INPUT
from playground.training.model import Model

MOST_EXAMPLES = 5_000
MOST_NUMBERS = 10_000_000
"""Of what a layer makes of them all: 40 MB. A layer of large maps is asked about fewer examples."""

COUNT = 12
_AT_ONCE = 64

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The nearest training examples.

    Attributes
    ----------
    space
        The layer whose outputs were compared, or ``input``.
    indices
        Rows of the data set, the nearest first, (k,).
    distances
        Euclidean, (k,).
    looked_at, of
        How many training examples were compared, and how many there are.
    dimensions
        How many numbers the layer gives for an example.
    without_itself
        Whether the probe was one of the examples, and was left out.
    """

    space: str
    indices: NDArray[np.int64]
    distances: Floats
    looked_at: int
    of: int
    dimensions: int
    without_itself: bool


class NeighbourSearch:
    """Finds nearest examples; keeps what a layer makes of them until the weights change.

    It may be used by one thread at a time.

    Parameters
    ----------
    most
        Where there are more training examples, so many evenly spread ones are compared.
    """

    def __init__(self, most: int = MOST_EXAMPLES) -> None:
        self._most = most
        self._moment: tuple[Floats, Floats, str, Prepared] | None = None
        self._chosen: NDArray[np.int64] = np.empty(0, np.int64)
        self._places: Floats = np.empty((0, 0))

    def nearest(
        self,
        model: Model,
        prepared: Prepared,
        *,
        row: Floats,
        space: str,
        count: int = COUNT,
        is_example: bool = False,
    ) -> Neighbours:
        """Return the training examples with the smallest distance to a raw row (features,).

        The distance is ‖h(x) − h(xᵢ)‖, h being the outputs of the layer ``space``; in the space
        ``input`` they are the inputs as the network sees them, normalized. Equally near examples
        keep their order in the data set; one whose h is not finite is left out.

        Parameters
        ----------
        model, prepared
            The network, and the data whose training part is searched.
        row, space, count
            The example, the layer's name and how many to return.
        is_example
            The row is an example of the data set: the first example equal to it is left out.
        """
        space = space if space in dict(spaces_of(model)) else INPUT
        self._look_at(model, prepared, space)
        here = _places(model, row[np.newaxis], space)[0]
        with np.errstate(all="ignore"):
            difference = self._places - here
            distances = np.sqrt(np.einsum("ij,ij->i", difference, difference, dtype=np.float64))
        same = np.empty(0, np.intp)
        if is_example:
            inputs = prepared.dataset.inputs
            near = np.flatnonzero(distances <= distances.min(initial=np.inf) + 1e-3)
            same = near[(inputs[self._chosen[near]] == row).all(axis=1)][:1]
            distances[same] = np.inf
        order = np.argsort(distances, kind="stable")[:count]
        order = order[np.isfinite(distances[order])]
        return Neighbours(
            space,
            self._chosen[order],
            distances[order],
            len(self._chosen),
            len(prepared.train_index),
            len(here),
            bool(len(same)),
        )

    def _look_at(self, model: Model, prepared: Prepared, space: str) -> None:
        """Let the layer see the examples, unless it has seen them with these weights."""
        network = model.network
        if self._moment is not None:
            parameters, statistics, known, data = self._moment
            vectors = ((parameters, network.parameters), (statistics, network.statistics))
            if known == space and data is prepared:
                if space == INPUT or all(np.array_equal(*each, equal_nan=True) for each in vectors):
                    return
        layer = network.layer(space)
        wide = prepared.dataset.features if layer is None else layer.output_features
        self._chosen = evenly(prepared.train_index, min(self._most, MOST_NUMBERS // wide))
        inputs = prepared.dataset.inputs
        self._places = np.concatenate(
            [
                _places(model, inputs[self._chosen[start : start + _AT_ONCE]], space)
                for start in range(0, len(self._chosen), _AT_ONCE)
            ]
        )
        self._moment = (network.parameters.copy(), network.statistics.copy(), space, prepared)


def spaces_of(model: Model) -> list[tuple[str, str]]:
    """Return the name and the kind of each space that can be searched, the input first.

    Layers that pass on what they get in prediction (dropout, flatten) are no spaces of their own.
    """
    return [(INPUT, INPUT)] + [
        (layer.name, layer.settings.kind)
        for layer in model.network.layers
        if not layer.face().hands_on
    ]


def _places(model: Model, rows: Floats, space: str) -> Floats:
    """Return where a layer puts raw rows, float32 of shape (examples, units)."""
    if space == INPUT:
        return model.normalization.apply(rows)
    trace = next(trace for trace in model.trace(rows) if trace.name == space)
    with np.errstate(all="ignore"):
        return np.ascontiguousarray(trace.a.T, np.float32)
