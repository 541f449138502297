"""The window of the user's own drawings: look at them, correct, delete, hand them on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from playground.atomic_write import write_atomically
from playground.data.own import drawings as own_drawings
from playground.data.own.export import as_csv
from playground.errors import PlaygroundError
from playground.gui.desks.teaching.drawing_card import OwnDrawingCard
from playground.gui.desks.teaching.pictures import write_pictures
from playground.gui.widgets.flow_layout import FlowLayout

if TYPE_CHECKING:
    from playground.gui.desks.teaching.desk import TeachingDesk

A_PAGE = 48
_NONE = (
    "No drawing has been taught yet. Draw a digit; where the network reads it wrong, “That was "
    "wrong; teach it…” below its answer keeps it here."
)


class OwnDrawingsPanel(QDialog):
    """Shows what the desk knows, and passes on what is asked for."""

    def __init__(self, desk: TeachingDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ownDrawingsPanel")
        self.setWindowTitle("My drawings")
        self._desk = desk
        self._page = 0
        self._shown = range(0)
        self._cards: list[OwnDrawingCard] = []
        self._summary = QLabel()
        self._summary.setObjectName("ownDrawingsSummary")
        self._summary.setProperty("role", "title")
        self._note = QLabel()
        self._note.setObjectName("ownDrawingsNote")
        self._note.setProperty("role", "muted")
        self._note.setWordWrap(True)
        place = QWidget()
        self._flow = FlowLayout(8, 8, place)
        self._scroll = QScrollArea()
        self._scroll.setWidget(place)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._back = _button("ownDrawingsBackButton", "‹ Newer", "The page before.")
        self._forward = _button("ownDrawingsForwardButton", "Older ›", "The next page.")
        self._where = QLabel()
        self._where.setProperty("role", "muted")
        pages = QHBoxLayout()
        pages.addWidget(self._back)
        pages.addWidget(self._where)
        pages.addWidget(self._forward)
        pages.addStretch(1)
        self._pictures = _button(
            "exportOwnPicturesButton",
            "Export &pictures…",
            "Write a PNG for each drawing into a folder for each class.",
        )
        self._csv = _button(
            "exportOwnCsvButton",
            "Export &CSV…",
            "Write one table: the class, then the pixels as the present data set sees them.",
        )
        self._train = _button(
            "trainWithMinePanelButton", "&Train on with mine", "Train on with these among the data."
        )
        self._train.setProperty("role", "primary")
        close = _button("closeOwnDrawingsButton", "Close", "")
        buttons = QHBoxLayout()
        buttons.addWidget(self._pictures)
        buttons.addWidget(self._csv)
        buttons.addStretch(1)
        buttons.addWidget(self._train)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(self._summary)
        layout.addWidget(self._note)
        layout.addWidget(self._scroll, 1)
        layout.addLayout(pages)
        layout.addLayout(buttons)
        self.resize(700, 470)
        self._back.clicked.connect(self._on_back)
        self._forward.clicked.connect(self._on_forward)
        self._pictures.clicked.connect(self._on_export_pictures)
        self._csv.clicked.connect(self._on_export_csv)
        self._train.clicked.connect(desk.effect.train_with_mine)
        close.clicked.connect(self.close)
        desk.drawings_changed.connect(self._on_drawings_changed)
        desk.effect.changed.connect(self._on_readings_changed)

    def showEvent(self, event: QShowEvent) -> None:
        """Take in what has changed while nobody looked."""
        super().showEvent(event)
        self._on_drawings_changed()

    @Slot()
    def _on_drawings_changed(self) -> None:
        """Show one page, the newest drawing first."""
        if not self.isVisible():
            return
        desk = self._desk
        count = len(desk.drawings)
        pages = max(-(-count // A_PAGE), 1)
        self._page = min(self._page, pages - 1)
        first = self._page * A_PAGE
        indices = range(count - 1, -1, -1)[first : first + A_PAGE]
        names = () if desk.prepared is None else desk.prepared.dataset.class_names
        usable = desk.prepared is not None and own_drawings.can_use(desk.prepared.dataset)
        while len(self._cards) < len(indices):
            self._add_card()
        for card, index in zip(self._cards, indices, strict=False):
            card.set_drawing(index, desk.drawings[index], names if usable else ())
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
        self._csv.setEnabled(bool(desk.fitting.drawings))
        self._train.setEnabled(bool(desk.fitting.drawings))
        self._on_readings_changed()

    @Slot()
    def _on_readings_changed(self) -> None:
        if not self.isVisible():
            return
        desk = self._desk
        fitting = {own.serial for own in desk.fitting.drawings}
        for card, index in zip(self._cards, self._shown, strict=False):
            own = desk.drawings[index]
            card.set_reading(own, desk.effect.reading(own), own.serial in fitting)
        count = len(desk.drawings)
        self._summary.setText(
            f"{count:,} drawing{'s' if count != 1 else ''}" if count else "No drawings yet"
        )
        outside = count - len(fitting)
        words = [sentence] if (sentence := desk.effect.sentence()) else []
        if outside:
            words.append(f"{outside:,} of no use for the present data")
        self._note.setText(". ".join(words) if count else _NONE)

    def _add_card(self) -> None:
        card = OwnDrawingCard()
        card.label_requested.connect(self._desk.relabel)
        card.deletion_requested.connect(self._desk.delete)
        card.look_requested.connect(self._on_look_requested)
        self._flow.addWidget(card)
        self._cards.append(card)

    @Slot(int)
    def _on_look_requested(self, serial: int) -> None:
        for own in self._desk.drawings:
            if own.serial == serial:
                self._desk.put_on_canvas(own)

    @Slot()
    def _on_back(self) -> None:
        self._page -= 1
        self._on_drawings_changed()

    @Slot()
    def _on_forward(self) -> None:
        self._page += 1
        self._on_drawings_changed()

    @Slot()
    def _on_export_pictures(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Export pictures into a folder")
        if chosen:
            try:
                made = write_pictures(self._desk.drawings, Path(chosen))
            except PlaygroundError as error:
                self._note.setText(str(error))
            else:
                self._note.setText(f"{len(self._desk.drawings):,} pictures written into {made}.")

    @Slot()
    def _on_export_csv(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Export CSV", "my-drawings.csv", "Tables (*.csv)"
        )
        if chosen and self._desk.prepared is not None:
            fitting = self._desk.fitting
            try:
                write_atomically(chosen, as_csv(fitting, self._desk.prepared.dataset))
            except PlaygroundError as error:
                self._note.setText(str(error))
            else:
                self._note.setText(
                    f"{len(fitting.drawings):,} drawings written to {Path(chosen).name}."
                )


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text.replace("&", "").rstrip("…"))
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button
