"""MNIST and pen strokes as one set, so that American and European hands are both known."""

from __future__ import annotations

import dataclasses

import numpy as np

from playground.data.dataset import Dataset
from playground.data.published.mnist import mnist
from playground.data.published.pen_digits import pen_digits
from playground.data.rows import ByteRows


def mnist_and_pen_digits() -> Dataset:
    """Return both sets' training parts, then both sets' test parts.

    Raises
    ------
    MissingDataError
        When one of them is not on this computer.
    """
    return joined(
        mnist(),
        pen_digits(),
        name="mnist+pendigits",
        title="MNIST + strokes",
        description="MNIST and pen strokes drawn like it: ones with a flag, barred sevens and "
        "curled nines, which MNIST hardly knows, beside its own.",
    )


def joined(first: Dataset, second: Dataset, *, name: str, title: str, description: str) -> Dataset:
    """Return two sets of pictures as one.

    Parameters
    ----------
    first, second
        Bytes on the same scale, of the same shape and classes, each with a test part at its end.
    name, title, description
        The new set's.
    """
    sets = (first, second)
    parts = [slice(0, _training(each)) for each in sets] + [
        slice(_training(each), None) for each in sets
    ]
    pictures, labels = [], []
    for each, part in zip(sets * 2, parts, strict=True):
        assert isinstance(each.inputs, ByteRows)
        pictures.append(each.inputs.values[part])
        labels.append(each.targets[part])
    count = sum(len(each) for each in sets)
    return dataclasses.replace(
        first,
        name=name,
        title=title,
        inputs=ByteRows(np.concatenate(pictures)),
        targets=np.concatenate(labels),
        source=f"{first.source}; {second.source}",
        licence=f"{first.licence}; {second.licence}",
        description=description,
        test_part=np.arange(sum(_training(each) for each in sets), count),
    )


def _training(dataset: Dataset) -> int:
    """Return how many rows there are before the test part."""
    assert dataset.test_part is not None
    return int(dataset.test_part[0])
