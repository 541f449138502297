"""Fetches what training has left to be shown, up to thirty times a second."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QObject, Signal, Slot

from playground.gui.session.right_of_way import RightOfWay
from playground.gui.session.worker import Mailbox
from playground.gui.widgets.timers import every

FRAME_INTERVAL_MS = 33
LARGEST_SHARE = 0.09
"""Of the time, for showing what training does: a costly view is shown less often."""

COSTLIEST_FRAME_S = 0.04
"""What a frame is counted at, at most: opening data or drawing must not hold up the next one."""


class Frames(QObject):
    """Reads the mailbox at a steady pace; ``arrived`` carries the newest snapshot.

    Attributes
    ----------
    training
        Whether training runs, and so whether time is short.
    """

    arrived = Signal(object)

    def __init__(self, mailbox: Mailbox, right_of_way: RightOfWay, parent: QObject) -> None:
        super().__init__(parent)
        self.training = False
        self._mailbox = mailbox
        self._right_of_way = right_of_way
        self._last = self._claimed_before = 0.0
        self._timer = every(self, FRAME_INTERVAL_MS, self._on_timeout)
        self.start = self._timer.start
        self.stop = self._timer.stop

    @Slot()
    def _on_timeout(self) -> None:
        now, claimed = perf_counter(), self._right_of_way.claimed_s
        cost = min(claimed - self._claimed_before, COSTLIEST_FRAME_S)
        if self.training and now < self._last + cost / LARGEST_SHARE:
            return
        self._last, self._claimed_before = now, claimed
        self._right_of_way.claim()
        snapshot = self._mailbox.take()
        if snapshot is not None:
            self.arrived.emit(snapshot)
