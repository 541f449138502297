"""Points that the user paints on the plane: brush, erase, flip and move, without any window."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground.data.bundled.generators import PLANE
from playground.data.dataset import Dataset
from playground.data.kinds import PlanePoints
from playground.data.own.sets import PREFIX
from playground.data.tasks import Classification
from playground.errors import DataError
from playground.wording import grouped

MOST = 20_000
MOST_CLASSES = 8
FEW = 10
"""Fewer points are trained and tested on all: a test part would be a point or none."""

FEATURES = ("x", "y")

Points = NDArray[np.float32]
Labels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Place = tuple[float, float]


@dataclass(frozen=True, eq=False)
class PaintedPoints:
    """Points and their classes; every operation returns new ones and leaves these as they are.

    Parameters
    ----------
    points
        float32 of shape (n, 2), within ``value_range``.
    labels
        uint8 of shape (n,), below :data:`MOST_CLASSES`.
    value_range
        The lowest and highest coordinate of the plane.

    Raises
    ------
    DataError
        On arrays that do not fit together, leave the plane, or are too large.
    """

    points: Points
    labels: Labels
    value_range: tuple[float, float] = PLANE

    def __post_init__(self) -> None:
        count, (low, high) = len(self.points), self.value_range
        if self.points.shape != (count, 2) or self.labels.shape != (count,):
            raise DataError(
                f"Painted points expect shapes (n, 2) and (n,); {self.points.shape} and "
                f"{self.labels.shape} came: give each point one class."
            )
        if count > MOST:
            raise DataError(
                f"At most {grouped(MOST)} points can be painted; {grouped(count)} came."
            )
        if not ((self.points >= low) & (self.points <= high)).all():
            raise DataError(f"Painted points expect coordinates from {low:g} to {high:g}.")
        if (self.labels >= MOST_CLASSES).any():
            raise DataError(f"At most {MOST_CLASSES} classes can be painted.")
        self.points.flags.writeable = False
        self.labels.flags.writeable = False

    @classmethod
    def empty(cls, value_range: tuple[float, float] = PLANE) -> PaintedPoints:
        """Return a plane without points."""
        return cls(np.zeros((0, 2), np.float32), np.zeros(0, np.uint8), value_range)

    @classmethod
    def of(cls, dataset: Dataset) -> PaintedPoints:
        """Return a data set's points, to be painted on; DataError where :func:`obstacle` says why.

        A point outside the plane that is shown is put on its edge.
        """
        if reason := obstacle(dataset):
            raise DataError(reason)
        points = np.clip(np.asarray(dataset.inputs, np.float32), *dataset.value_range)
        return cls(points, dataset.targets.astype(np.uint8), dataset.value_range)

    def __len__(self) -> int:
        return len(self.points)

    @property
    def room(self) -> int:
        """How many more points can be painted."""
        return MOST - len(self)

    @property
    def classes(self) -> int:
        """How many classes an output has to tell apart: at least two, up to the last one used."""
        return max(2, int(self.labels.max(initial=0)) + 1)

    @property
    def trainable(self) -> bool:
        """Whether there are points of two classes, without which there is nothing to learn."""
        return bool(len(self) and self.labels.min() != self.labels.max())

    # Which points an operation is about.

    def touched(self, start: Place, end: Place, radius: float) -> Mask:
        """Return which points lie within ``radius`` of the line from ``start`` to ``end``."""
        first, line = np.asarray(start, np.float64), np.subtract(end, start)
        offset = self.points - first
        length = float(line @ line)
        along = np.clip(offset @ line / length, 0, 1) if length else np.zeros(len(self))
        return np.asarray(((offset - along[:, None] * line) ** 2).sum(axis=1) <= radius**2)

    def nearest(self, place: Place, within: float) -> int | None:
        """Return the point nearest to a place, the one painted last of several; None beyond."""
        distance = ((self.points - np.asarray(place)) ** 2).sum(axis=1)
        if not len(self) or distance.min() > within**2:
            return None
        return len(self) - 1 - int(distance[::-1].argmin())

    # Operations.

    def add(self, points: ArrayLike, label: int) -> PaintedPoints:
        """Return these and more points of one class, as many as there is room for.

        What lies outside the plane is put on its edge.
        """
        more = np.asarray(points, np.float32).reshape(-1, 2)[: self.room]
        return replace(
            self,
            points=np.concatenate([self.points, np.clip(more, *self.value_range)]),
            labels=np.concatenate([self.labels, np.full(len(more), label, np.uint8)]),
        )

    def brush(
        self,
        start: Place,
        end: Place,
        radius: float,
        density: float,
        label: int,
        rng: np.random.Generator,
    ) -> PaintedPoints:
        """Return these and the points that a brush scatters on its way.

        Parameters
        ----------
        start, end
            The brush's middle before and after.
        radius
            Of the brush, in the plane's own units.
        density
            How many points an area as large as the brush gets: the way from ``start`` to ``end``
            sweeps 2·radius·length, of which ``density`` / (π·radius²) points each. What falls
            outside the plane is left out.
        """
        length = float(np.hypot(*np.subtract(end, start)))
        expected = 2 * radius * length * density / (np.pi * radius**2)
        count = min(int(expected + rng.random()), MOST)
        middle = start + rng.random((count, 1)) * np.subtract(end, start)
        angle = rng.uniform(0, 2 * np.pi, count)
        reach = radius * np.sqrt(rng.random(count))
        points = middle + reach[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        low, high = self.value_range
        return self.add(points[((points >= low) & (points <= high)).all(axis=1)], label)

    def without(self, mask: Mask) -> PaintedPoints:
        """Return these without some of them."""
        return replace(self, points=self.points[~mask], labels=self.labels[~mask])

    def flip(self, start: Place, end: Place, radius: float, label: int) -> PaintedPoints:
        """Return these, of which those that a round brush touches now belong to a class."""
        touched = self.touched(start, end, radius)
        return replace(self, labels=np.where(touched, np.uint8(label), self.labels))

    def move(self, index: int, place: Place) -> PaintedPoints:
        """Return these with one of them elsewhere, at most on the plane's edge."""
        points = self.points.copy()
        points[index] = np.clip(place, *self.value_range)
        return replace(self, points=points)

    def to_dataset(self, name: str, title: str, like: Dataset | None = None) -> Dataset:
        """Return these as a data set that can be kept.

        Parameters
        ----------
        name, title
            The name, beginning with ``own-``, and the name in the window.
        like
            The set that they began as, whose names of classes and features go on.

        Raises
        ------
        DataError
            When there is no point at all.
        """
        return Dataset(
            name=name,
            title=title,
            kind=PlanePoints(),
            task=Classification(),
            inputs=self.points.copy(),
            targets=self.labels.astype(np.int64),
            input_shape=(2,),
            class_names=class_names(self.classes, like),
            feature_names=FEATURES if like is None else like.feature_names,
            value_range=self.value_range,
            source="Painted by hand" if like is None else like.source,
            licence="your own" if like is None else like.licence,
            description="Points that you painted: every stroke sets the network a new task.",
            indivisible=len(self) < FEW,
        )


