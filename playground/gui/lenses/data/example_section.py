"""The example in hand in numbers: as the data hold it, and as the network sees it."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QWidget

from playground.data.preparation import Prepared
from playground.gui.lenses.data.value_grid import FULL_COLOR, ValueGrid
from playground.gui.lenses.data.value_rows import ValueRows
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.heat import greatest_size, image_of, signed_pixels
from playground.gui.look.marking import named
from playground.gui.probes.stages import StagesStrip
from playground.gui.session.probe import Probe
from playground.gui.widgets.example_list import ExampleList
from playground.gui.widgets.ink_image import ink_image
from playground.gui.widgets.layouts import beside
from playground.gui.widgets.section import LensSection, named_box
from playground.wording import brief, number

_AS_IT_IS = "Not standardized: the network sees the values as they are."
_STANDARDIZED = "Standardized: (value − mean) ÷ deviation of each feature over the training part."


class ExampleSection(LensSection):
    """A drawing's stages, the pictures, and the table of numbers, or the features' values."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("dataExample", "This example", parent)
        self._prepared: Prepared | None = None
        self._raw: NDArray[np.floating] = np.zeros(0)
        self._seen: NDArray[np.floating] = np.zeros(0)
        self.values_box = named_box(
            "dataValuesBox",
            "Which numbers",
            "The numbers as the data hold them, or as the network is given them.",
        )
        self.values_box.addItem("in the data", False)
        self.values_box.addItem("network sees", True)
        self.controls.addWidget(self.values_box)
        self.stages = named(StagesStrip(), "dataStages")
        self.pictures = ExampleList(
            "seenPictures", "The example before and after preparation", "line", (72, 72)
        )
        self._figures = named(QLabel(), role="muted")
        self._figures.setWordWrap(True)
        self._beside = QWidget()
        line = beside(self.pictures, on=self._beside, margins=0)
        line.addWidget(self._figures, 1, Qt.AlignmentFlag.AlignTop)
        self.grid = ValueGrid(self._reading)
        self.rows = ValueRows()
        for widget in (self.stages, self._beside, self.grid, self.rows, self.sentence):
            self.column.addWidget(widget)
        self.values_box.currentIndexChanged.connect(self._on_values_chosen)
        self.grid.pointed.connect(self._on_pointed)

    def set_data(self, prepared: Prepared) -> None:
        """Prepare for another data set."""
        self._prepared = prepared
        picture = prepared.dataset.kind.pictures
        for widget in (self.values_box, self._beside, self.grid):
            widget.setVisible(picture)
        self.rows.setVisible(not picture)
        if prepared.dataset.drawing is not None:
            self.stages.set_drawing(prepared.dataset.drawing)

    def show_probe(self, probe: Probe) -> None:
        """Show an example."""
        prepared = self._prepared
        if prepared is None or len(probe.inputs) != prepared.dataset.features:
            return
        dataset = prepared.dataset
        self._raw = probe.inputs
        self._seen = prepared.normalization.apply(probe.inputs)
        title = probe.title
        if probe.label is not None:
            title += f" · class {dataset.class_names[probe.label]}"
        elif probe.target is not None:
            title += f" · target {number(probe.target)}"
        self.set_caption(title)
        drawn = probe.stages is not None and dataset.drawing is not None
        self.stages.setVisible(drawn)
        if not dataset.kind.pictures:
            self.rows.set_values(dataset, self._raw, self._seen)
            self._on_pointed("")
            return
        ink = self._ink()
        if drawn:
            shape = dataset.image_shape
            self.stages.set_stages(probe.stages, ink, self._raw.reshape(shape))
        pictures = [partial(ink_image, ink)]
        if prepared.normalization.active:
            pictures.append(partial(_seen_image, self._seen.reshape(dataset.image_shape)))
        self.pictures.show_pictures(pictures, ("in the data", "standardized"))
        self.pictures.setFixedWidth(self.pictures.extent(len(pictures), 1).width())
        self._figures.setText(self._words())
        self._show_numbers()

    def _ink(self) -> NDArray[np.floating]:
        assert self._prepared is not None
        dataset = self._prepared.dataset
        low, high = dataset.value_range
        return ((self._raw - low) / (high - low)).reshape(dataset.image_shape)

    def _words(self) -> str:
        """Return what the whole example is in a few numbers."""
        assert self._prepared is not None
        dataset, raw = self._prepared.dataset, self._raw
        height, width = dataset.image_shape
        inked = int((raw > dataset.value_range[0]).sum())
        text = (
            f"{height}×{width} = {len(raw)} numbers, {inked} with ink\n"
            f"{number(float(raw.min()))} to {number(float(raw.max()))}, "
            f"mean {number(float(raw.mean(dtype=np.float64)))}"
        )
        if self._prepared.normalization.active:
            seen = self._seen
            text += f"\nseen {_short(seen.min())} to {_short(seen.max())}; full colour at ±3"
        return text

    def _show_numbers(self) -> None:
        if self._prepared is None or not len(self._raw):
            return
        shape = self._prepared.dataset.image_shape
        if self.values_box.currentData() and self._prepared.normalization.active:
            self.grid.set_values(self._seen.reshape(shape), None)
        else:
            self.grid.set_values(self._raw.reshape(shape), self._ink())
        self._on_pointed(self.grid.reading)

    @Slot()
    def _on_values_chosen(self) -> None:
        self._show_numbers()

    @Slot(str)
    def _on_pointed(self, reading: str) -> None:
        """Say what is pointed at, or how the numbers were made."""
        if self._prepared is None:
            return
        text = _STANDARDIZED if self._prepared.normalization.active else _AS_IT_IS
        if self._prepared.dataset.kind.pictures and self.grid.unit:
            text = f"The table is{self.grid.unit.removeprefix(',')}. {text}"
        self.sentence.setText(reading or text)

    def _reading(self, pixel: int) -> str:
        """Return a pixel's value, and how the network's is made from it."""
        prepared = self._prepared
        if prepared is None or pixel >= len(self._raw):
            return ""
        raw = number(float(self._raw[pixel]))
        text = f"{prepared.dataset.feature_names[pixel]}: {raw}"
        if prepared.normalization.active:
            mean = number(float(prepared.normalization.mean[pixel]))
            scale = number(float(prepared.normalization.scale[pixel]))
            text += f" → ({raw} − {mean}) ÷ {scale} = {number(float(self._seen[pixel]))}"
        return text


def _seen_image(seen: NDArray[np.floating], colors: Colors) -> QImage:
    """Return standardized values in orange and blue around 0."""
    full = min(greatest_size(seen), FULL_COLOR)
    return image_of(signed_pixels(seen, full, colors is DARK))


def _short(value: np.floating) -> str:
    return brief(float(value))
