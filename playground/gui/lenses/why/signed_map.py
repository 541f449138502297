"""A signed number for every pixel of a picture, over the picture's own outline."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRect, QSize
from PySide6.QtGui import QColor, QPainter, QPen

from playground.gui.look.colors import Colors
from playground.gui.look.heat import Floats, Pixels, draw_scale, signed_pixels, signed_table
from playground.gui.widgets.cells import Cell, CellBlock, Part
from playground.gui.widgets.heat_grid import HeatGrid
from playground.wording import brief

_SCALE = 22
_LEAST, _USUAL, _MOST = 112, 124, 340


class SignedMap(HeatGrid):
    """Blue above zero, orange below; ``say`` gives the sentence about a pixel by its index.

    Lines run along the edge of the ink: where the drawing crosses half of its range.
    """

    def __init__(self, name: str, spoken: str, say: Callable[[int], str]) -> None:
        super().__init__(name, spoken)
        self.setMinimumSize(_LEAST, _LEAST + _SCALE)
        self.setMaximumHeight(_MOST + _SCALE)
        self.show_no_bars()
        self.parted = False
        self._say = say
        self._values: Floats = np.zeros((0, 0))
        self._edges: list[QLineF] = []
        self._limit = 1.0
        self._ends = ("−1", "+1")

    def set_values(self, values: Floats, ink: Floats, limit: float) -> None:
        """Show values (height, width) over ink of the same shape, 0 to 1; ±limit is full colour."""
        self._values, self._limit = values, limit
        self._ends = brief(-limit), f"+{brief(limit)}"
        self.summary = f"from {self._ends[0]} to {self._ends[1]}"
        self._edges = _edges(ink >= 0.5)
        self.measure()

    def measure(self) -> None:
        if not self._values.size:
            return
        height, width = self._values.shape
        room = self.viewport().size() - QSize(0, _SCALE)
        cell = min(room.width() / width, room.height() / height)
        # Whole pixels a cell, so that no cell looks wider than its neighbour.
        cell = float(int(cell)) if cell >= 4 else cell
        left = int((room.width() - cell * width) / 2)
        self.place([CellBlock(left, 0, height, width, cell, cell)])

    def pixels(self, block: int, part: Part) -> Pixels:
        return signed_pixels(self._values[part], self._limit, self.dark)

    def sentence(self, cell: Cell) -> str:
        return self._say(cell.row * self._values.shape[1] + cell.column)

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        """Outline the picture and the ink."""
        square = self.block_rect(0)
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.drawRect(square.adjusted(0, 0, -1, -1))
        painter.save()
        painter.translate(square.topLeft())
        painter.scale(self.blocks[0].width, self.blocks[0].height)
        pen = QPen(QColor(colors.text), 1.4)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawLines(self._edges)
        painter.restore()
        line = QRect(0, square.bottom() + 5, self.viewport().width(), 16)
        painter.setPen(QColor(colors.muted))
        draw_scale(painter, line, *self._ends, signed_table(self.dark), centred=True)

    def sizeHint(self) -> QSize:
        return QSize(_USUAL, _USUAL + _SCALE)


def _edges(inside: NDArray[np.bool_]) -> list[QLineF]:
    """Return the lines between pixels inside and outside, a pixel being one unit wide."""
    framed = np.pad(inside, 1)
    across = [
        QLineF(column, row, column + 1, row)
        for row, column in np.argwhere(framed[1:, 1:-1] != framed[:-1, 1:-1]).tolist()
    ]
    down = [
        QLineF(column, row, column, row + 1)
        for row, column in np.argwhere(framed[1:-1, 1:] != framed[1:-1, :-1]).tolist()
    ]
    return across + down
