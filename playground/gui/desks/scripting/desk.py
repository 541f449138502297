"""Shows the present experiment as a Python script, to be copied or saved."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from playground import __all__
from playground.gui.desks.offer import Offer
from playground.gui.session.session import Session


class ScriptDesk(QObject):
    """Opens the script of what the session holds."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window

    def offer(self) -> Offer:
        """Return whether there is an experiment with its data."""
        return Offer(None if self._session.prepared is not None else "The data are on their way.")

    @Slot()
    def show(self) -> None:
        """Write the script of this moment's settings, and show it."""
        prepared = self._session.prepared
        if prepared is not None:
            from playground.analysis.script import script  # needed only now
            from playground.gui.desks.scripting.dialog import ScriptDialog

            dialog = ScriptDialog(script(self._session.experiment, prepared, __all__), self._window)
            dialog.open()
