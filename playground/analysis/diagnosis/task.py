"""Faults of the task as it is put: inputs, classes, and a loss that asks for something else."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.analysis.diagnosis.finding import Finding, Remedy, figure, percent, reached
from playground.analysis.diagnosis.measurements import Measurements
from playground.nn.activations import Identity, Sigmoid, Softmax
from playground.nn.losses import CategoricalCrossEntropy, LogLoss, MeanSquaredError
from playground.wording import grouped

SPREAD_RATIO = 20.0
"""Largest spread of a feature over the smallest. LeCun et al., "Efficient BackProp" (1998): inputs
should have about the same variance. The irises in one unit have 4."""

FEWEST_EXAMPLES = 20
"""Spreads and shares of classes mean nothing for a handful of examples."""

RARE = 0.25
"""A class's examples over an equal share; the bundled sets stay above 0.9."""

MISSED = 0.3
"""How much less of a rare class is found than of the others before it counts as ignored."""

BALANCED_FOR = 5
"""Epochs that balancing is given before the rare class is looked at again."""

MUTED = 0.5
"""The output's gradient over that of the loss which fits; a quarter is the most that a sigmoid
passes on."""

OUT_OF_REACH = 0.05
"""Share of a regression's targets that the output cannot take on."""


class UnscaledInputs:
    """One feature counts thousands where another counts tenths."""

    kind = "unscaled_inputs"
    explains = frozenset(
        {
            "exploding_gradient",
            "saturated",
            "silent_relu",
            "vanishing_gradient",
            "learning_rate_high",
            "learning_rate_low",
            "underfitting",
            "overfitting",
        }
    )
    before_training = True

    def find(self, m: Measurements, shown: bool) -> Finding | None:
        """Compare the features' spreads, as the network gets them; pixels share one unit."""
        if m.dataset.kind.pictures or len(m.sample) < FEWEST_EXAMPLES:
            return None
        spreads = m.prepared.train_inputs[m.sample].std(axis=0, dtype=np.float64)
        varying = np.flatnonzero(spreads > 0)
        if len(varying) < 2:
            return None
        wide, narrow = varying[spreads[varying].argmax()], varying[spreads[varying].argmin()]
        measured = float(spreads[wide] / spreads[narrow])
        if not reached(measured, SPREAD_RATIO, shown):
            return None
        names = m.dataset.feature_names
        return Finding(
            self.kind,
            f"Input scales differ {figure(measured)}‑fold",
            f"{names[wide][0].upper()}{names[wide][1:]} spreads by {figure(float(spreads[wide]))}, "
            f"{names[narrow]} by {figure(float(spreads[narrow]))}: one drowns the other.",
            "network",
            measured,
            remedies=(
                Remedy("Standardize the inputs", {"data.standardize": True}, needs_reset=True),
            ),
        )


class ClassImbalance:
    """A class so rare that ignoring it costs next to nothing."""

    kind = "class_imbalance"
    explains = frozenset({"underfitting", "overfitting"})
    before_training = True

    def find(self, m: Measurements, shown: bool) -> Finding | None:
        """Find a rare class that is not learned, or that no step has taught yet."""
        if not m.task.classifies or (m.balanced and m.epochs_since < BALANCED_FOR):
            return None
        counts = m.class_counts
        total, present = int(counts.sum()), counts > 0
        if total < FEWEST_EXAMPLES or present.sum() < 2:
            return None
        equal = total / int(present.sum())
        rare = present & (counts < RARE * equal)
        if not rare.any():
            return None
        known = np.nan_to_num(m.confusion.recall, nan=1.0) if m.snapshot.step else counts
        label = int(np.flatnonzero(rare)[known[rare].argmin()])
        name, count = m.dataset.class_names[label], int(counts[label])
        headline, explanation = (
            f"Only {percent(count / total)} of the {m.noun}s are class {name}",
            f"{count} of {grouped(total)} for training: ignoring them will hardly cost anything.",
        )
        measured = count / equal
        balance = {"training.balance_classes": True}
        if m.snapshot.step:
            read, recall = m.confusion, m.confusion.recall
            others = float(np.delete(recall, label)[np.delete(present, label)].mean())
            measured = others - float(recall[label])
            if not reached(measured, MISSED, shown):
                return None
            found, support = (grouped(n) for n in (read.counts[label, label], read.support[label]))
            headline = f"Class {name}: {found} of {support} are found"
            explanation = (
                f"Of the others {percent(others)}; it is {percent(count / total)} of the training "
                f"{m.noun}s, so ignoring it is cheap."
            )
            if m.balanced:
                explanation = (
                    f"Of the others {percent(others)}, though all are drawn equally often."
                )
        return Finding(
            self.kind,
            headline,
            explanation,
            "confusion",
            measured,
            remedies=() if m.balanced else (Remedy("Balance the classes", balance),),
        )


