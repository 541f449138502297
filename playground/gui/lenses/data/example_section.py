"""The example in hand in numbers: as the data hold it, and as the network sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from playground.data.dataset import Dataset
from playground.data.drawing.drawing import PictureStages
from playground.data.preparation import Prepared
from playground.data.rows import TokenRows
from playground.gui.lenses.data.value_grid import FULL_COLOR, ValueGrid
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.heat import greatest_size, image_of, signed_pixels
from playground.gui.look.marking import named
from playground.gui.probes.stages import StagesStrip
from playground.gui.session.probe import Probe
from playground.gui.widgets.combo_box import named_box
from playground.gui.widgets.example_list import ExampleList
from playground.gui.widgets.figure_table import Entry, FigureTable, Heading
from playground.gui.widgets.ink_image import ink_image
from playground.gui.widgets.labels import sentence
from playground.gui.widgets.layouts import beside
from playground.gui.widgets.section import LensSection
from playground.wording import brief, nth, number

_AS_IT_IS = "Not standardized: the network sees the values as they are."
_STANDARDIZED = "Standardized: (value − mean) ÷ deviation of each feature over the training part."
_TOKENS = "The network sees {} numbers at each step: 1 in the place of its token, else 0."
_MOST_ROWS = 12
_WIDEST_NAME = 240
_HEADINGS = (
    Heading(left=True),
    Heading("value", "As it is in the data.", "network sees"),
    Heading("network sees", "As the network gets it."),
)


class ExampleSection(LensSection):
    """A drawing's stages, the pictures, and the table of numbers, or the features' values."""

    def __init__(self) -> None:
        super().__init__("dataExample", "This example")
        self._prepared: Prepared | None = None
        self._raw: NDArray[np.floating] = np.zeros(0)
        self._seen: NDArray[np.floating] = np.zeros(0)
        self.values_box = named_box(
            "dataValuesBox",
            "Numbers to show",
            "The numbers as they are in the data, or as the network gets them.",
            (("in the data", False), ("network sees", True)),
        )
        self.controls.addWidget(self.values_box)
        self.stages = named(StagesStrip(), "dataStages")
        self.pictures = ExampleList(
            "seenPictures", "The example before and after preparation", "line", (72, 72)
        )
        self._figures = sentence(role="muted")
        self._figures.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._beside = QWidget()
        beside(self.pictures, (self._figures, 1), on=self._beside, margins=0)
        self.grid = ValueGrid(self._reading)
        self.rows = FigureTable("valueRows", "The example's values", _HEADINGS, row_px=21)
        self.rows.horizontalHeader().setMaximumSectionSize(_WIDEST_NAME)
        for widget in (self.stages, self._beside, self.grid, self.rows, self.sentence):
            self.column.addWidget(widget)
        self.values_box.currentIndexChanged.connect(self._show_numbers)
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
        assert prepared is not None
        dataset = prepared.dataset
        self._raw = probe.inputs
        self._seen = prepared.normalization.apply(probe.inputs)
        title = probe.title
        if probe.label is not None:
            title += f" · class {dataset.class_names[probe.label]}"
        elif probe.target is not None:
            title += f" · target {number(probe.target)}"
        self.set_caption(title)
        drawn = isinstance(probe.stages, PictureStages) and dataset.kind.pictures
        self.stages.setVisible(drawn)
        if isinstance(dataset.inputs, TokenRows):
            self._show_tokens(dataset)
            self._on_pointed("")
            return
        if not dataset.kind.pictures:
            self._show_rows(dataset.feature_names)
            self._on_pointed("")
            return
        ink = dataset.ink(self._raw)
        if drawn:
            self.stages.set_stages(probe.stages, ink, self._raw.reshape(dataset.image_shape))
        pictures = [partial(ink_image, ink)]
        if prepared.normalization.active:
            pictures.append(partial(_seen_image, self._seen.reshape(dataset.image_shape)))
        self.pictures.show_pictures(pictures, ("in the data", "standardized"))
        self.pictures.setFixedWidth(self.pictures.extent(len(pictures), 1).width())
        self._figures.setText(self._words())
        self._show_numbers()

    def _show_rows(self, names: Sequence[str]) -> None:
        """Write a row a feature: its name, the value in the data, and what the network sees."""
        columns = (self._raw, self._seen)

        def text(row: int, column: int) -> str:
            return number(float(columns[column - 1][row])) if column else names[row]

        self._show_texts(len(names), text)

    def _show_tokens(self, dataset: Dataset) -> None:
        """Write a row a step: its token, and which of the numbers that the network sees is 1."""
        by_step = self._raw.reshape(dataset.input_shape)
        there = np.flatnonzero(by_step.any(axis=0))
        tokens = by_step[:, there].argmax(axis=0)

        def text(row: int, column: int) -> str:
            seen = f"1 in place {nth(int(tokens[row]))}"
            return (f"step {nth(int(there[row]))}", dataset.unit_names[tokens[row]], seen)[column]

        self._show_texts(len(there), text)

    def _show_texts(self, count: int, text: Callable[[int, int], str]) -> None:
        self.rows.setFixedHeight(self.rows.whole_height(min(count, _MOST_ROWS)))
        self.rows.cells.show(count, lambda row, column: Entry(text(row, column), ruled=row > 0))

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
            low, high = brief(float(seen.min())), brief(float(seen.max()))
            text += f"\nseen {low} to {high}; full colour at ±3"
        return text

    @Slot()
    def _show_numbers(self) -> None:
        if self._prepared is None or not len(self._raw):
            return
        dataset = self._prepared.dataset
        if self.values_box.currentData() and self._prepared.normalization.active:
            self.grid.set_values(self._seen.reshape(dataset.image_shape), None)
        else:
            values = self._raw.reshape(dataset.image_shape)
            self.grid.set_values(values, dataset.ink(self._raw))
        self._on_pointed(self.grid.reading)

    @Slot(str)
    def _on_pointed(self, reading: str) -> None:
        """Say what is pointed at, or how the numbers were made."""
        if self._prepared is None:
            return
        text = _STANDARDIZED if self._prepared.normalization.active else _AS_IT_IS
        if isinstance(self._prepared.dataset.inputs, TokenRows):
            text = _TOKENS.format(len(self._prepared.dataset.unit_names))
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
