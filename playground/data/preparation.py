"""From a data set to what a network is trained and tested on: split, then normalized."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.dataset import Dataset
from playground.data.own.drawings import NO_DRAWINGS, Fitting
from playground.data.own.painted import is_painted, order_by_place
from playground.data.rows import ByteRows
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


@dataclass(frozen=True, eq=False)
class Prepared:
    """A data set split into a training and a test part, normalized.

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
    tested_on_train
        No example was held back: the test part is the training part.
    own
        The user's own drawings, not normalized: training may mix them in; they belong to neither
        part.
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
    own: Fitting = NO_DRAWINGS

    def arrays(self) -> Iterator[NDArray[Any]]:
        """Yield every array that it holds, those of the data set too."""
        yield from self.dataset.arrays()
        for rows in (self.train_inputs, self.test_inputs):
            yield rows.values if isinstance(rows, ByteRows) else rows
        yield from (self.train_targets, self.test_targets, self.train_index, self.test_index)
        yield from (self.own.inputs, self.own.targets)


def prepare(dataset: Dataset, *, test_fraction: float, standardize: bool, seed: int) -> Prepared:
    """Split a data set and normalize both parts by what the training part alone shows.

    Parameters
    ----------
    dataset
        What to prepare.
    test_fraction
        The share of examples to hold back, 0 to below 1; 0 tests on the training part. A set with
        a test part of its own keeps to it.
    standardize
        Give each feature mean 0 and standard deviation 1 over the training part.
    seed
        Chooses the split; the same seed gives the same split.

    Raises
    ------
    DataError
        When the fraction leaves no example to train on.

    Examples
    --------
    >>> from playground import dataset, prepare
    >>> iris = prepare(dataset("iris"), test_fraction=0.2, standardize=True, seed=0)
    >>> iris.train_inputs.shape, iris.test_targets.shape
    ((120, 4), (30,))
    """
    if not 0 <= test_fraction < 1:
        raise DataError(
            f"The test part expects a fraction from 0 to below 1; {test_fraction:g} came: "
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
        test_index = _held_back(dataset, test_fraction, np.random.default_rng(seed))
        train_index = np.setdiff1d(everything, test_index, assume_unique=True)
    if len(train_index) == 0:
        raise DataError(
            f"Holding back {test_fraction:g} of {len(dataset)} examples leaves none to train on: "
            "choose a smaller test part."
        )
    train_inputs = _part(dataset, train_index)
    if standardize:
        normalization = Normalization.standardizing(train_inputs)
    else:
        normalization = Normalization.identity(dataset.features)
    return Prepared(
        dataset=dataset,
        normalization=normalization,
        train_inputs=_normalized(train_inputs, normalization),
        train_targets=dataset.targets[train_index],
        test_inputs=_normalized(_part(dataset, test_index), normalization),
        test_targets=dataset.targets[test_index],
        train_index=train_index,
        test_index=test_index,
        tested_on_train=tested_on_train,
    )


def _part(dataset: Dataset, index: Indices) -> Floats | ByteRows:
    inputs = dataset.inputs
    return inputs.part(index) if isinstance(inputs, ByteRows) else inputs[index]


def _normalized(rows: Floats | ByteRows, normalization: Normalization) -> Floats | ByteRows:
    if isinstance(rows, ByteRows):
        return rows.normalized(normalization.mean, normalization.scale)
    return normalization.apply(rows)


def _held_back(dataset: Dataset, fraction: float, rng: np.random.Generator) -> Indices:
    """Return the test part's rows: each class in its share, rounded so that the total is right."""
    total = math.ceil(len(dataset) * fraction)
    if not dataset.labelled:
        return np.sort(rng.permutation(len(dataset))[:total])
    members = [_shuffled(dataset, k, rng) for k in range(len(dataset.class_names))]
    shares = np.array([len(rows) * total / len(dataset) for rows in members])
    counts = np.floor(shares).astype(int)
    largest_remainders = np.argsort(counts - shares, kind="stable")[: total - counts.sum()]
    counts[largest_remainders] += 1
    chosen = [rows[:count] for rows, count in zip(members, counts, strict=True)]
    return np.sort(np.concatenate(chosen))


def _shuffled(dataset: Dataset, label: int, rng: np.random.Generator) -> Indices:
    """Return a class's rows in random order.

    That of painted points hangs on their places alone: they keep their side while others are
    painted.
    """
    rows = dataset.examples_of(label)
    if is_painted(dataset):
        return rows[order_by_place(np.asarray(dataset.inputs)[rows], rng)]
    return rng.permutation(rows)
