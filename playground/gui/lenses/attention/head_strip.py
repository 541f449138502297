"""The heads of a layer as small matrices, to choose one of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy

from playground.gui.look.colors import Colors
from playground.gui.look.heat import Pixels, image_of, share_pixels
from playground.gui.widgets.cells import Cell, CellBlock, Part
from playground.gui.widgets.heat_grid import CENTER, HeatGrid
from playground.wording import fixed, nth, percent

_SIDE, _NUMBER, _EDGE = 40, 16, 3


class HeadStrip(HeatGrid):
    """A small picture of every head's matrix; ``cell_chosen`` carries the one that is chosen."""

    def __init__(self) -> None:
        super().__init__("headStrip", "The heads of the layer")
        self.setVerticalScrollBarPolicy(self.verticalScrollBarPolicy().ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(self.verticalScrollBarPolicy())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_SIDE + 2 * _EDGE)
        self.shares: NDArray[np.floating[Any]] = np.empty((0, 0, 0))
        self.head = 0

    def show_shares(self, shares: NDArray[np.floating[Any]], head: int) -> None:
        """Show every head's shares, (heads, steps, steps), with one chosen."""
        self.shares, self.head = shares, head
        self.measure()

    def measure(self) -> None:
        count = len(self.shares)
        each = min(_SIDE + _NUMBER + 4, self.viewport().width() / max(count, 1))
        side = round(max(each - _NUMBER - 4, 8))
        top = _EDGE + (_SIDE - side) // 2
        self.place(
            [
                CellBlock(_NUMBER + round(head * each), top, 1, 1, side, side)
                for head in range(count)
            ]
        )

    def sizeHint(self) -> QSize:
        return QSize(300, _SIDE + 2 * _EDGE)

    def pixels(self, block: int, part: Part) -> Pixels:
        shares = self.shares[block]
        return share_pixels(shares, float(shares.max()), self.dark)

    def sentence(self, cell: Cell) -> str:
        shares = self.shares[cell.block]
        steps = np.arange(len(shares))
        far = float((shares * np.abs(steps - steps[:, np.newaxis])).sum(axis=1).mean())
        most = percent(float(shares.max()))
        return (
            f"Head {nth(cell.block)}: looks {fixed(far, 1)} steps away on average, at "
            f"one step with {most} at most"
        )

    def paint_cells(self, painter: QPainter, colors: Colors) -> None:
        for head in range(len(self.blocks)):
            whole = slice(None), slice(None)
            painter.drawImage(self.block_rect(head), image_of(self.pixels(head, whole)))

    def frames(self, colors: Colors) -> Iterable[tuple[QRect, str]]:
        if self.head < len(self.blocks):
            yield self.block_rect(self.head), colors.accent

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        """Write the numbers of the heads."""
        for head in range(len(self.blocks)):
            rect = self.block_rect(head)
            painter.setPen(QColor(colors.text if head == self.head else colors.muted))
            place = QRect(rect.left() - _NUMBER, rect.top(), _NUMBER - 3, rect.height())
            painter.drawText(place, CENTER, nth(head))
