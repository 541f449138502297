"""The window of the user's own drawings: look at them, correct, delete, hand them on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QWidget

from playground.atomic_write import write_atomically
from playground.data.dataset import Dataset
from playground.data.own.drawings import NO_DRAWINGS, Fitting, OwnDrawing, can_use, labels_of
from playground.errors import PlaygroundError
from playground.gui.desks.teaching.drawing_card import OwnDrawingCard
from playground.gui.desks.teaching.pictures import write_pictures
from playground.gui.look.marking import named
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.flow_layout import FlowLayout
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, scrolling, stacked
from playground.wording import counted, grouped

A_PAGE = 48
_NONE = (
    "You have not taught any drawing yet. Draw something; if the network reads it wrong, “That was "
    "wrong; teach it…” below its answer keeps it here."
)


class OwnDrawingsPanel(QDialog):
    """Shows the drawings that it is given, and how they are read.

    Signals
    -------
    label_requested(int, str)
        A drawing's serial number, and what it was meant as.
    deletion_requested(int)
    look_requested(int)
        The serial number of a drawing that the network is to read.
    training_requested()
        Training is to go on with the drawings that fit the data.
    """

    label_requested = Signal(int, str)
    deletion_requested = Signal(int)
    look_requested = Signal(int)
    training_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ownDrawingsPanel")
        self.setWindowTitle("My drawings")
        self._drawings: tuple[OwnDrawing, ...] = ()
        self._fitting = NO_DRAWINGS
        self._dataset: Dataset | None = None
        self._classes: Mapping[int, str] = {}
        self._sentence = ""
        self._page = 0
        self._shown = range(0)
        self._cards: list[OwnDrawingCard] = []
        self._summary = named(QLabel(), "ownDrawingsSummary", role="title")
        self._note = sentence("ownDrawingsNote", "muted")
        place = QWidget()
        self._flow = FlowLayout(8, 8, place)
        self._scroll = scrolling(place)
        self._back = push_button("ownDrawingsBackButton", "‹ Newer", "Previous page.")
        self._forward = push_button("ownDrawingsForwardButton", "Older ›", "Next page.")
        self._where = named(QLabel(), role="muted")
        pages = beside(self._back, self._where, self._forward, None)
        self._pictures = push_button(
            "exportOwnPicturesButton",
            "Export &pictures…",
            "Write a PNG for each drawing into a folder for each class.",
        )
        self._csv = push_button(
            "exportOwnCsvButton",
            "Export &CSV…",
            "Write one table: the class, then the pixels as the present data set sees them.",
        )
        self._train = push_button(
            "trainWithMinePanelButton",
            "&Train with mine",
            "Continue training with these drawings among the data, which Train alone does not do.",
            "primary",
        )
        close = push_button("closeOwnDrawingsButton", "Close")
        buttons = beside(self._pictures, self._csv, None, self._train, close)
        stacked(
            self._summary,
            self._note,
            (self._scroll, 1),
            pages,
            buttons,
            on=self,
            margins=(16, 14, 16, 14),
            spacing=10,
        )
        self.resize(700, 470)
        self._back.clicked.connect(self._on_back)
        self._forward.clicked.connect(self._on_forward)
        self._pictures.clicked.connect(self._on_export_pictures)
        self._csv.clicked.connect(self._on_export_csv)
        self._train.clicked.connect(self.training_requested)
        close.clicked.connect(self.close)

    def showEvent(self, event: QShowEvent) -> None:
        """Take in what has changed while nobody looked."""
        super().showEvent(event)
        self._show_page()

    def set_drawings(
        self, drawings: tuple[OwnDrawing, ...], fitting: Fitting, dataset: Dataset | None
    ) -> None:
        """Show all drawings, those that fit the data in use, and these data."""
        self._drawings, self._fitting, self._dataset = drawings, fitting, dataset
        self._show_page()

    def set_readings(self, classes: Mapping[int, str], told: str) -> None:
        """Show as what each drawing is read, by serial number, and how many are read right."""
        self._classes, self._sentence = classes, told
        self._show_readings()

    def _show_page(self) -> None:
        """Show one page, the newest drawing first."""
        if not self.isVisible():
            return
        count = len(self._drawings)
        pages = max(-(-count // A_PAGE), 1)
        self._page = min(self._page, pages - 1)
        first = self._page * A_PAGE
        indices = range(count - 1, -1, -1)[first : first + A_PAGE]
        usable = self._dataset is not None and can_use(self._dataset)
        looks = usable and self._dataset is not None and self._dataset.drawing is not None
        names = labels_of(self._dataset) if self._dataset is not None and usable else ()
        while len(self._cards) < len(indices):
            self._add_card()
        for card, index in zip(self._cards, indices, strict=False):
            card.set_drawing(index, self._drawings[index], names, looks)
            card.show()
        for card in self._cards[len(indices) :]:
            card.setObjectName("")
            card.hide()
        self._shown = indices
        for widget in (self._back, self._forward, self._where):
            widget.setVisible(pages > 1)
        self._back.setEnabled(self._page > 0)
        self._forward.setEnabled(self._page < pages - 1)
        self._where.setText(f"page {self._page + 1} of {pages}")
        self._pictures.setEnabled(count > 0)
        self._csv.setEnabled(bool(self._fitting.drawings))
        self._train.setEnabled(bool(self._fitting.drawings))
        self._show_readings()

    def _show_readings(self) -> None:
        if not self.isVisible():
            return
        fitting = {own.serial for own in self._fitting.drawings}
        awaited = "…"
        if self._dataset is not None and self._dataset.task.at_every_step:
            awaited = "in these data as moves"
        elif self._dataset is not None and self._dataset.task.of_itself:
            awaited = "asked for itself"
        for card, index in zip(self._cards, self._shown, strict=False):
            own = self._drawings[index]
            reading = self._classes.get(own.serial)
            card.set_reading(own, reading, own.serial in fitting, awaited)
        count = len(self._drawings)
        self._summary.setText(counted(count, "drawing") if count else "No drawings yet")
        outside = count - len(fitting)
        words = [self._sentence] if self._sentence else []
        if outside:
            words.append(f"{grouped(outside)} do not fit the present data")
        self._note.setText(". ".join(words) if count else _NONE)

    def _add_card(self) -> None:
        card = OwnDrawingCard()
        card.label_requested.connect(self.label_requested)
        card.deletion_requested.connect(self.deletion_requested)
        card.look_requested.connect(self.look_requested)
        self._flow.addWidget(card)
        self._cards.append(card)

    @Slot()
    def _on_back(self) -> None:
        self._page -= 1
        self._show_page()

    @Slot()
    def _on_forward(self) -> None:
        self._page += 1
        self._show_page()

    @Slot()
    def _on_export_pictures(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Export pictures into a folder")
        if chosen:
            try:
                made = write_pictures(self._drawings, Path(chosen))
            except PlaygroundError as error:
                self._note.setText(str(error))
            else:
                self._note.setText(f"{grouped(len(self._drawings))} pictures written into {made}.")

    @Slot()
    def _on_export_csv(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Export CSV", "my-drawings.csv", "Tables (*.csv)"
        )
        if chosen and self._dataset is not None:
            try:
                write_atomically(chosen, self._fitting.csv(self._dataset.feature_names))
            except PlaygroundError as error:
                self._note.setText(str(error))
            else:
                self._note.setText(
                    f"{grouped(len(self._fitting.drawings))} drawings saved to {Path(chosen).name}."
                )
