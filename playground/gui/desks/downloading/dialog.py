"""The window that tells what a download is before anything is fetched, and how far it is."""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QDialog, QProgressBar, QRadioButton, QWidget

from playground.data.catalogue import DATASETS
from playground.data.published.downloads import DownloadProgress, size_words
from playground.data.published.sources import Source, cache_folder
from playground.gui.desks.downloading.source_card import SourceCard
from playground.gui.look.marking import mark, named
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, stacked

WIDTH = 520


class DownloadState(enum.Enum):
    """What the window is doing; the buttons are enabled by it."""

    LOOKING = "looking"
    ASKED = "asked"
    RUNNING = "running"
    FAILED = "failed"
    DONE = "done"


class DownloadDialog(QDialog):
    """Shows one source, or lets the user choose one of several; fetches nothing itself.

    Signals
    -------
    download_requested(str), folder_requested(str), use_requested(str)
        The source's name.
    cancel_requested()
        To stop what is running.
    """

    download_requested = Signal(str)
    folder_requested = Signal(str)
    use_requested = Signal(str)
    cancel_requested = Signal()

    def __init__(
        self, sources: Sequence[Source], headline: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("downloadDialog")
        self.setWindowTitle("Download data")
        self.setFixedWidth(WIDTH)
        self.state = DownloadState.ASKED
        self.source = sources[0]
        self._here: Collection[str] = ()
        self.cards = {
            source.name: SourceCard(source, one_of_many=len(sources) > 1) for source in sources
        }
        self.place_label = sentence("downloadPlace", "muted")
        self.status_label = sentence("downloadStatus", "advice")
        self.detail_label = sentence("downloadDetail", "muted")
        self.bar = named(QProgressBar(), "downloadBar", "Download progress")
        self.bar.setTextVisible(False)
        self.folder_button = push_button(
            "chooseFolderButton",
            "Choose &folder…",
            "Use files that are already in a folder on this computer.",
        )
        self.cancel_button = push_button("cancelDownloadButton", "Cancel")
        self.download_button = push_button("downloadButton", "&Download", role="primary")
        choices = QButtonGroup(self)
        for card in self.cards.values():
            card.chosen.connect(self._on_chosen)
            if card.choice is not None:
                choices.addButton(card.choice)
        stacked(
            sentence("downloadHeadline", "title", headline),
            *self.cards.values(),
            self.place_label,
            self.bar,
            self.status_label,
            self.detail_label,
            4,
            beside(self.folder_button, None, self.cancel_button, self.download_button),
            on=self,
            margins=(16, 14, 16, 14),
            spacing=10,
        )
        self.folder_button.clicked.connect(self._on_folder_clicked)
        self.cancel_button.clicked.connect(self._on_cancel_clicked)
        self.download_button.clicked.connect(self._on_download_clicked)
        self.cards[self.source.name].choose()
        self.show_asked()

    # What the desk says.

    def show_looking(self) -> None:
        """Say that it is being found out what is on this computer."""
        for card in self.cards.values():
            card.here_label.setText("Looking…")
        self._show(DownloadState.LOOKING)

    def show_asked(self, told: str = "") -> None:
        """Ask what to do."""
        self._show(DownloadState.ASKED, told)

    def show_here(self, here: Collection[str]) -> None:
        """Tell of each source whether it is on this computer."""
        self._here = here
        for name, card in self.cards.items():
            card.show_here(name in here)
        self.show_asked()

    def show_running(self, told: str) -> None:
        """Say what has begun; how far it is follows with :meth:`show_progress`."""
        self.bar.setRange(0, 0)
        self._show(DownloadState.RUNNING, told)

    @Slot(object)
    def show_progress(self, progress: DownloadProgress) -> None:
        """Say how far it is."""
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        self.status_label.setText(progress.words)
        self.detail_label.setText(f"{progress.file} from {progress.host}")
        self._fit()

    def show_failed(self, told: str) -> None:
        """Say what went wrong, and offer to try again."""
        self._show(DownloadState.FAILED, told)

    def show_done(self) -> None:
        """Say that the chosen source is here."""
        self._here = {*self._here, self.source.name}
        self.cards[self.source.name].show_here(True)
        self._show(
            DownloadState.DONE,
            f"{self.source.title} is on this computer now; all checksums match.",
        )

    def _show(self, state: DownloadState, told: str = "") -> None:
        self.state = state
        running = state is DownloadState.RUNNING
        here = self.source.name in self._here
        for card in self.cards.values():
            card.setEnabled(not running)
        self.bar.setVisible(running)
        self.detail_label.setVisible(running)
        self.detail_label.clear()
        self.status_label.setText(told)
        self.status_label.setVisible(bool(told))
        mark(self.status_label, "role", "error" if state is DownloadState.FAILED else "advice")
        self.place_label.setText(
            f"Kept in {cache_folder(self.source)} once its SHA-256 checksum has been verified."
        )
        self.place_label.setVisible(not running and not here)
        words = f"&Download {size_words(self.source.size)}"
        if state is DownloadState.FAILED:
            words = "&Retry"
        elif here:
            words = f"&Use {self.source.title}"
        self.download_button.setText(words)
        self.download_button.setAccessibleName(words.replace("&", ""))
        usable = self.source.name in DATASETS if here else True
        self.download_button.setVisible(usable and not running)
        self.download_button.setEnabled(state is not DownloadState.LOOKING)
        self.folder_button.setEnabled(not running and state is not DownloadState.LOOKING)
        self.folder_button.setVisible(not here)
        nothing_wanted = here or len(self.cards) > 1
        self.cancel_button.setText("Close" if nothing_wanted and not running else "Cancel")
        self.cancel_button.setEnabled(True)
        next_button = self.download_button if usable and not running else self.cancel_button
        if not isinstance(self.focusWidget(), QRadioButton):
            next_button.setFocus()
        self._fit()

    def _fit(self) -> None:
        """Be as high as the sentences are long."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.setFixedHeight(layout.totalHeightForWidth(WIDTH))

    # What the user does.

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        self.source = self.cards[name].source
        self._show(self.state if self.state is DownloadState.LOOKING else DownloadState.ASKED)

    @Slot()
    def _on_download_clicked(self) -> None:
        here = self.source.name in self._here
        (self.use_requested if here else self.download_requested).emit(self.source.name)

    @Slot()
    def _on_folder_clicked(self) -> None:
        self.folder_requested.emit(self.source.name)

    @Slot()
    def _on_cancel_clicked(self) -> None:
        if self.state is DownloadState.RUNNING:
            self.cancel_button.setEnabled(False)
            self.cancel_requested.emit()
        else:
            self.reject()
