"""The wall of what was made: pictures, each over a bar of how far it is believed to be real."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
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
from playground.wording import counted, grouped

BELIEVED = 0.5
"""From here on something is taken for real rather than for made."""

_GAP, _BAR, _ABOVE_BAR = 5, 3, 2
_NAMES, _LEAST, _MOST, _MOST_BESIDE = 26, 20, 96, 4


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
        self._wide = _LEAST

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
        self.summary = counted(len(pictures), "picture")
        if believed is not None:
            real = int((np.asarray(believed) >= BELIEVED).sum())
            self.summary += f", {grouped(real)} of them believed to be real"
        self.measure()

    def set_chosen(self, index: int | None) -> None:
        """Frame the one in the hand, or none."""
        if index != self.chosen:
            self.chosen = index
            self.viewport().update()

    def index_of(self, cell: Cell) -> int:
        """Return which picture a cell shows."""
        row = cell.block * self.blocks[0].rows + cell.row
        return row * self.blocks[0].columns + cell.column

    def cell_of(self, index: int) -> Cell:
        """Return where a picture is."""
        row, column = divmod(index, self.blocks[0].columns)
        return Cell(*divmod(row, self.blocks[0].rows), column)

    def measure(self) -> None:
        count, names = len(self._atlas), len(self._rows)
        if not count:
            self.place([])
            return
        view = self.viewport().size()
        if names:
            beside = max(range(1, min(names, _MOST_BESIDE) + 1), key=self._side_of_rows)
            columns, rows, begin = count // names, -(-names // beside), _NAMES
        else:
            most = min(max(view.width() // (_LEAST + _GAP), 1), count)
            columns = max(range(1, most + 1), key=self._side_in)
            beside, rows, begin = 1, -(-count // columns), 0
        whole = view.width() / beside
        across = (whole - begin) / columns
        side = self._wide = int(self._side(across, view.height() / rows))
        down = side * self._atlas.aspect + self._below
        if names:
            down = max(down, view.height() / rows)
        else:
            down = max(down, min(view.height() / rows, across * self._atlas.aspect + self._below))
        self.place(
            [
                CellBlock(
                    *(round(place * whole) + begin, 0, min(rows, names - place * rows), columns),
                    *(across, down, _GAP),
                )
                for place in range(beside)
                if names > place * rows
            ]
            or [CellBlock(0, 0, rows, columns, across, down, _GAP, rows * columns - count)],
            QMargins(begin, 0, 0, 0),
        )

    def _side_in(self, columns: int) -> float:
        """Return how large pictures are in so many columns."""
        view = self.viewport().size()
        return self._room(view.width() / columns, view.height() / -(-len(self._atlas) // columns))

    def _side_of_rows(self, beside: int) -> float:
        """Return how large pictures are where so many rows stand beside each other."""
        view, names = self.viewport().size(), len(self._rows)
        across = (view.width() / beside - _NAMES) / (len(self._atlas) // names)
        if beside > 1 and across < _LEAST + _GAP:
            return 0.0
        return self._room(across, view.height() / -(-names // beside))

    @property
    def _below(self) -> int:
        return _GAP + (0 if self.believed is None else _ABOVE_BAR + _BAR)

    def _room(self, across: float, down: float) -> float:
        """Return how wide a picture can be in a cell."""
        return min(across - _GAP, (down - self._below) / self._atlas.aspect)

    def _side(self, across: float, down: float) -> float:
        return min(max(self._room(across, down), _LEAST), _MOST)

    def picture_rect(self, cell: Cell) -> QRect:
        """Return where a picture is in the viewport."""
        place, wide = self.cell_rect(cell), self._wide
        left = place.left() + (place.width() - wide) // 2
        return QRect(left, place.top(), wide, round(wide * self._atlas.aspect))

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
        for number, block in enumerate(self.blocks):
            for row, column in product(*self.in_view(number)):
                if block.holds(row, column):
                    self._paint(painter, Cell(number, row, column), colors)

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
        each = self.blocks[0].columns
        for row, name in enumerate(self._rows):
            cell = self.cell_of(row * each)
            place, left = self.picture_rect(cell), self.block_rect(cell.block).left()
            room = QRect(left - _NAMES, place.top(), _NAMES - 6, place.height())
            painter.drawText(room, RIGHT, name)

    def frames(self, colors: Colors) -> Iterable[tuple[QRect, str]]:
        if self.chosen is not None and self.chosen < len(self._atlas):
            yield self._framed(self.cell_of(self.chosen)), colors.accent

    def paint_current(self, painter: QPainter, colors: Colors, cell: Cell) -> None:
        color = colors.accent if self.hasFocus() else colors.text
        self.draw_frame(painter, self._framed(cell), color, colors)

    def _framed(self, cell: Cell) -> QRect:
        return self.picture_rect(cell).adjusted(-2, -2, 1, self._below - _GAP + 1)
