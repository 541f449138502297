"""What there is to say of a data set in numbers: counts, ranges, means, and how values spread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.dataset import Dataset
from playground.data.preparation import Prepared
from playground.data.rows import NO_TOKEN, ByteRows, TokenRows

BINS = 24
_ROWS = 256
"""Rows that are made floats at a time: few enough for the processor's cache."""

_VALUES = 2_000_000
"""Values that are made floats at a time."""

Floats = NDArray[np.floating[Any]]
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Histogram:
    """How many values fall into bins of equal width.

    Attributes
    ----------
    low, high
        The first bin's lower and the last bin's upper edge.
    counts
        (series, bins): a series for each class, or for the training and the test part.
    """

    low: float
    high: float
    counts: Counts


@dataclass(frozen=True, eq=False)
class FiveNumbers:
    """One feature, or a regression's target, in five numbers."""

    minimum: float
    mean: float
    median: float
    maximum: float
    deviation: float


@dataclass(frozen=True, eq=False)
class DataSummary:
    """All of it is of the training part, which alone decides a normalization.

    Attributes
    ----------
    low, high, mean, deviation
        Of all values of all features.
    class_means
        (classes, features), NaN for a class without training examples.
    feature_means, feature_deviations
        (features,) each; the deviation is Σ(x − mean)² / n under a root.
    features
        A table's or a plane's features in numbers, or those of each step of a sequence over all
        steps that are there; empty for pictures.
    histograms
        As many, a series for each class, or a single one where an example has none.
    target, target_histogram
        A regression's target: its figures in the training part, and a series for each part.
    """

    low: float
    high: float
    mean: float
    deviation: float
    class_means: Floats
    feature_means: Floats
    feature_deviations: Floats
    features: tuple[FiveNumbers, ...] = ()
    histograms: tuple[Histogram, ...] = ()
    target: FiveNumbers | None = None
    target_histogram: Histogram | None = None


