"""Which examples of the training part a neuron or a map answers to most, and where it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.neurons.receptive_field import Square, receptive_field
from playground.analysis.neurons.report import place_of
from playground.data.preparation import Prepared
from playground.data.rows import evenly
from playground.nn.record import INPUT
from playground.training.model import Model

MOST_EXAMPLES = 4000
SHOWN = 8
_AT_ONCE = 128


@dataclass(frozen=True, eq=False)
class Exciting:
    """The examples with the greatest activations.

    Attributes
    ----------
    neuron
        Whose.
    indices
        Rows of the data set, the most exciting first, (k,); examples whose activation is not a
        number are left out.
    activations
        The neuron's a for each, (k,); of a map the largest that it has at any place.
    seen
        For each the rows and columns of the picture that the map sees at that place; empty for a
        neuron that is at no place.
    looked_at
        How many training examples were compared, at most :data:`MOST_EXAMPLES`.
    of
        How many there are.
    constant
        Whether the activation was the same for all.
    """

    neuron: Neuron
    indices: NDArray[np.int64]
    activations: NDArray[np.float64]
    seen: tuple[Square, ...]
    looked_at: int
    of: int
    constant: bool


def exciting(
    model: Model,
    prepared: Prepared,
    *,
    neuron: Neuron,
    count: int = SHOWN,
    most: int = MOST_EXAMPLES,
) -> Exciting:
    """Return the training examples that excite a neuron most, or the map that it is a place of.

    A map counts by its largest a, wherever that is. Where there are more than ``most``, evenly
    spread ones are compared. Among equal activations (a saturated softmax) the greater z comes
    first, and then the earlier example.

    Raises
    ------
    PlaygroundError
        When the network has no such neuron.
    """
    layer = place_of(model, neuron)
    everything = prepared.train_index
    chosen = evenly(everything, most)
    values: list[NDArray[np.float64]] = []
    sums: list[NDArray[Any]] = []
    places: list[NDArray[Any]] = []
    positions = 1 if neuron.layer == INPUT else model.network.layers[layer].positions
    first = neuron.unit // positions * positions
    for start in range(0, len(chosen), _AT_ONCE):
        rows = prepared.dataset.inputs[chosen[start : start + _AT_ONCE]]
        if neuron.layer == INPUT:
            outputs = sums_of = rows[:, neuron.unit : neuron.unit + 1].T
        else:
            trace = model.trace(rows)[layer]
            outputs = trace.a[first : first + positions]
            sums_of = outputs if trace.z is None else trace.z[first : first + positions]
        place, each = outputs.argmax(axis=0), np.arange(outputs.shape[1])
        values.append(outputs[place, each].astype(np.float64))
        sums.append(sums_of[place, each])
        places.append(place)
    a, z, place = np.concatenate(values), np.concatenate(sums), np.concatenate(places)
    finite = np.flatnonzero(np.isfinite(a))
    order = finite[np.lexsort((finite, -np.nan_to_num(z[finite]), -a[finite]))][:count]
    same = bool(finite.size) and bool(a[finite].min() == a[finite].max())
    seen = () if positions == 1 else _seen(model, neuron.layer, place[order].tolist())
    return Exciting(neuron, chosen[order], a[order], seen, len(chosen), len(everything), same)


def _seen(model: Model, layer: str, places: Sequence[int]) -> tuple[Square, ...]:
    """Return what each of some places of a layer's maps sees of the picture."""
    running = model.network.layer(layer)
    assert running is not None
    where = (divmod(place, running.output_shape[-1]) for place in places)
    fields = [receptive_field(model.network, layer, row, column) for row, column in where]
    return tuple(field[INPUT] for field in fields if INPUT in field)


def exciting_question(neuron: Neuron) -> partial[Exciting]:
    """Return :func:`exciting` as a question for the analyst."""
    return partial(exciting, neuron=neuron)
