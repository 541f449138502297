"""A part of the lens that shows a signed number for every feature, and reads one out."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Slot

from playground.data.dataset import Dataset
from playground.gui.lenses.why.plane_arrow import PlaneArrow
from playground.gui.lenses.why.signed_bars import SignedBars
from playground.gui.lenses.why.signed_map import SignedMap
from playground.gui.lenses.why.wording import LEAST, feature_phrase
from playground.gui.look.heat import Floats
from playground.gui.look.marking import named
from playground.gui.widgets.section import LensSection
from playground.wording import number, plus


class AttributionSection(LensSection):
    """A map for pictures and bars for other data; the sentence gives way to what is pointed at.

    Parameters
    ----------
    name, title
        Object name and heading.
    quantity
        What a number is called when it is read out.
    with_arrow
        For points on the plane, also show a direction.

    Attributes
    ----------
    values
        The numbers shown, (features,).
    """

    def __init__(self, name: str, title: str, quantity: str, *, with_arrow: bool = False) -> None:
        super().__init__(name, title)
        self.quantity = quantity
        self._with_arrow = with_arrow
        self._dataset: Dataset | None = None
        self._inputs: Floats = np.zeros(0)
        self.values: Floats = np.zeros(0)
        self._said = ""
        self._feature = -1
        self.map = SignedMap(f"{name}Map", f"{title}, pixel by pixel", self._reading)
        self.arrow = PlaneArrow()
        self.bars = named(SignedBars(), f"{name}Bars", f"{title}, feature by feature")
        for widget in (self.map, self.arrow, self.bars, self.sentence):
            self.column.addWidget(widget)
        for picture in (self.map, self.arrow):
            self.column.setStretchFactor(picture, 1)
        self.column.addStretch(0)
        self.map.pointed.connect(self._on_pointed)
        self.bars.pointed.connect(self._on_bar_pointed)

    def set_dataset(self, dataset: Dataset) -> None:
        """Choose what fits the kind of data."""
        self._dataset = dataset
        self._feature = -1
        pictures = dataset.kind.pictures
        self.map.setVisible(pictures)
        self.bars.setVisible(not pictures)
        self.arrow.setVisible(dataset.kind.on_plane and self._with_arrow)

    def show_values(
        self,
        inputs: Floats,
        values: Floats,
        sentence: str,
        refusal: str = "",
        way: Floats | None = None,
        *,
        nothing: str = "",
    ) -> None:
        """Show a number for every feature of an example, both (features,).

        ``refusal`` is said, and nothing drawn, where the numbers are none; ``way`` is the
        direction (features,) of the arrow on the plane; ``nothing`` is said where all are 0.
        """
        dataset = self._dataset
        if dataset is None:
            return
        values = np.zeros_like(values) if refusal else values
        self._inputs, self.values, self._said = inputs, values, refusal or sentence
        limit = max(float(np.abs(values).max(initial=0.0)), LEAST)
        if limit == LEAST and not refusal:
            self._said = nothing or (
                f"Every number here is 0: none of the {dataset.kind.feature_word}s matters on its "
                "own."
            )
        if dataset.kind.pictures:
            self.map.set_values(values.reshape(dataset.image_shape), dataset.ink(inputs), limit)
            self._on_pointed(self.map.reading)
            return
        self.bars.set_values(dataset.feature_names, values, limit)
        if way is not None and dataset.kind.on_plane:
            self.arrow.set_slope(inputs, way, dataset.value_range)
        self._on_bar_pointed(self._feature)

    @Slot(str)
    def _on_pointed(self, reading: str) -> None:
        """Say what is pointed at, or what there is to say of the whole example."""
        if (reading or self._said) != self.sentence.text():
            self.sentence.setText(reading or self._said)

    @Slot(int)
    def _on_bar_pointed(self, feature: int) -> None:
        self._feature = feature
        self._on_pointed(self._reading(feature) if feature >= 0 else "")

    def _reading(self, feature: int) -> str:
        """Return what there is to say of a feature."""
        if self._dataset is None or feature >= len(self.values):
            return ""
        value = number(float(self._inputs[feature]))
        slope = plus(float(self.values[feature]))
        where = feature_phrase(self._dataset, feature)
        return f"{where[0].upper()}{where[1:]}: value {value}, {self.quantity} {slope}"
