"""What painting puts on the undo list: the points before and after, and what learned from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtGui import QUndoCommand

from playground.data.dataset import Dataset
from playground.data.own.painted import PaintedPoints, is_painted, obstacle
from playground.training.experiment import Experiment


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

    @classmethod
    def of(cls, dataset: Dataset) -> PlaneSheet:
        """Return a data set's points."""
        if obstacle(dataset):
            return cls(None)
        points = PaintedPoints.of(dataset)
        if is_painted(dataset):
            return cls(points, dataset.name, dataset.title, dataset)
        return cls(points, like=dataset)

    @property
    def bare(self) -> bool:
        """Whether there is no point, and so no data set."""
        return self.points is not None and not len(self.points)


@dataclass(frozen=True, eq=False)
class Moment:
    """A sheet, and the experiment with which the session learned from it or from something else."""

    sheet: PlaneSheet
    experiment: Experiment


class Desk(Protocol):
    """Who carries painting out."""

    def adopt(self, moment: Moment) -> None:
        """Put a moment's points on the plane."""

    def drop(self, name: str) -> None:
        """Forget a set whose making was undone."""


class Painting(QUndoCommand):
    """One stroke, or the beginning of a new sheet."""

    def __init__(self, desk: Desk, title: str, before: Moment, after: Moment) -> None:
        super().__init__(title)
        self._desk = desk
        self._before = before
        self._after = after

    def redo(self) -> None:
        """Put the painted points on the plane."""
        self._desk.adopt(self._after)

    def undo(self) -> None:
        """Put back those that were there before."""
        self._desk.adopt(self._before)
        made = self._after.experiment.data.name
        if made == self._after.sheet.name != self._before.experiment.data.name:
            self._desk.drop(made)
