"""Faults of the gradient on its way back, through layers or through time: it fades, or grows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from playground.analysis.diagnosis.finding import Finding, Remedy, figure, reached
from playground.analysis.diagnosis.measurements import Measurements
from playground.analysis.neurons.class_activity import saturation_bounds
from playground.analysis.neurons.neuron import Neuron
from playground.data.catalogue import DATASETS, SHORTEST
from playground.nn.activations import LeakyReLU, ReLU, Sigmoid
from playground.nn.explain.writing import figure as in_powers
from playground.nn.initializers import Given, Glorot, He
from playground.nn.optimizers import Adam, RMSProp
from playground.nn.record import LayerRecord
from playground.wording import listed

FADED = 1_000.0
"""Times that the first layer's gradient is smaller than the output's. The sound presets reach 14;
beyond 1,000 a rate that suits the last layer moves the first one by nothing."""

UNLEARNED = 0.3
"""Part of the task that has to be left: what has been learned needs no gradient any more."""

FADED_IN_TIME = 10_000.0
"""Times that ∂L/∂h is smaller at the first step than where it is largest. Layers with gates that
soon learn what they have to remember reach 6,000 on their way (addition over 60 steps); a plain one
that never learns it, a million to 10¹¹."""

SEEN = 100.0
"""Times that a gradient may fade where sequences are to be made short enough."""

GIVEN = 5
"""Epochs until it is told: gates need some to open, and the gradient with them."""

LONG = 100.0
"""The gradient's length. Common limits for clipping are 0.25 to 5 (Pascanu et al. 2013; Goodfellow
et al. 2016, 10.11.1); the sound presets reach 16."""


class VanishingGradient:
    """Every layer multiplies the gradient by its weights and slopes; small ones make it fade."""

    kind = "vanishing_gradient"
    explains = frozenset({"learning_rate_low", "underfitting"})
    before_training = False

    def find(self, m: Measurements, shown: bool) -> Finding | None:
        """Compare the first layer's gradient with the output's, each per weight."""
        if len(m.dense) < 3 or m.unlearned < UNLEARNED:
            return None
        first, last = m.dense[0], m.dense[-1]
        size, reference = _per_weight(first), _per_weight(last)
        faded = reference / size if size > 0 else math.inf
        if not reference > 0 or not reached(faded, FADED, shown):
            return None
        bounded = saturation_bounds(m.model.network.layers)
        changes: dict[str, Any] = {}
        for path, _, traced in m.hidden:
            if traced.name in bounded:
                changes[f"{path}.activation"] = ReLU()
            changes[f"{path}.initializer"] = He()
        why = ""
        if all(isinstance(settings.activation, Sigmoid) for _, settings, _ in m.hidden):
            why = "On the way back each sigmoid passes on at most a quarter of it. "
        return Finding(
            self.kind,
            f"The gradient shrinks by a factor of {figure(faded)}",
            f"{why}Too little of it reaches {m.names.words(first.name)}, so the first layers "
            "hardly learn.",
            "step",
            faded,
            Neuron(first.name, 0),
            (
                Remedy(
                    "Start again with ReLU and He weights"
                    if bounded
                    else "Start again with He weights",
                    changes,
                    needs_reset=True,
                ),
            ),
        )


class FadingInTime:
    """Every step back multiplies the gradient by the same weights: what is long past gets none."""

    kind = "fading_in_time"
    explains = frozenset({"vanishing_gradient", "learning_rate_low", "underfitting"})
    before_training = False

    def find(self, m: Measurements, shown: bool) -> Finding | None:
        """Compare ∂L/∂h at the first step with the largest, once it had time to change."""
        if m.epochs_since < GIVEN or m.unlearned < UNLEARNED:
            return None
        found = [
            (faded, path, settings, record)
            for path, settings, record in m.layers
            if reached(faded := _faded_in_time(record), FADED_IN_TIME, shown)
        ]
        if not found:
            return None
        faded, _, _, first = found[0]
        remedies = []
        lasting = {path: settings.made_lasting() for _, path, settings, _ in found}
        if None not in lasting.values():
            now = (settings for _, _, settings, _ in found)
            new, old = (
                listed(list(dict.fromkeys(each.title for each in kinds)))
                for kinds in (lasting.values(), now)
            )
            label = f"Start again with {new} in place of {old}"
            remedies.append(Remedy(label, lasting, needs_reset=True))
        over, steps = first.kept["grad_h"].shape[-2], m.experiment.data.steps
        written = figure(faded) if faded < 1e6 else in_powers(faded, 2)
        too_many = over - int(over * math.log(SEEN) / math.log(faded))
        fewer = max(steps - too_many, SHORTEST)
        if "steps" in DATASETS[m.dataset.name].takes and fewer < steps:
            changes = {"data.steps": fewer}
            remedies.append(Remedy(f"Start again with {fewer} steps", changes, needs_reset=True))
        return Finding(
            self.kind,
            f"The gradient fades {written}-fold over {over} steps",
            f"Every step back in time passes on a part of it. What {m.names.words(first.name)} "
            "reads first leaves no trace in its weights, so it does not learn to remember it.",
            "step",
            faded,
            Neuron(first.name, 0),
            tuple(remedies),
        )


def _faded_in_time(record: LayerRecord) -> float:
    """Return how many times smaller ∂L/∂h is at the step read first than at its largest.

    Of two directions it is the one in which it fades less; 1 where nothing is remembered.
    """
    grad = record.kept.get("grad_h")
    if grad is None:
        return 1.0
    forward, *backward = np.sqrt(np.square(grad).mean(axis=(1, 3)))
    ways = [forward, *(sizes[::-1] for sizes in backward)]
    return min(
        (float(sizes.max() / sizes[0]) if sizes[0] else math.inf for sizes in ways if sizes.any()),
        default=1.0,
    )


class ExplodingGradient:
    """Large weights multiply the gradient from layer to layer until each step is a leap."""

    kind = "exploding_gradient"
    explains = frozenset(
        {"learning_rate_high", "silent_relu", "saturated", "underfitting", "overfitting"}
    )
    before_training = True

    def find(self, m: Measurements, shown: bool) -> Finding | None:
        """Hold the length of the gradient that the steps follow against its threshold.

        Adam and RMSProp divide by it: then only the weights that made it so long are a fault.
        """
        clip = m.experiment.training.clip_norm
        followed = m.gradient_norm if clip is None else min(m.gradient_norm, clip)
        if m.unlearned < UNLEARNED / 3 or not reached(followed, LONG, shown):
            return None
        first = m.dense[0]
        growth = m.gradient_norm
        remedies = []
        divided = isinstance(m.experiment.training.optimizer, RMSProp | Adam)
        meaning = "the weights multiply it from layer to layer."
        if not divided:
            remedies.append(Remedy("Clip the gradient at 1", {"training.clip_norm": 1.0}))
            meaning = f"{meaning[:-1]}, and each step becomes a leap."
        calm = {
            f"{path}.initializer": He()
            if isinstance(settings.activation, ReLU | LeakyReLU)
            else Glorot()
            for path, settings, _ in m.hidden
            if not isinstance(settings.initializer, He | Glorot | Given)
        }
        if calm:
            remedies.insert(0, Remedy("Start again with smaller weights", calm, needs_reset=True))
        if not remedies:
            return None
        return Finding(
            self.kind,
            f"The gradient has a length of {figure(growth)}",
            f"About 1 is usual: {meaning}",
            "step",
            followed,
            Neuron(first.name, 0),
            tuple(remedies),
        )


def _per_weight(layer: LayerRecord) -> float:
    """Return the root mean square of a layer's weight gradient, biases left out."""
    slopes = np.concatenate([each.ravel() for each in layer.gradients.values() if each.ndim > 1])
    return float(np.sqrt(np.mean(np.square(slopes))))
