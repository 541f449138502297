"""One head's shares: a row for each step that looks, a column for each step looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMargins, QRect, QSize
from PySide6.QtGui import QColor, QPainter

from playground.gui.look.colors import Colors
from playground.gui.look.heat import Pixels, draw_scale, share_pixels, share_table
from playground.gui.widgets.cells import Cell, CellBlock, Part
from playground.gui.widgets.grid_names import draw_column_names, draw_row_names
from playground.gui.widgets.heat_grid import CENTER, HeatGrid
from playground.wording import nth, percent

_LEAST = 4


class LookGrid(HeatGrid):
    """The matrix of a head, with the chosen cell and the row of the step that looks framed."""

    def __init__(self) -> None:
        super().__init__("lookGrid", "How much each step looks at each step")
        self.shares: NDArray[np.floating[Any]] = np.empty((0, 0))
        self._words: Sequence[str] = ()
        self._chosen = (0, 0)
        self.setMinimumSize(190, 200)

    def show_shares(
        self, shares: NDArray[np.floating[Any]], words: Sequence[str], chosen: tuple[int, int]
    ) -> None:
        """Show shares (steps that look, steps looked at); ``words`` say what each step is."""
        self.shares, self._words, self._chosen = shares, words, chosen
        self.measure()

    def measure(self) -> None:
        """Place square cells, as large as they fit."""
        steps = len(self.shares)
        if not steps:
            self.place([])
            return
        metrics = self.fontMetrics()
        names = metrics.horizontalAdvance(nth(steps - 1)) + 10
        above, below = metrics.height() + 4, 2 * metrics.height() + 4
        room = QMargins(names, above, 4, below)
        size = self.viewport().rect().marginsRemoved(room).size()
        side = max(min(size.width(), size.height()) / steps, _LEAST)
        self.place([CellBlock(names, above, steps, steps, side, side)], room)

    def sizeHint(self) -> QSize:
        return QSize(320, 300)

    def pixels(self, block: int, part: Part) -> Pixels:
        return share_pixels(self.shares[part], float(self.shares.max()), self.dark)

    def sentence(self, cell: Cell) -> str:
        share = percent(float(self.shares[cell.row, cell.column]))
        here, there = (f"step {nth(at)}{self._words[at]}" for at in (cell.row, cell.column))
        where = "itself" if cell.row == cell.column else there
        return f"{here[0].upper()}{here[1:]} looks at {where}: {share}"

    def start(self) -> Cell:
        return Cell(0, *self._chosen)

    def frames(self, colors: Colors) -> Iterable[tuple[QRect, str]]:
        query, key = self._chosen
        block = self.blocks[0]
        row = block.part(range(query, query + 1), range(block.columns))
        yield row.translated(-self.offset()), colors.muted
        yield self.cell_rect(Cell(0, query, key)), colors.accent

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        """Write the numbers of the steps, which way to read, and what the colours are."""
        body = self.body()
        numbers = [nth(at) for at in range(len(self.shares))]
        query, key = self._chosen
        draw_row_names(self, painter, numbers, (0, body.left() - 4), lit=query)
        draw_column_names(self, painter, numbers, (0, body.top()), lit=key)
        painter.setPen(QColor(colors.muted))
        tall = painter.fontMetrics().height()
        line = QRect(0, body.bottom() + 3, self.viewport().width(), tall)
        painter.drawText(line, CENTER, "row: looks · column: is looked at")
        most = percent(float(self.shares.max()), 0)
        scale = line.translated(0, tall)
        draw_scale(painter, scale, "0 %", most, share_table(self.dark), centred=True)
