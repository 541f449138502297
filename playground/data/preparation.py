"""From a data set to what a network is trained and tested on: split, then normalized."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playground.data.dataset import Dataset
from playground.data.own.drawings import NO_DRAWINGS, Fitting
from playground.data.own.painted import is_painted, order_by_place
from playground.data.rows import ByteRows, part
from playground.errors import DataError

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Normalization:
    """What is done to every feature before the network sees it: (x − mean) / scale.

    Parameters
    ----------
    mean, scale
        float32 of shape (features,); 0 and 1 leave a feature as it is.
    """

    mean: Floats
    scale: Floats

    @classmethod
    def identity(cls, features: int) -> Normalization:
        """Return the normalization that changes nothing."""
        return cls(np.zeros(features, np.float32), np.ones(features, np.float32))

    @classmethod
    def standardizing(cls, inputs: Floats | ByteRows) -> Normalization:
        """Return the one that gives each feature mean 0 and standard deviation 1 over ``inputs``.

        A feature that is the same in every example has nothing to scale: its scale is 1.
        """
        if isinstance(inputs, ByteRows):
            mean, deviation = inputs.moments()
            constant = deviation == 0
        else:
            mean = inputs.mean(axis=0, dtype=np.float64)
            deviation = inputs.std(axis=0, dtype=np.float64)
            constant = inputs.min(axis=0) == inputs.max(axis=0)
        scale = np.where(constant, 1.0, deviation)
        return cls(mean.astype(np.float32), scale.astype(np.float32))

    @property
    def active(self) -> bool:
        """Whether it changes anything."""
        return bool(self.mean.any() or (self.scale != 1).any())

    def apply(self, inputs: Floats) -> Floats:
        """Return the normalized inputs, shape (…, features), as a new array."""
        return (np.asarray(inputs, np.float32) - self.mean) / self.scale


PARTS = {"train": "training", "validation": "validation", "test": "test"}
"""What a sentence calls each part."""


class Part(NamedTuple):
    """Some of the examples: normalized inputs, and which rows of the data set they are."""

    inputs: Floats | ByteRows
    rows: Indices


@dataclass(frozen=True, eq=False)
class Prepared:
    """A data set split into a training part, a test part and perhaps a validation part, normalized.

    Parameters
    ----------
    dataset
        Where the examples come from; its inputs are not normalized.
    normalization
        Fitted on the training part alone.
    train_inputs, test_inputs
        Normalized float32 of shape (examples, features), C-contiguous, or bytes that become it.
    train_targets, test_targets
        Labels (examples,) or regression values (examples, 1).
    train_index, test_index
        The rows of ``dataset`` that each part holds, ascending.
    validation
        What is held back from training to choose by, such as the best moment; None where nothing
        is.
    tested_on_train
        No example was held back for testing: the test part is the training part.
    own
        The user's own drawings, not normalized: training may mix them in; they belong to no part.
    """

    dataset: Dataset
    normalization: Normalization
    train_inputs: Floats | ByteRows
    train_targets: NDArray[np.int64] | Floats
    test_inputs: Floats | ByteRows
    test_targets: NDArray[np.int64] | Floats
    train_index: Indices
    test_index: Indices
    tested_on_train: bool
    validation: Part | None = None
    own: Fitting = NO_DRAWINGS

    def arrays(self) -> Iterator[NDArray[Any]]:
        """Yield every array that it holds, those of the data set too."""
        yield from self.dataset.arrays()
        for rows, index in self.parts.values():
            yield from (rows.values if isinstance(rows, ByteRows) else rows, index)
        yield from (self.train_targets, self.test_targets)
        yield from (self.own.inputs, self.own.targets)

    @property
    def parts(self) -> dict[str, Part]:
        """The parts that there are, by their names in :data:`PARTS` and in that order."""
        parts = {"train": Part(self.train_inputs, self.train_index)}
        if self.validation is not None:
            parts["validation"] = self.validation
        if not self.tested_on_train:
            parts["test"] = Part(self.test_inputs, self.test_index)
        return parts

    def target_rows(self, part: Part, outputs: int) -> Floats | ByteRows:
        """Return what so many output units should be; see :meth:`Task.target_rows`."""
        targets = self.dataset.targets[part.rows]
        return self.dataset.task.target_rows(part.inputs, targets, outputs)

    def rows_of(self, name: str) -> Indices:
        """Return the rows of the data set that a part of a name holds."""
        return self.parts[name].rows if name in self.parts else self.test_index

    def part_of(self, row: int) -> str | None:
        """Return the name of the part of an example of the data set, None where few left it out."""
        return next((name for name, part in self.parts.items() if row in part.rows), None)


def prepare(
    dataset: Dataset,
    *,
    test_fraction: float,
    validation_fraction: float = 0.0,
    few: int | None = None,
    standardize: bool,
    seed: int,
) -> Prepared:
    """Split a data set and normalize its parts by what the training part alone shows.

    Parameters
    ----------
    dataset
        What to prepare.
    test_fraction
        The share of examples to hold back, 0 to below 1; 0 tests on the training part. A set with
        a test part of its own keeps to it.
    validation_fraction
        The share of the training part to hold back from training as well, 0 to below 1; the test
        part stays as it is.
    few
        How many training examples of each class to learn from, drawn by the seed, of a data set
        with labels; None for all.
    standardize
        Give each feature mean 0 and standard deviation 1 over the training part.
    seed
        Chooses the split; the same seed gives the same split.

    Raises
    ------
    DataError
        When the fractions leave no example to train on.

    Examples
    --------
    >>> from playground import dataset, prepare
    >>> iris = prepare(dataset("iris"), test_fraction=0.2, standardize=True, seed=0)
    >>> iris.train_inputs.shape, iris.test_targets.shape
    ((120, 4), (30,))
    """
    for name, fraction in (("test", test_fraction), ("validation", validation_fraction)):
        if not 0 <= fraction < 1:
            raise DataError(
                f"The {name} part expects a fraction from 0 to below 1; {fraction:g} came: "
                "0.2 holds back every fifth example."
            )
    everything = np.arange(len(dataset), dtype=np.int64)
    tested_on_train = dataset.indivisible or (test_fraction == 0 and dataset.test_part is None)
    if tested_on_train:
        train_index = test_index = everything
    elif dataset.test_part is not None:
        test_index = dataset.test_part
        train_index = np.setdiff1d(everything, test_index, assume_unique=True)
    else:
        test_index = _held_back(dataset, everything, test_fraction, np.random.default_rng(seed))
        train_index = np.setdiff1d(everything, test_index, assume_unique=True)
    if len(train_index) == 0:
        raise DataError(
            f"Holding back {test_fraction:g} of {len(dataset)} examples leaves none to train on: "
            "choose a smaller test part."
        )
    validation_index = None
    if validates(dataset, validation_fraction):
        rng = np.random.default_rng([seed, 1])
        validation_index = _held_back(dataset, train_index, validation_fraction, rng)
        if len(validation_index) == len(train_index):
            raise DataError(
                f"Holding back {validation_fraction:g} of {len(train_index)} training examples "
                "leaves none to train on: choose a smaller validation part."
            )
        train_index = np.setdiff1d(train_index, validation_index, assume_unique=True)
    if few is not None and dataset.labelled:
        train_index = _few(dataset, train_index, few, np.random.default_rng([seed, 2]))
    if tested_on_train:
        test_index = train_index
    train_inputs = part(dataset.inputs, train_index)
    if standardize:
        normalization = Normalization.standardizing(train_inputs)
    else:
        normalization = Normalization.identity(dataset.features)

    def held_back(index: Indices | None) -> Part | None:
        if index is None:
            return None
        return Part(_normalized(part(dataset.inputs, index), normalization), index)

    train = Part(_normalized(train_inputs, normalization), train_index)
    validation = held_back(validation_index)
    test = held_back(None if tested_on_train else test_index) or train
    return Prepared(
        dataset=dataset,
        normalization=normalization,
        train_inputs=train.inputs,
        train_targets=dataset.targets[train_index],
        test_inputs=test.inputs,
        test_targets=dataset.targets[test_index],
        train_index=train_index,
        test_index=test_index,
        tested_on_train=tested_on_train,
        validation=validation,
    )


def validates(dataset: Dataset, validation_fraction: float) -> bool:
    """Return whether a data set has a validation part, for a share of its training part."""
    return validation_fraction > 0 and not dataset.indivisible


def _normalized(rows: Floats | ByteRows, normalization: Normalization) -> Floats | ByteRows:
    if isinstance(rows, ByteRows):
        return rows.normalized(normalization.mean, normalization.scale)
    return normalization.apply(rows)


def _held_back(
    dataset: Dataset, among: Indices, fraction: float, rng: np.random.Generator
) -> Indices:
    """Return a share of some rows: each class in its share, rounded so that the total is right."""
    total = math.ceil(len(among) * fraction)
    if not dataset.labelled:
        return np.sort(rng.permutation(among)[:total])
    every = (_shuffled(dataset, k, rng) for k in range(len(dataset.class_names)))
    members = [rows[np.isin(rows, among, assume_unique=True)] for rows in every]
    shares = np.array([len(rows) * total / len(among) for rows in members])
    counts = np.floor(shares).astype(int)
    largest_remainders = np.argsort(counts - shares, kind="stable")[: total - counts.sum()]
    counts[largest_remainders] += 1
    chosen = [rows[:count] for rows, count in zip(members, counts, strict=True)]
    return np.sort(np.concatenate(chosen))


def _few(dataset: Dataset, among: Indices, few: int, rng: np.random.Generator) -> Indices:
    """Return so many rows of each class, or all where there are fewer."""
    every = (_shuffled(dataset, k, rng) for k in range(len(dataset.class_names)))
    members = [rows[np.isin(rows, among, assume_unique=True)] for rows in every]
    return np.sort(np.concatenate([rows[:few] for rows in members]))


def _shuffled(dataset: Dataset, label: int, rng: np.random.Generator) -> Indices:
    """Return a class's rows in random order.

    That of painted points hangs on their places alone: they keep their side while others are
    painted.
    """
    rows = dataset.examples_of(label)
    if is_painted(dataset):
        return rows[order_by_place(np.asarray(dataset.inputs)[rows], rng)]
    return rng.permutation(rows)
