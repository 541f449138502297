"""How good a network's answers are, on any part of the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.preparation import Prepared
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


def evaluate_parts(
    network: Network, loss: Any, prepared: Prepared, train_targets: Floats, test_targets: Floats
) -> dict[str, float]:
    """Measure a network on the training and on the test part.

    The targets have shape (examples, outputs). The names are what the task ``measures``, behind
    ``train_`` and ``test_``.
    """
    task = prepared.dataset.task
    train, test = (
        (_first(rows), targets[:LARGEST_MEASURED])
        for rows, targets in (
            (prepared.train_inputs, train_targets),
            (prepared.test_inputs, test_targets),
        )
    )
    on_train = evaluate(network, loss, task, *train)
    on_test = on_train if prepared.tested_on_train else evaluate(network, loss, task, *test)
    return {
        f"{part}_{name}": value
        for part, measured in (("train", on_train), ("test", on_test))
        for name, value in measured.items()
    }


def _first(rows: Floats | ByteRows) -> Floats | ByteRows:
    if isinstance(rows, ByteRows):
        return rows.part(slice(LARGEST_MEASURED))
    return rows[:LARGEST_MEASURED]


def columns(task: Task) -> tuple[str, ...]:
    """Return what an epoch's measurements are called: ``train_loss``, ``test_loss`` and so on."""
    return tuple(f"{part}_{name}" for name in task.measures for part in ("train", "test"))


def effect(task: Task, before: Mapping[str, float], after: Mapping[str, float]) -> str:
    """Return ``"test accuracy 98.6 % → 97.2 %"``, or the same of another metric."""
    score = task.score
    one, other = (score.text(values[f"test_{score.name}"], 3) for values in (before, after))
    return f"test {score.word} {one} → {other}"
