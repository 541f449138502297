"""What an intervention did to a network, in one clause."""

from __future__ import annotations

from collections.abc import Mapping

from playground.wording import fixed, percent



def effect(score: Metric, before: Mapping[str, float], after: Mapping[str, float]) -> str:
    """Return ``"test accuracy 98.6 % → 97.2 %"``, or the same of another metric.

    Both are measurements of :class:`~playground.training.trainer.Trainer`, by column.
    """
    if "test_accuracy" in before:
        one, other = (percent(values["test_accuracy"]) for values in (before, after))
        return f"test accuracy {one} → {other}"
    one, other = (fixed(values["test_r2"], 3) for values in (before, after))
    return f"test R² {one} → {other}"
