"""What the training pictures share and where they differ: each pixel's mean and deviation."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy

from playground.data.dataset import Dataset
from playground.data.summary import DataSummary
from playground.gui.look.colors import Colors
from playground.gui.look.heat import Floats, Pixels
from playground.gui.look.theme import colors_of
from playground.gui.widgets.cells import Cell, CellBlock, Part
from playground.gui.widgets.heat_grid import HeatGrid
from playground.gui.widgets.ink_image import ink_pixels
from playground.wording import brief

_SIDE = 92
_GAP = 14
_LINE = 15
_WORDS = 3 * _LINE + 4
_WIDEST_PITCH = 170


class PixelStatistics(HeatGrid):
    """Two pictures with what black and white stand for: the means, then the deviations."""

    def __init__(self) -> None:
        super().__init__("pixelStatistics", "Mean and deviation of each pixel")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_no_bars()
        self.parted = False
        self._dataset: Dataset | None = None
        self._means: Floats = np.zeros((1, 1))
        self._deviations: Floats = np.zeros((1, 1))

    def set_summary(self, dataset: Dataset, summary: DataSummary | None) -> None:
        """Show a set of pictures' statistics, or none yet."""
        self._dataset = None
        if summary is not None:
            self._dataset = dataset
            self._means = summary.feature_means.reshape(dataset.image_shape)
            self._deviations = summary.feature_deviations.reshape(dataset.image_shape)
            self.summary = "; ".join(text for _, text in self._captions(dataset))
        self.measure()

    def measure(self) -> None:
        if self._dataset is None:
            self.place([])
            return
        height, width = map(int, self._means.shape)
        unit = _SIDE / max(height, width)
        right = int(min((self.width() + _GAP) / 2, _WIDEST_PITCH))
        self.place(
            [CellBlock(left, 0, height, width, unit, unit) for left in (0, right)], below=_WORDS
        )

    def pixels(self, block: int, part: Part) -> Pixels:
        assert self._dataset is not None
        if block == 0:
            ink = self._dataset.ink(self._means)
        else:
            ink = self._deviations / (float(self._deviations.max()) or 1.0)
        return ink_pixels(ink[part], colors_of(self))

    def sentence(self, cell: Cell) -> str:
        assert self._dataset is not None
        mean, deviation = (
            brief(float(each[cell.row, cell.column])) for each in (self._means, self._deviations)
        )
        name = self._dataset.feature_names[cell.row * self._means.shape[1] + cell.column]
        return f"{name}: mean {mean}, deviation {deviation}"

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        """Write what each picture is, below it."""
        assert self._dataset is not None
        wrapped = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        for block, (title, text) in enumerate(self._captions(self._dataset)):
            box = self.block_rect(block)
            words = QRect(box.left(), box.bottom() + 3, self.width() // 2, _WORDS)
            painter.setPen(QColor(colors.text))
            painter.drawText(words, wrapped, title)
            painter.setPen(QColor(colors.muted))
            painter.drawText(words.adjusted(0, _LINE, 0, 0), wrapped, text)

    def sizeHint(self) -> QSize:
        return QSize(2 * _SIDE + _GAP, _SIDE + _WORDS)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _captions(self, dataset: Dataset) -> tuple[tuple[str, str], ...]:
        low, high = (brief(value) for value in dataset.value_range)
        top = brief(float(self._deviations.max()))
        never = int((self._deviations == 0).sum())
        rest = f"{never} never vary" if never else "all vary"
        return (
            ("mean of all", f"black {low}, white {high}"),
            ("deviation", f"white {top}\n{rest}"),
        )
