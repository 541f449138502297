"""Faults of size: a network that learns its examples by heart, or cannot learn even them."""

from __future__ import annotations

import numpy as np

from playground.analysis.diagnosis.finding import Finding, Remedy, figure, percent, reached
from playground.analysis.diagnosis.measurements import Measurements
from playground.nn.activations import Tanh
from playground.nn.initializers import Glorot
from playground.nn.layers import Dense, RunningLayer
from playground.nn.layers.running import steps_of
from playground.training.experiment import every_layer
from playground.wording import counted, grouped

RISEN = 1.25
"""The test loss over its lowest so far. The sound presets reach 1.15 while still learning."""

GAP = 0.05
"""Accuracy (or R²) on the training part minus that on the test part; the sound presets that are
through with their task stay below 0.03."""

BY_HEART = 0.25
"""Part of the task that may be left on the training part: who has not learned the examples cannot
have learned them by heart."""

OVERFITTING_AFTER = 10
"""Measurements since the lowest test loss: an uneven epoch or two are no rise."""

FEWEST_TESTED = 20
"""Test examples: with fewer, one more mistake is already a gap of 5 points."""

L2 = 0.01

STILL_WRONG = 0.4
"""Part of the task that stays unlearned: a network that gets more than half way may only need
time."""

PLATEAU = 20
"""Epochs, at least, that the loss has to stand still, and a third of all."""

PLATEAU_FALL = 0.05

FEWEST_TRAINED = 20
LARGER = 32


class Overfitting:
    """The test loss rises again while the training part is nearly perfect."""

    kind = "overfitting"
    explains: frozenset[str] = frozenset()
    before_training = False

    def find(self, m: Measurements, shown: bool) -> Finding | None:
        """Hold the test loss against its lowest, and the two parts against each other."""
        _, losses = m.curve("test_loss")
        tested = len(m.prepared.test_inputs)
        if m.prepared.tested_on_train or tested < FEWEST_TESTED or len(losses) <= OVERFITTING_AFTER:
            return None
        lowest = float(losses.min())
        if m.unlearned > BY_HEART:
            return None
        if len(losses) - 1 - int(losses.argmin()) < OVERFITTING_AFTER:
            return None
        now = float(np.median(losses[-5:]))
        measured = now / lowest if lowest > 0 else 1.0
        score = m.task.score
        train, test = (
            m.snapshot.history.last(f"{part}_{score.name}") for part in ("train", "test")
        )
        if not reached(measured - 1, RISEN - 1, shown) or not reached(train - test, GAP, shown):
            return None
        l2 = max(L2, min(10 * m.experiment.training.l2, 1.0))
        nouns = f"{m.answer_noun}s"
        figures = f"{figure(train)} on training and {figure(test)} on test {nouns} ({score.word})"
        if m.task.classifies:
            figures = f"{percent(train)} of training and {percent(test)} of test {nouns} are right"
        return Finding(
            self.kind,
            f"The test loss has risen by {percent(measured - 1)}",
            f"{figures[0].upper()}{figures[1:]}: the network is learning its examples by heart.",
            "curves",
            measured,
            remedies=(
                Remedy(f"Start again with L2 of {l2:g}", {"training.l2": l2}, needs_reset=True),
            ),
        )


class Underfitting:
    """The curve is flat, training and test part fare alike, and much is still wrong.

    Only a network with fewer than 2·n + d parameters for n examples of d features is told so: with
    that many, two layers can store any n examples (Zhang et al. 2017, theorem 1), and what stands
    still is not the network's size. What comes next in a sequence no network can know every time.
    """

    kind = "underfitting"
    explains: frozenset[str] = frozenset()
    before_training = False

    def find(self, m: Measurements, shown: bool) -> Finding | None:
        """Look for a long flat stretch far from the goal."""
        examples, features = m.prepared.train_inputs.shape
        parameters = m.model.network.parameter_count
        epochs, losses = m.curve("train_loss")
        if examples < FEWEST_TRAINED or parameters >= 2 * examples + features or not len(epochs):
            return None
        if m.task.at_every_step:
            return None
        span = max(PLATEAU, (epochs[-1] - epochs[0]) / 3)
        first = int(np.searchsorted(epochs, epochs[-1] - span, side="right")) - 1
        if first < 0 or epochs[-1] - epochs[0] < 1.5 * PLATEAU:
            return None
        before, now = float(losses[first]), float(losses[-3:].mean())
        fall = (before - now) / before if before > 0 else 0.0
        if fall > PLATEAU_FALL or not reached(m.unlearned, STILL_WRONG, shown):
            return None
        hidden = _hidden(m).values()
        units = sum(layer.units for layer in hidden)
        history = m.snapshot.history
        share = history.last(f"train_{m.task.score.name}")
        result = f"{m.task.score.word} is {figure(share)}"
        if m.task.classifies:
            result = f"{percent(share)} are right"
        setting = "Without hidden neurons"
        if units:
            word = m.units_word(layer.name for layer in hidden)
            setting = f"With {grouped(units)} hidden {word if units > 1 else word[:-1]}"
        return Finding(
            self.kind,
            f"{setting}, {result}",
            f"The loss has hardly moved for {epochs[-1] - epochs[first]:.0f} epochs: "
            f"{counted(parameters, 'parameter')} are too few for this task.",
            "mistakes" if m.task.classifies else "network",
            m.unlearned,
            remedies=(_larger(m),),
        )


def _hidden(m: Measurements) -> dict[str, RunningLayer]:
    """Return the hidden layers by the path of the setting that says how large they are."""
    return {
        f"{path}.{name}": m.layer(settings.name)
        for path, settings in every_layer(m.experiment.layers)
        for name in ("maps", "units")
        if hasattr(settings, name)
    }


def _larger(m: Measurements) -> Remedy:
    """Two wide layers, or twice as many maps, or neurons that read step by step.

    Two dense layers would not look at pictures or at sequences as those do.
    """
    hidden = _hidden(m)
    if any(len(each.output_shape) > 1 or steps_of(each.input_shape) for each in hidden.values()):
        counts = {
            path: 2 * getattr(layer.settings, path.rpartition(".")[2])
            for path, layer in hidden.items()
        }
        word = m.units_word(layer.name for layer in hidden.values())
        return Remedy(f"Start again with twice as many {word}", counts, needs_reset=True)
    activation = m.hidden[0][1].activation if m.hidden else Tanh()
    initializer = m.hidden[0][1].initializer if m.hidden else Glorot()
    layers = tuple(
        Dense(LARGER, activation=activation, initializer=initializer, name=f"dense_{n}")
        for n in (1, 2)
    )
    return Remedy(f"Start again with two layers of {LARGER}", {"layers": layers}, needs_reset=True)
