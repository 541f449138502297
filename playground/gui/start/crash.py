"""Unexpected errors: one dialog for each traceback, with details to copy, and a log file."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import platformdirs
from PySide6.QtCore import QObject, QThread, Signal, Slot
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton, QWidget

from playground.gui.look.marking import named, plain

_log = logging.getLogger("playground")


def log_file() -> Path:
    """Return where unexpected errors are written."""
    return Path(platformdirs.user_log_dir("playground", appauthor=False)) / "playground.log"


class CrashReporter(QObject):
    """Takes over ``sys.excepthook``; errors of any thread are shown in the GUI thread.

    Parameters
    ----------
    window
        The window that the dialog belongs to.
    log
        The file that every traceback is appended to.
    save
        Saves the user's work, asking where to if need be.
    """

    _caught = Signal(str, str)

    def __init__(self, window: QWidget, log: Path, save: Callable[[], object]) -> None:
        super().__init__(window)
        self._window = window
        self._save = save
        self._log_path = log
        self._seen: set[str] = set()
        self._dialog: QMessageBox | None = None
        self._save_first: QPushButton | None = None
        self._caught.connect(self._on_caught)
        self._handler: logging.Handler | None = None
        self._previous = sys.excepthook

    def install(self) -> None:
        """Begin to catch."""
        self._previous = sys.excepthook
        sys.excepthook = self._hook

    def remove(self) -> None:
        """Give the hook back and close the log."""
        sys.excepthook = self._previous
        if self._handler is not None:
            _log.removeHandler(self._handler)
            self._handler.close()
            self._handler = None

    def _hook(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._previous(kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        _let_go(error)
        self._caught.emit(f"{kind.__name__}: {error}", details)

    @Slot(str, str)
    def _on_caught(self, summary: str, details: str) -> None:
        assert QThread.currentThread() is self.thread()
        if details in self._seen:
            return
        self._seen.add(details)
        logged = self._write(details)
        if self._dialog is not None:
            return
        dialog = named(QMessageBox(self._window), "crashDialog")
        dialog.setIcon(QMessageBox.Icon.Warning)
        dialog.setWindowTitle("Something went wrong")
        dialog.setText("An error occurred, and Playground has gone on. Your network is still here.")
        where = f" They are kept in {self._log_path}." if logged else ""
        dialog.setInformativeText(
            f"{summary}\n\nGo on, or save your work first. The details can be copied.{where}"
        )
        informative = dialog.findChild(QLabel, "qt_msgbox_informativelabel")
        assert informative is not None
        plain(informative)
        dialog.setDetailedText(details)
        dialog.addButton("Go on", QMessageBox.ButtonRole.AcceptRole)
        self._save_first = dialog.addButton("Save first…", QMessageBox.ButtonRole.ActionRole)
        dialog.finished.connect(self._on_dialog_finished)
        self._dialog = dialog
        dialog.open()

    @Slot()
    def _on_dialog_finished(self) -> None:
        if self._dialog is not None:
            saving = self._dialog.clickedButton() is self._save_first
            self._dialog.deleteLater()
            self._dialog = None
            if saving:
                self._save()

    def _write(self, details: str) -> bool:
        from logging.handlers import RotatingFileHandler  # not needed to start

        try:
            if self._handler is None:
                self._log_path.parent.mkdir(parents=True, exist_ok=True)
                self._handler = RotatingFileHandler(
                    self._log_path, maxBytes=500_000, backupCount=1, encoding="utf-8"
                )
                self._handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
                _log.addHandler(self._handler)
            _log.error(details)
        except OSError:
            return False
        return True


def _let_go(error: BaseException | None) -> None:
    """Drop what the failed calls held: a painter that outlives its paint event kills Qt."""
    for name in ("last_exc", "last_value", "last_traceback"):
        vars(sys).pop(name, None)
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__context__
