"""Tells a screen reader how training goes: when it comes to rest, and now and then before."""

from __future__ import annotations

import math
from time import perf_counter

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QLabel

from playground.gui.look.spoken import announce
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.session.timeline import words_of
from playground.gui.widgets.timers import later

EVERY_S = 10.0
SETTLED_MS = 300
"""After so long the last figures have arrived too."""


class Announcer(QObject):
    """Says "Finished: all 100 epochs are done. Epoch 100, test accuracy 97.1 %" and the like.

    Parameters
    ----------
    session
        Whose training it is.
    line
        What says whether it trains, and speaks.
    """

    def __init__(self, session: Session, line: QLabel) -> None:
        super().__init__(line)
        self._session, self._line = session, line
        self._next = math.inf
        self._resting = later(self, SETTLED_MS, self._say)
        session.state_changed.connect(self._on_state_changed)
        session.snapshot_changed.connect(self._on_snapshot_changed)

    @property
    def sentence(self) -> str:
        """How training goes, or nothing before there is anything to tell."""
        session, now = self._session, self._session.timeline.now
        if now is None or session.prepared is None:
            return ""
        score = session.prepared.dataset.task.score
        value = now.history.last(f"test_{score.name}")
        word = score.word if session.prepared.tested_on_train else f"test {score.word}"
        figure = f", {word} {score.text(value, 3)}" if math.isfinite(value) else ""
        return f"{self._line.text()}. {words_of(now).capitalize()}{figure}"

    @Slot(object)
    def _on_state_changed(self, state: RunState) -> None:
        self._resting.stop()
        self._next = math.inf
        if state is RunState.RUNNING:
            self._next = perf_counter() + EVERY_S
        elif state is not RunState.IDLE:
            self._resting.start()

    @Slot()
    def _on_snapshot_changed(self) -> None:
        if perf_counter() >= self._next:
            self._next = perf_counter() + EVERY_S
            self._say()

    @Slot()
    def _say(self) -> None:
        if self.sentence:
            announce(self._line, self.sentence)
