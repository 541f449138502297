"""Faults of a generator and a discriminator: one makes always the same, or one wins."""

from __future__ import annotations

import math

import numpy as np

from playground.analysis.diagnosis.finding import Finding, Remedy, percent, reached
from playground.analysis.diagnosis.measurements import Measurements
from playground.nn.optimizers import Adam

MISSED_BELOW = 0.01
"""A class is missing where fewer of what is made are of it; the sound presets make each at least
seven times as often."""

MOST_MISSED = 0.5
"""Of the classes."""

ALIKE = 0.25
"""Variance of what is made, as a share of that of the data, below which all is nearly the same."""

STEPS_BEFORE = 400
"""Of the generator, at least: at first it makes nothing of any class."""

SURE_LOSS = 3.0
"""The generator's loss of which on the discriminator believes it 5 % at most."""

ALL_TOLD = 0.93
"""Share of real and made examples, half of each, that a discriminator which wins tells apart."""

BETA, SMOOTH, SLOWER = 0.5, 0.9, 4.0


class ModeCollapse:
    """The generator makes a few kinds of example over and over, whatever the noise."""

    kind = "mode_collapse"
    explains: frozenset[str] = frozenset({"discriminator_wins"})
    before_training = False

    def find(self, m: Measurements, shown: bool) -> Finding | None:
        """Count the classes that are hardly made, or hold the spread of what is made against it."""
        if m.model.generator is None or m.snapshot.step < STEPS_BEFORE:
            return None
        columns = m.snapshot.history.columns
        made = {
            name.removeprefix("made_class_"): float(np.median(column[-3:]))
            for name, column in columns.items()
            if name.startswith("made_class_")
        }
        if made:
            return self._by_class(m, made, shown)
        spread = self._spread(m)
        if not reached(1 - spread, 1 - ALIKE, shown):
            return None
        return Finding(
            self.kind,
            f"What is made varies {percent(spread)} as much as data",
            "The generator has collapsed: whatever the noise, it makes nearly the same, because "
            "that is what the discriminator believes just now.",
            "generated",
            1 - spread,
            remedies=_calmer(m),
        )

    def _by_class(self, m: Measurements, made: dict[str, float], shown: bool) -> Finding | None:
        missing = [name for name, share in made.items() if share < MISSED_BELOW]
        measured = len(missing) / len(made)
        if not reached(measured, MOST_MISSED, shown):
            return None
        often = max(made, key=lambda name: made[name])
        noun = "digits" if set(made) <= set("0123456789") else "classes"
        return Finding(
            self.kind,
            f"{len(missing)} of {len(made)} {noun} are hardly made",
            f"{percent(made[often])} of what is made is {often}: the generator has collapsed, and "
            "repeats whatever the discriminator believes just now, whatever the noise.",
            "generated",
            measured,
            remedies=_calmer(m),
        )

    def _spread(self, m: Measurements) -> float:
        """Return the variance of what is made over that of the data, features together."""
        made = m.model.made(m.model.noise(len(m.sample)))
        real = m.dataset.inputs[m.prepared.train_index[m.sample]]
        whole = float(np.var(real, axis=0).sum())
        return float(np.var(made, axis=0).sum()) / whole if whole > 0 else 1.0


class DiscriminatorWins:
    """The discriminator tells everything apart, and what it tells the generator says no more."""

    kind = "discriminator_wins"
    explains: frozenset[str] = frozenset()
    before_training = False

    def find(self, m: Measurements, shown: bool) -> Finding | None:
        """Look at what it believes of both."""
        if m.model.generator is None or m.snapshot.step < STEPS_BEFORE:
            return None
        columns = m.snapshot.history.columns
        lost, real, made = (
            float(np.median(columns[name][-5:]))
            for name in ("generator_loss", "real_share", "made_share")
        )
        told = (real + 1 - made) / 2
        if not reached(lost, SURE_LOSS, shown) or told < ALL_TOLD:
            return None
        return Finding(
            self.kind,
            f"{percent(told)} of real and made are told apart",
            f"The discriminator gives what is made a chance of {percent(math.exp(-lost))} to be "
            "real: from one that is so sure, the generator hardly learns what to do better.",
            "curves",
            lost,
            remedies=_weaker(m),
        )


def _calmer(m: Measurements) -> tuple[Remedy, ...]:
    """Return what lets both learn at the same pace, with little memory of former slopes."""
    training, recipe = m.experiment.training, m.experiment.recipe
    rate = min(training.learning_rate, recipe.learning_rate, 0.001)
    smooth = min(recipe.real_label, SMOOTH)
    changes = {
        "training.learning_rate": rate,
        "training.optimizer": Adam(beta1=BETA),
        "recipe.learning_rate": rate,
        "recipe.optimizer": Adam(beta1=BETA),
        "recipe.real_label": smooth,
    }
    return (Remedy(f"Start again with rate {rate:g}, β₁ {BETA:g}", changes, needs_reset=True),)


def _weaker(m: Measurements) -> tuple[Remedy, ...]:
    """Return what slows the discriminator down."""
    rate = max(m.experiment.training.learning_rate / SLOWER, 1e-6)
    smooth = min(m.experiment.recipe.real_label, SMOOTH)
    changes = {"training.learning_rate": rate, "recipe.real_label": smooth}
    if m.experiment.recipe.steps > 1:
        changes["recipe.steps"] = 1
    return (Remedy(f"Lower the discriminator's rate to {rate:g}", changes),)
