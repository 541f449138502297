"""How good a network's answers are, on any part of the data."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.preparation import Prepared
from playground.data.rows import ByteRows
from playground.nn.network import Network

Floats = NDArray[np.floating[Any]]


_AT_ONCE = 1024
LARGEST_MEASURED = 10_000
"""Examples of each part that an epoch's measurement looks at, at most."""


def metric_names(task: str) -> tuple[str, ...]:
    """Return what is measured for a task, the loss first."""
    return (
        ("loss", "accuracy") if task == "classification" else ("loss", "mean_absolute_error", "r2")
    )


def evaluate(
    network: Network, loss: Any, task: str, rows: Floats | ByteRows, targets: Floats
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
        The names of :func:`metric_names` with their values; the loss is without penalties.
    """
    outputs = np.empty((targets.shape[1], len(rows)), network.dtype)
    for start in range(0, len(rows), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        outputs[:, part] = network.forward(rows[part].T)
    wanted = targets.T
    measured = {"loss": float(loss.value(outputs, wanted))}
    if task == "classification":
        measured["accuracy"] = accuracy(outputs, wanted)
    else:
        measured["mean_absolute_error"] = float(np.mean(np.abs(outputs - wanted)))
        measured["r2"] = r2(outputs, wanted)
    return measured


def evaluate_parts(
    network: Network, loss: Any, prepared: Prepared, train_targets: Floats, test_targets: Floats
) -> dict[str, float]:
    """Measure a network on the training and on the test part.

    The targets have shape (examples, outputs). The names are those of :func:`metric_names` behind
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


def accuracy(outputs: Floats, targets: Floats) -> float:
    """Return the share of examples whose most probable class is the right one.

    Both have shape (outputs, examples). A single output counts as the second class above ½.
    """
    if outputs.shape[0] == 1:
        return float(np.mean((outputs > 0.5) == (targets > 0.5)))
    return float(np.mean(outputs.argmax(axis=0) == targets.argmax(axis=0)))


def r2(outputs: Floats, targets: Floats) -> float:
    """Return the coefficient of determination, 1 − Σ(y − ŷ)² / Σ(y − ȳ)².

    1 is perfect and 0 is no better than the mean. Where all targets are equal it is 1 for exact
    answers and 0 otherwise.
    """
    residual = float(np.sum((targets - outputs) ** 2))
    spread = float(np.sum((targets - targets.mean(axis=1, keepdims=True)) ** 2))
    if spread == 0.0:
        return 1.0 if residual == 0.0 else 0.0
    return 1.0 - residual / spread
