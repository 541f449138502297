"""What the present augmentation makes of the example in hand, each kind singly and all at once."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QWidget

from playground import fields
from playground.data.augmentation import Augmentation
from playground.data.dataset import Dataset
from playground.data.preparation import Prepared
from playground.fields import Number
from playground.gui.forms.number_text import shown
from playground.gui.lenses.data.sample_rows import SampleRows
from playground.gui.lenses.why.section import Section

SAMPLES = 8
_OFF = (
    "Off: every epoch shows the pictures as they are. The strengths are at “Augment” in the "
    "training settings."
)
_ON = "Drawn anew for each picture in each epoch, and only to train on."
_THEN = " Standardized after that."


class AugmentationSection(Section):
    """A row of samples for each strength that is not zero, and one for all of them together."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("dataAugmentation", "Augmentation", parent)
        self._dataset: Dataset | None = None
        self._inputs: NDArray[np.float32] | None = None
        self._then = ""
        self._augmentation = Augmentation()
        self._rng = np.random.default_rng()
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
        self.again.clicked.connect(self._on_again_clicked)

    def set_example(self, prepared: Prepared, inputs: NDArray[np.float32]) -> None:
        """Change another example, (features,)."""
        self._dataset, self._inputs = prepared.dataset, inputs
        self._then = _THEN if prepared.normalization.active else ""
        self._draw()

    def set_augmentation(self, augmentation: Augmentation) -> None:
        """Change examples with other strengths."""
        if augmentation != self._augmentation:
            self._augmentation = augmentation
            self._draw()

    def _draw(self) -> None:
        dataset, inputs = self._dataset, self._inputs
        self.again.setVisible(self._augmentation.active)
        self.sentence.setText(_ON + self._then if self._augmentation.active else _OFF)
        if dataset is None or inputs is None or dataset.kind != "image":
            self.samples.set_rows([])
            return
        low, high = dataset.value_range
        same = np.repeat(inputs[np.newaxis], SAMPLES, axis=0)
        rows = []
        for name, augmentation in steps_of(self._augmentation):
            changed = augmentation.apply(same, dataset.image_shape, self._rng)
            ink = ((changed - low) / (high - low)).reshape(SAMPLES, *dataset.image_shape)
            rows.append((name, list(ink)))
        self.samples.set_rows(rows)

    @Slot()
    def _on_again_clicked(self) -> None:
        self._draw()


def steps_of(augmentation: Augmentation) -> list[tuple[str, Augmentation]]:
    """Return each strength that is not zero by itself, and all together where there are several."""
    steps = []
    for name, declared in fields.describe(augmentation).items():
        value = getattr(augmentation, name)
        if value and isinstance(declared, Number):
            alone = dataclasses.replace(Augmentation(), **{name: value})
            steps.append((f"{declared.label} ±{shown(declared, value)}", alone))
    if len(steps) > 1:
        steps.append(("all together", augmentation))
    return steps
