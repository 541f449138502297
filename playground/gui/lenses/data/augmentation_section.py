"""What the present augmentation makes of the example in hand, each kind singly and all at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QPushButton, QWidget

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
    "Off: every epoch shows the pictures as they are. The strengths are at “Augment” in the "
    "training settings."
)
_ON = "Drawn anew for each picture in each epoch, and only to train on."
_THEN = " Standardized after that."
_NAME_PX, _SIDE_PX = 112, 40


class AugmentationSection(LensSection):
    """A row of samples for each strength that is not zero, and one for all of them together.

    ``samples_requested`` asks for other samples.
    """

    samples_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("dataAugmentation", "Augmentation", parent)
        self.again = named(
            QPushButton("New sample"),
            "newSampleButton",
            "New sample of augmented pictures",
            "Draws other random changes, as the next epoch would.",
            role="link",
        )
        self.controls.addWidget(self.again)
        self._rows: tuple[tuple[str, tuple[NDArray[np.floating], ...]], ...] = ()
        self._lines = QFormLayout()
        self._lines.setVerticalSpacing(0)
        self.caption.hide()
        self.column.addLayout(self._lines)
        self.column.addWidget(self.sentence)
        self.again.clicked.connect(self.samples_requested)

    @property
    def rows(self) -> tuple[tuple[str, tuple[NDArray[np.floating], ...]], ...]:
        """Each row's name and pictures."""
        return self._rows

    def set_augmentation(self, augmentation: Augmentation, *, standardized: bool) -> None:
        """Tell what is in force; samples follow."""
        self.again.setVisible(augmentation.active)
        then = _THEN if standardized else ""
        self.sentence.setText(_ON + then if augmentation.active else _OFF)
        if not augmentation.active:
            self._set_rows([])

    def show_samples(self, samples: AugmentedSamples) -> None:
        """Show what became of an example."""
        self._set_rows(
            [(_name(samples.augmentation, name), tuple(ink)) for name, ink in samples.rows]
        )

    def _set_rows(self, rows: Sequence[tuple[str, tuple[NDArray[np.floating], ...]]]) -> None:
        if [name for name, _ in rows] != [name for name, _ in self._rows]:
            while self._lines.rowCount():
                self._lines.removeRow(0)
            for name, _ in rows:
                label = named(QLabel(name), role="muted")
                label.setFixedSize(_NAME_PX, _SIDE_PX)
                self._lines.addRow(
                    label,
                    ExampleList("augmentedSamples", name, "line", (_SIDE_PX, _SIDE_PX), lines=0),
                )
        self._rows = tuple(rows)
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
