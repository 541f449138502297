"""Each feature of a table or a plane: its figures, how its values spread, and the probe's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from playground.data.dataset import Dataset
from playground.data.summary import DataSummary, Figures
from playground.gui.lenses.data.histogram_bars import paint_histogram
from playground.gui.look.colors import Colors
from playground.gui.look.heat import size_text
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.look.wording import brief, signed
from playground.gui.widgets.class_markers import class_color
from playground.gui.widgets.painted_area import PaintedArea

_HEAD = 18
_ROW = 44
_MOST_ROWS = 8
_WIDEST_HISTOGRAM = 180
_CELL = 47
_MOST_COLORS = 10
_HEADINGS = ("min", "mean", "median", "max", "dev.")
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class FeatureRows(PaintedArea):
    """A row a feature; the line in its histogram is the example in hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("dataFeatureRows", "Figures of each feature", parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._font = ui_font(SMALL_PX)
        self._dataset: Dataset | None = None
        self._summary: DataSummary | None = None
        self._inputs: NDArray[np.float32] | None = None
        self.setFixedHeight(_HEAD)

    def set_summary(self, dataset: Dataset, summary: DataSummary | None) -> None:
        """Show a data set's features, without numbers until there is a summary."""
        self._dataset, self._summary, self._inputs = dataset, summary, None
        self.setFixedHeight(_HEAD + min(dataset.features, _MOST_ROWS) * _ROW + 2)
        if summary is not None:
            spoken = (self.text_of(place) for place in range(len(summary.features))[:_MOST_ROWS])
            self.setAccessibleDescription("; ".join(spoken))
        self.measure()
        self.viewport().update()

    def set_example(self, inputs: NDArray[np.float32] | None) -> None:
        """Mark an example's values, (features,), or none."""
        self._inputs = inputs
        self.viewport().update()

    def text_of(self, feature: int) -> str:
        """Return a feature's figures as a sentence."""
        assert self._dataset is not None
        name = self._dataset.feature_names[feature]
        if self._summary is None:
            return name
        one = self._summary.features[feature]
        return (
            f"{name}: {brief(one.minimum)} to {brief(one.maximum)}, mean {brief(one.mean)}, "
            f"median {brief(one.median)}, deviation {brief(one.deviation)}"
        )

    def measure(self) -> None:
        """Let rows that find no place be scrolled to."""
        whole = 0 if self._dataset is None else self._dataset.features * _ROW
        bar = self.verticalScrollBar()
        bar.setRange(0, max(whole - (self.viewport().height() - _HEAD), 0))
        bar.setPageStep(max(self.viewport().height() - _HEAD, 1))
        bar.setSingleStep(_ROW)

    def sizeHint(self) -> QSize:
        return QSize(380, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(270, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        dataset = self._dataset
        if dataset is None:
            return
        colors = colors_of(self)
        painter = QPainter(self.viewport())
        painter.setFont(self._font)
        width = self.viewport().width()
        drawn = min(width - 12 - len(_HEADINGS) * _CELL, _WIDEST_HISTOGRAM)
        cell = (width - drawn - 12) / len(_HEADINGS)
        painter.setClipRect(0, _HEAD, width, self.viewport().height())
        offset = self.verticalScrollBar().value()
        first = offset // _ROW
        last = min(first + self.viewport().height() // _ROW + 2, dataset.features)
        for feature in range(first, last):
            top = _HEAD + feature * _ROW - offset
            self._paint_row(painter, dataset, feature, QRect(0, top, width, _ROW), cell, colors)
        painter.setClipping(False)
        painter.setPen(QColor(colors.muted))
        for place, heading in enumerate(_HEADINGS):
            painter.drawText(QRectF(place * cell, 0, cell, _HEAD), _RIGHT, heading)
        painter.end()

    def _paint_row(
        self,
        painter: QPainter,
        dataset: Dataset,
        feature: int,
        row: QRect,
        cell: float,
        colors: Colors,
    ) -> None:
        room = round(cell * len(_HEADINGS))
        metrics = painter.fontMetrics()
        name = dataset.feature_names[feature]
        painter.setPen(QColor(colors.text))
        elided = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(2, row.top() + 4, room, 18), _LEFT, elided)
        if self._summary is None:
            return
        one = self._summary.features[feature]
        painter.setPen(QColor(colors.muted))
        numbers = (one.minimum, one.mean, one.median, one.maximum, one.deviation)
        for place, value in enumerate(numbers):
            box = QRectF(place * cell, row.top() + 22, cell, 17)
            painter.drawText(box, _RIGHT, _aligned(value, one))
        mark = None if self._inputs is None else float(self._inputs[feature])
        fills = [QColor(colors.train)]
        if dataset.labelled and len(dataset.class_names) <= _MOST_COLORS:
            fills = [class_color(label) for label in range(len(dataset.class_names))]
        box = QRectF(room + 12, row.top() + 6, row.width() - room - 14, _ROW - 10)
        paint_histogram(painter, box, self._summary.histograms[feature], fills, colors, mark)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            feature = (event.pos().y() - _HEAD + self.verticalScrollBar().value()) // _ROW
            known = self._dataset is not None and 0 <= feature < self._dataset.features
            text = self.text_of(feature) if known else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().viewportEvent(event)


def _aligned(value: float, figures: Figures) -> str:
    """Return a value with as many decimals as tell apart what deviates as much as the feature."""
    size = figures.deviation or abs(figures.mean) or 1.0
    if max(abs(figures.minimum), abs(figures.maximum)) >= 1e5 or size < 0.005:
        return size_text(value)
    decimals = 3 if size < 0.1 else 2 if size < 10 else 1
    return signed(value, 0 if size >= 100 else decimals)
