"""What a network still remembers of each step when it gives its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.steps.states import INPUT_VALUES, OUTPUTS, layers_in_time, units_of
from playground.analysis.why.attribution import toward
from playground.data.preparation import Prepared
from playground.nn.record import INPUT
from playground.training.model import Model

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Remembered:
    """How strongly what a layer has after each step pulls on the score of the answer.

    The score s is the logit of the answer at the last step, or a regression's output.

    Attributes
    ----------
    inputs
        The sequence, raw, (features,).
    label
        The class that is answered; 1 for a regression.
    pulls
        By layer, |∂s/∂v| of all that it remembers after each step, v, as one length, (steps,).
    symbols
        By layer, what v is called: h, or c for cells.
    """

    inputs: Floats
    label: int
    pulls: Mapping[str, Floats]
    symbols: Mapping[str, str]


def remembered(model: Model, prepared: Prepared | None, *, row: Floats) -> Remembered:
    """Return what is remembered of each step of one raw sequence (features,)."""
    rows, network = row[np.newaxis], model.network
    classifies, label = model.dataset.task.classifies, 1
    if classifies:
        label = int(np.nan_to_num(model.probabilities(rows))[0].argmax())
    records, grad_inputs = model.output_slopes(rows, toward(model, label), of_logits=classifies)
    steps = int(model.lengths(rows)[0])
    pulls, symbols = {}, {}
    for name in layers_in_time(network):
        if name == INPUT:
            symbol, slopes = INPUT_VALUES, grad_inputs
        else:
            layer = network.layer(name)
            assert layer is not None
            record = next(each for each in records if each.name == name)
            symbol = layer.memory or OUTPUTS
            grad = record.kept[f"grad_{symbol}"] if layer.memory else record.grad_a
            assert grad is not None
            slopes = grad
        by_step = slopes.reshape(units_of(network, name), -1)[:, :steps]
        pulls[name], symbols[name] = np.sqrt(np.square(by_step).sum(axis=0)), symbol
    return Remembered(row, label, pulls, symbols)


def remembered_question(row: Floats) -> partial[Remembered]:
    """Return :func:`remembered` as a question for the analyst."""
    return partial(remembered, row=np.array(row))