def summarize(prepared: Prepared, breathe: Callable[[], None] = lambda: None) -> DataSummary:
    """Return a prepared data set's summary.

    Parameters
    ----------
    prepared
        Bytes are made floats a piece at a time.
    breathe
        Called between two pieces of work.
    """
    dataset = prepared.dataset
    classes = len(dataset.class_names) if dataset.labelled else 0
    train = class_counts(prepared)[0]
    low, high = np.inf, -np.inf
    sums = np.zeros((max(classes, 1), dataset.features))
    squares = np.zeros(dataset.features)
    # Sums of what is left of a typical row lose no digits where values are large and alike.
    origin = np.array(dataset.inputs[prepared.train_index[0]], np.float32)
    for start in range(0, len(prepared.train_index), _ROWS):
        index = prepared.train_index[start : start + _ROWS]
        rows = dataset.inputs[index]
        low, high = min(low, float(rows.min())), max(high, float(rows.max()))
        rows -= origin
        squares += np.einsum("ij,ij->j", rows, rows)
        sums += _members(dataset, index) @ rows
        breathe()
    count = len(prepared.train_index)
    shift = sums.sum(axis=0) / count
    means = shift + origin
    variances = np.maximum(squares / count - shift**2, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        class_means = sums[:classes] / train[:classes, np.newaxis] + origin
    overall = float(means.mean())
    spread = float(np.sqrt((variances + (means - overall) ** 2).mean()))
    figures, histograms = [], []
    if not dataset.kind.pictures:
        labels = np.zeros(count, np.int64)
        if dataset.labelled:
            labels = prepared.train_targets.astype(np.int64)
        if dataset.steps:
            labels = np.tile(labels, (dataset.steps, 1))
        if isinstance(dataset.inputs, TokenRows):
            labels = labels[dataset.inputs.values[prepared.train_index].T != NO_TOKEN]
        for column in _columns(prepared, breathe):
            figures.append(_figures(column))
            histograms.append(_histogram(column, labels.ravel(), max(classes, 1)))
            breathe()
    target = target_histogram = None
    if not (dataset.labelled or dataset.task.at_every_step):
        parts = [part.rows for part in prepared.parts.values()]
        values = dataset.targets[np.concatenate(parts), 0].astype(np.float64)
        series = np.repeat(np.arange(len(parts)), [len(index) for index in parts])
        target = _figures(values[:count])
        target_histogram = _histogram(values, series, len(parts))
    return DataSummary(
        low=low,
        high=high,
        mean=overall,
        deviation=spread,
        class_means=class_means,
        feature_means=means,
        feature_deviations=np.sqrt(variances),
        features=tuple(figures),
        histograms=tuple(histograms),
        target=target,
        target_histogram=target_histogram,
    )


def class_counts(prepared: Prepared) -> tuple[Counts, ...]:
    """Return how many examples of each part each class has, or steps at which it is right.

    (classes,) each.
    """
    dataset = prepared.dataset
    classes = len(dataset.class_names)
    return tuple(
        np.bincount(_labels(dataset.targets[part.rows]), minlength=classes)[:classes]
        for part in prepared.parts.values()
    )


def _labels(targets: NDArray[Any]) -> Counts:
    """Return the labels of a part, also those of steps, none for a regression."""
    labels = targets.ravel() if targets.dtype.kind == "i" else np.empty(0, np.int64)
    return labels[labels >= 0]


def _members(dataset: Dataset, index: NDArray[np.int64]) -> Floats:
    """Return which rows belong to which class, (classes, rows) of 0 and 1; one class for all."""
    if not dataset.labelled:
        return np.ones((1, len(index)), np.float32)
    classes = np.arange(len(dataset.class_names))[:, np.newaxis]
    return np.asarray(dataset.targets[index] == classes, np.float32)


def _columns(prepared: Prepared, breathe: Callable[[], None]) -> Any:
    """Yield each feature's training values, float64 (examples,), or step by step (steps·examples,).

    Steps behind the end of a sequence have none.
    """
    inputs, index = prepared.dataset.inputs, prepared.train_index
    features, each = prepared.dataset.features, max(prepared.dataset.steps, 1)
    if isinstance(inputs, TokenRows):
        tokens = inputs.values[index].T
        there = tokens[tokens != NO_TOKEN]
        for token in range(inputs.tokens):
            breathe()
            yield (there == token).astype(np.float64)
        return
    step = each * max(_VALUES // (each * len(index)), 1)
    stored = inputs.values if isinstance(inputs, ByteRows) else inputs
    for start in range(0, features, step):
        block = stored[:, start : start + step][index].T.astype(np.float64)
        if isinstance(inputs, ByteRows):
            factor, offset = (
                np.broadcast_to(one, (features,))[start : start + step, np.newaxis]
                for one in (inputs.factor, inputs.offset)
            )
            # As the rows themselves are scaled: in single precision.
            block = (block.astype(np.float32) * factor + offset).astype(np.float64)
        breathe()
        yield from block.reshape(-1, each * len(index))


def _figures(values: Floats) -> FiveNumbers:
    return FiveNumbers(
        float(values.min()),
        float(values.mean(dtype=np.float64)),
        float(np.median(values)),
        float(values.max()),
        float(values.std(dtype=np.float64)),
    )


def _histogram(values: Floats, series: Counts, count: int) -> Histogram:
    """Return the histogram between the least and the greatest value; its last bin holds both."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        margin = max(abs(low) / 2, 0.5)
        low, high = low - margin, high + margin
    share = (values.astype(np.float64) - low) / (high - low)
    bins = np.minimum((share * BINS).astype(np.int64), BINS - 1)
    counts = np.bincount(series * BINS + bins, minlength=count * BINS)
    return Histogram(low, high, counts.reshape(count, BINS))


def largest_target(dataset: Dataset) -> float:
    """Return the size that ends the colours of a field: the largest target's."""
    return max(float(np.abs(dataset.targets).max()), 1e-6)
