"""One picture as the table of its numbers, as large as its place allows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QSizePolicy

from playground.gui.look.heat import Floats, Pixels, greatest_size, signed_pixels
from playground.gui.look.theme import colors_of
from playground.gui.probes.pixel_table import cell_texts, text_px
from playground.gui.widgets.cell_texts import Texts, text_font
from playground.gui.widgets.cells import Cell, CellBlock, Part
from playground.gui.widgets.heat_grid import HeatGrid
from playground.gui.widgets.ink_image import ink_pixels

FULL_COLOR = 3.0
"""Deviations from the mean beyond which a colour grows no stronger: few values lie there."""

_WIDEST_CELL = 32
_NARROWEST_CELL = 13
_TALLEST = 420


class ValueGrid(HeatGrid):
    """A cell for each number, shaded by it; ``say`` gives the sentence about one by its index.

    Values in the data's own range are shaded as ink, others orange below zero and blue above.
    """

    def __init__(self, say: Callable[[int], str]) -> None:
        super().__init__("valueGrid", "The example's numbers")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.parted = False
        self._say = say
        self._values: Floats = np.zeros((1, 1))
        self._ink: Floats | None = None
        self._written: dict[int, tuple[list[list[str]], str, int]] = {}
        self._cell = _WIDEST_CELL

    @property
    def written(self) -> list[list[str]]:
        """The numbers as written, row by row."""
        return self._write_in(self._cell)[0]

    @property
    def unit(self) -> str:
        """What the numbers are counted in: ``", in hundredths"``."""
        return self._write_in(self._cell)[1]

    def set_values(self, values: Floats, ink: Floats | None) -> None:
        """Show numbers (height, width), shaded by ``ink`` of the same shape, or as signed."""
        self._values, self._ink = values, ink
        self._written.clear()
        self.measure()
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows, columns = map(int, self._values.shape)
        cell = self._cell_in(width)
        over = columns * cell > width
        return rows * cell + (self.horizontalScrollBar().sizeHint().height() if over else 0)

    def measure(self) -> None:
        """Choose the cells; scroll where the numbers need more width than there is."""
        self._cell = self._cell_in(self.viewport().width())
        self.text_px = text_px(self._cell)
        rows, columns = map(int, self._values.shape)
        self.place([CellBlock(0, 0, rows, columns, self._cell, self._cell)])

    def pixels(self, block: int, part: Part) -> Pixels:
        if self._ink is not None:
            return ink_pixels(self._ink[part], colors_of(self))
        scale = min(greatest_size(self._values), FULL_COLOR)
        return signed_pixels(self._values[part], scale, self.dark)

    def texts(self, block: int, part: Part) -> Texts:
        return [line[part[1]] for line in self.written[part[0]]]

    def sentence(self, cell: Cell) -> str:
        return self._say(cell.row * self._values.shape[1] + cell.column)

    def sizeHint(self) -> QSize:
        return QSize(360, self.heightForWidth(360))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._values.shape[0] * _NARROWEST_CELL)

    def _cell_in(self, width: int) -> int:
        """Return how wide a cell is in a place so wide: at least as its longest number."""
        rows, columns = map(int, self._values.shape)
        cell = max(min(width // columns, _WIDEST_CELL, _TALLEST // rows), _NARROWEST_CELL)
        return max(cell, self._write_in(cell)[2])

    def _write_in(self, cell: int) -> tuple[list[list[str]], str, int]:
        """Return the numbers as written in such cells, their unit, and the widest's pixels."""
        if cell not in self._written:
            texts, unit = cell_texts(self._values, cell)
            longest = max((text for row in texts for text in row), key=len)
            widest = QFontMetrics(text_font(text_px(cell))).horizontalAdvance(longest)
            self._written[cell] = texts, unit, widest
        return self._written[cell]