def class_names(classes: int, like: Dataset | None = None) -> tuple[str, ...]:
    """Return the classes' names: those of the set that they began as, then further numbers."""
    known = () if like is None else like.class_names
    names = list(known[:classes])
    for label in range(len(names), classes):
        number = str(label + first_number(known))
        names.append(number if number not in known else f"class {number}")
    return tuple(names)


def first_number(names: tuple[str, ...]) -> int:
    """Return the number, and so the key, of the first class: 0 where that is its name, or 1."""
    return 0 if names[:1] == ("0",) else 1


def obstacle(dataset: Dataset) -> str:
    """Return why a data set cannot be painted on, as a sentence; empty where it can."""
    if not dataset.kind.on_plane:
        return f"{dataset.title} has no plane to paint on; choose Data, Paint points."
    if not dataset.labelled:
        return f"{dataset.title} asks for a number at each point; only classes can be painted."
    if len(dataset.class_names) > MOST_CLASSES:
        return (
            f"{dataset.title} has {len(dataset.class_names)} classes; at most {MOST_CLASSES} can "
            "be painted."
        )
    if len(dataset) > MOST:
        count = grouped(len(dataset))
        return f"{dataset.title} has {count} points; at most {grouped(MOST)} can be painted on."
    return ""


def is_painted(dataset: Dataset) -> bool:
    """Return whether a data set is one of the user's own on the plane, with classes."""
    own = dataset.name.startswith(PREFIX)
    return own and dataset.kind.on_plane and dataset.labelled


def order_by_place(points: Points, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the points in an order that looks random and hangs on their coordinates alone.

    Of any two points the same one comes first, whatever others there are: each gets a number by
    mixing the bits of its coordinates with the generator's first draws (multiply, shift, xor, as
    in SplitMix64), and is sorted by it.
    """
    first, second, third = rng.integers(1, 2**63, 3, dtype=np.uint64) | np.uint64(1)
    bits = np.ascontiguousarray(points, np.float32).view(np.uint32).astype(np.uint64)
    mixed = bits[:, 0] * first ^ bits[:, 1] * second
    for _ in range(2):
        mixed = (mixed ^ (mixed >> np.uint64(31))) * third
    return np.argsort(mixed ^ (mixed >> np.uint64(29)), kind="stable")


def csv_text(dataset: Dataset) -> str:
    """Return a plane's points as CSV (RFC 4180): x, y and the class's name, or the value.

    Numbers are as short as they can be without losing a bit of float32.
    """
    last = "class" if dataset.labelled else "value"
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*dataset.feature_names, last])
    for (x, y), target in zip(np.asarray(dataset.inputs), dataset.targets, strict=True):
        answer = dataset.class_names[target] if last == "class" else _number(target[0])
        writer.writerow([_number(x), _number(y), answer])
    return text.getvalue()


def _number(value: np.float32) -> str:
    return np.format_float_positional(value, unique=True, trim="-")
