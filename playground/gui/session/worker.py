"""The one thread that trains: commands go in, snapshots and rare reports come out."""

from __future__ import annotations

import queue
import sys
from collections import deque
from collections.abc import Iterator
from time import perf_counter
from typing import Any

from PySide6.QtCore import QThread, Signal

from playground.errors import DivergedError, PlaygroundError
from playground.gui.session import messages
from playground.gui.session.right_of_way import RightOfWay
from playground.training.edits.painted_task import GoOn
from playground.training.experiment import Experiment
from playground.training.moment import Moment
from playground.training.size import layer_sizes
from playground.training.snapshot import Snapshot
from playground.training.trainer import Pulse, Trainer

SNAPSHOT_INTERVAL_S = 1 / 30
KEPT_EVERY_S, LONGEST_WAIT_S = 0.2, 1.0
"""Between two moments of the timeline, at least; and longer than that in a long epoch, at most."""

LARGEST_SHARE_KEPT = 0.02
"""Of the time, for keeping them."""

LARGEST_COPIED_AHEAD = 100_000
"""Parameters of a network whose snapshot is made anew although nobody fetched the last one."""


class Mailbox:
    """Holds the newest snapshot only: an older one that nobody fetched is dropped."""

    def __init__(self) -> None:
        self._newest: Snapshot | None = None

    def put(self, snapshot: Snapshot) -> None:
        """Leave a snapshot, in place of one that was not fetched."""
        self._newest = snapshot

    @property
    def fetched(self) -> bool:
        """Whether the last snapshot was fetched."""
        return self._newest is None

    def take(self) -> Snapshot | None:
        """Fetch the newest snapshot, or None where there has been none since the last time."""
        newest, self._newest = self._newest, None
        return newest


