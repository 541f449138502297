"""How good a network's answers are, on any part of the data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.preparation import PARTS, Prepared
from playground.data.rows import ByteRows
from playground.data.tasks import Task
from playground.nn.network import Network

Floats = NDArray[np.floating[Any]]


_AT_ONCE = 1024
LARGEST_MEASURED = 10_000
"""Examples of each part that an epoch's measurement looks at, at most."""


def evaluate(
    network: Network, loss: Any, task: Task, rows: Floats | ByteRows, targets: Floats
) -> dict[str, float]:
    """Measure a network in prediction mode.

    Parameters
    ----------
    rows
        Prepared inputs, shape (examples, features).
    targets
        What the outputs should be, shape (examples, outputs).

    Returns
    -------
    dict
        What the task ``measures``, with their values; the loss is without penalties.
    """
    outputs = np.empty((targets.shape[1], len(rows)), network.dtype)
    for start in range(0, len(rows), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        outputs[:, part] = network.forward(rows[part].T)
    wanted = targets.T
    values = float(loss.value(outputs, wanted)), *task.measure(outputs, wanted)
    return dict(zip(task.measures, values, strict=True))


Measured = Mapping[str, tuple[Floats | ByteRows, Floats]]
"""Rows (examples, features) and targets (examples, outputs) by the part's name."""


def measured_parts(prepared: Prepared, targets: Floats) -> Measured:
    """Return what an epoch's measurement looks at, given the targets of the whole data set."""
    some = slice(LARGEST_MEASURED)
    return {
        name: (
            part.inputs.part(some) if isinstance(part.inputs, ByteRows) else part.inputs[some],
            targets[part.rows[some]],
        )
        for name, part in prepared.parts.items()
    }


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


def effect(task: Task, before: Mapping[str, float], after: Mapping[str, float]) -> str:
    """Return ``"test accuracy 98.6 % → 97.2 %"``, or the same of another metric."""
    score = task.score
    one, other = (score.text(values[f"test_{score.name}"], 3) for values in (before, after))
    return f"test {score.word} {one} → {other}"
