"""Garbage collection on the GUI thread only: elsewhere it would destroy Qt objects."""

from __future__ import annotations

import ctypes
import gc
import sys

from PySide6.QtCore import QObject, Slot

from playground.gui.widgets.timers import every

INTERVAL_MS = 1_000


class GarbageCollector(QObject):
    """Switches Python's automatic collection off, and collects from a timer instead.

    What exists when it starts is set aside as permanent, so that a collection looks only at what
    has come since and takes well under a frame. After a whole collection the free memory goes back
    to the system, which glibc does not do by itself: in 1 to 3 ms.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._give_back = None
        if sys.platform == "linux":
            self._give_back = getattr(ctypes.CDLL(None), "malloc_trim", None)
        gc.disable()
        gc.freeze()
        timer = every(self, INTERVAL_MS, self._on_timeout)
        timer.start()

    @Slot()
    def _on_timeout(self) -> None:
        young, middle, old = gc.get_count()
        limits = self._thresholds
        if old > limits[2] > 0:
            self.collect_all()
        elif middle > limits[1] > 0:
            gc.collect(1)
        elif young > limits[0] > 0:
            gc.collect(0)

    def collect_all(self) -> None:
        """Collect the garbage of all generations, and give the free memory back to the system."""
        gc.collect(2)
        if self._give_back is not None:
            self._give_back(0)
