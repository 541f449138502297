"""The runs of this window, made of the moments that the training thread has kept."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from playground.gui.session.past import Past
from playground.gui.session.worker import Worker
from playground.training.runs import Run, Runs


class Timeline(QObject):
    """Takes in the moments of all runs; ``changed`` tells that one has begun or gone on."""

    changed = Signal()

    def __init__(self, worker: Worker, past: Past, parent: QObject) -> None:
        super().__init__(parent)
        self.runs = Runs()
        self._kept = worker.kept
        self._past = past
        past.list.keep("runs", lambda: self.runs.gone, self._leave_out)
        worker.reported.connect(self._on_reported)

    @Slot()
    def fetch(self) -> None:
        """Take in what was kept since the last time."""
        told = [self.runs.note(self._kept.popleft()) for _ in range(len(self._kept))]
        if any(told):
            self.changed.emit()

    def remove(self, run: Run) -> None:
        """Delete a run; undo brings it back once that is entered in the undo list."""
        self._leave_out((*self.runs.gone, run))

    def _leave_out(self, gone: tuple[Run, ...]) -> None:
        self.runs.leave_out(gone)
        self.changed.emit()

    @Slot(object)
    def _on_reported(self, report: Any) -> None:
        """Take in a moment at which training rests or was changed, with what was done."""
        moment = getattr(report, "moment", None)
        self.fetch()
        if moment is not None and self.runs.note(moment, self._past.list.current.title):
            self.changed.emit()
