"""Keeps the views' last picture for the moment in which a run goes over to edited data."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from playground.gui.session.session import Session
from playground.gui.widgets.timers import later

_LONGEST_MS = 400


class Stillness(QObject):
    """Spares the user a flicker: without it the views would be empty until the next snapshot."""

    def __init__(self, session: Session, views: Sequence[QWidget], parent: QObject) -> None:
        super().__init__(parent)
        self._views = views
        self._timer = later(self, _LONGEST_MS, self._end)
        session.snapshot_changed.connect(self._end)

    def hold(self) -> None:
        """Leave the views as they are painted now, until there is a snapshot or for a moment."""
        for view in self._views:
            view.setUpdatesEnabled(False)
        self._timer.start()

    @Slot()
    def _end(self) -> None:
        self._timer.stop()
        for view in self._views:
            view.setUpdatesEnabled(True)