class Worker(QThread):
    """Drives a :class:`Trainer` in its own thread.

    ``send`` may be called from any thread at any time; commands are obeyed in order, between two
    batches. ``reported`` carries one of the reports of :mod:`playground.gui.session.messages`.
    """

    reported = Signal(object)

    def __init__(self, right_of_way: RightOfWay) -> None:
        super().__init__()
        self.setObjectName("trainingThread")
        self._right_of_way = right_of_way
        self.mailbox = Mailbox()
        self.kept: deque[Moment] = deque()
        self._commands: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._trainer: Trainer | None = None
        self._pulses: Iterator[Pulse] = iter(())
        self._early: messages.Train | messages.Step | None = None
        self._training = False
        self._quitting = False
        self._preserving = True
        self._next_snapshot = self._next_kept = 0.0

    def send(self, command: Any) -> None:
        """Hand over a command."""
        self._commands.put(command)

    def close(self) -> None:
        """End the thread after the batch it is in, and wait for it."""
        self.send(messages.Quit())
        self.wait()

    def run(self) -> None:
        """Obey commands until told to quit; train in between."""
        while not self._quitting:
            self._guarded(self._obey, self._commands.get())
            while self._training and not self._quitting:
                self._guarded(self._train)
                if not self._commands.empty():
                    self._guarded(self._obey, self._commands.get())

    def _guarded(self, act: Any, *arguments: Any) -> None:
        """Let the run rest after a failure, and tell it; the thread goes on."""
        try:
            act(*arguments)
        except PlaygroundError as error:
            self._training = False
            if self._trainer is not None:
                self._pulses = self._trainer.run()
                diverged = isinstance(error, DivergedError)
                self._rest(messages.Failed, sentence=str(error), diverged=diverged)
        except Exception:
            sys.excepthook(*sys.exc_info())  # told like any other mistake of the program
            self._training = False
            if self._trainer is not None:
                self._pulses = self._trainer.run()
                self._rest(messages.Paused)

    def _obey(self, command: Any) -> None:
        match command:
            case messages.Load():
                self._load(command)
            case messages.Train() | messages.Step() if self._trainer is None:
                self._early = command  # the first data are still being read
            case messages.Train() if self._trainer and not self._training:
                self._training = True
                self.reported.emit(messages.Started(self._trainer.run_number))
            case messages.Pause() if self._trainer and self._training:
                self._training = False
                self._rest(messages.Paused)
            case messages.Step() if self._trainer:
                self._training = False
                self._step(command.until)
            case messages.Change():
                self._change(command)
            case messages.Edit() if self._trainer:
                self._edit(self._trainer, command.experiment)
            case messages.Preserve():
                self._preserving = command.on
            case messages.Teach() if self._trainer:
                self._trainer.teach(command.prepared)
            case messages.Operate() | messages.TakeStep() if self._trainer:
                self._intervene(self._trainer, command)
            case messages.Peek() if self._trainer:
                self._training = False
                start = self._trainer.next_step(command.example)
                self._rest(messages.Paused)
                self.reported.emit(messages.Peeked(self._trainer.run_number, start))
            case messages.Quit():
                self._quitting = True

    def _change(self, command: messages.Change) -> None:
        """Obey, and leave the moments before and after, whatever becomes of it."""
        if command.before is not None and self._trainer is not None:
            command.before.moment = self._kept_moment(self._trainer)
        try:
            self._obey(command.command)
        finally:
            if self._trainer is not None:
                moment = self._trainer.moment()
                if command.after is not None:
                    command.after.moment = moment
                self.kept.append(moment)
                self.reported.emit(messages.Changed(self._trainer.run_number, moment))

    def _edit(self, trainer: Trainer, experiment: Experiment) -> None:
        """Go on with a changed experiment; what has learned nothing yet begins anew with it."""
        if trainer.touched:
            carried = trainer.edit(experiment, preserving=self._preserving)
            self._post()
            self.reported.emit(messages.Edited(trainer.run_number, carried))
        else:
            self._begin(Trainer(experiment, trainer.prepared, run=trainer.run_number))

    def _intervene(self, trainer: Trainer, command: Any) -> None:
        """Change the network by hand; where that is refused, nothing has changed."""
        try:
            match command:
                case messages.Operate():
                    effect = trainer.operate(command.operation)
                    self._post()
                    sentence = f"{command.operation.title(trainer.network.names)}: {effect}."
                    self.reported.emit(messages.Operated(trainer.run_number, sentence))
                case messages.TakeStep():
                    trainer.take(command.start)
                    self._rest(messages.Paused, stepped=True)
        except DivergedError:
            raise
        except PlaygroundError as error:
            self.reported.emit(messages.Refused(trainer.run_number, str(error)))

    def _load(self, command: messages.Load) -> None:
        former, self._trainer = self._trainer, None
        self._training = False
        experiment, prepared = command.experiment, command.prepared
        start = None if command.start is None else command.start.moment
        fits = False
        if command.keep and former is not None:
            sizes = layer_sizes(experiment, prepared.dataset)
            fits = sum(size.parameters for size in sizes) == former.network.parameter_count
            start = former.moment() if fits else None
        self._begin(Trainer(experiment, prepared, run=command.run, start=start))
        if command.keep and former is not None and not fits:
            classes = len(prepared.dataset.class_names)
            learned = GoOn.of(former.network, classes, experiment)
            self._obey(messages.Operate(learned))
        early, self._early = self._early, None
        if early is not None:
            self._obey(early)

    def _begin(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._pulses = trainer.run()
        self._post()

    def _train(self) -> None:
        """Train until a command waits or a stopping rule is met, which is told first."""
        give_way = self._right_of_way.give_way
        idle, trainer = self._commands.empty, self._trainer
        assert trainer is not None
        small = trainer.network.parameter_count <= LARGEST_COPIED_AHEAD
        for pulse in self._pulses:
            self._keep(pulse)
            if perf_counter() >= self._next_snapshot and (small or self.mailbox.fetched):
                self._post()
            give_way()
            if not (idle() or trainer.reason):
                return
        self._finish()

    def _keep(self, pulse: Pulse) -> None:
        """Keep a moment for the timeline now and then, at an epoch's end where that is near."""
        now = perf_counter()
        late = now >= self._next_kept + LONGEST_WAIT_S and pulse is Pulse.BATCH
        if late or (pulse is Pulse.EPOCH and now >= self._next_kept):
            assert self._trainer is not None
            self._kept_moment(self._trainer)
            done = perf_counter()
            self._next_kept = done + max(KEPT_EVERY_S, (done - now) / LARGEST_SHARE_KEPT)

    def _kept_moment(self, trainer: Trainer) -> Moment:
        """Return this moment, and keep it for the timeline, which takes them in their order."""
        moment = trainer.moment()
        self.kept.append(moment)
        return moment

    def _step(self, until: Pulse) -> None:
        trainer = self._trainer
        assert trainer is not None
        for pulse in self._pulses:
            if pulse is until or pulse is Pulse.EPOCH:
                break
            self._right_of_way.give_way()
            if until is Pulse.EPOCH and not self._commands.empty():
                break
        if trainer.reason:
            self._finish()
        else:
            self._rest(messages.Paused, stepped=True)

    def _finish(self) -> None:
        """Report a met stopping rule, and be ready to train on by as much again."""
        trainer = self._trainer
        assert trainer is not None
        self._training = False
        self._pulses = trainer.run()
        self._rest(messages.Finished, reason=trainer.reason)

    def _rest(self, report: Any, **told: Any) -> None:
        """Report that training rests, with the moment at which it does."""
        trainer = self._trainer
        assert trainer is not None
        self._post()
        self.reported.emit(report(trainer.run_number, self._kept_moment(trainer), **told))

    def _post(self) -> None:
        assert self._trainer is not None
        self.mailbox.put(self._trainer.snapshot())
        self._next_snapshot = perf_counter() + SNAPSHOT_INTERVAL_S
