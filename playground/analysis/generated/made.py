"""What a generator makes of the same noise at the moments of its training, and how it is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.judged import MADE, unjudged
from playground.data.kinds import DataKind
from playground.data.preparation import Prepared
from playground.training.model import Model
from playground.training.moment import Moment
from playground.training.scores import examiner_of
from playground.training.snapshot import Snapshot

COUNT = 120
"""What is made to be looked at."""

_AT_ONCE = 2048

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Made:
    """What was made of the same noise at a moment.

    Attributes
    ----------
    moment
        Whose network made it.
    given
        (n, noise + classes): what it was made of.
    rows
        (n, features), in the data's own values.
    believed
        (n,): how far the discriminator believes each is real, from 0 to 1.
    read
        As what an examiner who has no part in the game reads each; empty where there is none.
    """

    moment: Snapshot
    given: Floats
    rows: Floats
    believed: Floats
    read: tuple[str, ...]

    def is_of(self, moment: Snapshot) -> bool:
        """Return whether the networks of a moment make just this."""
        return self.moment.same_network(moment)


def shows_made(kind: DataKind) -> bool:
    """Return whether what is made of a kind of data can be seen: pictures, or points."""
    return kind.pictures or kind.on_plane


def made_index(model: Model) -> int:
    """Return the class of what is made: the last of several, the first of two."""
    names = model.dataset.class_names
    return len(names) - 1 if names[-1] == MADE else 0


def believed(model: Model, rows: Floats) -> Floats:
    """Return how far the discriminator believes that rows (n, features) are real, (n,)."""
    shares: Floats = 1 - model.probabilities(rows)[:, made_index(model)]
    return shares


def believes_of(model: Model, shares: Floats) -> float:
    """Return how far what has these shares (classes,) is believed to be real."""
    return 1 - float(shares[made_index(model)])


def made_question(
    count: int = COUNT, moment: Moment | None = None
) -> Callable[[Model, Prepared], Made]:
    """Return the question what is made of the same noise, at a moment or when it is asked."""

    def question(model: Model, prepared: Prepared) -> Made:
        if moment is not None:
            model = model.at(moment)
        shown = model.snapshot
        assert shown is not None
        given = model.noise(count)
        rows = model.made(given)
        return Made(shown, given, rows, believed(model, rows), read_by_examiner(rows, prepared))

    return question


def believed_question(rows: Floats) -> Callable[[Model, Prepared], Floats]:
    """Return the question how far rows (n, features) are believed to be real, (n,)."""
    return lambda model, _: believed(model, rows)


def read_by_examiner(rows: Floats, prepared: Prepared) -> tuple[str, ...]:
    """Return as what an examiner reads made rows (n, features); nothing where there is none."""
    examiner = examiner_of(prepared.dataset)
    if examiner is None or examiner.classes_ is None:
        return ()
    with np.errstate(all="ignore"):
        chosen = examiner.twin().forward(rows.T.astype(np.float32)).argmax(axis=0)
    return tuple(str(examiner.classes_[place]) for place in chosen.tolist())


def real_shares(prepared: Prepared) -> dict[str, float]:
    """Return each class's share of the training examples; nothing where they have no classes."""
    dataset = unjudged(prepared.dataset)
    if not dataset.task.classifies:
        return {}
    labels = dataset.targets[prepared.train_index].astype(np.intp)
    shares = np.bincount(labels, minlength=len(dataset.class_names)) / len(labels)
    return dict(zip(dataset.class_names, shares.tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class Nearest:
    """The training example that is most like each of what was made.

    Attributes
    ----------
    indices
        Rows of the data set, (n,).
    distances
        The mean squared difference of a value, in the data's own, (n,).
    """

    indices: NDArray[np.int64]
    distances: Floats


def nearest_question(rows: Floats) -> Callable[[Model, Prepared], Nearest]:
    """Return the question which training examples are most like rows (n, features)."""

    def question(model: Model, prepared: Prepared) -> Nearest:
        best = np.full(len(rows), np.inf)
        indices = np.zeros(len(rows), np.int64)
        every = prepared.train_index
        sizes = (rows**2).sum(axis=1)
        for start in range(0, len(every), _AT_ONCE):
            model.breathe()
            some = every[start : start + _AT_ONCE]
            real = np.asarray(prepared.dataset.inputs[some], rows.dtype)
            away = sizes[:, np.newaxis] - 2 * rows @ real.T + (real**2).sum(axis=1)
            place = away.argmin(axis=1)
            closer = away[np.arange(len(rows)), place] < best
            best[closer] = away[closer, place[closer]]
            indices[closer] = some[place[closer]]
        return Nearest(indices, np.maximum(best, 0) / rows.shape[1])

    return question


def noise_effects(model: Model, given: Floats, size: int) -> Floats:
    """Return how much each number of the noise changes what is made, (size,).

    The mean squared change of a value as the number goes from −2 to 2, the others staying.
    """
    low, high = (np.repeat(given[np.newaxis], size, axis=0) for _ in range(2))
    numbers = np.arange(size)
    low[numbers, numbers], high[numbers, numbers] = -2.0, 2.0
    change = model.made(high) - model.made(low)
    effects: Floats = (change**2).mean(axis=1)
    return effects
