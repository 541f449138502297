"""How good a network's answers are, on any part of the data."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data import rows
from playground.data.preparation import PARTS, Part, Prepared
from playground.data.rows import ByteRows
from playground.data.tasks import Task
from playground.nn.batch_gradient import spread_over
from playground.nn.layers.running import by_step, steps_of
from playground.nn.network import Network

Floats = NDArray[np.floating[Any]]


_AT_ONCE = 1024
LARGEST_MEASURED = 10_000
"""Examples of each part that an epoch's measurement looks at, at most."""


def evaluate(
    network: Network, loss: Any, task: Task, inputs: Floats | ByteRows, targets: Floats | ByteRows
) -> dict[str, float]:
    """Measure a network in prediction mode.

    Parameters
    ----------
    inputs
        Prepared inputs, shape (examples, features).
    targets
        What the outputs should be, shape (examples, outputs); of a sequence at every step.

    Returns
    -------
    dict
        What the task ``measures``, with their values; the loss is without penalties.
    """
    shape = network.output_shape
    outputs = np.empty((math.prod(shape), len(inputs)), network.dtype)
    for start in range(0, len(inputs), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        outputs[:, part] = network.forward(inputs[part].T)
    wanted = spread_over(targets[:].T, shape)
    lost = loss.value(by_step(outputs, shape), by_step(wanted, shape))
    if steps_of(shape):
        in_time = *shape, len(inputs)
        outputs, wanted = task.answers(outputs.reshape(in_time), wanted.reshape(in_time))
    values = float(lost), *task.measure(outputs, wanted)
    return dict(zip(task.measures, values, strict=True))


_MOST_STEPPED, _MOST_NUMBERS = 2_000_000, 8_000_000
"""Numbers that the answers to these examples are, at most: given step by step, or at once."""

Measured = Mapping[str, tuple[Floats | ByteRows, Floats | ByteRows]]
"""Rows (examples, features) and targets (examples, outputs) by the part's name."""


def measured_parts(prepared: Prepared, outputs: int) -> Measured:
    """Return what an epoch's measurement looks at, of a network with so many output units."""
    task, steps = prepared.dataset.task, max(prepared.dataset.steps, 1)
    numbers = outputs * steps if task.at_every_step else outputs
    most = (_MOST_STEPPED if task.at_every_step else _MOST_NUMBERS) // numbers
    some = slice(min(LARGEST_MEASURED, most))
    measured = {}
    for name, every in prepared.parts.items():
        part = Part(rows.part(every.inputs, some), every.rows[some])
        measured[name] = part.inputs, prepared.target_rows(part, outputs)
    return measured


def evaluate_parts(network: Network, loss: Any, task: Task, parts: Measured) -> dict[str, float]:
    """Measure a network on some parts of the data, the training part standing for a missing test.

    The names are what the task ``measures``, behind ``train_``, ``validation_`` and ``test_``.
    """
    measured = {part: evaluate(network, loss, task, *examples) for part, examples in parts.items()}
    if "train" in measured:
        measured.setdefault("test", measured["train"])
    return {
        f"{part}_{name}": value
        for part, values in measured.items()
        for name, value in values.items()
    }


def columns(task: Task, validates: bool = False) -> tuple[str, ...]:
    """Return what an epoch's measurements are called: ``train_loss``, ``test_loss`` and so on."""
    parts = [part for part in PARTS if validates or part != "validation"]
    return tuple(f"{part}_{name}" for name in task.measures for part in parts)


def chosen_by(measured: Iterable[str]) -> str:
    """Return the part that the best is chosen by, given the names of what was measured.

    The validation part, or where there is none the test part, whose figures then flatter.
    """
    return "validation" if "validation_loss" in measured else "test"


def best_by(measured: Iterable[str]) -> tuple[str, int]:
    """Return the column that the best moment is chosen by, and 1 where it is to be low, else −1.

    What is made is judged by its score, or by how far it is from the data; else the loss tells.
    """
    names = set(measured)
    if "made_score" in names:
        return "made_score", -1
    return ("made_divergence" if "made_divergence" in names else f"{chosen_by(names)}_loss"), 1


def effect(task: Task, before: Mapping[str, float], after: Mapping[str, float]) -> str:
    """Return ``"test accuracy 98.6 % → 97.2 %"``, or the same of another metric."""
    score = task.score
    one, other = (score.text(values[f"test_{score.name}"], 3) for values in (before, after))
    return f"test {score.word} {one} → {other}"
