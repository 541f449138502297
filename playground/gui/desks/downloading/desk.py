"""Gets data that are missing: asks, fetches beside the window, and then does what was wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from playground.data.published.sources import SOURCES, Source, files_of
from playground.errors import MissingDataError, PlaygroundError
from playground.gui.session.errand import Errands, Work
from playground.gui.session.session import Session

if TYPE_CHECKING:
    from playground.data.published.downloads import Listener
    from playground.gui.desks.downloading.dialog import DownloadDialog


class DownloadDesk(QObject):
    """Opens the download window where data are missing or asked for, and fetches beside it.

    Signals
    -------
    notice(str)
        A sentence for the message bar.
    """

    notice = Signal(str)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._again: Callable[[], object] | None = None
        self.errands = Errands(self)
        self.errands.done.connect(self._on_done)
        self.errands.failed.connect(self._on_failed)
        self.dialog: DownloadDialog | None = None
        session.data_missing.connect(self._on_data_missing)

    @Slot()
    def show_sources(self) -> None:
        """List everything that can be downloaded."""
        if self.dialog is not None:
            self.dialog.activateWindow()
            return
        self._again = None
        dialog = self._open(tuple(SOURCES.values()), "Data sets that can be downloaded")
        dialog.show_looking()
        self._start(_find)

    def close(self) -> None:
        """End the thread and close the window, within a fraction of a second."""
        self.errands.close()
        if self.dialog is not None:
            self.dialog.reject()

    # What is missing.

    @Slot(object, object)
    def _on_data_missing(self, error: MissingDataError, again: Callable[[], object]) -> None:
        """Keep what was wanted, and ask for the files."""
        source, dialog = SOURCES[error.source], self.dialog
        if dialog is not None and self.errands.busy:
            dialog.activateWindow()
            if dialog.source is source:
                self._again = again
            else:
                self.notice.emit(
                    f"{dialog.source.title} is still downloading; choose {source.title} again when "
                    "it is done."
                )
            return
        if dialog is not None:
            dialog.reject()
        self._again = again
        self._open((source,), str(error))

    def _open(self, sources: Sequence[Source], headline: str) -> DownloadDialog:
        from playground.gui.desks.downloading.dialog import DownloadDialog  # not needed to start

        dialog = self.dialog = DownloadDialog(sources, headline, self._window)
        dialog.download_requested.connect(self._on_download_requested)
        dialog.folder_requested.connect(self._on_folder_requested)
        dialog.use_requested.connect(self._on_use_requested)
        dialog.cancel_requested.connect(self._on_cancel_requested)
        self.errands.progressed.connect(dialog.show_progress)
        dialog.finished.connect(self._on_dialog_finished)
        # At the start of the program the window itself is still to be shown.
        QTimer.singleShot(0, self, self._on_show_due)
        return dialog

    @Slot()
    def _on_show_due(self) -> None:
        if self.dialog is not None:
            self.dialog.show()

    # What the user asks for.

    @Slot(str)
    def _on_download_requested(self, name: str) -> None:
        assert self.dialog is not None
        self.dialog.show_running("Requesting the files…")
        self._start(partial(_fetch, SOURCES[name]))

    @Slot(str)
    def _on_folder_requested(self, name: str) -> None:
        assert self.dialog is not None
        source = SOURCES[name]
        chosen = QFileDialog.getExistingDirectory(
            self.dialog, f"The folder that holds the files of {source.title}"
        )
        if chosen and self.dialog is not None:
            self.dialog.show_running("Checking the files in that folder…")
            self._start(partial(_adopt, source, Path(chosen)))

    @Slot(str)
    def _on_use_requested(self, name: str) -> None:
        if self.dialog is not None:
            self.dialog.reject()
        self._session.change("data.name", name)

    @Slot()
    def _on_cancel_requested(self) -> None:
        self.errands.stop()
        if self.dialog is not None:
            self.dialog.show_asked("Stopped. Files that were already complete are kept.")

    @Slot()
    def _on_dialog_finished(self) -> None:
        """Give up what runs, and what was wanted."""
        self._again = None
        self.errands.stop()
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    # What runs beside the window.

    def _start(self, work: Work) -> None:
        self.errands.close()  # what was stopped a moment ago may still write the same files
        self.errands.start(work)

    @Slot(object)
    def _on_failed(self, error: PlaygroundError) -> None:
        if self.dialog is not None:
            self.dialog.show_failed(str(error))

    @Slot(object)
    def _on_done(self, value: frozenset[str] | dict[str, Path]) -> None:
        """Say what is here; where something was wanted, do it."""
        dialog, again = self.dialog, self._again
        if dialog is None:
            return
        if isinstance(value, frozenset):
            dialog.show_here(value)
        elif again is None:
            dialog.show_done()
        else:
            dialog.reject()
            self.notice.emit(f"{dialog.source.title} is on this computer now.")
            again()


def _fetch(source: Source, progress: Listener, cancelled: Callable[[], bool]) -> dict[str, Path]:
    from playground.data.published.downloads import download  # not needed to start

    return download(source, None, progress, cancelled)


def _adopt(
    source: Source, folder: Path, _progress: Listener, cancelled: Callable[[], bool]
) -> dict[str, Path]:
    from playground.data.published.adopted_files import adopt_folder  # not needed to start

    return adopt_folder(source, folder, cancelled)


def _find(_progress: Listener, cancelled: Callable[[], bool]) -> frozenset[str]:
    """Return the names of the sources whose files are here."""
    here = set()
    for source in SOURCES.values():
        if cancelled():
            break
        try:
            files_of(source)
        except MissingDataError:
            continue
        here.add(source.name)
    return frozenset(here)
