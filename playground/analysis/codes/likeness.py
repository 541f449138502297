"""Which class an input looks most like, by the examples alone: the network is not asked."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.dataset import Dataset

_VOTERS = 5

Floats = NDArray[np.floating[Any]]


def likely_class(dataset: Dataset, rows: NDArray[np.int64], inputs: Floats) -> int | None:
    """Return the class of most of the examples with the most similar values; None without any.

    Of ``rows``, the five whose raw values have the smallest Euclidean distance to those of
    ``inputs`` (features,) vote; where classes draw, that of the nearest counts.
    """
    if not len(rows) or not dataset.labelled:
        return None
    distances = np.linalg.norm(dataset.inputs[rows] - inputs, axis=1)
    nearest = np.argsort(distances, kind="stable")[:_VOTERS]
    labels = dataset.targets[rows[nearest]].astype(np.intp)
    votes = np.bincount(labels)
    return int(next(label for label in labels if votes[label] == votes.max()))
