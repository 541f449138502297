"""The file that the window shows: opened, saved, and asked about before work is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from playground.data import catalogue
from playground.data.dataset import Dataset
from playground.errors import MissingDataError, PlaygroundError
from playground.gui.look.marking import tool_tip
from playground.gui.session import messages
from playground.gui.session.session import Session
from playground.gui.session.undo_list import UndoEntry
from playground.plain_text import visible
from playground.storage.shell import SUFFIX
from playground.training.experiment import Experiment
from playground.training.moment import Moment
from playground.training.presets import DEFAULT
from playground.training.presets import preset as find_preset
from playground.wording import listed

if TYPE_CHECKING:
    from playground.storage.experiment_file import SavedExperiment

SETTLE_WITHIN_MS = 5_000
_FILTER = f"Playground experiments (*{SUFFIX})"


@dataclass(eq=False)
class Work:
    """An experiment as the user thinks of it: from when it was opened, through all its changes.

    Attributes
    ----------
    name
        Of the preset or the file.
    preset
        The preset that it began as.
    path
        The file, once there is one.
    saved
        The state that the file or the preset would bring back.
    """

    name: str = ""
    preset: str | None = None
    path: Path | None = None
    saved: messages.Slot | None = None


class Document(QObject):
    """Connects the session with a file on disk.

    Opening another experiment loses nothing, since undo leads back; what is not saved is asked
    about when the window closes. A data set that a file brings is kept as one of the user's own.

    ``title_changed`` carries the name for the window's corner, with a star after unsaved changes;
    ``failed`` a sentence for the user; ``preset_shown`` a preset's name; ``data_sets_changed`` says
    that a file has brought a data set; ``leaving`` comes before another experiment is opened.
    """

    title_changed = Signal(str)
    failed = Signal(str)
    saved = Signal(str)
    opened = Signal()
    preset_shown = Signal(str)
    data_sets_changed = Signal()
    leaving = Signal()

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._past = session.past
        self._work = Work()
        self._past.list.keep("document", lambda: self._work, self._put)
        self._past.list.changed.connect(self._announce)
        session.state_changed.connect(self._announce)

    @property
    def path(self) -> Path | None:
        """The file, None before one."""
        return self._work.path

    @property
    def preset(self) -> str | None:
        """The preset that the experiment began as."""
        return self._work.preset

    @property
    def modified(self) -> bool:
        """Whether there is something that the preset or the file would not bring back."""
        return self._work in self.unsaved()

    def unsaved(self) -> dict[Work, UndoEntry]:
        """Return every experiment of the undo list that was not saved as it was left, and where."""
        entries = self._past.list.entries
        left = {id(entry.parts.get("document")): entry for entry in entries}
        if entries:
            left[id(self._work)] = self._past.list.current
        unsaved = {}
        for entry in left.values():
            work = entry.parts.get("document")
            moved_on = entry is self._past.list.current and self._past.trained
            if isinstance(work, Work) and (moved_on or work.saved is not entry.kept):
                unsaved[work] = entry
        return unsaved

    def newest_known(self, work: Work, entry: UndoEntry) -> UndoEntry | None:
        """Return the newest entry of an experiment, up to one, whose moment has been told."""
        entries = self._past.list.entries
        for known in reversed(entries[: entries.index(entry) + 1]):
            if known.parts.get("document") is work and known.kept.moment is not None:
                return known
        return None

    def show_preset(self, name: str, experiment: Experiment) -> bool:
        """Begin an untitled experiment from a preset."""
        self.leaving.emit()
        if not self._session.open(
            experiment, again=lambda: self.show_preset(name, experiment), title=f"Open {name}"
        ):
            return False
        self.preset_shown.emit(name)
        self._begin(Work(name, name))
        return True

    @Slot()
    def new(self) -> None:
        """Begin anew with the preset that the window starts with."""
        self.show_preset(DEFAULT, find_preset(DEFAULT).experiment)

    def open(self, path: Path) -> bool:
        """Open a file; where it cannot be read, say why and leave everything as it is."""
        from playground.storage.experiment_file import read  # not needed to start

        return self._open(Work(path.name, path=path), lambda: read(path), saved=True)

    def recover(self, work: Work, read: Callable[[], SavedExperiment]) -> bool:
        """Open what was kept of unsaved work, which stays unsaved."""
        return self._open(work, read, saved=False)

    def _open(self, work: Work, read: Callable[[], SavedExperiment], *, saved: bool) -> bool:
        self.leaving.emit()
        known = set(catalogue.DATASETS)
        try:
            found = read()
        except MissingDataError as missing:
            self._session.data_missing.emit(missing, lambda: self._open(work, read, saved=saved))
            return False
        except PlaygroundError as error:
            self.failed.emit(str(error))
            return False
        brought = found.dataset.name not in known
        if brought:
            self.data_sets_changed.emit()
        title = f"Open {visible(work.name)}"
        if not self._session.open(found.experiment, found, title=title):
            return False
        self.opened.emit()
        self._begin(work, saved=saved)
        if brought:
            self._keep(found.dataset)
        return True

    def _keep(self, dataset: Dataset) -> None:
        try:
            catalogue.keep(dataset)
        except PlaygroundError as error:
            self.failed.emit(str(error))

    @Slot()
    def ask_open(self) -> None:
        """Let the user choose a file, and open it."""
        folder = str(self.path.parent) if self.path else ""
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Open", folder, _FILTER)
        if chosen:
            self.open(Path(chosen))

    @Slot()
    def save(self) -> bool:
        """Save to the known file, or ask for one."""
        return self.write(self.path) if self.path else self.save_as()

    @Slot()
    def save_as(self) -> bool:
        """Ask for a file and save to it."""
        suggestion = str(self.path) if self.path else f"{self._suggested_name()}{SUFFIX}"
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Save as", suggestion, _FILTER)
        if not chosen:
            return False
        path = Path(chosen)
        return self.write(path if path.suffix else path.with_suffix(SUFFIX))

    def _suggested_name(self) -> str:
        """Return the work's name, or the data's where these are no longer the preset's."""
        prepared, name = self._session.prepared, self._work.name or "experiment"
        began = self._work.preset and find_preset(self._work.preset).experiment.data.name
        if prepared is not None and began and began != prepared.dataset.name:
            name = prepared.dataset.title
        return re.sub(r"[^\w ×().-]+", "-", name)

    def may_leave(self) -> bool:
        """Ask what to do with unsaved work before the window closes; return whether it may."""
        if self.modified:
            name = visible(self.path.name) if self.path else "this experiment"
            answer = self._ask(f"Save your changes to {name} before closing?", "Save")
            if answer == QMessageBox.StandardButton.Save:
                if not self.save():
                    return False
            elif answer != QMessageBox.StandardButton.Discard:
                return False
        others = [work for work in self.unsaved() if work is not self._work]
        if not others:
            return True
        names = listed([f"“{visible(work.name)}”" for work in others])
        answer = self._ask(
            f"{names} {'has' if len(others) == 1 else 'have'} unsaved changes; undo leads back to "
            "them. Close without saving?"
        )
        return answer == QMessageBox.StandardButton.Discard

    def _ask(self, question: str, save: str = "") -> QMessageBox.StandardButton:
        buttons = QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel
        first = QMessageBox.StandardButton.Cancel
        if save:
            first = QMessageBox.StandardButton.Save
            buttons |= first
        return QMessageBox.question(
            self._window, "Save changes?", tool_tip(question), buttons, first
        )

    def write(self, path: Path) -> bool:
        """Save to a file; where that cannot be, say why and leave everything as it is."""
        from playground.storage.experiment_file import save  # not needed to start

        moment, prepared = self.settled(), self._session.prepared
        if moment is None or prepared is None:
            self.failed.emit("The last change is still being applied; save again in a moment.")
            return False
        try:
            save(path, moment, prepared, backup=True)
        except PlaygroundError as error:
            self.failed.emit(str(error))
            return False
        self._work.path, self._work.name = path, path.name
        self._work.saved = self._past.list.current.kept
        self._past.seal()
        self._announce()
        self.saved.emit(f"Saved {path.name}.")
        return True

    def settled(self) -> Moment | None:
        """Return this moment whole, waiting until the training thread has told it.

        None when it has not in time.
        """
        kept = self._session.keep_moment()
        waiting, late = QEventLoop(), QTimer()
        late.setSingleShot(True)
        late.timeout.connect(waiting.quit)
        late.start(SETTLE_WITHIN_MS)
        self._past.list.changed.connect(waiting.quit)
        while kept.moment is None and late.isActive():
            waiting.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        return kept.moment

    def _begin(self, work: Work, *, saved: bool = True) -> None:
        """Let the entry that was just made be the first of an experiment."""
        self._work = work
        if saved:
            work.saved = self._past.list.current.kept
        self._past.list.settle()
        self._announce()

    def _put(self, work: Work) -> None:
        self._work = work

    @Slot()
    def _announce(self) -> None:
        star = "*" if self.modified else ""
        self.title_changed.emit(f"{visible(self._work.name)}{star}")
