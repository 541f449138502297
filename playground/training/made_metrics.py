"""Measures of a generator and of what it makes, of which curves are drawn too.

Their columns are called after who was measured, as those of the parts of the data are:
``real_share`` and ``made_share``, ``made_score``, ``generator_loss``.
"""

from __future__ import annotations

from collections.abc import Iterable

from playground.data.tasks import Metric
from playground.training.history import History

MAKERS = ("generator", "real", "made")
"""Who is measured beside the parts of the data."""

MEASURES = (
    Metric("divergence", "divergence", "how far the made points lie from the true density", 0.0),
    Metric(
        "share",
        "judged real",
        "the share that the discriminator takes for real; half of both where it can tell nothing",
        0.0,
        1.0,
        share=True,
    ),
    Metric(
        "score",
        "score",
        "how sure an examiner is of what is made, and how evenly every class is made, from 1 to "
        "as many as there are classes",
        1.0,
    ),
    Metric(
        "confident", "read surely", "the share that an examiner reads without doubt", 0.0, 1.0, True
    ),
    Metric(
        "as_asked", "read as asked", "the share that is read as what was asked for", 0.0, 1.0, True
    ),
    Metric("distance", "distance", "how far what is made is from the real ones, 0 at best", 0.0),
)


CLASS_MADE = "made_class_"
"""What the column of a class's share begins with."""


def classes_made(history: History) -> dict[str, float]:
    """Return the share in which each class was made when it was last measured."""
    return {
        column.removeprefix(CLASS_MADE): history.last(column)
        for column in history.columns
        if column.startswith(CLASS_MADE)
    }


def made_metrics_of(columns: Iterable[str]) -> tuple[Metric, ...]:
    """Return the measures that a history has columns of, the one to look at first in front."""
    known = set(columns)
    return tuple(metric for metric in MEASURES if f"made_{metric.name}" in known)
