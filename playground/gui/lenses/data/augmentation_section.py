"""What the present augmentation makes of the example in hand, each kind singly and all at once."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from playground import fields
from playground.data.augmentation import Augmentation
from playground.data.augmented_samples import AugmentedSamples
from playground.fields import Number
from playground.gui.forms.number_text import shown
from playground.gui.lenses.data.sample_rows import SampleRows
from playground.gui.widgets.section import Section

_OFF = (
    "Off: every epoch shows the pictures as they are. The strengths are at “Augment” in the "
    "training settings."
)
_ON = "Drawn anew for each picture in each epoch, and only to train on."
_THEN = " Standardized after that."


class AugmentationSection(Section):
    """A row of samples for each strength that is not zero, and one for all of them together.

    ``samples_requested`` asks for other samples.
    """

    samples_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("dataAugmentation", "Augmentation", parent)
        self.again = QPushButton("New sample")
        self.again.setObjectName("newSampleButton")
        self.again.setAccessibleName("New sample of augmented pictures")
        self.again.setToolTip("Draws other random changes, as the next epoch would.")
        self.again.setProperty("role", "link")
        self.controls.addWidget(self.again)
        self.samples = SampleRows()
        self.caption.hide()
        self.column.addWidget(self.samples)
        self.column.addWidget(self.sentence)
        self.again.clicked.connect(self.samples_requested)

    def set_augmentation(self, augmentation: Augmentation, *, standardized: bool) -> None:
        """Tell what is in force; samples follow."""
        self.again.setVisible(augmentation.active)
        then = _THEN if standardized else ""
        self.sentence.setText(_ON + then if augmentation.active else _OFF)
        if not augmentation.active:
            self.samples.set_rows([])

    def show_samples(self, samples: AugmentedSamples) -> None:
        """Show what became of an example."""
        self.samples.set_rows(
            [(_name(samples.augmentation, name), list(ink)) for name, ink in samples.rows]
        )


def _name(augmentation: Augmentation, name: str) -> str:
    """Return a strength with its label, as in ``"Turn ±10°"``."""
    if not name:
        return "all together"
    declared = fields.describe(augmentation)[name]
    assert isinstance(declared, Number)
    return f"{declared.label} ±{shown(declared, getattr(augmentation, name))}"
