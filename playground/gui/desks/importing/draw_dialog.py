"""The window in which a person draws a data set of their own: some drawings of each class."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QFormLayout, QLineEdit, QWidget

from playground.data import catalogue
from playground.data.dataset import Dataset
from playground.data.drawing.ink import Ink
from playground.data.own import sets as own_sets
from playground.data.published.mnist import DRAWING
from playground.data.rows import ByteRows
from playground.errors import DataError
from playground.gui.look.marking import named
from playground.gui.probes.canvas import DrawCanvas
from playground.gui.widgets.buttons import push_button
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside, stacked
from playground.plain_text import visible
from playground.wording import counted

FEWEST = 2
"""Drawings of each class: one to learn from, and one to test."""

USUAL = 5
_MOST_CLASSES = 20
_CANVAS_PX = 280


class DrawDialog(QDialog):
    """Asks for one drawing after another, of each class in turn.

    ``drawn`` carries the data set, which is kept already, and whether trained layers are wanted.
    """

    drawn = Signal(object, bool)

    def __init__(self, body: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drawDialog")
        self.setWindowTitle("Draw examples of your own")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._made: list[tuple[str, Ink]] = []
        self.title_box = named(QLineEdit("My symbols"), "drawTitleBox", "Name")
        self.title_box.setMaxLength(own_sets.LONGEST_TITLE)
        self.classes_box = named(
            QLineEdit("left, right, up, down, smile"),
            "drawClassesBox",
            "Classes",
            "What there is to tell apart, separated by commas.",
        )
        self.classes_box.textChanged.connect(self._tell)
        self.canvas = DrawCanvas()
        self.canvas.setFixedSize(_CANVAS_PX, _CANVAS_PX)
        self.canvas.ink_changed.connect(self._tell)
        self.wanted = sentence("drawWanted")
        self.counts = sentence("drawCounts", "muted")
        self.keep_button = push_button("keepDrawingButton", "&Next", "Keep the drawing (Enter).")
        self.back_button = push_button("drawBackButton", "&Back", "Take the last drawing back.")
        self.keep_button.clicked.connect(self.keep)
        self.back_button.clicked.connect(self.take_back)
        self.body_box = named(
            QCheckBox("Begin with &trained layers"),
            "drawBodyBox",
            tip=f"Begin with what was learned of {body}, on which few examples are enough. Off, "
            "the layers in use begin at random.",
        )
        self.body_box.setChecked(True)
        self.learn_button = push_button("learnDrawnButton", "&Learn these", role="primary")
        self.learn_button.setAutoDefault(False)
        self.learn_button.clicked.connect(self._on_learn)
        cancel = push_button("cancelDrawingButton", "Cancel")
        cancel.clicked.connect(self.reject)
        for button in (self.keep_button, self.back_button, cancel):
            button.setAutoDefault(False)
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.addRow("&Name", self.title_box)
        form.addRow("&Classes", self.classes_box)
        stacked(
            form,
            self.wanted,
            beside(None, self.canvas, None),
            beside(self.back_button, None, self.keep_button),
            self.counts,
            self.body_box,
            beside(None, cancel, self.learn_button),
            on=self,
            spacing=10,
        )
        self._tell()
        self.canvas.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter keep the drawing: it is not yet the end."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.keep()
        else:
            super().keyPressEvent(event)

    @property
    def classes(self) -> list[str]:
        """The names of the classes, each once."""
        names = (visible(name).strip() for name in self.classes_box.text().split(","))
        return [*dict.fromkeys(name for name in names if name)][:_MOST_CLASSES]

    @property
    def next_class(self) -> str:
        """What is drawn next: the class with the fewest drawings."""
        return min(self.classes, key=self._count, default="")

    def _count(self, name: str) -> int:
        return sum(name == label for label, _ in self._made)

    @Slot()
    def keep(self) -> None:
        """Take the drawing, and ask for the next."""
        if self.keep_button.isEnabled():
            self._made.append((self.next_class, self.canvas.ink()))
            self.canvas.set_ink(Ink(()))
            self.canvas.setFocus()
            self._tell()

    @Slot()
    def take_back(self) -> None:
        """Put the last drawing back on the canvas."""
        if self._made:
            self.canvas.set_ink(self._made.pop()[1])
            self._tell()

    @Slot()
    def _tell(self) -> None:
        """Say what to draw, and how many there are of each class."""
        classes = self.classes
        ready = len(classes) > 1 and all(self._count(name) >= FEWEST for name in classes)
        number = self._count(self.next_class) + 1
        told = f"Draw “{self.next_class}”, number {number} of {max(USUAL, number)}."
        self.wanted.setText(told if len(classes) > 1 else "Name two classes or more.")
        self.counts.setText(" · ".join(f"{name} {self._count(name)}" for name in classes))
        drawn = DRAWING.read(self.canvas.ink()) is not None
        self.keep_button.setEnabled(len(classes) > 1 and drawn)
        self.back_button.setEnabled(bool(self._made))
        self.learn_button.setEnabled(ready)

    def dataset(self) -> Dataset:
        """Return the drawings as a data set, as the canvas shows them to a network."""
        classes = self.classes
        kept = [(name, ink) for name, ink in self._made if name in classes]
        pictures = [DRAWING.read(ink) for _, ink in kept]
        inputs = np.stack([stages.input for stages in pictures if stages is not None])
        title = visible(self.title_box.text()).strip() or "My symbols"
        return Dataset.of_pictures(
            DRAWING.resolution,
            DRAWING.resolution,
            name=own_sets.new_name(title),
            title=title,
            inputs=ByteRows(np.rint(inputs * 255).astype(np.uint8)),
            targets=np.array([classes.index(name) for name, _ in kept], np.int64),
            class_names=tuple(classes),
            source="Drawn here",
            licence="your own",
            description=f"{counted(len(kept), 'drawing')} of {counted(len(classes), 'class')}, "
            "drawn on the canvas.",
            drawing=DRAWING,
        )

    @Slot()
    def _on_learn(self) -> None:
        dataset = self.dataset()
        try:
            catalogue.keep(dataset)
        except DataError as error:
            self.wanted.setText(str(error))
            return
        self.drawn.emit(dataset, self.body_box.isChecked())
        self.accept()
