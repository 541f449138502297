"""Lets the window go first: training rests while the window's thread has something to do.

Two threads of one interpreter take turns at its lock. A training step on a small network gives the
lock back and takes it again every few microseconds, at each matrix product; a waiting thread is
woken each time, finds the lock taken, and begins to wait anew: it can miss its turn for seconds.
So training sleeps for a moment now and then, long enough to be overtaken, and once the window has
claimed its turn, training waits until the window has handled and painted everything.
"""

from __future__ import annotations

import threading
from time import perf_counter, sleep

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt

BREATH_INTERVAL_S = 0.00125
"""How long the window may have to wait for its turn."""

BREATH_S = 3e-5
_LONGEST_WAIT_S = 0.1
_AFTER_PAINTING = Qt.EventPriority.LowEventPriority.value - 1


class RightOfWay(QObject):
    """A claim of the thread it lives in, which the training thread respects.

    ``claimed_s`` is how long all claims lasted together, painting included.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._free = threading.Event()
        self._free.set()
        self._next_breath = 0.0
        self._claimed_at = 0.0
        self.claimed_s = 0.0

    def claim(self) -> None:
        """Go first, until all that is posted to this thread so far is handled and painted."""
        if self._free.is_set():
            self._free.clear()
            self._claimed_at = perf_counter()
            QCoreApplication.postEvent(self, QEvent(QEvent.Type.User), _AFTER_PAINTING)

    def release(self) -> None:
        """Claim nothing any more."""
        self._free.set()

    def event(self, event: QEvent) -> bool:
        """Give the turn back."""
        if event.type() == QEvent.Type.User:
            self.claimed_s += perf_counter() - self._claimed_at
            self.release()
            return True
        return super().event(event)

    def wait_while_claimed(self) -> None:
        """Wait, for a tenth of a second at most, while the window claims its turn."""
        self._free.wait(_LONGEST_WAIT_S)

    def give_way(self) -> None:
        """Wait while the window claims its turn, else take a breath when one is due.

        For the other thread, often, between two pieces of work.
        """
        if not self._free.is_set():
            self.wait_while_claimed()
        elif (now := perf_counter()) >= self._next_breath:
            sleep(BREATH_S)
            self._next_breath = now + BREATH_INTERVAL_S
