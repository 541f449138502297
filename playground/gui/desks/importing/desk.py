"""Takes what comes from outside: files and folders by menu, drop or clipboard, to learn or read."""

from __future__ import annotations

import csv
import os
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from playground import fields
from playground.data import catalogue
from playground.data.dataset import Dataset
from playground.data.drawing.pictures import MOST_PIXELS
from playground.data.imports.picture_files import is_picture
from playground.data.own import sets as own_sets
from playground.errors import DataError, PlaygroundError
from playground.gui.desks.document import Document
from playground.gui.desks.offer import Offer
from playground.gui.look.marking import tool_tip
from playground.gui.pictures import grey_of, read_grey
from playground.gui.session.errand import Errands
from playground.gui.session.probe import Probe
from playground.gui.session.session import Session
from playground.gui.widgets.message_bar import MessageBar
from playground.nn.activations import ReLU
from playground.nn.layers import Dense
from playground.plain_text import visible
from playground.storage.shell import SUFFIX
from playground.training import body as bodies
from playground.training.presets import preset
from playground.training.size import layer_sizes
from playground.wording import grouped

if TYPE_CHECKING:
    from playground.data.imports.found import IsCancelled, Progress
    from playground.gui.desks.importing.dialog import ImportDialog
    from playground.gui.desks.importing.look import Look

_PICTURES = "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff *.pbm *.pgm *.ppm)"
_DATA = "Tables and IDX files (*.csv *.tsv *.txt *.dat *.data *.gz *.idx *ubyte);;All files (*)"
_LONGEST_TEXT = 20_000_000
_LONGEST_READ = 2_048
_UNITS_OF_THEIR_OWN = 10.0
"""A table with values beyond this is standardized: its columns have units of their own."""
_NO_PICTURES = (
    "Only a network that learns from pictures can read one: choose Digits 8×8 or MNIST first."
)
_NOTHING_COPIED = "The clipboard holds no picture, no file and no table; copy one of them first."
_NOT_OWN = "The data set in use came with Playground; choose one of your own first."
_AFTER_FORGETTING = "digits"
_TRANSFER = "transfer-symbols"
_OF_TRANSFER = ("layers", "output", "training", "body")
"""The preset from which drawings of one's own take all but the data."""


