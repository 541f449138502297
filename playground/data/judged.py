"""A data set as a discriminator is asked about it: which examples are real, and which are made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar
from weakref import WeakKeyDictionary

import numpy as np

from playground.data.dataset import Dataset
from playground.data.tasks import Classification
from playground.errors import FieldError
from playground.nn.activations import Activation, Identity, Linear, Sigmoid, Softmax
from playground.nn.losses import Loss, MeanSquaredError

MADE, REAL = "made", "real"

OF_ANY, BY_CLASS = "real", "real_by_class"
"""The targets of a discriminator: that an example is real, or of which class."""


@dataclass(frozen=True)
class RealOrMade(Classification):
    """An example is real, or of its class, or it was made by a generator."""

    kind: ClassVar[str] = "real_or_made"
    title: ClassVar[str] = "Real or made"
    verb: ClassVar[str] = "judged"

    of: Dataset
    """The data set as it is, with the targets that its examples have."""

    by_class: bool = False
    """Asked is the class of what is real, or ``made``, else whether it is real, by one output."""

    def fitting_activation(self, activation: Activation) -> Activation:
        """Return what can answer: of one output a sigmoid in place of softmax."""
        if self.by_class:
            return super().fitting_activation(activation)
        return Sigmoid() if isinstance(activation, Softmax) else activation

    def fitting_loss(self, activation: Activation) -> Loss:
        """Return squared error where one output may give any number."""
        if not self.by_class and isinstance(activation, Identity | Linear):
            return MeanSquaredError()
        return super().fitting_loss(activation)


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
            "numbers: choose other data, or another target.",
        )
    if by_class and not dataset.task.classifies:
        raise FieldError(
            "data.name",
            f"{dataset.title} has no classes that a generator could be asked for: choose other "
            "data, or the target “real or made”.",
        )
    known = _known.setdefault(dataset, {})
    if by_class not in known:
        known[by_class] = replace(
            dataset,
            task=RealOrMade(dataset, by_class),
            targets=dataset.targets.copy() if by_class else np.ones(len(dataset), np.int64),
            class_names=(*dataset.class_names, MADE) if by_class else (MADE, REAL),
        )
    return known[by_class]


def unjudged(dataset: Dataset) -> Dataset:
    """Return the data set as it is, with the classes that its examples have."""
    return dataset.task.of if isinstance(dataset.task, RealOrMade) else dataset
