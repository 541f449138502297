"""Principal component analysis: the best that straight lines can do with a code of some size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.preparation import Prepared
from playground.data.rows import evenly

_MOST_EXAMPLES = 10_000
_MOST_WIDE = 1_500
"""Examples where each has more values than this, so that a matrix of all pairs stays small."""

_AT_ONCE = 500

_NOTHING = 1e-7
"""So much shorter than the longest, a direction is made of rounding errors alone, and left 0."""

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class PrincipalDirections:
    """The orthogonal directions in which examples differ most.

    Attributes
    ----------
    mean
        Of the examples, (features,).
    directions
        Of length 1, the one with the largest variance first, (size, features).
    variances
        Along them, (size,).
    """

    mean: Floats
    directions: Floats
    variances: Floats

    def encode(self, inputs: Floats) -> Floats:
        """Return the coordinates along the directions, (examples, size)."""
        coordinates: Floats = (inputs - self.mean) @ self.directions.T
        return coordinates

    def decode(self, coordinates: Floats) -> Floats:
        """Return the nearest examples that have these coordinates, (examples, features)."""
        rows: Floats = coordinates @ self.directions + self.mean
        return rows

    def came_back(self, inputs: Floats) -> Floats:
        """Return what is left of inputs (examples, features) on the way through the directions."""
        return self.decode(self.encode(inputs))


def principal_directions(
    inputs: Floats, size: int, breathe: Callable[[], None] = lambda: None
) -> PrincipalDirections:
    """Return the first directions of rows (examples, features), in float64.

    They are the eigenvectors with the largest eigenvalues of the covariance XᵀX / n of the rows
    less their mean. Where there are fewer rows than features, they are taken from the smaller
    matrix XXᵀ, which has the same eigenvalues: an eigenvector u of it gives the direction Xᵀu.
    The sign is chosen so that a direction's largest value is positive.
    """
    mean = np.asarray(inputs.mean(axis=0, dtype=np.float64))
    centred = np.asarray(inputs, np.float64) - mean
    count, features = centred.shape
    size = min(size, count, features)
    narrow = features <= count
    columns = centred if narrow else centred.T
    products = np.zeros((columns.shape[1],) * 2)
    for start in range(0, len(columns), _AT_ONCE):
        breathe()
        piece = columns[start : start + _AT_ONCE]
        products += piece.T @ piece
    breathe()
    values, vectors = np.linalg.eigh(products)
    directions = vectors[:, : -size - 1 : -1].T
    if not narrow:
        directions = directions @ centred
        lengths = np.linalg.norm(directions, axis=1, keepdims=True)
        some = lengths > _NOTHING * max(float(lengths.max(initial=0)), _NOTHING)
        directions = np.where(some, directions / np.where(some, lengths, 1), 0)
    largest = np.abs(directions).argmax(axis=1)
    directions *= np.where(directions[np.arange(size), largest] < 0, -1.0, 1.0)[:, np.newaxis]
    return PrincipalDirections(mean, directions, values[: -size - 1 : -1].clip(0) / count)


def of_training_part(
    prepared: Prepared, size: int, breathe: Callable[[], None] = lambda: None
) -> PrincipalDirections:
    """Return the directions of what a network is trained on, as the network sees it.

    Of a large training part evenly spread examples are taken.
    """
    wide = prepared.dataset.features > _MOST_WIDE
    most = _MOST_WIDE if wide else _MOST_EXAMPLES
    chosen = evenly(np.arange(len(prepared.train_index)), most)
    return principal_directions(prepared.train_inputs[chosen], size, breathe)
