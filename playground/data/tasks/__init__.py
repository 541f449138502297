"""What a network is asked for: the class of an example, a number, what comes next, or itself."""

from collections.abc import Iterable

from playground.data.tasks.classification import (
    ACCURACY,
    Classification,
    NextStep,
    accuracy,
    predicted_labels,
)
from playground.data.tasks.numbers import (
    MEAN_SQUARED_ERROR,
    R2,
    Reconstruction,
    Regression,
    r2,
)
from playground.data.tasks.task import Metric, Targets, Task, target_matrix
from playground.registry import Registry

TASKS: Registry[Task] = Registry("task", Classification, Regression, NextStep, Reconstruction)


def metrics_of(columns: Iterable[str]) -> tuple[Metric, ...]:
    """Return the metrics that a history has columns of, in their order."""
    known = {f"train_{metric.name}": metric for task in TASKS for metric in task.metrics}
    return tuple(known[column] for column in columns if column in known)


__all__ = [
    "ACCURACY",
    "MEAN_SQUARED_ERROR",
    "R2",
    "TASKS",
    "Classification",
    "Metric",
    "NextStep",
    "Reconstruction",
    "Regression",
    "Targets",
    "Task",
    "accuracy",
    "metrics_of",
    "predicted_labels",
    "r2",
    "target_matrix",
]
