"""The runs of this window, and the past moment that every view shows in place of the present."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from playground.data.preparation import Prepared
from playground.errors import FieldError
from playground.gui.session.past import Past
from playground.gui.session.worker import Worker
from playground.training.experiment import Experiment
from playground.training.history import History
from playground.training.moment import Moment, largest_bytes
from playground.training.runs import Run, Runs
from playground.training.size import generator_sizes, sizes_of
from playground.training.snapshot import Snapshot
from playground.wording import grouped


class Timeline(QObject):
    """Takes in the moments of all runs, and holds the one that is looked at.

    Signals
    -------
    changed()
        A run has begun or gone on.
    shown_changed()
        Another moment is looked at, or the present again.
    wanted(Experiment, Snapshot)
        Every view is to show this.
    settled(Moment)
        What was looked at is to become the present.

    Attributes
    ----------
    shown
        The past moment that is looked at, None for the present.
    now
        The newest moment of the present, whether it is looked at or not; None before one.
    followed
        The run on whose way the moment that is shown lies.
    """

    changed = Signal()
    shown_changed = Signal()
    wanted = Signal(object, object)
    settled = Signal(object)

    def __init__(self, worker: Worker, past: Past, parent: QObject) -> None:
        super().__init__(parent)
        self.runs = Runs()
        self.shown: Moment | None = None
        self.now: Snapshot | None = None
        self.followed: Run | None = None
        self._kept = worker.kept
        self._past = past
        past.list.keep("runs", lambda: self.runs.gone, self._leave_out)
        worker.reported.connect(self.fetch)

    # The runs.

    @Slot()
    def fetch(self) -> None:
        """Take in what was kept since the last time, with what was done to come there."""
        before, grown = (self.runs.present, self.runs.at_end), False
        while self._kept:
            moment = self._kept.popleft()
            grown |= self.runs.note(moment, self._reason_of(moment))
        if grown or before != (self.runs.present, self.runs.at_end):
            self.runs.keep_within(largest_bytes() - self._past.list.bytes)
            self.changed.emit()

    def remove(self, run: Run) -> None:
        """Delete a run; undo brings it back once that is entered in the undo list."""
        self._leave_out((*self.runs.gone, run.number))

    def _leave_out(self, gone: tuple[int, ...]) -> None:
        self.runs.leave_out(gone)
        self.changed.emit()

    def _reason_of(self, moment: Moment) -> str:
        entries = (self._past.list.current, *self._past.list.entries)
        mine = [entry.title for entry in entries if entry.kept.moment is moment]
        return (mine or [entries[0].title])[0]

    def family(self) -> list[Run]:
        """Return the present run and those that it branched from or that branched from it.

        Only those of the present data; painting may have given them other classes meanwhile.
        """
        entry = self._past.list.current
        return [run for run in self.runs.family() if _fits(run, entry.experiment, entry.prepared)]

    def stops(self, run: Run) -> list[Moment | None]:
        """Return the moments on the way to a run's end; the present, None, is the end of its own.

        Where training has not gone on yet from an earlier moment the present is none of them.
        """
        stops: list[Moment | None] = list(run.way)
        now = self.now
        if now is not None and run is self.runs.present and self.runs.at_end:
            stops = [stop for stop in run.way if stop.step < now.step] + [None]
        return stops

    # Looking back.

    def arrive(self, snapshot: Snapshot) -> bool:
        """Note the newest moment of the present; return whether it is the one to show."""
        self.now, self._past.step = snapshot, snapshot.step
        return self.shown is None

    @property
    def now_epoch(self) -> float:
        """Epochs done at the present, the part of the last one included."""
        return 0.0 if self.now is None else self.now.now

    def look_at(self, moment: Moment | None, run: Run | None = None) -> None:
        """Let every view show a past moment of the present data, or with None the present again.

        Training may go on meanwhile. What is done next begins there: see :meth:`settle`. ``run``
        is one on whose way it lies, to be followed.
        """
        now = self.now
        if now is None or moment is self.shown:
            return
        self.shown = moment
        if moment is None:
            self.followed = None
            self.wanted.emit(self._past.list.current.experiment, now)
        else:
            runs = (run, self.followed, self.runs.present, *self.runs)
            self.followed = next((run for run in runs if run and moment in run.way), None)
            self.wanted.emit(moment.experiment, replace(moment, run=now.run))
        self.shown_changed.emit()

    @Slot()
    def settle(self) -> None:
        """Let the past moment that is looked at, if there is one, become the present."""
        moment = self.leave()
        if moment is not None:
            self.settled.emit(moment)

    def leave(self, *, adopted: bool = False) -> Moment | None:
        """Hold no past moment any more, and return the one that was held.

        ``adopted`` says that the present is another too, of which nothing has come yet.
        """
        left, self.shown, self.followed = self.shown, None, None
        if adopted:
            self.now = self._past.step = None
        if left is not None:
            self.shown_changed.emit()
        return left

    def history(self) -> History:
        """Return what the run that is shown has measured, after the moment that is shown too.

        Unless by another loss than the moment's.
        """
        last = self.now
        if self.followed is not None and self.followed is not self.runs.present:
            last = self.followed.last
        if last is None:
            return History()
        shown = last if self.shown is None else self.shown
        same = shown.experiment.training.loss == last.experiment.training.loss
        return (last if same else shown).history


def words_of(moment: Snapshot) -> str:
    """Return ``"epoch 9"``, or within an epoch ``"epoch 9, batch 3"``."""
    batch = f", batch {grouped(moment.batch)}" if 0 < moment.batch < moment.batches else ""
    return f"epoch {grouped(moment.epoch)}{batch}"


def _fits(run: Run, experiment: Experiment, prepared: Prepared) -> bool:
    if run.experiment.data != experiment.data:
        return False
    try:
        answering = sizes_of(run.experiment, prepared.dataset)
        sizes = (*generator_sizes(run.experiment, prepared.dataset), *answering)
    except FieldError:  # data of the same name that have another shape by now
        return False
    return sum(size.parameters for size in sizes) == len(run.start.parameters)
