"""The one thread that trains: commands go in, snapshots and rare reports come out."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QThread, Signal

from playground.data.preparation import Prepared
from playground.errors import DivergedError, PlaygroundError
from playground.gui.session.right_of_way import RightOfWay
from playground.training.edits.carry_over import CarryOver
from playground.training.edits.operation import Edits, Operation
from playground.training.experiment import Experiment
from playground.training.history import History
from playground.training.snapshot import Snapshot
from playground.training.step_start import StepStart
from playground.training.trainer import Pulse, Trainer

SNAPSHOT_INTERVAL_S = 1 / 30
LARGEST_COPIED_AHEAD = 100_000
"""Parameters of a network whose snapshot is made anew although nobody fetched the last one."""


@dataclass(frozen=True, eq=False)
class Load:
    """Begin a new run, idle, with the experiment's own start or with given parameters."""

    run: int
    experiment: Experiment
    prepared: Prepared
    start: Start | None = None


@dataclass(frozen=True, eq=False)
class Start:
    """A moment to begin from, such as that of a file."""

    parameters: NDArray[np.float32]
    statistics: NDArray[np.float32]
    epoch: int = 0
    step: int = 0
    seconds: float = 0.0
    history: History = field(default_factory=History)


@dataclass(frozen=True)
class Train:
    """Train until told otherwise."""


@dataclass(frozen=True)
class Pause:
    """Stop after the present batch, ready to go on."""


@dataclass(frozen=True)
class Step:
    """Do one batch or one whole epoch, then pause."""

    until: Pulse


@dataclass(frozen=True, eq=False)
class Edit:
    """Go on with a changed experiment on the same data."""

    experiment: Experiment


@dataclass(frozen=True, eq=False)
class Teach:
    """Go on with other drawings of the user's own among the same data."""

    prepared: Prepared


@dataclass(frozen=True, eq=False)
class Operate:
    """Change the network itself between two batches; ``key`` names it for :class:`TakeBack`."""

    key: int
    operation: Operation


@dataclass(frozen=True)
class TakeBack:
    """Put back what an operation changed."""

    key: int
    title: str


@dataclass(frozen=True, eq=False)
class Peek:
    """Rest, and tell all about the next step: on the next mini-batch, or on the given example."""

    example: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None


@dataclass(frozen=True, eq=False)
class TakeStep:
    """Make the step that was peeked at."""

    start: StepStart


@dataclass(frozen=True)
class Quit:
    """End the thread."""


@dataclass(frozen=True)
class Started:
    """Training has begun or gone on."""

    run: int


@dataclass(frozen=True)
class Paused:
    """Training rests, ready to go on."""

    run: int


@dataclass(frozen=True)
class Edited:
    """An edit has been taken over."""

    run: int
    carried: CarryOver


@dataclass(frozen=True)
class Operated:
    """An operation was carried out or taken back."""

    run: int
    sentence: str


@dataclass(frozen=True, eq=False)
class Peeked:
    """What the next step depends on."""

    run: int
    start: StepStart


@dataclass(frozen=True)
class Refused:
    """A command could not be obeyed; everything is as it was."""

    run: int
    sentence: str


@dataclass(frozen=True)
class Finished:
    """A stopping rule was met."""

    run: int
    reason: str


@dataclass(frozen=True)
class Failed:
    """Training cannot go on as it is."""

    run: int
    sentence: str
    diverged: bool


