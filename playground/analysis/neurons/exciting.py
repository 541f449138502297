"""Which examples of the training part a neuron answers to most."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.neurons.neuron import Neuron
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
        The neuron's a for each, (k,).
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
    """Return the training examples that excite a neuron most.

    Where there are more than ``most``, evenly spread ones are compared. Among equal activations
    (a saturated softmax) the greater z comes first, and then the earlier example.

    Raises
    ------
    PlaygroundError
        When the network has no such neuron.
    """
    layer = place_of(model, neuron)
    everything = prepared.train_index
    chosen = evenly(everything, most)
    values: list[NDArray[Any]] = []
    sums: list[NDArray[Any]] = []
    for start in range(0, len(chosen), _AT_ONCE):
        rows = prepared.dataset.inputs[chosen[start : start + _AT_ONCE]]
        if neuron.layer == INPUT:
            values.append(np.asarray(rows[:, neuron.unit], np.float64))
            sums.append(values[-1])
            continue
        trace = model.trace(rows)[layer]
        a = trace.a[neuron.unit]
        values.append(a.astype(np.float64))
        sums.append(a if trace.z is None else trace.z[neuron.unit].copy())
    a, z = np.concatenate(values), np.concatenate(sums)
    finite = np.flatnonzero(np.isfinite(a))
    order = finite[np.lexsort((finite, -np.nan_to_num(z[finite]), -a[finite]))][:count]
    same = bool(finite.size) and bool(a[finite].min() == a[finite].max())
    return Exciting(neuron, chosen[order], a[order], len(chosen), len(everything), same)


def exciting_question(neuron: Neuron) -> partial[Exciting]:
    """Return :func:`exciting` as a question for the analyst."""
    return partial(exciting, neuron=neuron)
