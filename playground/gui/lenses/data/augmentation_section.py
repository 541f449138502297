"""What the present augmentation makes of the example in hand, each kind singly and all at once."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QPushButton

from playground import fields
from playground.data.augmentation import Augmentation
from playground.data.augmented_samples import AugmentedSamples
from playground.fields import Number
from playground.gui.forms.number_text import shown
from playground.gui.look.marking import named
from playground.gui.widgets.example_list import ExampleList
from playground.gui.widgets.ink_image import ink_image
from playground.gui.widgets.section import LensSection

_OFF = (
    "Off: every epoch shows the pictures as they are. Set the strengths under “Augment” in the "
    "training settings."
)
_ON = "Drawn again for each picture in each epoch, for training only."
_THEN = " Standardized after that."
_NAME_PX, _SIDE_PX = 112, 40

Rows = tuple[tuple[str, NDArray[np.float32]], ...]


class AugmentationSection(LensSection):
    """A row of samples for each strength that is not zero, and one for all of them together.

    ``samples_requested`` asks for other samples; ``rows`` are each row's name and pictures,
    (samples, height, width).
    """

    samples_requested = Signal()

    def __init__(self) -> None:
        super().__init__("dataAugmentation", "Augmentation")
        self.again = named(
            QPushButton("New sample"),
            "newSampleButton",
            "New sample of augmented pictures",
            "Draw other random changes, as the next epoch will.",
            role="link",
        )
        self.controls.addWidget(self.again)
        self.rows: Rows = ()
        self._lines = QFormLayout()
        self._lines.setVerticalSpacing(0)
        self.caption.hide()
        self.column.addLayout(self._lines)
        self.column.addWidget(self.sentence)
        self.again.clicked.connect(self.samples_requested)

    def set_augmentation(self, augmentation: Augmentation, *, standardized: bool) -> None:
        """Tell what is in force; samples follow."""
        self.again.setVisible(augmentation.active)
        then = _THEN if standardized else ""
        self.sentence.setText(_ON + then if augmentation.active else _OFF)
        if not augmentation.active:
            self._set_rows(())

    def show_samples(self, samples: AugmentedSamples) -> None:
        """Show what became of an example."""
        augmentation = samples.augmentation
        self._set_rows(tuple((_name(augmentation, name), ink) for name, ink in samples.rows))

    def _set_rows(self, rows: Rows) -> None:
        if [name for name, _ in rows] != [name for name, _ in self.rows]:
            while self._lines.rowCount():
                self._lines.removeRow(0)
            for name, _ in rows:
                label = named(QLabel(name), role="muted")
                label.setFixedSize(_NAME_PX, _SIDE_PX)
                line = ExampleList("augmentedSamples", name, "line", (_SIDE_PX, _SIDE_PX), lines=0)
                self._lines.addRow(label, line)
        self.rows = rows
        lines = self.findChildren(ExampleList)
        for line, (_, pictures) in zip(lines, rows, strict=True):
            line.show_pictures([partial(ink_image, picture) for picture in pictures])


def _name(augmentation: Augmentation, name: str) -> str:
    """Return a strength with its label, as in ``"Turn ±10°"``."""
    if not name:
        return "all together"
    declared = fields.describe(augmentation)[name]
    assert isinstance(declared, Number)
    return f"{declared.label} ±{shown(declared, getattr(augmentation, name))}"
