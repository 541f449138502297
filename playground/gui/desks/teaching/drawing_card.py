"""One of the user's drawings: how it looks, what it was meant as, what the network reads now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QToolButton

from playground.data.own.drawings import OwnDrawing
from playground.gui.look.marking import mark, named
from playground.gui.look.theme import colors_of, on_theme_changed
from playground.gui.widgets.buttons import IconButton
from playground.gui.widgets.combo_box import ComboBox
from playground.gui.widgets.elided_label import ElidedLabel
from playground.gui.widgets.ink_image import ink_image
from playground.gui.widgets.layouts import beside, stacked

SIDE = 72
WIDTH = 204


class OwnDrawingCard(QFrame):
    """A drawing with a box for its class and a button to delete it.

    Signals
    -------
    label_requested(int, str)
        A drawing's serial and the class it shall have.
    deletion_requested(int)
        A drawing's serial.
    look_requested(int)
        A drawing's serial: it shall be put on the canvas.
    """

    label_requested = Signal(int, str)
    deletion_requested = Signal(int)
    look_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setFixedWidth(WIDTH)
        self._own: OwnDrawing | None = None
        self._picture = named(QToolButton(), tip="Put this drawing on the canvas.", role="quiet")
        self._picture.setIconSize(QSize(SIDE, SIDE))
        self._picture.setFixedSize(SIDE + 6, SIDE + 6)
        self._box = named(ComboBox(), tip="What you meant to draw.")
        tip = "Delete this drawing; undo brings it back."
        self._delete = IconButton("close", "", "", tip, role="quiet", px=11)
        self._delete.setFixedSize(22, 22)
        self._reading = ElidedLabel("", "muted")
        self._mark = named(QLabel(), role="muted")
        meant = named(QLabel("meant as"), role="muted")
        top = beside((meant, 1), self._delete, spacing=2)
        column = stacked(top, self._box, self._reading, None, spacing=2)
        beside(self._picture, (column, 1), on=self, margins=(5, 5, 7, 5), spacing=8)
        self._box.activated.connect(self._on_activated)
        self._delete.clicked.connect(self._on_delete)
        self._picture.clicked.connect(self._on_look)
        on_theme_changed(self._restyle)

    def set_drawing(self, index: int, own: OwnDrawing, names: Sequence[str], looks: bool) -> None:
        """Show a drawing.

        ``names`` are the classes it may have with the present data, ``looks`` whether it can be put
        on the canvas.
        """
        self._own = own
        named(self, f"ownDrawing{index}", f"Drawing {index + 1}")
        for widget, name, words in (
            (self._picture, "lookAtOwnDrawing", "Put on the canvas: drawing"),
            (self._box, "ownDrawingLabel", "Meant as: drawing"),
            (self._delete, "deleteOwnDrawing", "Delete drawing"),
            (self._reading, "ownDrawingReading", "Reading of drawing"),
        ):
            named(widget, f"{name}{index}", f"{words} {index + 1}")
        known = list(names) if own.label in names else [own.label, *names]
        if [self._box.itemText(at) for at in range(self._box.count())] != known:
            self._box.clear()
            self._box.addItems(known)
        self._box.setCurrentIndex(known.index(own.label))
        self._picture.setEnabled(looks)
        self._restyle()

    def set_reading(self, own: OwnDrawing, reading: str | None, fits: bool, awaited: str) -> None:
        """Show what the network reads it as, or why it reads nothing; else ``awaited``."""
        if not fits:
            words, role = "not in these data", "muted"
        elif reading is None:
            words, role = awaited, "muted"
        elif not reading:
            words, role = "no answer", "error"
        elif reading == own.label:
            words, role = f"✓ reads {reading}", "good"
        else:
            words, role = f"✗ reads {reading}", "error"
        self._reading.set_text(words)
        mark(self._reading, "role", role)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        if self._own is not None and self._box.itemText(index) != self._own.label:
            self.label_requested.emit(self._own.serial, self._box.itemText(index))

    @Slot()
    def _on_delete(self) -> None:
        if self._own is not None:
            self.deletion_requested.emit(self._own.serial)

    @Slot()
    def _on_look(self) -> None:
        if self._own is not None:
            self.look_requested.emit(self._own.serial)

    @Slot()
    def _restyle(self) -> None:
        if self._own is None:
            return
        image = ink_image(self._own.picture(), colors_of(self))
        scaled = image.scaled(
            QSize(SIDE, SIDE),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        self._picture.setIcon(QIcon(QPixmap.fromImage(scaled)))
