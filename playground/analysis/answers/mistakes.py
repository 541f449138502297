"""Which of a part's answers are worth a look, and in which order."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playground.analysis.answers.confusion import UNANSWERED
from playground.analysis.answers.part_answers import PartAnswers

Order = Literal[
    "surest", "least_sure", "class", "barely_right", "largest", "smallest", "high", "low"
]

CLASS_ORDERS: tuple[Order, ...] = ("surest", "least_sure", "class", "barely_right")
VALUE_ORDERS: tuple[Order, ...] = ("largest", "high", "low")
ERROR_ORDERS: tuple[Order, ...] = ("largest", "smallest")
"""Where the examples themselves are asked for."""

Places = NDArray[np.intp]


def ordered(
    answers: PartAnswers, order: Order, true: int | None = None, predicted: int | None = None
) -> Places:
    """Return the places of the answers to look at, the first one first.

    Parameters
    ----------
    answers
        What the network answered.
    order
        Mistakes from the most (``surest``) or the least confident, or by true and then predicted
        class, the most confident first; or the right answers by their margin, the narrowest first
        (``barely_right``). For regression: all answers by the size of the error, by how much they
        are too high, or by how much they are too low; ``smallest`` begins with the best ones.
    true, predicted
        Only examples of this class, and only those read as this one; for classes only.

    Returns
    -------
    intp (n,), places of ``answers``. Answers that are no numbers come last; they are
    neither too high nor too low.
    """
    if answers.regression:
        return _by_error(answers, order)
    kept = answers.right if order == "barely_right" else ~answers.right
    if true is not None:
        kept = kept & (answers.targets == true)
    if predicted is not None:
        kept = kept & (answers.predicted == predicted)
    places = np.flatnonzero(kept)
    confidence = np.nan_to_num(answers.confidence[places], nan=-1.0)
    if order == "barely_right":
        keys: tuple[NDArray[np.float64], ...] = (answers.margin[places],)
    elif order == "least_sure":
        keys = (np.where(confidence < 0, np.inf, confidence),)
    elif order == "class":
        read = np.where(
            answers.predicted[places] == UNANSWERED, answers.classes, answers.predicted[places]
        )
        keys = (-confidence, read, answers.targets[places])
    else:
        keys = (-confidence,)
    return places[np.lexsort(keys)]


def pair(answers: PartAnswers, true: int, predicted: int) -> Places:
    """Return the places of the examples of one class read as one class, the surest first."""
    places = np.flatnonzero((answers.targets == true) & (answers.predicted == predicted))
    return places[np.argsort(-answers.confidence[places], kind="stable")]


def _by_error(answers: PartAnswers, order: Order) -> Places:
    error = answers.predicted - answers.targets
    size = np.abs(error)
    key = {"high": -error, "low": error, "smallest": size}.get(order, -size)
    places = np.argsort(key, kind="stable")
    if order not in ("high", "low"):
        return places
    on_that_side = (error > 0) if order == "high" else (error < 0)
    kept: Places = places[on_that_side[places]]
    return kept
