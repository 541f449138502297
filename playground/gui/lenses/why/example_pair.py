"""An example as it was and as it has become, side by side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.data.dataset import Dataset
from playground.gui.look.marking import named
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.widgets.example_picture import LABEL_HEIGHT
from playground.gui.widgets.ink_image import ink_image
from playground.wording import brief

_LEAST, _USUAL, _MOST = 80, 80, 150
_GAP = 10
_ROW = 20
MOST_ROWS = 8

Floats = NDArray[np.floating]


class ExamplePair(QWidget):
    """Two pictures; for other data each feature's value before and after."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, "examplePair", "The example before and after")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._font = ui_font(SMALL_PX)
        self._dataset: Dataset | None = None
        self._before: Floats = np.zeros(0)
        self._after: Floats = np.zeros(0)

    def set_dataset(self, dataset: Dataset) -> None:
        """Prepare for another data set."""
        self._dataset = dataset
        self._before = self._after = np.zeros(0)
        self.updateGeometry()
        self.update()

    def set_examples(self, before: Floats, after: Floats) -> None:
        """Show an example, (features,), as it was and as it has become."""
        self._before, self._after = before, after
        self.update()

    def sizeHint(self) -> QSize:
        if self._dataset is None or self._dataset.kind.pictures:
            return QSize(2 * _USUAL + _GAP, _USUAL + LABEL_HEIGHT)
        return QSize(230, self._height_of_rows())

    def minimumSizeHint(self) -> QSize:
        if self._dataset is None or self._dataset.kind.pictures:
            return QSize(2 * _LEAST + _GAP, _LEAST + LABEL_HEIGHT)
        return QSize(190, self._height_of_rows())

    def _height_of_rows(self) -> int:
        features = self._dataset.features if self._dataset is not None else 0
        return (min(features, MOST_ROWS) + 1) * _ROW

    def paintEvent(self, event: QPaintEvent) -> None:
        dataset = self._dataset
        if dataset is None or len(self._before) != dataset.features:
            return
        painter = QPainter(self)
        painter.setFont(self._font)
        if dataset.kind.pictures:
            self._draw_pictures(painter, dataset)
        else:
            self._draw_rows(painter, dataset)
        painter.end()

    def _draw_pictures(self, painter: QPainter, dataset: Dataset) -> None:
        colors = colors_of(self)
        side = int(min((self.width() - _GAP) / 2, self.height() - LABEL_HEIGHT, _MOST))
        low, high = dataset.value_range
        for place, (inputs, words) in enumerate(((self._before, "before"), (self._after, "now"))):
            square = QRectF(place * (side + _GAP), 0, side, side)
            ink = ((inputs - low) / (high - low)).reshape(dataset.image_shape)
            painter.drawImage(square, ink_image(ink, colors))
            painter.setPen(QColor(colors.border))
            painter.drawRect(square.adjusted(0, 0, -1, -1))
            painter.setPen(QColor(colors.muted))
            below = QRectF(square.left(), side, side, LABEL_HEIGHT)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)

    def _draw_rows(self, painter: QPainter, dataset: Dataset) -> None:
        """Write the features that changed most, in their order."""
        colors = colors_of(self)
        metrics = painter.fontMetrics()
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        rows = np.arange(dataset.features)
        if len(rows) > MOST_ROWS:
            moved = np.abs(self._after - self._before)
            rows = np.sort(np.argsort(-moved, kind="stable")[:MOST_ROWS])
        width, figures = min(self.width(), 320), 56
        head = QRectF(0, 0, width, _ROW)
        painter.setPen(QColor(colors.muted))
        painter.drawText(head, right, "now")
        painter.drawText(head.adjusted(0, 0, -figures, 0), right, "before")
        for place, feature in enumerate(rows.tolist(), start=1):
            line = QRectF(0, place * _ROW, width, _ROW)
            room = int(width - 2 * figures - 6)
            name = dataset.feature_names[feature]
            painter.setPen(QColor(colors.muted))
            painter.drawText(
                line, left, metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
            )
            before, after = float(self._before[feature]), float(self._after[feature])
            painter.drawText(line.adjusted(0, 0, -figures, 0), right, brief(before))
            painter.setPen(QColor(colors.text))
            painter.drawText(line, right, brief(after))
