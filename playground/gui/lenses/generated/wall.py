"""The wall of what was made: pictures, each over a bar of how far it is believed to be real."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMargins, QRect, QSize
from PySide6.QtGui import QColor, QPainter

from playground.gui.lenses.generated.picture_atlas import PictureAtlas
from playground.gui.look.colors import Colors
from playground.gui.look.heat import Pixels
from playground.gui.look.theme import colors_of
from playground.gui.widgets.cells import Cell, CellBlock, Part
from playground.gui.widgets.heat_grid import RIGHT, HeatGrid
from playground.gui.widgets.ink_image import ink_pixels

BELIEVED = 0.5
"""From here on something is taken for real rather than for made."""

_GAP, _BAR, _ABOVE_BAR = 5, 3, 2
_NAMES, _LEAST, _MOST = 26, 20, 96


class PictureWall(HeatGrid):
    """Pictures that are all in view, as large as there is room; in rows of what was asked for.

    ``cell_chosen`` says which one was clicked; :meth:`index_of` gives its place.

    Attributes
    ----------
    believed
        (n,): how far each is believed to be real, from 0 to 1; or None.
    chosen
        The place of the one in the hand, or None.
    """

    def __init__(self) -> None:
        super().__init__("fakesWall", "What the generator makes")
        self.setMinimumSize(300, 170)
        self.parted = False
        self.believed: NDArray[np.floating[Any]] | None = None
        self.chosen: int | None = None
        self._atlas = PictureAtlas(np.zeros((0, 1, 1), np.float32))
        self._rows: Sequence[str] = ()
        self._tell: Callable[[int], str] = str

    def show_pictures(
        self,
        pictures: NDArray[np.floating[Any]],
        believed: NDArray[np.floating[Any]] | None,
        tell: Callable[[int], str],
        rows: Sequence[str] = (),
    ) -> None:
        """Show pictures (n, height, width), each as a sentence too.

        ``rows`` names rows of equal length, in which they stand.
        """
        self._atlas = PictureAtlas(pictures)
        self.believed, self._tell, self._rows = believed, tell, rows
        self.measure()

    def set_chosen(self, index: int | None) -> None:
        """Frame the one in the hand, or none."""
        if index != self.chosen:
            self.chosen = index
            self.viewport().update()

    def index_of(self, cell: Cell) -> int:
        """Return which picture a cell shows."""
        return cell.row * self.blocks[0].columns + cell.column

    def measure(self) -> None:
        count = len(self._atlas)
        if not count:
            self.place([])
            return
        view = self.viewport().size()
        names = _NAMES if self._rows else 0
        wide, tall = view.width() - names, view.height()
        columns = count // len(self._rows) if self._rows else self._columns(wide, tall)
        rows = -(-count // columns)
        side = self._side(wide, tall, columns, rows)
        across = wide / columns
        down = max(tall / rows, side * self._atlas.aspect + self._below)
        if not self._rows:
            down = min(down, across * self._atlas.aspect + self._below)
        left = names + max(round((wide - columns * across) / 2), 0)
        block = CellBlock(
            *(left, 0, rows, columns, across, down, _GAP),
            missing=rows * columns - count,
        )
        self.place([block], QMargins(names, 0, 0, 0))

    @property
    def _below(self) -> int:
        return _GAP + (0 if self.believed is None else _ABOVE_BAR + _BAR)

    def _columns(self, wide: int, tall: int) -> int:
        """Return in how many columns the pictures are largest."""
        count = len(self._atlas)
        return max(
            range(1, count + 1),
            key=lambda columns: self._side(wide, tall, columns, -(-count // columns)),
        )

    def _side(self, wide: int, tall: int, columns: int, rows: int) -> float:
        room = (tall / rows - self._below) / self._atlas.aspect
        return min(max(min(wide / columns - _GAP, room), _LEAST), _MOST)

    def picture_rect(self, cell: Cell) -> QRect:
        """Return where a picture is in the viewport."""
        place = self.cell_rect(cell)
        below = self._below - _GAP
        aspect = self._atlas.aspect
        side = min(place.width(), round((place.height() - below) / aspect))
        left = place.left() + (place.width() - side) // 2
        return QRect(left, place.top(), side, round(side * aspect))

    def pixels(self, block: int, part: Part) -> Pixels:
        rows, columns = part
        shape = rows.stop - rows.start, columns.stop - columns.start
        return ink_pixels(np.zeros(shape), colors_of(self))

    def sentence(self, cell: Cell) -> str:
        return self._tell(self.index_of(cell))

    def sizeHint(self) -> QSize:
        return QSize(700, 270)

    # How it is painted.

    def paint_cells(self, painter: QPainter, colors: Colors) -> None:
        rows, columns = self.in_view(0)
        for row in rows:
            for column in columns:
                cell = Cell(0, row, column)
                if self.blocks[0].holds(row, column):
                    self._paint(painter, cell, colors)

    def _paint(self, painter: QPainter, cell: Cell, colors: Colors) -> None:
        index, place = self.index_of(cell), self.picture_rect(cell)
        self._atlas.paint(painter, place, index, colors)
        if self.believed is None:
            return
        bar = QRect(place.left(), place.bottom() + 1 + _ABOVE_BAR, place.width(), _BAR)
        painter.fillRect(bar, QColor(colors.track))
        share = float(self.believed[index])
        bar.setWidth(round(min(max(share, 0.0), 1.0) * bar.width()))
        painter.fillRect(bar, QColor(colors.good if share >= BELIEVED else colors.warning))

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        """Write beside each row what was asked for."""
        painter.setPen(QColor(colors.text))
        for row, name in enumerate(self._rows):
            place = self.picture_rect(Cell(0, row, 0))
            painter.drawText(QRect(0, place.top(), _NAMES - 8, place.height()), RIGHT, name)

    def frames(self, colors: Colors) -> Iterable[tuple[QRect, str]]:
        if self.chosen is not None and self.chosen < len(self._atlas):
            yield self._framed(Cell(0, *divmod(self.chosen, self.blocks[0].columns))), colors.accent

    def paint_current(self, painter: QPainter, colors: Colors, cell: Cell) -> None:
        color = colors.accent if self.hasFocus() else colors.text
        self.draw_frame(painter, self._framed(cell), color, colors)

    def _framed(self, cell: Cell) -> QRect:
        return self.picture_rect(cell).adjusted(-2, -2, 1, self._below - _GAP + 1)
