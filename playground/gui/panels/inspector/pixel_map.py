"""Signed numbers pixel by pixel: a neuron's weights, or how it changes with each pixel."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy

from playground.gui.look.colors import Colors
from playground.gui.look.heat import (
    Floats,
    Pixels,
    greatest_size,
    image_of,
    signed_pixels,
    signed_table,
)
from playground.gui.panels.inspector.figures import Figures
from playground.gui.widgets.cells import Cell, CellBlock, Part
from playground.gui.widgets.heat_grid import HeatGrid

_SIDE = 144
_SCALE = 76
_BAR = 8
_GAP = 2


class PixelMap(HeatGrid):
    """A picture in orange and blue around zero, or one for each map, with the scale beside."""

    def __init__(self) -> None:
        super().__init__("neuronPicture", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_SIDE + 2)
        self.show_no_bars()
        self.parted = False
        self.values: Floats = np.zeros((1, 1, 1))
        self._called: Callable[[int], str] = str
        self._largest = 0.0
        self._figures = Figures(3)
        self._name = ""

    def show_values(
        self, values: Floats, name: str, figures: Figures, called: Callable[[int], str]
    ) -> None:
        """Show numbers (maps, height, width).

        ``name`` says what one of them is, such as ``w``, and ``called`` of which pixel, by number.
        """
        former, self.values, self._called = self.values, values, called
        self._name, self._figures = name, figures
        self._largest = greatest_size(values)
        self.setAccessibleName(f"{name} by pixel")
        if values.shape != former.shape:
            self.measure()
        elif self.current is not None:
            self.tell()
        self.viewport().update()

    def number(self, cell: Cell) -> int:
        """Return the number of a cell's pixel among those of all maps."""
        return int(np.ravel_multi_index(cell, self.values.shape))

    def measure(self) -> None:
        maps, height, width = self.values.shape
        across = math.ceil(math.sqrt(maps))
        down = math.ceil(maps / across)
        room = self.viewport().width() - _SCALE
        unit = min(
            (_SIDE - _GAP * (down - 1)) / (down * height),
            (room - _GAP * (across - 1)) / (across * width),
        )
        places = [divmod(index, across) for index in range(maps)]
        self.place(
            [
                CellBlock(
                    *(round(column * (width * unit + _GAP)), round(row * (height * unit + _GAP))),
                    *(height, width, unit, unit),
                )
                for row, column in places
            ]
        )

    def pixels(self, block: int, part: Part) -> Pixels:
        return signed_pixels(self.values[block][part], self._largest, self.dark)

    def sentence(self, cell: Cell) -> str:
        value = self._figures.write(float(self.values[cell]))
        return f"{self._called(self.number(cell))}: {self._name} = {value}"

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        """Draw what the colours stand for, the greatest number on top, beside the picture."""
        box = self.block_rect(0)
        for block in range(1, len(self.blocks)):
            box = box.united(self.block_rect(block))
        painter.setPen(QColor(colors.border))
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        bar = QRect(box.right() + 8, box.top(), _BAR, box.height())
        painter.drawImage(bar, image_of(signed_table(self.dark)[255::-1, np.newaxis]))
        painter.setPen(QColor(colors.muted))
        text = QRect(bar.right() + 6, box.top(), self.width(), box.height())
        for value, place in (
            (self._figures.signed(self._largest), Qt.AlignmentFlag.AlignTop),
            ("0", Qt.AlignmentFlag.AlignVCenter),
            (self._figures.write(-self._largest), Qt.AlignmentFlag.AlignBottom),
        ):
            painter.drawText(text, place | Qt.AlignmentFlag.AlignLeft, value)

    def sizeHint(self) -> QSize:
        return QSize(_SIDE + _SCALE, _SIDE + 2)
