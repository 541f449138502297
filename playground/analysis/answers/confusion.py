"""Which classes a network takes for which, and how well it reads each of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

UNANSWERED = -1
"""Stands for the predicted class where the outputs are no numbers."""

Labels = NDArray[np.integer[Any]]
Scores = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Confusion:
    """How often each class was read as each class.

    With TP the examples of a class that were read as it, each class has ::

        precision = TP / read as the class
        recall    = TP / examples of the class
        F1        = 2 TP / (read as the class + examples of the class)

    F1 is the harmonic mean of the other two. What would divide by zero is NaN: the precision of a
    class that was never read, the recall of a class without examples.

    Attributes
    ----------
    counts
        int64 (classes, classes): a row a true class, a column a predicted one.
    unanswered
        int64 (classes,): a class's examples for which the outputs were no numbers. They count as
        examples of the class that were not read right.
    """

    counts: NDArray[np.int64]
    unanswered: NDArray[np.int64]

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self.counts)

    @property
    def examples(self) -> int:
        """The number of examples, unanswered ones among them."""
        return int(self.support.sum())

    @cached_property
    def support(self) -> NDArray[np.int64]:
        """How many examples each class has, (classes,)."""
        total: NDArray[np.int64] = self.counts.sum(axis=1) + self.unanswered
        return total

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        """How many examples were read as each class, (classes,)."""
        total: NDArray[np.int64] = self.counts.sum(axis=0)
        return total

    @property
    def right(self) -> int:
        """The number of examples read right."""
        return int(np.trace(self.counts))

    @property
    def accuracy(self) -> float:
        """The share of all examples that were read right; NaN without examples."""
        return self.right / self.examples if self.examples else float("nan")

    @cached_property
    def rates(self) -> Scores:
        """Each row's shares, (classes, classes); NaN in the row of a class without examples."""
        return ratio(self.counts, self.support[:, np.newaxis])

    @cached_property
    def precision(self) -> Scores:
        """Each class's precision, (classes,)."""
        return ratio(np.diag(self.counts), self.predicted)

    @cached_property
    def recall(self) -> Scores:
        """Each class's recall, (classes,)."""
        return ratio(np.diag(self.counts), self.support)

    @cached_property
    def f1(self) -> Scores:
        """Each class's F1, (classes,)."""
        return ratio(2 * np.diag(self.counts), self.support + self.predicted)

    def most_frequent_mistake(self) -> tuple[int, int] | None:
        """Return the true and the predicted class confused most often, or None without mistakes."""
        wrong = self.counts - np.diag(np.diag(self.counts))
        if not wrong.any():
            return None
        row, column = np.unravel_index(int(wrong.argmax()), wrong.shape)
        return int(row), int(column)


def confusion(labels: Labels, predicted: Labels, classes: int) -> Confusion:
    """Count how often each class was read as each class.

    Parameters
    ----------
    labels
        The true classes, (examples,).
    predicted
        The predicted ones, (examples,), or ``UNANSWERED``.
    classes
        How many classes there are.
    """
    answered = predicted != UNANSWERED
    pairs = labels[answered] * classes + predicted[answered]
    counts = np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)
    unanswered = np.bincount(labels[~answered], minlength=classes)
    return Confusion(counts.astype(np.int64), unanswered.astype(np.int64))


def mean_of_defined(scores: Scores) -> float:
    """Return the macro average of the classes that have a score; NaN where none has."""
    defined = scores[np.isfinite(scores)]
    return float(defined.mean()) if len(defined) else float("nan")


def ratio(above: NDArray[Any], below: NDArray[np.integer[Any]]) -> Scores:
    """Return above / below, NaN where that is 0; ``below`` is broadcast."""
    below = np.broadcast_to(below, above.shape)
    empty = np.full(above.shape, np.nan)
    shares: Scores = np.divide(above, below, out=empty, where=below > 0)
    return shares
