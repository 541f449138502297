"""The file that the window shows: opened, saved, and asked about before work is lost."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from playground.errors import MissingDataError, PlaygroundError
from playground.gui.look.marking import tool_tip
from playground.gui.session.session import FRAME_INTERVAL_MS, Session
from playground.plain_text import visible
from playground.storage import experiment_file
from playground.storage.experiment_file import SUFFIX
from playground.training.experiment import Experiment
from playground.training.snapshot import Snapshot

SETTLE_WITHIN_S = 5.0
_FILTER = f"Playground experiments (*{SUFFIX})"


class Document(QObject):
    """Connects the session with a file on disk.

    ``title_changed`` carries the name for the window's corner, with a star after unsaved changes;
    ``failed`` a sentence for the user; ``preset_shown`` a preset's name.
    """

    title_changed = Signal(str)
    failed = Signal(str)
    saved = Signal(str)
    opened = Signal()
    preset_shown = Signal(str)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._name = ""
        self._saved_step: int | None = None
        self.path: Path | None = None
        session.undo_stack.cleanChanged.connect(self._announce)
        session.state_changed.connect(self._announce)

    @property
    def modified(self) -> bool:
        """Whether closing would lose something that a preset or the file would not bring back."""
        if not self._session.undo_stack.isClean():
            return True
        snapshot = self._session.snapshot
        return self.path is not None and snapshot is not None and snapshot.step != self._saved_step

    def show_preset(self, name: str, experiment: Experiment) -> bool:
        """Begin an untitled experiment from a preset."""
        if not self._session.open(
            experiment, again=lambda: self.may_leave() and self.show_preset(name, experiment)
        ):
            return False
        self._adopt(None, name, 0)
        self.preset_shown.emit(name)
        return True

    def open(self, path: Path) -> bool:
        """Open a file; where it cannot be read, say why and leave everything as it is."""
        try:
            saved = experiment_file.read(path)
        except MissingDataError as missing:
            self._session.data_missing.emit(missing, lambda: self.may_leave() and self.open(path))
            return False
        except PlaygroundError as error:
            self.failed.emit(str(error))
            return False
        if not self._session.open(saved.experiment, saved):
            return False
        self._adopt(path, path.name, saved.step)
        self.opened.emit()
        return True

    @Slot()
    def ask_open(self) -> None:
        """Let the user choose a file, and open it."""
        folder = str(self.path.parent) if self.path else ""
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Open", folder, _FILTER)
        if chosen and self.may_leave():
            self.open(Path(chosen))

    @Slot()
    def save(self) -> bool:
        """Save to the known file, or ask for one."""
        return self._write(self.path) if self.path else self.save_as()

    @Slot()
    def save_as(self) -> bool:
        """Ask for a file and save to it."""
        suggestion = str(self.path) if self.path else f"{self._name or 'experiment'}{SUFFIX}"
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Save as", suggestion, _FILTER)
        if not chosen:
            return False
        path = Path(chosen)
        return self._write(path if path.suffix else path.with_suffix(SUFFIX))

    def may_leave(self) -> bool:
        """Ask what to do with unsaved work; return whether to go on."""
        if not self.modified:
            return True
        name = visible(self.path.name) if self.path else "this experiment"
        answer = QMessageBox.question(
            self._window,
            "Save changes?",
            tool_tip(f"Save the changes to {name} before it closes?"),
            QMessageBox.StandardButton.Save
            | QMessageBox.StandardButton.Discard
            | QMessageBox.StandardButton.Cancel,
            QMessageBox.StandardButton.Save,
        )
        if answer == QMessageBox.StandardButton.Save:
            return self.save()
        return answer == QMessageBox.StandardButton.Discard

    def _write(self, path: Path) -> bool:
        snapshot, prepared = _settled(self._session), self._session.prepared
        if snapshot is None or prepared is None:
            self.failed.emit("The last change is still being made; save again in a moment.")
            return False
        try:
            experiment_file.save(path, snapshot, prepared.normalization, backup=True)
        except PlaygroundError as error:
            self.failed.emit(str(error))
            return False
        self._session.undo_stack.setClean()
        self._adopt(path, path.name, snapshot.step)
        self.saved.emit(f"Saved {path.name}.")
        return True

    def _adopt(self, path: Path | None, name: str, step: int) -> None:
        self.path = path
        self._name = name
        self._saved_step = step
        self._announce()

    @Slot()
    def _announce(self) -> None:
        self.title_changed.emit(f"{visible(self._name)}{'*' if self.modified else ''}")


def _settled(session: Session) -> Snapshot | None:
    """Return a moment of the experiment as it is now, waiting until a change has arrived.

    None when it has not arrived in time.
    """
    waiting = QEventLoop()
    session.snapshot_changed.connect(waiting.quit)
    until = perf_counter() + SETTLE_WITHIN_S
    while session.snapshot is None or session.snapshot.experiment != session.experiment:
        if perf_counter() > until:
            return None
        QTimer.singleShot(FRAME_INTERVAL_MS, waiting.quit)
        waiting.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    return session.snapshot
