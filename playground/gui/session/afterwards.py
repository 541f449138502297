"""Spreads the work of one frame over several turns of the event loop, so that none takes long."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from playground.gui.session.right_of_way import RightOfWay
from playground.gui.widgets.timers import later

APART_MS = 12
STAGES = 2


class Afterwards(QObject):
    """Tells, after each frame, when a view that can wait has its turn.

    ``due`` carries the stage, 1 to :data:`STAGES`: a second lens and the inspector come first, the
    curves last. While nothing trains there is no need to wait, and all stages come at once.
    ``ended`` says that the window closes: nothing may work on behind it.
    """

    due = Signal(int)
    ended = Signal()

    def __init__(self, right_of_way: RightOfWay, parent: QObject) -> None:
        super().__init__(parent)
        self._right_of_way = right_of_way
        self._stage = 0
        self._timer = later(self, APART_MS, self._on_timeout)

    def begin(self, *, training: bool) -> None:
        """Begin with the first stage; for the end of a frame."""
        self._timer.stop()
        self._stage = 0
        if training:
            self._timer.start()
        else:
            for stage in range(1, STAGES + 1):
                self.due.emit(stage)

    def stop(self) -> None:
        """Let nothing follow."""
        self._timer.stop()
        self.ended.emit()

    @Slot()
    def _on_timeout(self) -> None:
        self._right_of_way.claim()
        self._stage += 1
        self.due.emit(self._stage)
        if self._stage < STAGES:
            self._timer.start()