class LossMisfit:
    """A loss that asks the output for something else than the task does."""

    kind = "loss_misfit"
    explains = frozenset({"vanishing_gradient", "learning_rate_low", "underfitting"})
    before_training = True

    def find(self, m: Measurements, shown: bool) -> Finding | None:
        """Ask what suits the task: reach for numbers, or a gradient for wrong classes."""
        if not m.task.classifies:
            return self._out_of_reach(m, shown)
        loss, activation = m.experiment.training.loss, m.experiment.output.activation
        if loss.measures == "numbers":
            return self._muted(m, shown) if isinstance(loss, MeanSquaredError) else None
        if loss.measures == "distribution" and isinstance(activation, Sigmoid):
            return self._unbound(m)
        if not isinstance(activation, Sigmoid | Softmax):
            return self._no_probabilities(m)
        return None

    def _muted(self, m: Measurements, shown: bool) -> Finding | None:
        """Squared error behind a sigmoid or softmax: its gradient dies with their slope."""
        output = m.slopes.layers[-1]
        if output.grad_z is None:
            return None
        examples = output.a.shape[1]
        fitting = float(np.linalg.norm(output.a - m.targets)) / examples
        share = float(np.linalg.norm(output.grad_z)) / fitting if fitting > 0 else 1.0
        if not reached(1 - share, 1 - MUTED, shown):
            return None
        single = len(output.a) == 1
        better = LogLoss() if single else CategoricalCrossEntropy()
        activation = m.experiment.output.activation
        if not isinstance(activation, Sigmoid | Softmax):
            return None
        return Finding(
            self.kind,
            f"Squared error passes on {percent(share)} of the error",
            f"Its slope dies where {activation.title.lower()} is sure of a wrong class; "
            f"{better.title.lower()} passes on all of it.",
            "step",
            share,
            remedies=(Remedy(f"Use {better.title.lower()}", _classifying(single, activation)),),
        )

    def _unbound(self, m: Measurements) -> Finding | None:
        """Cross-entropy looks at the right class alone; only softmax ties the others to it."""
        rising = float((m.slopes.layers[-1].a > 0.5).sum(axis=0).mean())
        return Finding(
            self.kind,
            f"{figure(rising)} of {len(m.slopes.layers[-1].a)} classes answer at once",
            "Cross-entropy asks for the right class only: without softmax nothing calls the others "
            "back.",
            "confusion",
            rising,
            remedies=(Remedy("Use softmax", {"output.activation": Softmax()}),),
        )

    def _no_probabilities(self, m: Measurements) -> Finding | None:
        """Logarithms of outputs that are no probabilities."""
        outputs = m.slopes.layers[-1].a
        outside = float(((outputs < 0) | (outputs > 1)).mean())
        single = len(outputs) == 1
        return Finding(
            self.kind,
            f"{percent(outside)} of the outputs lie outside 0 to 1",
            f"{m.experiment.training.loss.title} expects probabilities, and "
            f"{m.experiment.output.activation.title.lower()} gives any number.",
            "activations",
            outside,
            remedies=(
                Remedy(
                    "Use sigmoid" if single else "Use softmax",
                    _classifying(single, Sigmoid() if single else Softmax()),
                ),
            ),
        )

    def _out_of_reach(self, m: Measurements, shown: bool) -> Finding | None:
        """Targets that a bounded output can never equal."""
        activation = m.experiment.output.activation
        low, high = activation.bounds()
        outside = float(((m.targets < low) | (m.targets > high)).mean())
        if not reached(outside, OUT_OF_REACH, shown):
            return None
        least, most = figure(float(m.targets.min())), figure(float(m.targets.max()))
        return Finding(
            self.kind,
            f"{percent(outside)} of the targets are out of reach",
            f"{activation.title} answers {figure(low)} to {figure(high)}; the targets run from "
            f"{least} to {most}.",
            "network",
            outside,
            remedies=(Remedy("Use identity", {"output.activation": Identity()}),),
        )


def _classifying(single: bool, activation: Any) -> dict[str, Any]:
    """Return the changes to an output activation with the loss that belongs to it."""
    loss: Any = CategoricalCrossEntropy()
    if single:
        loss = LogLoss()
    elif isinstance(activation, Sigmoid):
        activation = Softmax()
    return {"output.activation": activation, "training.loss": loss}
