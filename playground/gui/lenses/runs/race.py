"""A race: the present experiment and one that differs from it, from one start, in turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.widgets.timers import later
from playground.training.edits.in_words import edit_in_words
from playground.training.experiment import Experiment
from playground.training.runs import Run

_SETTLE_MS = 50
"""Until every view, and the timeline, knows that training has ended."""


class Race(QObject):
    """Trains both by the session, as anybody would: two runs, and two entries of the undo list.

    A pause takes the race off. ``over`` carries the runs that were trained: both, but for one that
    came to nothing.
    """

    over = Signal(list)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._waiting: list[tuple[Mapping[str, Any], str]] = []
        self._names: list[str] = []
        self._runs: list[Run] = []
        self._before: list[Run] = []
        self._beginning = False
        self._late = later(self, _SETTLE_MS, self._on_ended)
        session.state_changed.connect(self._on_state)

    def begin(self, other: Experiment, changes: Mapping[str, Any], epochs: int) -> None:
        """Train the present experiment, and then the other one, which the changes lead to."""
        present = self._session.experiment
        self._names = [edit_in_words(other, present), edit_in_words(present, other)]
        self._runs, self._before = [], list(self._session.timeline.runs)
        self._waiting = [
            ({"training.stopping.epochs": epochs}, f"Race: {self._names[0]}"),
            (changes, f"Race: {self._names[1]}"),
        ]
        self._go()

    def _go(self) -> None:
        changes, title = self._waiting.pop(0)
        self._beginning = True
        if self._session.change_all(changes, title, afresh=True):
            self._session.toggle_training()
        else:
            self._end()
        self._beginning = False

    @Slot(object)
    def _on_state(self, state: RunState) -> None:
        if state in (RunState.FINISHED, RunState.FAILED) and self._names:
            self._late.start()
        elif state is not RunState.RUNNING and not self._beginning:
            self._end()

    @Slot()
    def _on_ended(self) -> None:
        """Name the run that has ended, and let the other one begin."""
        if not self._names:
            return
        self._session.timeline.fetch()
        run = self._session.timeline.runs.current
        if run is not None and run not in self._before:
            run.name = self._names[1 - len(self._waiting)]
            self._runs.append(run)
            self._before.append(run)
        if self._waiting:
            self._go()
        else:
            self.over.emit(self._runs)
            self._end()

    def _end(self) -> None:
        self._names, self._waiting = [], []
