"""The files that were opened or saved last, to open again."""

from __future__ import annotations

import contextlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from playground.errors import FileError
from playground.files.strict_json import read_json, write_json
from playground.gui.desks.document import Document
from playground.gui.desks.offer import Offer
from playground.gui.look.marking import tool_tip
from playground.plain_text import visible

MOST = 10


class RecentFiles(QObject):
    """Fills the menu with them, the newest first; ``changed`` tells that they are others.

    Parameters
    ----------
    remembered
        What :meth:`remembered` returned last.

    Attributes
    ----------
    paths
        Of the files, wherever they are by now.
    """

    changed = Signal()

    def __init__(self, document: Document, remembered: str, window: QWidget) -> None:
        super().__init__(window)
        self._document = document
        self.paths: list[str] = []
        with contextlib.suppress(FileError):
            listed = read_json(remembered or "[]", "the list")
            paths = listed if isinstance(listed, list) else []
            self.paths = [path for path in paths if isinstance(path, str)][:MOST]
        self.menu = QMenu(window)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self._fill)
        document.title_changed.connect(self._note)

    def remembered(self) -> str:
        """Return the list as a text."""
        return write_json(self.paths)

    def offer(self) -> Offer:
        """Say whether there are any."""
        return Offer(None if self.paths else "No file has been opened or saved yet.")

    @Slot()
    def _note(self) -> None:
        path = self._document.path
        if path is not None and (name := str(path.absolute())) not in self.paths[:1]:
            self.paths = [name, *(other for other in self.paths if other != name)][:MOST]
            self.changed.emit()

    @Slot()
    def _fill(self) -> None:
        self.menu.clear()
        for path in self.paths:
            action = self.menu.addAction(visible(Path(path).name).replace("&", "&&"))
            action.setToolTip(tool_tip(visible(path)))
            action.setData(path)
            action.triggered.connect(self._on_chosen)
        self.menu.addSeparator()
        clear = self.menu.addAction("&Clear list")
        clear.triggered.connect(self._on_cleared)

    @Slot()
    def _on_chosen(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self._document.open(Path(action.data()))

    @Slot()
    def _on_cleared(self) -> None:
        self.paths = []
        self.changed.emit()
