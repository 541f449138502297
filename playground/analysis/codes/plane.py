"""A plane through the codes: where the examples lie on it, and what its places decode to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from playground.analysis.codes.halves import decode, encode
from playground.analysis.codes.principal import principal_directions
from playground.data.preparation import Prepared
from playground.data.rows import evenly
from playground.training.model import Model

MOST_TRAINED, MOST_TESTED = 1_500, 400

_OUTSIDE = 1.5
"""Per cent of the places, at each end, that need not be in view at first."""

_ROOM = 0.07

_NARROWEST = 1e-6
"""Room around codes that are all alike, in parts of their size."""

_LARGEST = 1e100
"""Codes beyond it are those of a network that has run away."""


_GOLDEN = (5**0.5 - 1) / 2
"""Multiples of it, less their whole part, fill a stretch evenly: examples of a code of one number
lie one above the other only so that each can be seen."""

Floats = NDArray[np.floating[Any]]

Corners: TypeAlias = tuple[Floats, Floats]
"""The lower left and the upper right corner of a stretch of the plane, (2,) each."""

Axis: TypeAlias = tuple[str, int]
"""``("number", 3)`` for a number of the code, ``("direction", 0)`` for a principal direction."""

FIRST_TWO: tuple[Axis, Axis] = ("number", 0), ("number", 1)
DIRECTIONS: tuple[Axis, Axis] = ("direction", 0), ("direction", 1)


@dataclass(frozen=True, eq=False)
class CodePlane:
    """Two directions in the space of codes.

    Attributes
    ----------
    across, up
        The directions, of length 1, (numbers,); ``up`` is 0 where the code has one number.
    """

    across: Floats
    up: Floats

    def places(self, codes: Floats) -> Floats:
        """Return where codes (examples, numbers) lie, (examples, 2)."""
        with np.errstate(all="ignore"):
            places: Floats = codes @ self.axes.T
        return places

    def codes_at(self, places: Floats, through: Floats) -> Floats:
        """Return the codes nearest to one (numbers,) that lie at places (n, 2), (n, numbers)."""
        with np.errstate(all="ignore"):
            away = places - self.places(through)
            codes: Floats = through + away @ np.linalg.pinv(self.axes).T
        return codes

    @property
    def axes(self) -> Floats:
        """Both directions, (2, numbers)."""
        return np.stack([self.across, self.up])


@dataclass(frozen=True, eq=False)
class CodeCloud:
    """Where examples lie on a plane of codes.

    Attributes
    ----------
    plane
        The plane.
    trained, tested
        Rows of the data set: of the training part and of the test part, all or evenly chosen.
    trained_at, tested_at
        Where they lie, (examples, 2).
    middles
        The mean place of each class over both, (classes, 2), NaN where there is no example; None
        without classes.
    codes
        Of those trained on, then of those tested on, (examples, numbers).
    """

    plane: CodePlane
    trained: NDArray[np.int64]
    tested: NDArray[np.int64]
    trained_at: Floats
    tested_at: Floats
    middles: Floats | None
    codes: Floats

    @property
    def rows(self) -> NDArray[np.int64]:
        """The row of the data set behind each code, (examples,)."""
        return np.concatenate([self.trained, self.tested])

    @property
    def mean(self) -> Floats:
        """The mean code, (numbers,)."""
        with np.errstate(all="ignore"):
            return np.asarray(self.codes.mean(axis=0))

    def nearest(
        self, code: Floats, count: int, but: int | None = None
    ) -> tuple[NDArray[np.int64], Floats]:
        """Return the rows of the examples nearest to a code, and their Euclidean distances.

        The example ``but`` is left out.
        """
        rows = self.rows
        with np.errstate(all="ignore"):
            distances = np.linalg.norm(self.codes - code, axis=1)
        distances[(rows == but) | ~np.isfinite(distances)] = np.inf
        order = np.argsort(distances, kind="stable")[:count]
        order = order[np.isfinite(distances[order])]
        return rows[order], distances[order]

    def corners(self) -> Corners:
        """Return the lower left and the upper right corner of what shows nearly all of them."""
        places = np.concatenate([self.trained_at, self.tested_at])
        finite = places[(np.abs(places) < _LARGEST).all(axis=1)]
        if not len(finite):
            return np.full(2, -1.0), np.full(2, 1.0)
        low, high = np.percentile(finite, (_OUTSIDE, 100 - _OUTSIDE), axis=0)
        size = np.maximum(np.abs(low), np.abs(high))
        room = np.maximum(_ROOM * (high - low), np.where(size > 0, _NARROWEST * size, 1.0))
        return low - room, high + room


def code_cloud(
    model: Model, prepared: Prepared, *, axes: tuple[Axis, Axis] = FIRST_TWO
) -> CodeCloud:
    """Return where the examples lie on the plane of two axes."""
    dataset = prepared.dataset
    trained = evenly(prepared.train_index, MOST_TRAINED)
    tested = trained[:0]
    if not prepared.tested_on_train:
        tested = evenly(prepared.test_index, MOST_TESTED)
    codes = encode(model, dataset.inputs[np.concatenate([trained, tested])])
    plane = CodePlane(*(_direction(axis, codes) for axis in axes))
    places = plane.places(codes)
    if not plane.up.any():
        places[:, 1] = (np.arange(len(places)) * _GOLDEN % 1 - 0.5) * 2 * codes.std()
    middles = None
    if dataset.labelled and dataset.class_names:
        labels = dataset.targets[np.concatenate([trained, tested])]
        middles = np.full((len(dataset.class_names), 2), np.nan)
        for label in np.unique(labels):
            with np.errstate(all="ignore"):
                middles[label] = places[labels == label].mean(axis=0)
    count = len(trained)
    return CodeCloud(plane, trained, tested, places[:count], places[count:], middles, codes)


@dataclass(frozen=True, eq=False)
class DecodedGrid:
    """What evenly spaced places of a plane decode to.

    Attributes
    ----------
    low, high
        The corners of the stretch of the plane that the grid fills, (2,) each.
    rows
        What the middle of each cell decodes to, the lowest line first, raw,
        (down, across, features).
    """

    low: Floats
    high: Floats
    rows: Floats


def decoded_grid(
    model: Model, plane: CodePlane, through: Floats, corners: Corners, cells: tuple[int, int]
) -> DecodedGrid:
    """Return what a grid of places decodes to.

    Parameters
    ----------
    plane, through
        The plane, and the code (numbers,) that gives the numbers which the plane does not.
    corners
        Of the grid.
    cells
        How many cells across and down.
    """
    low, high = corners
    across, up = (
        low[axis] + (np.arange(count) + 0.5) / count * (high[axis] - low[axis])
        for axis, count in enumerate(cells)
    )
    places = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    rows = decode(model, plane.codes_at(places, through))
    return DecodedGrid(low, high, rows.reshape(cells[1], cells[0], -1))


@dataclass(frozen=True, eq=False)
class PlaneLook:
    """The examples on a plane, and what its places decode to, of one moment.

    Attributes
    ----------
    cloud, grid
        Both parts; no grid where none is wanted.
    corners
        What is in view.
    """

    cloud: CodeCloud
    grid: DecodedGrid | None
    corners: Corners


def look_at_plane(
    model: Model,
    prepared: Prepared,
    *,
    axes: tuple[Axis, Axis] = FIRST_TWO,
    corners: Corners | None = None,
    cells: tuple[int, int] | None = None,
    through: Floats | None = None,
    row: Floats | None = None,
) -> PlaneLook:
    """Return what is seen of a plane.

    Parameters
    ----------
    axes
        What it shows across and up.
    corners
        What is in view; nearly all examples without it.
    cells
        How many cells a grid has across and down; no grid without it.
    through
        The code through which the plane lies, (numbers,); without it that of ``row``.
    row
        A raw row, (features,); without both, the plane lies through the mean of all codes.
    """
    cloud = code_cloud(model, prepared, axes=axes)
    corners = corners or cloud.corners()
    if through is None:
        through = cloud.mean if row is None else encode(model, row[np.newaxis])[0]
    grid = None
    if cells is not None:
        grid = decoded_grid(model, cloud.plane, through, corners, cells)
    return PlaneLook(cloud, grid, corners)


def _direction(axis: Axis, codes: Floats) -> Floats:
    kind, which = axis
    numbers = codes.shape[1]
    if which >= numbers:
        return np.zeros(numbers)
    usable = codes[(np.abs(codes) < _LARGEST).all(axis=1)]
    if kind == "number" or not len(usable):
        return np.asarray(np.eye(numbers)[which])
    return np.asarray(principal_directions(usable, which + 1).directions[which])
