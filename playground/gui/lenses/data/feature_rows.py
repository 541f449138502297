"""Each feature of an example or of its steps: its figures, how they spread, and the probe's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter

from playground.data.dataset import Dataset
from playground.data.summary import DataSummary, FiveNumbers
from playground.gui.lenses.data.histogram_bars import paint_histogram
from playground.gui.look.colors import Colors
from playground.gui.look.heat import size_text
from playground.gui.widgets.class_markers import class_color
from playground.gui.widgets.figure_table import Entry, FigureTable, Heading
from playground.wording import brief, fixed

_MOST_FEATURES = 8
_MOST_COLORS = 10
_NUMBERS = ("min", "mean", "median", "max", "dev.")
_HEADINGS = (*(Heading(title, widest="−00.0") for title in _NUMBERS), Heading())
_HISTOGRAM = len(_NUMBERS)
_NARROWEST = 270


class FeatureRows(FigureTable):
    """Two rows a feature, its name and its figures; a line marks the example in hand."""

    def __init__(self) -> None:
        super().__init__("dataFeatureRows", "Figures of each feature", _HEADINGS, row_px=22)
        self.setMinimumWidth(_NARROWEST)
        self.setFixedHeight(self.whole_height(0))
        self._dataset: Dataset | None = None
        self._summary: DataSummary | None = None
        self._inputs: NDArray[np.float32] | None = None

    def set_summary(self, dataset: Dataset, summary: DataSummary | None) -> None:
        """Show a data set's features, without numbers until there is a summary."""
        self._summary, self._inputs = summary, None
        if dataset is not self._dataset:
            self._dataset = dataset
            self.clearSpans()
            count = len(dataset.unit_names)
            self.cells.show(2 * count, self._cell)
            for row in range(0, 2 * count, 2):
                self.setSpan(row, 0, 1, _HISTOGRAM)
                self.setSpan(row, _HISTOGRAM, 2, 1)
            self.setFixedHeight(self.whole_height(2 * min(count, _MOST_FEATURES)))
        self.viewport().update()

    def set_example(self, inputs: NDArray[np.float32] | None) -> None:
        """Mark an example's values, (features,), or none; those of a sequence are too many."""
        self._inputs = None if self._dataset is None or self._dataset.steps else inputs
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(380, self.height())

    def _cell(self, row: int, column: int) -> Entry:
        dataset, summary = self._dataset, self._summary
        assert dataset is not None
        feature, below = divmod(row, 2)
        name = dataset.unit_names[feature]
        if summary is None:
            return Entry("" if below or column else name, left=True)
        one = summary.features[feature]
        tip = (
            f"{name}: {brief(one.minimum)} to {brief(one.maximum)}, mean {brief(one.mean)}, "
            f"median {brief(one.median)}, deviation {brief(one.deviation)}"
        )
        if column == _HISTOGRAM:
            return Entry(tip=tip, draw=lambda *where: self._draw(feature, *where))
        if not below:
            return Entry(name, tip, left=True)
        numbers = (one.minimum, one.mean, one.median, one.maximum, one.deviation)
        return Entry(_aligned(numbers[column], one), tip, "muted")

    def _draw(self, feature: int, painter: QPainter, cell: QRectF, colors: Colors) -> None:
        dataset, summary = self._dataset, self._summary
        assert dataset is not None
        assert summary is not None
        fills = [QColor(colors.train)]
        if dataset.labelled and len(dataset.class_names) <= _MOST_COLORS:
            fills = [class_color(label) for label in range(len(dataset.class_names))]
        mark = None if self._inputs is None else float(self._inputs[feature])
        box = cell.adjusted(12, 6, -2, -4)
        paint_histogram(painter, box, summary.histograms[feature], fills, colors, mark)


def _aligned(value: float, figures: FiveNumbers) -> str:
    """Return a value with as many decimals as tell apart what deviates as much as the feature."""
    size = figures.deviation or abs(figures.mean) or 1.0
    if max(abs(figures.minimum), abs(figures.maximum)) >= 1e5 or size < 0.005:
        return size_text(value)
    decimals = 3 if size < 0.1 else 2 if size < 10 else 1
    return fixed(value, 0 if size >= 100 else decimals)
