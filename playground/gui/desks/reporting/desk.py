"""Lets the user save a page to hand in about the network that is shown."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from playground.errors import PlaygroundError
from playground.gui.session.session import Session

_KINDS = "One page to print (*.pdf);;Markdown with pictures (*.md)"


class ReportDesk(QObject):
    """Asks where to, and says by the session what became of it."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window

    @Slot()
    def export(self) -> None:
        """Let the user choose a file, and save the report in it."""
        name, kind = QFileDialog.getSaveFileName(self._window, "Save a report", "report", _KINDS)
        if not name:
            return
        path = Path(name)
        if path.suffix not in (".pdf", ".md"):
            path = path.with_name(f"{path.name}{'.md' if '.md' in kind else '.pdf'}")
        from playground.gui.desks.reporting.page import save_report  # with the plots' library

        try:
            save_report(self._session, path)
        except PlaygroundError as error:
            self._session.refused.emit("", str(error))
        else:
            self._session.notice.emit(f"The report was saved as {path.name}.")
