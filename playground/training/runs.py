"""The runs of an experiment: each a course of training from a start, with moments along its way."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import time

import numpy as np

from playground.training.experiment import Experiment, Stopping
from playground.training.history import History
from playground.training.metrics import best_by
from playground.training.moment import Moment, bytes_of

MOST_MOMENTS = 400
"""Of one run: more than a screen has room for."""

_THINNED_BY = 10
"""One moment in so many goes at a time, so that there is room for a while."""


@dataclass(eq=False)
class Run:
    """Training of one network with one experiment, from its start to where it was left.

    Attributes
    ----------
    number
        From 1, in the order of beginning.
    name, note
        The user's own words.
    origin
        The run that it branched from, and the moment; None where it began with the seed's weights,
        or that run is forgotten.
    reason
        What made it another run, ``"Learning rate: 0.01"``, empty where it is the first.
    moments
        From its start to its newest, thinned while they are too many or take too much memory.
    best
        Of these moments the one whose figure is the best: the lowest loss, or where examples are
        made, how good they are.
    began
        In seconds of the clock.
    """

    number: int
    experiment: Experiment
    origin: tuple[Run, Moment] | None
    reason: str
    moments: list[Moment]
    best: Moment
    name: str = ""
    note: str = ""
    began: float = field(default_factory=time)

    @property
    def title(self) -> str:
        """Its name, or its number where it has none."""
        return self.name or f"Run {self.number}"

    @property
    def start(self) -> Moment:
        """The moment that it began with."""
        return self.moments[0]

    @property
    def last(self) -> Moment:
        """Its newest moment."""
        return self.moments[-1]

    @property
    def history(self) -> History:
        """All that was measured, since before it branched too."""
        return self.last.history

    @property
    def way(self) -> list[Moment]:
        """All moments on the way to its newest, those before it branched included."""
        if self.origin is None:
            return list(self.moments)
        before = (moment for moment in self.origin[0].way if moment.step < self.start.step)
        return [*before, *self.moments]

    def goes_on_from(self, moment: Moment) -> bool:
        """Return whether training on from a moment is training this run on."""
        return same_run(self.last, moment) and self.last.goes_on_like(moment)

    def take(self, moment: Moment) -> None:
        """Take in the moment that training has come to."""
        self.experiment = moment.experiment
        self.moments.append(moment)
        if _chosen_by(moment) < _chosen_by(self.best):
            self.best = moment
        if len(self.moments) > MOST_MOMENTS:
            self.thin()

    def thin(self) -> bool:
        """Forget the moments with the nearest neighbours; return whether there were any."""
        moments, before = self.moments, len(self.moments)
        for _ in range(before // _THINNED_BY + 1):
            gaps = [
                (moments[place + 1].now - moments[place - 1].now, place)
                for place in range(1, len(moments) - 1)
                if moments[place] is not self.best
            ]
            if gaps:
                del moments[min(gaps)[1]]
        return len(moments) < before


class Runs:
    """All runs, and the one that training is at, made of the moments that are told in turn.

    Iterating leaves out those whose numbers are ``gone``: deleted, until undo brings them back.
    """

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.gone: tuple[int, ...] = ()
        self.current: Run | None = None
        self._here: Moment | None = None
        self._start: Moment | None = None
        self._origin: tuple[Run, Moment] | None = None
        self._reason = ""
        self._count = 0

    @property
    def here(self) -> Moment | None:
        """The moment that was told last."""
        return self._here

    def note(self, moment: Moment, reason: str = "") -> bool:
        """Take in a moment; return whether a run has begun or gone on.

        What did not come about by training from the moment before it begins another run, as soon
        as it has been trained. ``reason`` is what was done to come here.
        """
        here, self._here = self._here, moment
        if here is None or not _follows(here, moment):
            self._go_to(here, moment, reason)
            return False
        if moment.step == here.step:
            return False
        if self._start is not None or self.current is None:
            self._begin(self._start or here)
        assert self.current is not None
        self.current.take(moment)
        return True

    def _go_to(self, here: Moment | None, moment: Moment, reason: str) -> None:
        """Stand at a moment from which training has not gone on yet."""
        edited = here is not None and here.run == moment.run and here.step == moment.step
        if not edited:
            self._origin = self._passing(moment)
        elif self._start is None and self.current is not None and here is not None:
            self._origin = self.current, here
        self._reason = reason
        found = next((run for run in self if run.goes_on_from(moment)), None)
        self._start = None if found is not None else moment
        if found is not None:
            self.current = found

    def _begin(self, start: Moment) -> None:
        self._count += 1
        origin = self._origin if start.step else None
        reason = self._reason if self.runs else ""
        run = Run(self._count, start.experiment, origin, reason, [start], start)
        self.runs.append(run)
        self.current, self._start = run, None

    def _passing(self, moment: Moment) -> tuple[Run, Moment] | None:
        """Return the run on whose way a moment lies, and the moment as it keeps it."""
        for run in reversed(list(self)):
            for kept in run.moments:
                same = kept.step == moment.step and same_run(kept, moment)
                if same and np.array_equal(kept.parameters, moment.parameters):
                    return run, kept
        return None

    @property
    def present(self) -> Run | None:
        """The run that training is at, or where it has not gone on yet, the one it left."""
        if self._start is None:
            return self.current
        return self._origin[0] if self._origin is not None and self._start.step else None

    @property
    def at_end(self) -> bool:
        """Whether training on now is training the present run on."""
        return self._start is None

    def family(self) -> list[Run]:
        """Return the present run with all that it is related to by branching, in their order."""
        founder = _founder(self.present)
        return [run for run in self if founder is not None and _founder(run) is founder]

    def __iter__(self) -> Iterator[Run]:
        return (run for run in self.runs if run.number not in self.gone)

    def leave_out(self, gone: tuple[int, ...]) -> None:
        """Let the runs of these numbers be the deleted ones, and no others."""
        self.gone = gone
        if self.current is not None and self.current.number in gone:
            self.current = self._origin = None

    def keep_within(self, limit: int) -> None:
        """Thin the largest runs while all take too much memory, then forget the oldest."""
        while bytes_of(moment for run in self.runs for moment in run.moments) > limit:
            largest = sorted(self.runs, key=lambda run: -len(run.moments) * run.last.bytes)
            if not any(run.thin() for run in largest) and not self._forget():
                break

    def _forget(self) -> bool:
        """Forget the oldest run but the present one, the user's named or noted ones last.

        What branched from it goes on without what was before. Return whether there was one.
        """
        others = (run for run in self.runs if run is not self.current)
        oldest = min(others, key=lambda run: bool(run.name or run.note), default=None)
        if oldest is None:
            return False
        self.runs.remove(oldest)
        for run in self.runs:
            if run.origin is not None and run.origin[0] is oldest:
                run.origin = None
        if self._origin is not None and self._origin[0] is oldest:
            self._origin = None
        return True


def _chosen_by(moment: Moment) -> float:
    """Return the figure that the best moment is chosen by, ∞ where it was not measured there."""
    history = moment.history
    column, sign = best_by(history.columns)
    measured = len(history) and abs(history.epochs[-1] - moment.now) < 1e-9
    figure = sign * history.last(column) if measured else math.inf
    return figure if math.isfinite(figure) else math.inf


def _founder(run: Run | None) -> Run | None:
    """Return the run that a run goes back to by branching."""
    while run is not None and run.origin is not None:
        run = run.origin[0]
    return run


def _follows(before: Moment, moment: Moment) -> bool:
    """Return whether nothing but training can lie between two moments."""
    unchanged = np.array_equal(moment.parameters, before.parameters)
    trained = moment.run == before.run and moment.step > before.step
    return same_run(before, moment) and (trained or (moment.step == before.step and unchanged))


def same_run(before: Moment, moment: Moment) -> bool:
    """Return whether two moments are of one experiment, but for when it stops."""
    one, other = (
        dataclasses.replace(
            each.experiment,
            training=dataclasses.replace(each.experiment.training, stopping=Stopping()),
        )
        for each in (before, moment)
    )
    return one == other
