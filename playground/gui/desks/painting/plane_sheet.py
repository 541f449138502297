"""What painting goes between: the points that lie on the plane."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from playground.data.dataset import Dataset
from playground.data.judged import unjudged
from playground.data.own.painted import PaintedPoints, is_painted, obstacle


@dataclass(frozen=True, eq=False)
class PlaneSheet:
    """What lies on the plane.

    Parameters
    ----------
    points
        None where the data in use cannot be painted on.
    name, title
        Of the user's own set that they are; empty while they are someone else's.
    like
        The set that they began as.
    """

    points: PaintedPoints | None
    name: str = ""
    title: str = ""
    like: Dataset | None = None

    def arrays(self) -> Iterator[NDArray[Any]]:
        """Yield every array that it holds."""
        if self.points is not None:
            yield from (self.points.points, self.points.labels)
        if self.like is not None:
            yield from self.like.arrays()

    @classmethod
    def of(cls, dataset: Dataset) -> PlaneSheet:
        """Return a data set's points, with the classes that they have."""
        dataset = unjudged(dataset)
        if obstacle(dataset):
            return cls(None)
        points = PaintedPoints.of(dataset)
        if is_painted(dataset):
            return cls(points, dataset.name, dataset.title, dataset)
        return cls(points, like=dataset)

    def to_dataset(self) -> Dataset:
        """Return the points as a set to learn from."""
        assert self.points is not None
        return self.points.to_dataset(self.name, self.title, self.like)

    @property
    def bare(self) -> bool:
        """Whether there is no point, and so no data set."""
        return self.points is not None and not len(self.points)
