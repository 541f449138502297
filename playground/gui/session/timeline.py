"""The runs of this window, made of the moments that the training thread has kept."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, Signal

from playground.training.moment import Moment
from playground.training.runs import Runs


class Timeline(QObject):
    """Takes in moments; ``changed`` tells that a run has begun or gone on."""

    changed = Signal()

    def __init__(self, kept: deque[Moment], parent: QObject) -> None:
        super().__init__(parent)
        self.runs = Runs()
        self._kept = kept

    def fetch(self) -> None:
        """Take in what was kept since the last time."""
        changed = False
        while self._kept:
            changed = self.runs.note(self._kept.popleft()) or changed
        if changed:
            self.changed.emit()

    def note(self, moment: Moment, reason: str) -> None:
        """Take in a moment at which training rests or was changed, and why."""
        self.fetch()
        if self.runs.note(moment, reason):
            self.changed.emit()
