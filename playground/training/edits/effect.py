"""What an intervention did to a network, in one clause."""

from __future__ import annotations

from collections.abc import Mapping


def effect(before: Mapping[str, float], after: Mapping[str, float]) -> str:
    """Return ``"test accuracy 98.6 % → 97.2 %"``, or the same of R² for a regression.

    Both are measurements of :class:`~playground.training.trainer.Trainer`, by column.
    """
    if "test_accuracy" in before:
        one, other = (f"{values['test_accuracy']:.1%}" for values in (before, after))
        return f"test accuracy {one.replace('%', ' %')} → {other.replace('%', ' %')}"
    one, other = (f"{values['test_r2']:.3f}".replace("-", "−") for values in (before, after))
    return f"test R² {one} → {other}"
