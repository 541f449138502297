"""Faults of the learning rate: steps that overshoot, and steps that crawl."""

from __future__ import annotations

import math

import numpy as np

from playground.analysis.diagnosis.finding import Finding, Remedy, figure, percent, reached
from playground.analysis.diagnosis.measurements import Measurements
from playground.nn.optimizers import Adam, RMSProp
from playground.wording import counted, number

WINDOW = 10
"""Measurements (an epoch each, where they are not thinned) that a judgement on the curve takes."""

RISES = 1.0
"""What the loss rose by in the window, all rises added up, in units of the loss of blind answers.
Mini-batches make every curve uneven: the sound presets reach 0.21."""

FEWEST = 3
"""Measurements: one bad first epoch may be the price of a good second one."""

SETTLED = 0.1
"""Part of the task left to learn below which jumps of the loss do no harm."""

USUAL_STEP = 1e-3
"""‖step‖ / ‖weights‖ of healthy training, a rule of thumb (Karpathy, Stanford CS231n, "ratio of
weights to updates": "around 1e-3")."""

SLOW_STEP = 1e-4
"""A tenth of it. The sound presets stay above 0.0011 until half of their task is learned."""

SLOW_WINDOW = 5
SLOW_FALL = 0.05
"""A loss that fell by more than this part in the window is on its way, small steps or not."""

SLOW_UNLEARNED = 0.5

NORMALIZED_RATE = 0.01
"""The rate to begin again with where the optimizer divides by the gradient's own size, as Adam
does: ten times what its authors propose (Kingma and Ba 2015)."""


class LearningRateHigh:
    """Steps so large that they jump over the valley instead of going down into it."""

    kind = "learning_rate_high"
    explains = frozenset({"silent_relu", "saturated", "underfitting", "overfitting"})
    before_training = False

    def find(self, m: Measurements, shown: bool) -> Finding | None:
        """Add up by how much the train loss rose over the latest epochs."""
        epochs, losses = m.curve("train_loss")
        if len(losses) <= FEWEST or m.unlearned < SETTLED or not m.blind_loss > 0:
            return None
        epochs, losses = epochs[-WINDOW - 1 :], losses[-WINDOW - 1 :]
        # An edit by hand is measured where it is made: within an epoch, or again at its end.
        trained = (np.diff(epochs) > 0) & (epochs[1:] % 1 == 0)
        steps = np.where(trained, np.diff(losses), 0.0)
        risen = float(np.maximum(steps, 0).sum())
        measured = risen / m.blind_loss
        if not reached(measured, RISES, shown):
            return None
        rate = m.experiment.training.learning_rate
        times = int((steps > 0).sum())
        span = epochs[-1] - epochs[0]
        return Finding(
            self.kind,
            f"The loss went up {'once' if times == 1 else f'{times} times'} in "
            f"{counted(round(span), 'epoch')}",
            f"By {figure(risen)} in total; blind guessing has a loss of {figure(m.blind_loss)}. A "
            f"learning rate of {number(rate)} is too high.",
            "curves",
            measured,
            remedies=(_rate_remedy(m, rate, "Start again with learning rate {}", lower=True),),
        )


class LearningRateLow:
    """Steps so small that the weights hardly move, far from the goal.

    Those that a schedule means to be small, at its end, are no fault.
    """

    kind = "learning_rate_low"
    explains = frozenset({"underfitting"})
    before_training = False

    def find(self, m: Measurements, shown: bool) -> Finding | None:
        """Compare a step with the weights it changes, while the loss stands still."""
        epochs, losses = m.curve("train_loss")
        share = m.step_share
        if len(losses) <= SLOW_WINDOW or share is None or share <= 0:
            return None
        before, now = float(losses[-SLOW_WINDOW - 1]), float(losses[-1])
        fall = (before - now) / before if before > 0 else 0.0
        measured = SLOW_STEP * m.experiment.training.schedule.factor(m.epochs_since) / share
        if m.unlearned < SLOW_UNLEARNED or fall > SLOW_FALL or not reached(measured, 1.0, shown):
            return None
        rate = m.experiment.training.learning_rate
        span = round(epochs[-1] - epochs[-SLOW_WINDOW - 1])
        return Finding(
            self.kind,
            f"A step changes the weights by only {percent(share)}",
            f"About {percent(USUAL_STEP)} is usual. In the last {counted(span, 'epoch')} the loss "
            f"{f'fell by {percent(fall)}' if fall > 0 else 'did not fall'}.",
            "curves",
            share,
            remedies=(_rate_remedy(m, rate, "Raise the learning rate to {}", lower=False),),
        )


def _rate_remedy(m: Measurements, rate: float, label: str, *, lower: bool) -> Remedy:
    """Return the power of ten that would bring a step near its usual size."""
    share = m.step_share or USUAL_STEP
    exponent = math.log10(rate) + math.log10(USUAL_STEP / share)
    wanted = 10.0 ** (math.floor(exponent) if lower else math.ceil(exponent))
    wanted = min(wanted, rate / 10) if lower else max(wanted, rate * 10)
    if lower and isinstance(m.experiment.training.optimizer, RMSProp | Adam):
        wanted = min(wanted, NORMALIZED_RATE)
    wanted = float(f"{min(max(wanted, 1e-6), 100.0):.3g}")
    return Remedy(
        label.format(f"{wanted:g}"), {"training.learning_rate": wanted}, needs_reset=lower
    )
