"""What an intervention did to a network, in one clause."""

from __future__ import annotations

from collections.abc import Mapping

from playground.data.tasks import Metric


def effect(score: Metric, before: Mapping[str, float], after: Mapping[str, float]) -> str:
    """Return ``"test accuracy 98.6 % → 97.2 %"``, or the same of another metric.

    Both are measurements of :class:`~playground.training.trainer.Trainer`, by column.
    """
    one, other = (score.text(values[f"test_{score.name}"], 3) for values in (before, after))
    return f"test {score.word} {one} → {other}"
