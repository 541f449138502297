"""The runs of an experiment: each a course of training from a start, with moments along its way."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import time

import numpy as np

from playground.training.experiment import Experiment, Stopping
from playground.training.history import History
from playground.training.moment import Moment, bytes_of

LARGEST_BYTES = 192 * 2**20
"""Memory for the moments of all runs."""


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
        The run that it branched from, and the moment; None where it began with the seed's weights.
    reason
        What made it another run, ``"Learning rate: 0.01"``, empty where it is the first.
    moments
        From its start to its newest, thinned while they take too much memory.
    best
        The moment of the lowest test loss.
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
        """What it is called."""
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

    def goes_on_from(self, moment: Moment) -> bool:
        """Return whether training on from a moment is training this run on."""
        return same_run(self.last, moment) and np.array_equal(
            self.last.parameters, moment.parameters
        )


class Runs:
    """All runs, and the one that training is at, made of the moments that are told in turn.

    Iterating leaves out those that are ``gone``: deleted, until undo brings them back.
    """

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.gone: tuple[Run, ...] = ()
        self.current: Run | None = None
        self._here: Moment | None = None
        self._start: Moment | None = None
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
            self._go_to(moment, reason)
            return False
        if moment.step == here.step:
            return False
        if self._start is None and self.current is not None:
            self._append(self.current, moment)
        else:
            self._begin(self._start or here, moment)
        return True

    def _go_to(self, moment: Moment, reason: str) -> None:
        """Stand at a moment from which training has not gone on yet."""
        found = next((run for run in self if run.goes_on_from(moment)), None)
        self._start = None if found is not None else moment
        self._reason = reason
        if found is not None:
            self.current = found

    def _begin(self, start: Moment, moment: Moment) -> None:
        self._count += 1
        origin = None if not start.step else self.containing(start)
        run = Run(self._count, moment.experiment, origin, self._reason, [start], start)
        self.runs.append(run)
        self.current, self._start = run, None
        self._append(run, moment)

    def _append(self, run: Run, moment: Moment) -> None:
        run.experiment = moment.experiment
        run.moments.append(moment)
        if not moment.history.last("test_loss") >= run.best.history.last("test_loss"):
            run.best = moment
        self.keep_within()

    def containing(self, moment: Moment) -> tuple[Run, Moment] | None:
        """Return the run on whose way a moment lies, and the kept moment nearest before it."""
        for run in reversed(list(self)):
            before = [each for each in run.moments if each.step <= moment.step]
            if before and run.start.step <= moment.step <= run.last.step:
                exact = np.array_equal(before[-1].parameters[:64], moment.parameters[:64])
                if exact or before[-1].run == moment.run:
                    return run, before[-1]
        return None

    def __iter__(self) -> Iterator[Run]:
        return (run for run in self.runs if run not in self.gone)

    def leave_out(self, gone: tuple[Run, ...]) -> None:
        """Let these runs be the deleted ones, and no others."""
        self.gone = gone
        if self.current in gone:
            self.current = None

    def keep_within(self, limit: int = LARGEST_BYTES) -> None:
        """Forget moments while all take too much memory: those with the nearest neighbours."""
        while bytes_of(self._all()) > limit:
            candidates = [
                (gap, run, index)
                for run in self.runs
                for index, gap in _gaps(run.moments)
                if run.moments[index] is not run.best
            ]
            if not candidates:
                return
            _, run, index = min(candidates, key=lambda candidate: candidate[0])
            del run.moments[index]

    def _all(self) -> Iterator[Moment]:
        for run in self.runs:
            yield from run.moments
            yield run.best


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


def _gaps(moments: Sequence[Moment]) -> Iterator[tuple[int, float]]:
    """Yield each inner moment with the epochs between its neighbours."""
    for index in range(1, len(moments) - 1):
        yield index, moments[index + 1].now - moments[index - 1].now
