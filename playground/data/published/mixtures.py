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
    first, second = sets = (mnist(), pen_digits())
    parts = [(each, slice(0, _training(each))) for each in sets]
    parts += [(each, slice(_training(each), None)) for each in sets]
    pictures, labels = [], []
    for each, part in parts:
        assert isinstance(each.inputs, ByteRows)
        pictures.append(each.inputs.values[part])
        labels.append(each.targets[part])
    return dataclasses.replace(
        first,
        name="mnist+pendigits",
        title="MNIST + strokes",
        inputs=ByteRows(np.concatenate(pictures)),
        targets=np.concatenate(labels).astype(np.int64),
        source=f"{first.source}; {second.source}",
        licence=f"{first.licence}; {second.licence}",
        description="MNIST and pen strokes drawn like it: ones with a flag, barred sevens and "
        "curled nines, which MNIST hardly knows, beside its own.",
        test_part=np.arange(sum(map(_training, sets)), sum(map(len, sets))),
    )


def _training(dataset: Dataset) -> int:
    """Return how many rows there are before the test part."""
    assert dataset.test_part is not None
    return int(dataset.test_part[0])
