"""Why a run ends by itself."""

from __future__ import annotations

import math
from collections.abc import Mapping

from playground.training.experiment import Stopping
from playground.wording import counted


class StoppingRules:
    """Watches a run from the moment that training starts or starts again.

    Parameters
    ----------
    epoch, seconds
        Where the run stands now: limits count from here, so that a finished run can be
        trained on by the same amount.
    """

    def __init__(self, epoch: int = 0, seconds: float = 0.0) -> None:
        self._first_epoch = epoch
        self._first_second = seconds
        self._best_loss = math.inf
        self._best_epoch = epoch

    def after_batch(self, rules: Stopping, seconds: float) -> str | None:
        """Return why the run ends in the middle of an epoch, or None."""
        if rules.seconds is not None and seconds - self._first_second >= rules.seconds:
            return f"{rules.seconds:g} s of training are over"
        return None

    def after_epoch(self, rules: Stopping, epoch: int, measured: Mapping[str, float]) -> str | None:
        """Return why the run ends with this epoch, given what was measured, or None."""
        loss = measured["test_loss"]
        if loss < self._best_loss:
            self._best_loss = loss
            self._best_epoch = epoch
        if rules.epochs is not None and epoch - self._first_epoch >= rules.epochs:
            verb = "is" if rules.epochs == 1 else "are"
            return f"{counted(rules.epochs, 'epoch')} {verb} done"
        accuracy = measured.get("test_accuracy", math.nan)
        if rules.target_accuracy is not None and accuracy >= rules.target_accuracy:
            return f"test accuracy reached {accuracy:.1%}"
        if rules.patience is not None and epoch - self._best_epoch >= rules.patience:
            return f"the test loss has not fallen for {counted(rules.patience, 'epoch')}"
        return None
