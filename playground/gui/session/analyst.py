"""Answers questions about the network that take longer than a frame, in a thread of its own."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import perf_counter, sleep
from typing import Any, TypeAlias

from PySide6.QtCore import QThread, Signal

from playground.data.preparation import Prepared
from playground.errors import PlaygroundError
from playground.gui.session.right_of_way import BREATH_INTERVAL_S, BREATH_S, RightOfWay
from playground.training.model import Model
from playground.training.snapshot import Snapshot

Question: TypeAlias = Callable[[Model, Prepared], Any]
"""Pure NumPy and Python; what it returns is frozen and owns its arrays."""

REST = 7.0
"""Seconds of rest while training runs for each second of work, so that training keeps its core."""

_LONGEST_REST_S = 2.0


@dataclass(frozen=True, eq=False)
class Answer:
    """What a question came to.

    Attributes
    ----------
    key
        Of the question.
    snapshot
        The moment of the network that was asked about.
    value
        What the question returned, None where it failed.
    error
        The sentence of an expected failure, else empty.
    """

    key: Hashable
    snapshot: Snapshot
    value: Any
    error: str = ""


class Analyst(QThread):
    """Takes questions from the window's thread and answers each with the newest weights.

    A newer question replaces an older one with the same key that has not been begun.
    """

    answered = Signal(object)

    def __init__(self, right_of_way: RightOfWay) -> None:
        super().__init__()
        self._right_of_way = right_of_way
        self._next_breath = 0.0
        self.setObjectName("analystThread")
        self._wake = threading.Condition()
        self._questions: dict[Hashable, Question] = {}
        self._snapshot: Snapshot | None = None
        self._prepared: Prepared | None = None
        self._resting = False
        self._quitting = False
        self._model: Model | None = None
        self._read: Prepared | None = None

    def look_at(self, snapshot: Snapshot | None, prepared: Prepared | None, training: bool) -> None:
        """Say which moment of which network the questions are about, and whether it trains."""
        with self._wake:
            if prepared is not self._prepared:
                self._questions.clear()
            self._snapshot, self._prepared = snapshot, prepared
            self._resting = training
            self._wake.notify()

    def ask(self, key: Hashable, question: Question) -> None:
        """Put a question, in the turn of one with the same key that still waits."""
        with self._wake:
            self._questions[key] = question
            self._wake.notify()

    def forget(self, key: Hashable) -> None:
        """Withdraw a question that still waits."""
        with self._wake:
            self._questions.pop(key, None)

    def close(self) -> None:
        """End the thread after the question it is at, and wait for it."""
        with self._wake:
            self._quitting = True
            self._wake.notify()
        self.wait()

    def run(self) -> None:
        """Answer until told to quit, the question that waits longest first."""
        while True:
            with self._wake:
                while not self._quitting and not (self._questions and self._snapshot is not None):
                    self._wake.wait()
                if self._quitting:
                    return
                key = next(iter(self._questions))
                question = self._questions.pop(key)
                snapshot, prepared = self._snapshot, self._prepared
            assert snapshot is not None
            assert prepared is not None
            mark = perf_counter()
            self.answered.emit(self._answer(key, question, snapshot, prepared))
            self._rest(perf_counter() - mark)

    def _answer(
        self, key: Hashable, question: Question, snapshot: Snapshot, prepared: Prepared
    ) -> Answer:
        value, error = None, ""
        try:
            value = question(self._model_of(snapshot, prepared), prepared)
        except PlaygroundError as expected:
            error = str(expected)
        except Exception:
            # Told to the user like any other mistake of the program; the thread goes on.
            sys.excepthook(*sys.exc_info())
            error = "This could not be computed."
        return Answer(key, snapshot, value, error)

    def _model_of(self, snapshot: Snapshot, prepared: Prepared) -> Model:
        experiment, model = snapshot.experiment, self._model
        if (
            model is None
            or prepared is not self._read
            or not experiment.has_layers_of(model.experiment)
        ):
            model = self._model = Model(experiment, prepared.dataset, prepared.normalization)
            model.breathe = self._breathe
            self._read = prepared
        model.show(snapshot)
        return model

    def _breathe(self) -> None:
        """Let the window go first; see :mod:`playground.gui.session.right_of_way`."""
        self._right_of_way.wait_while_claimed()
        if (now := perf_counter()) >= self._next_breath:
            sleep(BREATH_S)
            self._next_breath = now + BREATH_INTERVAL_S

    def _rest(self, worked_s: float) -> None:
        until = perf_counter() + min(worked_s * REST, _LONGEST_REST_S)
        with self._wake:
            while self._resting and not self._quitting and (left := until - perf_counter()) > 0:
                self._wake.wait(left)
