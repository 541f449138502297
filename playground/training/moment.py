"""A moment of training, whole: all that going on from it depends on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from playground.training.epoch_batches import EpochPlace
from playground.training.snapshot import Snapshot
from playground.training.stopping import StoppingRules

_BESIDE_ARRAYS = 4_500
"""Bytes of a moment's other objects, measured: its experiment, generators and arrays' heads."""

LARGEST_MB = 256
LIMIT_VARIABLE = "PLAYGROUND_HISTORY_MB"
"""Sets another limit than that."""


@dataclass(frozen=True, eq=False)
class Course:
    """How training goes on from a moment, bit for bit as if it had never stopped.

    Attributes
    ----------
    moments
        (len(optimizer.moments), parameter_count), as the optimizer keeps them.
    step_count
        Steps that the optimizer has made: t − 1 for Adam.
    schedule_start
        The epoch at which the learning rate's schedule began.
    dropout
        The state of the bit generator that draws the masks.
    place
        Where in the epoch the next batch is taken.
    rules
        From where the limits of the run count, and what it has reached at best.
    measured
        How many measurements the history was chosen from, and every how many of them is kept.
    operated
        Whether the network was changed by hand, and so is another than its seed gives.
    """

    moments: NDArray[np.float32]
    step_count: int
    schedule_start: float
    dropout: Mapping[str, Any]
    place: EpochPlace
    rules: StoppingRules
    measured: tuple[int, int]
    operated: bool


@dataclass(frozen=True, eq=False)
class Moment(Snapshot):
    """What undo, the timeline, runs, files and branches are made of.

    Two moments share the arrays in which they agree, as before and after a change of the learning
    rate; nobody writes into them.

    Attributes
    ----------
    course
        None where only the network is known, as in a file of an early version: the optimizer then
        starts from zero, and so does the epoch.
    """

    course: Course | None

    @property
    def bytes(self) -> int:
        """The memory of its arrays, shared ones too."""
        return bytes_of((self,))

    def arrays(self) -> Iterator[NDArray[Any]]:
        """Yield every array that it holds, shared ones too."""
        yield from (self.parameters, self.statistics, self.gradient)
        if self.update is not None:
            yield self.update
        yield from self.history.arrays()
        if self.course is not None:
            yield self.course.moments
            yield self.course.place.order
            if self.course.place.draws is not None:
                yield self.course.place.draws

    def goes_on_like(self, other: Moment) -> bool:
        """Return whether training comes from both to the same, but for when it stops."""
        mine, its = self.course, other.course
        if mine is None or its is None:
            return mine is its and np.array_equal(self.parameters, other.parameters)
        return (
            np.array_equal(self.parameters, other.parameters)
            and np.array_equal(self.statistics, other.statistics)
            and np.array_equal(mine.moments, its.moments)
            and np.array_equal(mine.place.order, its.place.order)
            and mine.place.position == its.place.position
            and mine.place.generators == its.place.generators
            and mine.dropout == its.dropout
            and mine.schedule_start == its.schedule_start
            and self.history.same_as(other.history)
        )

    def sharing(self, former: Moment | None) -> Moment:
        """Return this moment with the former's arrays wherever both are equal."""
        if former is None:
            return self
        course = self.course
        if course is not None and former.course is not None:
            before = former.course.place
            place = _replace(
                course.place,
                order=_shared(course.place.order, before.order),
                draws=_shared(course.place.draws, before.draws),
            )
            moments = _shared(course.moments, former.course.moments)
            course = _replace(course, moments=moments, place=place)
        names = ("parameters", "statistics", "gradient", "update")
        arrays = {name: _shared(getattr(self, name), getattr(former, name)) for name in names}
        same = self.history.same_as(former.history)
        history = former.history if same else self.history
        shared: Moment = _replace(self, course=course, history=history, **arrays)
        return shared


def largest_bytes() -> int:
    """Return the memory that moments may take, of the undo list and of all runs together."""
    wanted = os.environ.get(LIMIT_VARIABLE, "")
    return (int(wanted) if wanted.isdecimal() else LARGEST_MB) * 2**20


@runtime_checkable
class HoldsArrays(Protocol):
    """A moment, data, or what else takes memory and can tell it."""

    def arrays(self) -> Iterator[NDArray[Any]]:
        """Yield every array that it holds, shared ones too."""
        ...


def bytes_of(holders: Iterable[HoldsArrays]) -> int:
    """Return the memory that moments and the like take together, what they share counted once."""
    known = {id(holder): holder for holder in holders}
    arrays: dict[int, NDArray[Any]] = {}
    for holder in known.values():
        for array in holder.arrays():
            whole = array.base if isinstance(array.base, np.ndarray) else array
            arrays[id(whole)] = whole
    moments = sum(isinstance(holder, Moment) for holder in known.values())
    return moments * _BESIDE_ARRAYS + sum(array.nbytes for array in arrays.values())


def _replace(value: Any, **changes: Any) -> Any:
    """Do what :func:`dataclasses.replace` does, without checking what was checked before."""
    known = {field.name: getattr(value, field.name) for field in fields(value)}
    return type(value)(**known | changes)


def _shared(array: Any, former: Any) -> Any:
    both = array is not None and former is not None
    return former if both and np.array_equal(array, former) else array
