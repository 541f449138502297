"""A data set as a discriminator is asked about it: which examples are real, and which are made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar
from weakref import WeakKeyDictionary

import numpy as np

from playground.data.dataset import Dataset
from playground.data.tasks import Classification
from playground.errors import FieldError

MADE, REAL = "made", "real"


@dataclass(frozen=True)
class RealOrMade(Classification):
    """An example is real, or of its class, or it was made by a generator."""

    kind: ClassVar[str] = "real_or_made"
    title: ClassVar[str] = "Real or made"
    verb: ClassVar[str] = "judged"

    of: Dataset
    """The data set as it is, with the targets that its examples have."""


_known: WeakKeyDictionary[Dataset, dict[bool, Dataset]] = WeakKeyDictionary()


def judged(dataset: Dataset, *, by_class: bool) -> Dataset:
    """Return the same examples, all of them real; the same object for the same data set.

    ``by_class`` keeps their classes, behind which one more stands for what is made.

    Raises
    ------
    FieldError
        With the path ``data.name``, where nothing like them can be made.
    """
    if dataset.kind.axes == 2:
        raise FieldError(
            "data.name",
            f"{dataset.title} has sequences, and a generator makes pictures, points and rows of "
            "numbers: choose other data, or the recipe Supervised.",
        )
    if by_class and not dataset.task.classifies:
        raise FieldError(
            "data.name",
            f"{dataset.title} has no classes that a generator could be asked for: choose other "
            "data, or make it without being asked (Conditional off).",
        )
    known = _known.setdefault(dataset, {})
    if by_class not in known:
        known[by_class] = replace(
            dataset,
            task=RealOrMade(dataset),
            targets=dataset.targets.copy() if by_class else np.ones(len(dataset), np.int64),
            class_names=(*dataset.class_names, MADE) if by_class else (MADE, REAL),
        )
    return known[by_class]


def as_it_is(dataset: Dataset) -> Dataset:
    """Return what a data set was before it was asked about for a discriminator; else itself."""
    return dataset.task.of if isinstance(dataset.task, RealOrMade) else dataset