@dataclass(frozen=True)
class Stopped:
    """The run was replaced by another, or the window closed."""

    run: int


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
    batches. ``reported`` carries one of the report classes of this module.
    """

    reported = Signal(object)

    def __init__(self, right_of_way: RightOfWay | None = None) -> None:
        super().__init__()
        self.setObjectName("trainingThread")
        self._right_of_way = right_of_way or RightOfWay()
        self.mailbox = Mailbox()
        self._commands: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._trainer: Trainer | None = None
        self._pulses: Iterator[Pulse] = iter(())
        self._training = False
        self._quitting = False
        self._former: dict[int, Edits] = {}
        self._next_snapshot = 0.0

    def send(self, command: Any) -> None:
        """Hand over a command."""
        self._commands.put(command)

    def close(self) -> None:
        """End the thread after the batch it is in, and wait for it."""
        self.send(Quit())
        self.wait()

    def run(self) -> None:
        """Obey commands until told to quit; train in between."""
        while not self._quitting:
            self._guarded(self._obey, self._commands.get())
            while self._training and not self._quitting:
                self._guarded(self._train)
                if not self._commands.empty():
                    self._guarded(self._obey, self._commands.get())
        self._end_run()

    def _guarded(self, act: Any, *arguments: Any) -> None:
        """Turn an expected failure into a report; the run then rests."""
        try:
            act(*arguments)
        except PlaygroundError as error:
            self._training = False
            if self._trainer is not None:
                self._pulses = self._trainer.run()
                self._post()
                self.reported.emit(
                    Failed(self._trainer.run_number, str(error), isinstance(error, DivergedError))
                )

    def _obey(self, command: Any) -> None:
        match command:
            case Load():
                self._load(command)
            case Train() if self._trainer and not self._training:
                self._training = True
                self.reported.emit(Started(self._trainer.run_number))
            case Pause() if self._trainer and self._training:
                self._training = False
                self._post()
                self.reported.emit(Paused(self._trainer.run_number))
            case Step() if self._trainer:
                self._training = False
                self._step(command.until)
            case Edit() if self._trainer:
                carried = self._trainer.edit(command.experiment)
                self._post()
                self.reported.emit(Edited(self._trainer.run_number, carried))
            case Teach() if self._trainer:
                self._trainer.teach(command.prepared)
            case Operate() | TakeBack() | TakeStep() if self._trainer:
                self._intervene(self._trainer, command)
            case Peek() if self._trainer:
                self._training = False
                self.reported.emit(Paused(self._trainer.run_number))
                start = self._trainer.next_step(command.example)
                self._post()
                self.reported.emit(Peeked(self._trainer.run_number, start))
            case Quit():
                self._quitting = True

    def _intervene(self, trainer: Trainer, command: Operate | TakeBack | TakeStep) -> None:
        """Change the network by hand; where that is refused, nothing has changed."""
        try:
            match command:
                case Operate():
                    self._former[command.key], effect = trainer.operate(command.operation)
                    sentence = f"{command.operation.title}: {effect}."
                case TakeBack() if command.key in self._former:
                    effect = trainer.put_back(self._former.pop(command.key))
                    sentence = f"Undone: {command.title}: {effect}."
                case TakeBack():
                    sentence = f"{command.title}: nothing of it was left to undo."
                case TakeStep():
                    trainer.take(command.start)
                    sentence = ""
        except DivergedError:
            raise
        except PlaygroundError as error:
            self.reported.emit(Refused(trainer.run_number, str(error)))
            return
        self._post()
        if sentence:
            self.reported.emit(Operated(trainer.run_number, sentence))

    def _load(self, command: Load) -> None:
        self._end_run()
        self._former.clear()
        self._trainer = Trainer(command.experiment, command.prepared, run=command.run)
        if command.start is not None:
            start = command.start
            self._trainer.restore(
                start.parameters,
                start.statistics,
                epoch=start.epoch,
                step=start.step,
                seconds=start.seconds,
                history=start.history,
            )
        self._pulses = self._trainer.run()
        self._post()

    def _end_run(self) -> None:
        if self._trainer is not None:
            self.reported.emit(Stopped(self._trainer.run_number))
        self._trainer = None
        self._training = False

    def _train(self) -> None:
        """Train until a command waits or a stopping rule is met."""
        give_way = self._right_of_way.give_way
        idle = self._commands.empty
        assert self._trainer is not None
        small = self._trainer.network.parameter_count <= LARGEST_COPIED_AHEAD
        for _ in self._pulses:
            if perf_counter() >= self._next_snapshot and (small or self.mailbox.fetched):
                self._post()
            give_way()
            if not idle():
                return
        self._finish()

    def _step(self, until: Pulse) -> None:
        trainer = self._trainer
        assert trainer is not None
        for pulse in self._pulses:
            if pulse is until or pulse is Pulse.EPOCH:
                break
            self._right_of_way.give_way()
            if not self._commands.empty():
                break
        if trainer.reason:
            self._finish()
        else:
            self._post()
            self.reported.emit(Paused(trainer.run_number))

    def _finish(self) -> None:
        """Report a met stopping rule, and be ready to train on by as much again."""
        trainer = self._trainer
        assert trainer is not None
        self._training = False
        self._post()
        self.reported.emit(Finished(trainer.run_number, trainer.reason))
        self._pulses = trainer.run()

    def _post(self) -> None:
        assert self._trainer is not None
        self.mailbox.put(self._trainer.snapshot())
        self._next_snapshot = perf_counter() + SNAPSHOT_INTERVAL_S
