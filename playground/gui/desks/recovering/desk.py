"""Keeps unsaved work safe without being asked, and gives back what earlier windows left."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QMessageBox, QWidget

from playground.atomic_write import clear_abandoned
from playground.data.own import sets as own_sets
from playground.errors import PlaygroundError
from playground.gui.desks.document import Document, Work
from playground.gui.desks.offer import Offer
from playground.gui.desks.recent_files import RecentFiles
from playground.gui.desks.recovering.panel import RecoveryPanel
from playground.gui.look.marking import tool_tip
from playground.gui.pictures import as_png
from playground.gui.session.errand import Errands
from playground.gui.session.run_state import RunState
from playground.gui.session.session import Session
from playground.gui.session.undo_list import UndoEntry
from playground.gui.widgets.timers import every, later
from playground.plain_text import visible
from playground.storage.recovery import About, Shelf, left_in
from playground.training.moment import Moment

if TYPE_CHECKING:
    from playground.storage.experiment_file import SavedExperiment

AFTER_CHANGE_MS, WHILE_TRAINING_MS = 8_000, 56_000
"""How late a change by the user begins to be written, and what training has learned, so that no
more than 10 s and 60 s are ever lost."""

AGAIN_MS = 500
"""Between two attempts where the last change is still being made, or the one before written."""

TOLD_EVERY_MS = 10_000
PICTURE_PX = 480

Kept = list[tuple[Work, Moment]]
Tasks = dict[tuple[Work, Moment], Callable[[], None]]


class RecoveringDesk(QObject):
    """Keeps every experiment of the window that is not saved in a folder of its own.

    What the window saves or gives up is removed there.

    Parameters
    ----------
    folder
        Where those folders are; None keeps nothing.

    Attributes
    ----------
    picture
        Returns the picture that an experiment is known by.

    Signals
    -------
    told(str)
        When work was kept last, in words; empty where there is nothing to keep.
    failed(str), notice(str)
        A sentence for the user.
    """

    told = Signal(str)
    failed = Signal(str)
    notice = Signal(str)

    def __init__(
        self,
        session: Session,
        document: Document,
        recent: RecentFiles,
        panel: RecoveryPanel,
        folder: Path | None,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._document = document
        self._panel = panel
        self._recent = recent
        self.picture: Callable[[], QPixmap] = window.grab
        self._folder = folder
        self._window = window
        self._shelves: dict[Work, Shelf] = {}
        self._kept: dict[Work, Moment] = {}
        self._restored: dict[Work, Shelf] = {}
        self._seen: UndoEntry | None = None
        self._kept_at: float | None = None
        self._refusal = ""
        self._writing, self._looking = Errands(self), Errands(self)
        self._soon = later(self, AFTER_CHANGE_MS, self.keep)
        self._clock = every(self, TOLD_EVERY_MS, self._tell)
        if folder is None:
            return
        self._writing.done.connect(self._on_written)
        self._looking.done.connect(self._on_found)
        session.past.list.changed.connect(self._on_changed)
        session.state_changed.connect(self._on_state_changed)
        document.leaving.connect(self.keep_now)
        document.saved.connect(self._tidy)
        panel.open_requested.connect(self._on_open_requested)
        panel.deletion_requested.connect(self._on_deletion_requested)

    # When work is kept.

    @Slot()
    def _on_changed(self) -> None:
        """Keep what the user has done before long; training is kept by the minute."""
        entries = self._session.past.list
        current = entries.current if entries.entries else None
        if current is not None and current is not self._seen:
            self._seen = current
            if not (current.trained and self._session.running):
                self._keep_within(AFTER_CHANGE_MS)

    @Slot(object)
    def _on_state_changed(self, state: RunState) -> None:
        if state is RunState.RUNNING:
            self._keep_within(WHILE_TRAINING_MS)

    def _keep_within(self, milliseconds: int) -> None:
        if not self._soon.isActive() or self._soon.remainingTime() > milliseconds:
            self._soon.start(milliseconds)

    @Slot()
    def keep(self) -> None:
        """Keep in a thread what is not saved, as far as its moments are known."""
        if self._folder is None or not self._session.past.list.entries:
            return
        if self._writing.busy:
            self._keep_within(AGAIN_MS)
            return
        if tasks := self._tasks():
            self._writing.start(lambda _tell, _stopped: _carry_out(tasks))
        else:
            self._tidy()
        if self._session.past.list.current.kept.moment is None:
            self._keep_within(AGAIN_MS)
        if self._session.running:
            self._keep_within(WHILE_TRAINING_MS)

    @Slot()
    def keep_now(self) -> None:
        """Keep what is not saved, and return when that is done."""
        if self._folder is None or not self._document.unsaved():
            return
        self._document.settled()
        self._writing.close()
        self._on_written(_carry_out(self._tasks()))

    def _tasks(self) -> Tasks:
        """Return what is to be written, by work and moment."""
        self._session.right_of_way.claim()
        tasks: Tasks = {}
        current = self._session.past.list.current
        for work, entry in self._document.unsaved().items():
            known = self._document.newest_known(work, entry)
            moment = None if known is None else known.kept.moment
            if entry is current:
                moment = self._newest() or moment
            if known is not None and moment is not None and moment is not self._kept.get(work):
                assert self._folder is not None
                shelf = self._shelves.setdefault(work, Shelf.new(self._folder))
                about = About.of(work.name, work.path, moment, known.prepared)
                picture = self.picture().toImage() if entry is current else None
                tasks[work, moment] = partial(_keep, shelf, moment, known, about, picture)
        return tasks

    def _newest(self) -> Moment | None:
        """Return the newest moment of the present run, about a second old while it trains.

        None where the run has none yet of the experiment as it is now.
        """
        shown, here = self._session.snapshot, self._session.timeline.runs.here
        if here is None or shown is None or here.run != shown.run:
            return None
        return here if here.experiment == self._session.experiment else None

    @Slot(object)
    def _on_written(self, result: tuple[Kept, str]) -> None:
        kept, refusal = result
        self._kept |= dict(kept)
        if refusal and refusal != self._refusal:
            self.failed.emit(refusal)
        self._refusal = refusal
        if refusal:
            self._keep_within(AFTER_CHANGE_MS)
        elif kept:
            self._kept_at = time()
        for work, shelf in self._restored.items():
            if work in self._kept:
                shelf.note_opening(begun=False)
        self._tidy()

    @Slot()
    def _tidy(self) -> None:
        """Remove what has been saved."""
        if self._writing.busy:
            return
        unsaved = self._document.unsaved()
        for work in [work for work in self._shelves if work not in unsaved]:
            self._shelves.pop(work).remove()
            self._kept.pop(work, None)
        for work in [work for work in self._restored if work.saved is not None]:
            self._restored.pop(work).remove()
        if not unsaved:
            self._refusal = ""
        self._tell()

    @Slot()
    def _tell(self) -> None:
        words = ""
        if self._refusal:
            words = "Not autosaved"
        elif self._shelves and self._kept_at is not None:
            words = f"Autosaved {_ago(time() - self._kept_at)}"
            self._clock.start()
        else:
            self._clock.stop()
        self.told.emit(words)

    # What earlier windows left.

    @Slot()
    def look(self) -> None:
        """Look for it, and offer it."""
        folder, files = self._folder, tuple(self._recent.paths)
        if folder is not None:
            self._looking.start(lambda _tell, _stopped: _look(folder, files))

    @Slot(object)
    def _on_found(self, found: list[Shelf]) -> None:
        self._panel.set_left(found)

    def offer_look(self) -> Offer:
        """Say whether anything is left."""
        nothing = "There is no unsaved work." if self._panel.empty else None
        return Offer(nothing)

    @Slot(object)
    def _on_open_requested(self, shelf: Shelf) -> None:
        if not shelf.claim():
            self.failed.emit("This work is open in another window, or no longer there.")
            self._panel.drop(shelf)
            return
        about = shelf.about()
        name = Path(about.name).stem if about.path else about.name
        work = Work(f"{name or 'Unsaved work'} (recovered)")
        self._restored[work] = shelf
        shelf.note_opening(begun=True)
        damaged = []

        def read() -> SavedExperiment:
            saved, older = shelf.read()
            damaged.append(older)
            return saved

        if self._document.recover(work, read):
            self._panel.drop(shelf)
            self.keep()
            if damaged[-1]:
                self.notice.emit("The newest copy is damaged; this is the one before it.")
        else:
            shelf.note_opening(begun=False)

    @Slot(object)
    def _on_deletion_requested(self, shelf: Shelf) -> None:
        name = visible(shelf.about().name) or "this work"
        answer = QMessageBox.question(
            self._window,
            "Delete unsaved work?",
            tool_tip(f"Delete {name} for good? This cannot be undone."),
            QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel,
            QMessageBox.StandardButton.Cancel,
        )
        if answer == QMessageBox.StandardButton.Discard:
            if shelf.claim():
                shelf.remove()
            self._panel.drop(shelf)

    # How a window ends.

    def forget(self) -> None:
        """Remove what was kept: the user has saved it or given it up."""
        self._soon.stop()
        self._writing.close()
        unsaved = self._document.unsaved()
        for shelf in self._shelves.values():
            shelf.remove()
        for work in [work for work in self._restored if work.saved is not None or work in unsaved]:
            self._restored.pop(work).remove()
        self._shelves.clear()

    def close(self) -> None:
        """Leave the rest to the next window, and end the threads."""
        self._soon.stop()
        self._clock.stop()
        self._writing.close()
        self._looking.close()
        for shelf in (*self._shelves.values(), *self._restored.values()):
            shelf.release()


def _look(folder: Path, files: tuple[str, ...]) -> list[Shelf]:
    """Return what was left, after tidying up wherever work was being written."""
    for place in {own_sets.folder(), *(Path(file).parent for file in files)}:
        clear_abandoned(place)
    return left_in(folder)


def _keep(
    shelf: Shelf, moment: Moment, entry: UndoEntry, about: About, picture: QImage | None
) -> None:
    mode = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    small = None if picture is None else as_png(picture.scaled(PICTURE_PX, PICTURE_PX, *mode))
    shelf.keep(moment, entry.prepared, about, small)


def _carry_out(tasks: Tasks) -> tuple[Kept, str]:
    """Write, and return what could be written and why something could not."""
    kept, refusal = [], ""
    for task, write in tasks.items():
        try:
            write()
        except PlaygroundError as error:
            refusal = refusal or str(error)
        else:
            kept.append(task)
    return kept, refusal


def _ago(seconds: float) -> str:
    if seconds < 60:
        step = TOLD_EVERY_MS // 1000
        past = int(seconds) // step * step
        return f"{past} s ago" if past else "just now"
    return f"{int(seconds) // 60} min ago"
