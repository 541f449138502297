"""Gets data that are missing: asks, fetches beside the window, and then does what was wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from playground.data.published.adopted_files import adopt_folder
from playground.data.published.downloads import DownloadCancelledError, Listener, download
from playground.data.published.sources import SOURCES, Source, files_of
from playground.errors import MissingDataError
from playground.gui.desks.document import Document
from playground.gui.desks.downloading.dialog import DownloadDialog
from playground.gui.desks.downloading.thread import DownloadThread, Job
from playground.gui.session.session import Session
from playground.gui.widgets.timers import every
from playground.training.experiment import Experiment

READ_EVERY_MS = 50


class DownloadDesk(QObject):
    """Opens the download window where data are missing or asked for, and runs its thread.

    Signals
    -------
    notice(str)
        A sentence for the message bar.
    """

    notice = Signal(str)

    def __init__(self, session: Session, document: Document, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._document = document
        self._window = window
        self._again: Callable[[], object] | None = None
        self._thread: DownloadThread | None = None
        self._then: Callable[[DownloadThread], None] = self._after_fetching
        self.dialog: DownloadDialog | None = None
        self._reader = every(self, READ_EVERY_MS, self._on_reading_due)
        session.data_missing.connect(self._on_data_missing)

    @Slot()
    def show_sources(self) -> None:
        """List everything that can be downloaded."""
        if self.dialog is not None:
            self._raise()
            return
        self._again = None
        dialog = self._open(tuple(SOURCES.values()), "Data sets that can be downloaded")
        dialog.show_looking()
        self._start(_find, self._after_looking)

    def close(self) -> None:
        """End the thread and close the window, within a fraction of a second."""
        self._reader.stop()
        if self._thread is not None:
            self._thread.finished.disconnect(self._on_finished)
            self._thread.close()
            self._thread = None
        if self.dialog is not None:
            self.dialog.reject()

    # What is missing.

    @Slot(object, object)
    def _on_data_missing(self, error: MissingDataError, experiment: Experiment) -> None:
        """Keep what was wanted, and ask for the files."""
        source = SOURCES[error.source]
        dialog = self.dialog
        if dialog is not None and self._thread is not None and dialog.source is not source:
            self._raise()
            self.notice.emit(
                f"{dialog.source.title} is still on its way; choose {source.title} again after it."
            )
            return
        if self._document.again is not None:
            self._again = partial(self._open_document, self._document.again)
        else:
            self._again = partial(self._session.change, "data.name", experiment.data.name)
        if dialog is not None and self._thread is not None:
            self._raise()
            return
        if dialog is not None:
            again = self._again
            dialog.reject()
            self._again = again
        self._open((source,), str(error))

    def _open_document(self, again: Callable[[], object]) -> None:
        if self._document.may_leave():
            again()

    def _open(self, sources: Sequence[Source], headline: str) -> DownloadDialog:
        dialog = self.dialog = DownloadDialog(sources, headline, self._window)
        dialog.download_requested.connect(self._on_download_requested)
        dialog.folder_requested.connect(self._on_folder_requested)
        dialog.use_requested.connect(self._on_use_requested)
        dialog.cancel_requested.connect(self._on_cancel_requested)
        dialog.finished.connect(self._on_dialog_finished)
        # At the start of the program the window itself is still to be shown.
        QTimer.singleShot(0, self, self._on_show_due)
        return dialog

    @Slot()
    def _on_show_due(self) -> None:
        if self.dialog is not None:
            self.dialog.show()

    def _raise(self) -> None:
        assert self.dialog is not None
        self.dialog.activateWindow()

    # What the user asks for.

    @Slot(str)
    def _on_download_requested(self, name: str) -> None:
        assert self.dialog is not None
        self.dialog.show_running("Asking for the files…")
        self._start(partial(_fetch, SOURCES[name]), self._after_fetching)

    @Slot(str)
    def _on_folder_requested(self, name: str) -> None:
        assert self.dialog is not None
        source = SOURCES[name]
        chosen = QFileDialog.getExistingDirectory(
            self.dialog, f"The folder that holds the files of {source.title}"
        )
        if chosen and self.dialog is not None:
            self.dialog.show_running("Checking the files in that folder…")
            self._start(partial(_adopt, source, Path(chosen)), self._after_fetching)

    @Slot(str)
    def _on_use_requested(self, name: str) -> None:
        if self.dialog is not None:
            self.dialog.reject()
        self._session.change("data.name", name)

    @Slot()
    def _on_cancel_requested(self) -> None:
        if self._thread is not None:
            self._thread.stop()

    @Slot()
    def _on_dialog_finished(self) -> None:
        """Give up what runs, and what was wanted."""
        self._again = None
        if self._thread is not None:
            self._thread.stop()
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    # The thread.

    def _start(self, job: Job, then: Callable[[DownloadThread], None]) -> None:
        if self._thread is not None:
            self._thread.finished.disconnect(self._on_finished)
            self._thread.close()
        self._then = then
        self._thread = DownloadThread(job)
        self._thread.finished.connect(self._on_finished)
        self._thread.start()
        self._reader.start()

    @Slot()
    def _on_reading_due(self) -> None:
        if self._thread is not None and self._thread.progress and self.dialog is not None:
            self.dialog.show_progress(self._thread.progress)

    @Slot()
    def _on_finished(self) -> None:
        thread = self._thread
        if thread is None or self.sender() is not thread:
            return
        self._reader.stop()
        thread.wait()
        self._thread = None
        self._then(thread)

    def _after_looking(self, thread: DownloadThread) -> None:
        if self.dialog is not None and not thread.cancelled:
            self.dialog.show_here(thread.value or frozenset())

    def _after_fetching(self, thread: DownloadThread) -> None:
        """Say what came of it; where something was wanted, do it."""
        dialog, again = self.dialog, self._again
        if dialog is None:
            return
        if thread.cancelled:
            dialog.show_asked("Stopped; files that had come whole are kept.")
        elif thread.sentence:
            dialog.show_failed(thread.sentence)
        elif again is None:
            dialog.show_done()
        else:
            dialog.reject()
            self.notice.emit(f"{dialog.source.title} is on this computer now.")
            again()


def _fetch(source: Source, progress: Listener, cancelled: Callable[[], bool]) -> dict[str, Path]:
    return download(source, None, progress, cancelled)


def _adopt(
    source: Source, folder: Path, _progress: Listener, cancelled: Callable[[], bool]
) -> dict[str, Path]:
    return adopt_folder(source, folder, cancelled)


def _find(_progress: Listener, cancelled: Callable[[], bool]) -> frozenset[str]:
    """Return the names of the sources whose files are here."""
    here = set()
    for source in SOURCES.values():
        if cancelled():
            raise DownloadCancelledError
        try:
            files_of(source)
        except MissingDataError:
            continue
        here.add(source.name)
    return frozenset(here)
