"""What earlier windows left unsaved, offered in the window until the user has decided."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from playground.gui.look.marking import named
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, scrolling, stacked
from playground.plain_text import visible
from playground.storage.recovery import Shelf
from playground.wording import counted

_PICTURE = QSize(112, 64)
_MOST_ROWS_SHOWN = 2


class RecoveryPanel(QFrame):
    """Lists what was left, the newest first; it hides itself where there is nothing more.

    ``open_requested`` and ``deletion_requested`` carry the :class:`Shelf` of a row; ``changed``
    tells of other rows.
    """

    changed = Signal()
    open_requested = Signal(object)
    deletion_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        named(self, "recoveryList", "Work that was not saved", role="card")
        self._rows: dict[Shelf, _Row] = {}
        inside = QWidget()
        self._column = stacked(on=inside, margins=0, spacing=6)
        self._scroll = scrolling(inside)
        self._later = push_button("laterButton", "Later", "Offer it again at the next start.")
        self._later.clicked.connect(self.hide)
        self._headline = named(QLabel(), role="title")
        stacked(
            beside(self._headline, None, self._later),
            self._scroll,
            on=self,
            margins=(12, 8, 12, 10),
            spacing=6,
        )
        self.hide()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to offer."""
        return not self._rows

    def set_left(self, found: list[Shelf]) -> None:
        """Offer what was found."""
        for shelf in list(self._rows):
            self._remove(shelf)
        for shelf in found:
            row = self._rows[shelf] = _Row(shelf)
            row.open_button.clicked.connect(self._on_clicked)
            row.delete_button.clicked.connect(self._on_clicked)
            self._column.addWidget(row)
        self._fit()

    def drop(self, shelf: Shelf) -> None:
        """Offer something no longer."""
        if shelf in self._rows:
            self._remove(shelf)
        self._fit()

    def _remove(self, shelf: Shelf) -> None:
        row = self._rows.pop(shelf)
        row.setParent(None)  # at once, unlike its deletion
        row.deleteLater()

    def _fit(self) -> None:
        """Take the room of the rows, of a few at most, and say how many there are."""
        count = len(self._rows)
        was = "was" if count == 1 else "were"
        self._headline.setText(
            f"{counted(count, 'experiment')} {was} not saved when Playground ended"
        )
        shown = list(self._rows.values())[:_MOST_ROWS_SHOWN]
        gaps = self._column.spacing() * max(len(shown) - 1, 0)
        self._scroll.setFixedHeight(sum(row.sizeHint().height() for row in shown) + gaps)
        self.setVisible(bool(shown))
        self.changed.emit()

    @Slot()
    def _on_clicked(self) -> None:
        pressed = self.sender()
        for shelf, row in list(self._rows.items()):
            if pressed is row.open_button:
                self.open_requested.emit(shelf)
            elif pressed is row.delete_button:
                self.deletion_requested.emit(shelf)


class _Row(QWidget):
    """One work: its picture, what it is called, when it was kept, and how well it does."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        about = shelf.about()
        name = visible(about.name) or "Unsaved work"
        picture = named(QLabel(), "recoveryPicture", f"Picture of {name}")
        picture.setFixedSize(_PICTURE)
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        painted = QPixmap()
        if painted.loadFromData(shelf.picture(), "PNG"):
            picture.setPixmap(_scaled(painted, self.devicePixelRatioF()))
        facts = [_when(shelf.at), counted(about.epoch, "epoch") if about.epoch else "not trained"]
        if about.result:
            facts.append(visible(about.result))
        facts_label = ElidedLabel("", "muted")
        facts_label.set_text(" · ".join(facts))
        words: list[QWidget] = [named(QLabel(name), role="title"), facts_label]
        if shelf.opening:
            text = "The program ended while this was being opened."
            words.append(sentence("recoveryWarning", "error", text))
        self.open_button = _button("Open", name, "Open it as new and unsaved; nothing is replaced.")
        self.delete_button = _button("Delete", name, "Delete it for good.")
        texts = stacked(None, *words, None, spacing=3)
        beside(picture, (texts, 1), self.open_button, self.delete_button, on=self, margins=0)


def _button(verb: str, name: str, tip: str) -> QPushButton:
    button = push_button(f"{verb.lower()}RecoveryButton", verb, tip)
    button.setAccessibleName(f"{verb} {name}")
    return button


def _scaled(picture: QPixmap, ratio: float) -> QPixmap:
    scaled = picture.scaled(
        _PICTURE * ratio,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    scaled.setDevicePixelRatio(ratio)
    return scaled


def _when(seconds: float) -> str:
    at = datetime.fromtimestamp(seconds)
    day = "today" if at.date() == date.today() else f"{at.day} {at:%B %Y}"
    return f"{day}, {at:%H:%M}"
