"""Why a run ends by itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from playground.training.experiment import Stopping
from playground.wording import counted, percent


@dataclass
class StoppingRules:
    """Watches a run from the moment that training starts or starts again.

    Attributes
    ----------
    first_epoch, first_second
        Where the run stood then: limits count from there, so that a finished run can be trained on
        by the same amount.
    best_loss, best_epoch
        The lowest test loss since, and when it was reached.
    """

    first_epoch: int = 0
    first_second: float = 0.0
    best_loss: float = math.inf
    best_epoch: int = 0

    @classmethod
    def counting_from(cls, epoch: int, seconds: float) -> StoppingRules:
        """Return the rules of a run that begins to train now."""
        return cls(epoch, seconds, best_epoch=epoch)

    def after_batch(self, rules: Stopping, seconds: float) -> str | None:
        """Return why the run ends in the middle of an epoch, or None."""
        if rules.seconds is not None and seconds - self.first_second >= rules.seconds:
            return f"the time limit of {rules.seconds:g} s is reached"
        return None

    def after_epoch(self, rules: Stopping, epoch: int, measured: Mapping[str, float]) -> str | None:
        """Return why the run ends with this epoch, given what was measured, or None."""
        loss = measured["test_loss"]
        if loss < self.best_loss:
            self.best_loss = loss
            self.best_epoch = epoch
        if rules.epochs is not None and epoch - self.first_epoch >= rules.epochs:
            verb = "is" if rules.epochs == 1 else "are"
            more = "more " if self.first_epoch else ""
            return f"{counted(rules.epochs, f'{more}epoch')} {verb} done"
        accuracy = measured.get("test_accuracy", math.nan)
        if rules.target_accuracy is not None and accuracy >= rules.target_accuracy:
            return f"test accuracy reached {percent(accuracy)}"
        if rules.patience is not None and epoch - self.best_epoch >= rules.patience:
            return f"the test loss has not fallen for {counted(rules.patience, 'epoch')}"
        return None
