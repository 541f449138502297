"""The one thread that trains: commands go in, snapshots and rare reports come out."""

from __future__ import annotations

import queue
import sys
from collections.abc import Iterator
from time import perf_counter
from typing import Any

from PySide6.QtCore import QThread, Signal

from playground.errors import DivergedError, PlaygroundError
from playground.gui.session import messages
from playground.gui.session.right_of_way import RightOfWay
from playground.training.edits.operation import Edits
from playground.training.snapshot import Snapshot
from playground.training.trainer import Pulse, Trainer

SNAPSHOT_INTERVAL_S = 1 / 30
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
        self._commands: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._trainer: Trainer | None = None
        self._pulses: Iterator[Pulse] = iter(())
        self._training = False
        self._quitting = False
        self._preserving = True
        self._former: dict[int, Edits] = {}
        self._next_snapshot = 0.0

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
                self._post()
                diverged = isinstance(error, DivergedError)
                self.reported.emit(messages.Failed(self._trainer.run_number, str(error), diverged))
        except Exception:
            sys.excepthook(*sys.exc_info())  # told like any other mistake of the program
            self._training = False
            if self._trainer is not None:
                self._pulses = self._trainer.run()
                self.reported.emit(messages.Paused(self._trainer.run_number))

    def _obey(self, command: Any) -> None:
        match command:
            case messages.Load():
                self._load(command)
            case messages.Train() if self._trainer and not self._training:
                self._training = True
                self.reported.emit(messages.Started(self._trainer.run_number))
            case messages.Pause() if self._trainer and self._training:
                self._training = False
                self._post()
                self.reported.emit(messages.Paused(self._trainer.run_number))
            case messages.Step() if self._trainer:
                self._training = False
                self._step(command.until)
            case messages.Edit() if self._trainer:
                carried = self._trainer.edit(command.experiment, preserving=self._preserving)
                self._post()
                self.reported.emit(messages.Edited(self._trainer.run_number, carried))
            case messages.Preserve():
                self._preserving = command.on
            case messages.Teach() if self._trainer:
                self._trainer.teach(command.prepared)
            case messages.Operate() | messages.TakeBack() | messages.TakeStep() if self._trainer:
                self._intervene(self._trainer, command)
            case messages.Peek() if self._trainer:
                self._training = False
                self.reported.emit(messages.Paused(self._trainer.run_number))
                start = self._trainer.next_step(command.example)
                self._post()
                self.reported.emit(messages.Peeked(self._trainer.run_number, start))
            case messages.Quit():
                self._quitting = True

    def _intervene(self, trainer: Trainer, command: Any) -> None:
        """Change the network by hand; where that is refused, nothing has changed."""
        try:
            match command:
                case messages.Operate():
                    self._former[command.key], effect = trainer.operate(command.operation)
                    sentence = f"{command.operation.title}: {effect}."
                case messages.TakeBack() if command.key in self._former:
                    effect = trainer.put_back(self._former.pop(command.key))
                    sentence = f"Undone: {command.title}: {effect}."
                case messages.TakeBack():
                    sentence = f"{command.title}: nothing of it was left to undo."
                case messages.TakeStep():
                    trainer.take(command.start)
                    sentence = ""
        except DivergedError:
            raise
        except PlaygroundError as error:
            self.reported.emit(messages.Refused(trainer.run_number, str(error)))
            return
        self._post()
        if sentence:
            self.reported.emit(messages.Operated(trainer.run_number, sentence))

    def _load(self, command: messages.Load) -> None:
        self._trainer = None
        self._training = False
        self._former.clear()
        self._trainer = Trainer(command.experiment, command.prepared, run=command.run)
        if command.start is not None:
            self._trainer.restore(command.start)
        self._pulses = self._trainer.run()
        self._post()

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
            self.reported.emit(messages.Paused(trainer.run_number))

    def _finish(self) -> None:
        """Report a met stopping rule, and be ready to train on by as much again."""
        trainer = self._trainer
        assert trainer is not None
        self._training = False
        self._post()
        self.reported.emit(messages.Finished(trainer.run_number, trainer.reason))
        self._pulses = trainer.run()

    def _post(self) -> None:
        assert self._trainer is not None
        self.mailbox.put(self._trainer.snapshot())
        self._next_snapshot = perf_counter() + SNAPSHOT_INTERVAL_S