class ImportDesk(QObject):
    """Finds out what was given and passes it on; what cannot be taken is told in one sentence.

    Signals
    -------
    probe_offered(Probe)
        A picture that fits the data in use, for the user's hand.
    data_sets_changed()
        A data set of the user's own has come or gone.
    imported()
        The data in use are new.
    """

    probe_offered = Signal(object)
    data_sets_changed = Signal()
    imported = Signal()

    def __init__(
        self, session: Session, document: Document, messages: MessageBar, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session = session
        self._document = document
        self._messages = messages
        self._window = window
        self.errands = Errands(self)
        self.errands.done.connect(self._on_done)
        self.errands.failed.connect(self._on_failed)
        self._folder = ""
        self._pasted: tempfile.TemporaryDirectory[str] | None = None
        self.dialog: ImportDialog | None = None

    # What the user gives.

    @Slot()
    def ask_for_file(self) -> None:
        """Let the user choose a file to import."""
        chosen, _ = QFileDialog.getOpenFileName(self._window, "Import data", self._folder, _DATA)
        if chosen:
            self.take(Path(chosen))

    @Slot()
    def ask_for_folder(self) -> None:
        """Let the user choose a folder to import."""
        chosen = QFileDialog.getExistingDirectory(self._window, "Import a folder", self._folder)
        if chosen:
            self.take(Path(chosen))

    @Slot()
    def ask_for_picture(self) -> None:
        """Let the user choose a picture to read."""
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, "Read a picture", self._folder, _PICTURES
        )
        if chosen:
            self._folder = str(Path(chosen).parent)
            self._read_picture(Path(chosen), visible(Path(chosen).name))

    @Slot()
    def paste(self) -> None:
        """Take what was copied elsewhere: a file, a picture or a table."""
        mime = QGuiApplication.clipboard().mimeData()
        if mime is None or not self._take_mime(mime, "Pasted picture"):
            text = mime.text() if mime is not None and mime.hasText() else ""
            if len(text) <= _LONGEST_TEXT and _is_table(text):
                self._take_text(text)
            else:
                self._messages.show_error(_NOTHING_COPIED)

    def consider(self, event: QDragEnterEvent) -> None:
        """Let files and pictures be dropped."""
        if _paths_of(event.mimeData()) or event.mimeData().hasImage():
            event.acceptProposedAction()

    def take_drop(self, event: QDropEvent) -> None:
        """Take what was dropped."""
        if self._take_mime(event.mimeData(), "Dropped picture"):
            event.acceptProposedAction()

    def _take_mime(self, mime: QMimeData, title: str) -> bool:
        paths = _paths_of(mime)
        if len(paths) == 1:
            self.take(paths[0])
        elif paths:
            self._messages.show_error(
                f"Only one file or folder can be imported at a time, not {len(paths)}. Put "
                "pictures into one folder for each class, and import the folder that holds them "
                "all."
            )
        elif mime.hasImage():
            self._take_image(QImage(mime.imageData()), title)
        else:
            return False
        return True

    def take(self, path: Path) -> None:
        """Open an experiment, read a picture, or look into what could be imported."""
        self._folder = str(path.parent)
        if path.suffix == SUFFIX:
            if self._document.may_leave():
                self._document.open(path)
        elif is_picture(path):
            self._read_picture(path, visible(path.name))
        else:
            self._look_into(path, visible(path.name))

    def _take_image(self, image: QImage, title: str) -> None:
        if image.isNull() or image.width() * image.height() > MOST_PIXELS:
            self._messages.show_error(
                f"A picture of 1 to {grouped(MOST_PIXELS)} pixels was expected; "
                f"{grouped(image.width())}×{grouped(image.height())} came: copy a part of it."
            )
        else:
            self._read_picture(grey_of(image), title)

    def _take_text(self, text: str) -> None:
        self._forget_pasted()
        try:
            self._pasted = tempfile.TemporaryDirectory(prefix="playground-pasted-")
            path = Path(self._pasted.name) / "Pasted table.csv"
            path.write_text(text, encoding="utf-8", errors="replace")
        except OSError as error:
            self._messages.show_error(
                "The pasted table could not be written to the folder for temporary files "
                f"({error.strerror}); save it as a file, and import that."
            )
            return
        self._look_into(path, "the pasted table")

    def _read_picture(self, source: Path | NDArray[np.uint8], title: str) -> None:
        dataset = self._pictures()
        if dataset is None:
            self._messages.show_error(_NO_PICTURES)
        else:
            self._messages.clear()
            self.errands.start(partial(_probe_of, source, title, dataset))

    def _pictures(self) -> Dataset | None:
        """Return the data in use where they are pictures."""
        prepared = self._session.prepared
        if prepared is None or not prepared.dataset.kind.pictures:
            return None
        return prepared.dataset

    # What runs beside the window.

    def _look_into(self, path: Path, words: str) -> None:
        from playground.gui.desks.importing.look import look_into  # not needed to start

        self._messages.clear()
        self._messages.show_notice(f"Reading {words}…")
        self.errands.start(partial(look_into, path))

    @Slot(object)
    def _on_done(self, value: Look | Probe) -> None:
        self._messages.clear()
        if isinstance(value, Probe):
            self._show_picture(value)
        else:
            self._open(value)

    @Slot(object)
    def _on_failed(self, error: PlaygroundError) -> None:
        self._messages.show_error(str(error))

    def _show_picture(self, probe: Probe) -> None:
        dataset = self._pictures()
        if dataset is None or dataset.features != len(probe.inputs):
            return  # other data were chosen meanwhile
        if (dataset.drawing is None) != (probe.stages is None):
            return
        self.probe_offered.emit(probe)

    def _open(self, look: Look) -> None:
        if self.dialog is not None:
            self.dialog.reject()
        from playground.gui.desks.importing.dialog import ImportDialog  # not needed to start

        self.dialog = ImportDialog(look, self._window)
        self.dialog.imported.connect(self._on_imported)
        self.dialog.finished.connect(self._on_dialog_finished)
        self.dialog.open()

    @Slot()
    def _on_dialog_finished(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()

    def close(self) -> None:
        """Stop what is under way, and wait until it has ended."""
        if self.dialog is not None:
            self.dialog.end()
        self.errands.close()
        self._forget_pasted()

    def _forget_pasted(self) -> None:
        if self._pasted is not None:
            self._pasted.cleanup()
            self._pasted = None

    # What the user draws.

    @Slot()
    def ask_to_draw(self) -> None:
        """Let the user draw some examples of each class."""
        from playground.gui.desks.importing.draw_dialog import DrawDialog  # not needed to start

        transfer = preset(_TRANSFER).experiment
        body = bodies.find(self._session.experiment.body or transfer.body)
        dialog = DrawDialog(body.title, self._window)
        dialog.drawn.connect(self._on_drawn)
        dialog.open()

    @Slot(object, bool)
    def _on_drawn(self, dataset: Dataset, begun: bool) -> None:
        """Learn what was drawn, with the trained layers in use or with those that travel along."""
        own: dict[str, Any] = {"data.few": None}
        if begun and not self._session.experiment.body:
            transfer = preset(_TRANSFER).experiment
            own |= {name: getattr(transfer, name) for name in _OF_TRANSFER}
        elif not begun:
            own["body"] = ""
        self._learn(dataset, own, f"Draw {dataset.title}")

    # Own data sets come and go.

    @Slot(object)
    def _on_imported(self, dataset: Dataset) -> None:
        self._learn(dataset, {}, f"Import {dataset.title}")

    def _learn(self, dataset: Dataset, values: dict[str, Any], title: str) -> None:
        """Change over to a new data set, and say what had to change with it."""
        catalogue.find_own_sets()
        self.data_sets_changed.emit()
        fitting, told = self._fitting(dataset)
        if not self._session.change_all({**fitting, **values}, title):
            return
        self.imported.emit()
        sentence = f"“{dataset.title}”: {dataset.description}"
        self._messages.show_note(" ".join([sentence, *told]))

    def _fitting(self, dataset: Dataset) -> tuple[dict[str, Any], list[str]]:
        """Return the settings with which a new data set can be learned, and what to say of them."""
        values: dict[str, Any] = {"data.name": dataset.name}
        told = []
        if not dataset.kind.one_scale and not self._session.experiment.data.standardize:
            if np.abs(dataset.inputs[:1000]).max() > _UNITS_OF_THEIR_OWN:
                values["data.standardize"] = True
                told.append("Its columns are standardized, because their units differ.")
        experiment = fields.replace_at(self._session.experiment, "data.name", dataset.name)
        try:
            layer_sizes(experiment, dataset)
        except PlaygroundError:
            values["layers"] = (Dense(name="dense_1", units=16, activation=ReLU()),)
            told.append("The layers did not fit these data, so one dense layer takes their place.")
        return values, told

    @Slot()
    def forget(self) -> None:
        """Delete the data set in use, if it is the user's own and the user is sure."""
        prepared = self._session.prepared
        if prepared is None or not _is_own(prepared.dataset):
            return
        dataset = prepared.dataset
        answer = QMessageBox.question(
            self._window,
            "Delete this data set?",
            tool_tip(
                f"Delete “{dataset.title}” with its {grouped(len(dataset))} examples from this "
                "computer? This cannot be undone. A file that it was imported from stays as it is."
            ),
            QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel,
            QMessageBox.StandardButton.Cancel,
        )
        if answer != QMessageBox.StandardButton.Yes:
            return
        instead = catalogue.load(_AFTER_FORGETTING)
        values, _ = self._fitting(instead)
        if not self._session.change_all(values, f"Delete {dataset.title}"):
            return
        self._session.past.list.remove_of(dataset.name)
        try:
            catalogue.forget(dataset.name)
        except OSError as error:
            self._messages.show_error(
                f"“{dataset.title}” could not be deleted ({error.strerror or error})."
            )
        else:
            self._messages.show_notice(f"Deleted “{dataset.title}”.")
        self.data_sets_changed.emit()

    # What can be done now.

    def offer_picture(self) -> Offer:
        """Say whether a single picture can be read."""
        return Offer() if self._pictures() else Offer(_NO_PICTURES)

    def offer_forget(self) -> Offer:
        """Say which data set can be forgotten."""
        prepared = self._session.prepared
        if prepared is None or not _is_own(prepared.dataset):
            return Offer(_NOT_OWN)
        title = prepared.dataset.title.replace("&", "&&")
        return Offer(title=f"&Delete “{title}”…")


def _probe_of(
    source: Path | NDArray[np.uint8],
    title: str,
    dataset: Dataset,
    _progress: Progress,
    _cancelled: IsCancelled,
) -> Probe:
    """Return a single picture as what the network gets."""
    from playground.data.imports.picture_forms import as_an_example  # not needed to start

    grey = read_grey(source, _LONGEST_READ) if isinstance(source, Path) else source
    if dataset.drawing is None:
        return Probe(as_an_example(grey, dataset), title)
    stages = dataset.drawing.read(grey)
    if stages is None:
        raise DataError(
            f"{title}: nothing in the picture stands out from the background; choose a picture of "
            "a single drawing."
        )
    return Probe(stages.input, title, stages=stages)


def _is_own(dataset: Dataset) -> bool:
    return dataset.name.startswith(own_sets.PREFIX)


def _paths_of(mime: QMimeData) -> list[Path]:
    """Return the files and folders of this computer that are carried."""
    return [_path_of(url) for url in mime.urls() if url.isLocalFile()]


def _path_of(url: QUrl) -> Path:
    """Return the path of a local file, whose name need not be valid text."""
    path = url.toLocalFile()
    if "\ufffd" in path:
        path = os.fsdecode(unquote_to_bytes(urlsplit(bytes(url.toEncoded().data())).path))
    return Path(path)


def _is_table(text: str) -> bool:
    """Return whether a copied text has rows of equally many cells."""
    from playground.data.imports.dialect import sniff_delimiter, split  # not needed to start

    lines = [line for line in text.splitlines() if line.strip()][:50]
    start = "\n".join(lines)
    try:
        rows = split(start, sniff_delimiter(start))
    except csv.Error:
        return False
    widths = {len(row) for row in rows}
    return len(rows) > 2 and len(widths) == 1 and widths.pop() > 1
