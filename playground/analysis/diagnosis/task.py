"""Faults of the task as it is put: inputs, classes, and a loss that asks for something else."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.analysis.diagnosis.finding import Finding, Remedy, figure, percent, reached
from playground.analysis.diagnosis.measurements import Measurements
from playground.data.tasks import predicted_labels
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

SURE = 0.95
"""How sure an answer is of itself from which on a sigmoid passes on less than a twentieth of the
error: its slope is a·(1 − a)."""

SURELY_WRONG = 0.05
"""Share of the examples whose wrong answer is that sure. A squared error that trains well soon has
none of them."""

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
        """Compare the features' spreads, as the network gets them, where they may have scales."""
        if m.dataset.kind.one_scale or len(m.sample) < FEWEST_EXAMPLES:
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
            f"Input scales differ by a factor of {figure(measured)}",
            f"{names[wide][0].upper()}{names[wide][1:]} varies by {figure(float(spreads[wide]))}, "
            f"{names[narrow]} by {figure(float(spreads[narrow]))}: one drowns out the other.",
            "network",
            measured,
            remedies=(
                Remedy(
                    "Start again with standardized inputs",
                    {"data.standardize": True},
                    needs_reset=True,
                ),
            ),
        )


class ClassImbalance:
    """A class so rare that ignoring it costs next to nothing."""

    kind = "class_imbalance"
    explains = frozenset({"underfitting", "overfitting"})
    before_training = True

    def find(self, m: Measurements, shown: bool) -> Finding | None:
        """Find a rare class that is not learned, or that no step has taught yet."""
        if not (m.task.classifies and m.dataset.labelled):
            return None  # of what comes next much is rare by nature
        if m.balanced and m.epochs_since < BALANCED_FOR:
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
            f"That is {count} of {grouped(total)} for training: ignoring them costs the network "
            "almost nothing.",
        )
        measured = count / equal
        balance = {"training.balance_classes": True}
        if m.snapshot.step:
            read, recall = m.confusion, m.confusion.recall
            others = float(np.delete(recall, label)[np.delete(present, label)].mean())
            measured = others - float(recall[label])
            if not reached(measured, MISSED, shown):
                return None
            found, there = read.counts[label, label], read.support[label]
            headline = (
                f"{found or 'None'} of the {grouped(there)} {m.noun}s of class {name} are "
                "recognized"
            )
            explanation = (
                f"{percent(others)} of the others are. Only {percent(count / total)} of the "
                f"training {m.noun}s are of this class, so ignoring it costs little."
            )
            if m.balanced:
                explanation = (
                    f"{percent(others)} of the others are, although all classes are now drawn "
                    "equally often."
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
        """Squared error behind a sigmoid or softmax: their slope is next to 0 at sure mistakes."""
        output, activation = m.slopes.layers[-1], m.experiment.output.activation
        if output.grad_z is None or not isinstance(activation, Sigmoid | Softmax):
            return None
        answers, single = m.answers, len(m.answers) == 1
        sure = np.maximum(answers, 1 - answers)[0] if single else answers.max(axis=0)
        wrong = predicted_labels(answers) != predicted_labels(m.targets)
        lost = wrong & (sure >= SURE)
        if not reached(float(lost.mean()), SURELY_WRONG, shown):
            return None
        error = np.linalg.norm((answers - m.targets)[:, lost])
        slopes = output.grad_z.reshape(answers.shape)[:, lost]
        share = float(np.linalg.norm(slopes) * answers.shape[1] / error)
        better = LogLoss() if single else CategoricalCrossEntropy()
        slope, title = activation.title.lower(), better.title.lower()
        sample = f"on {percent(float(lost.mean()))} of the training {m.noun}s"
        if answers.shape[1] > len(m.sample):
            sample = f"in {percent(float(lost.mean()))} of its answers"
        return Finding(
            self.kind,
            f"Only {percent(share)} of the error signal gets through",
            f"The network is confidently wrong {sample}. Where the {slope} is so sure, its slope "
            f"is almost 0, and squared error has to pass it; {title} does not.",
            "mistakes",
            share,
            remedies=(Remedy(f"Use {title}", _classifying(single, activation)),),
        )

    def _unbound(self, m: Measurements) -> Finding | None:
        """Cross-entropy looks at the right class alone; only softmax ties the others to it."""
        rising = float((m.answers > 0.5).sum(axis=0).mean())
        return Finding(
            self.kind,
            f"On average {figure(rising)} of {len(m.answers)} outputs exceed 0.5",
            "Cross-entropy rewards only the right class: without softmax, nothing pushes the "
            "others down.",
            "activations",
            rising,
            remedies=(Remedy("Use softmax", {"output.activation": Softmax()}),),
        )

    def _no_probabilities(self, m: Measurements) -> Finding | None:
        """Logarithms of outputs that are no probabilities."""
        outputs = m.answers
        outside = float(((outputs < 0) | (outputs > 1)).mean())
        single = len(outputs) == 1
        activation = m.experiment.output.activation
        low, high = (figure(bound) for bound in activation.bounds())
        return Finding(
            self.kind,
            f"{percent(outside)} of the outputs lie outside 0 to 1",
            f"{m.experiment.training.loss.title} expects probabilities, but "
            f"{activation.title.lower()} gives numbers from {low} to {high}.",
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
            f"{activation.title} gives numbers from {figure(low)} to {figure(high)}, but the "
            f"targets run from {least} to {most}.",
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
