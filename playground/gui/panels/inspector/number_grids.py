"""Small squares of numbers, written out: a patch, its kernel and their products, or one square."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy

from playground.analysis.neurons.names import NeuronNames
from playground.analysis.neurons.neuron import Neuron
from playground.gui.look import colormaps
from playground.gui.look.colors import Colors
from playground.gui.look.heat import Floats, Pixels, rising_pixels, signed_pixels
from playground.gui.panels.inspector.figures import Figures, in_a_cell
from playground.gui.widgets.cell_texts import Texts
from playground.gui.widgets.cells import Cell, CellBlock, Part
from playground.gui.widgets.heat_grid import CENTER, HeatGrid
from playground.nn.explain.unit_report import Pooled

_TITLE = 16
_BETWEEN = 13
_LEAST_TEXT, _WIDEST, _TALLEST = 20, 40, 20
_WIDTH = 240


@dataclass(frozen=True, eq=False)
class NumberGrid:
    """One square.

    Attributes
    ----------
    title
        Above it.
    sign
        What stands before it: ``×``.
    values
        (rows, columns).
    scale, signed
        What the last colour stands for, and whether the first one is its negative or 0.
    sentence
        Returns what to say of a cell, by its row and column.
    plus
        Whether positive numbers have a sign.
    taken
        The cell that is marked, or None.
    """

    title: str
    sign: str
    values: Floats
    scale: float
    signed: bool
    sentence: Callable[[int, int], str]
    plus: bool = False
    taken: tuple[int, int] | None = None


class NumberGrids(HeatGrid):
    """Squares side by side, or one below the other where their numbers have no room beside.

    ``lowest`` is the least height of a cell, in pixels.
    """

    def __init__(self, name: str, spoken: str, *, lowest: int = 0) -> None:
        super().__init__(name, spoken)
        self._lowest = lowest
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_no_bars()
        self.text_px = 9
        self.grids: Sequence[NumberGrid] = ()

    def show_grids(self, grids: Sequence[NumberGrid]) -> None:
        """Show other squares."""
        former, self.grids = self.grids, grids
        if [grid.values.shape for grid in former] != [grid.values.shape for grid in grids]:
            self.measure()
        elif self.current is not None:
            self.tell()
        self.viewport().update()

    def measure(self) -> None:
        if not self.grids:
            self.place([])
            return
        count, room = len(self.grids), self.viewport().width()
        rows, columns = self.grids[0].values.shape
        side = (room - (count - 1) * _BETWEEN) / (count * columns)
        stacked = side < _LEAST_TEXT and count > 1
        width = min(room / columns if stacked else side, _WIDEST)
        height = max(min(_TALLEST, width), self._lowest)
        across = 0 if stacked else round(columns * width) + _BETWEEN
        down = round(rows * height) + _TITLE if stacked else 0
        self.setFixedHeight(_TITLE + round(rows * height) + (count - 1) * down + 2)
        self.place(
            [
                CellBlock(index * across, _TITLE + index * down, rows, columns, width, height)
                for index in range(count)
            ]
        )

    def pixels(self, block: int, part: Part) -> Pixels:
        grid = self.grids[block]
        if grid.signed:
            return signed_pixels(grid.values[part], grid.scale, self.dark)
        return rising_pixels(grid.values[part], colormaps.viridis(), grid.scale)

    def texts(self, block: int, part: Part) -> Texts | None:
        if self.blocks[block].width < _LEAST_TEXT:
            return None
        grid = self.grids[block]
        return [
            [in_a_cell(value, signed=grid.plus) for value in row]
            for row in grid.values[part].tolist()
        ]

    def sentence(self, cell: Cell) -> str:
        return self.grids[cell.block].sentence(cell.row, cell.column)

    def frames(self, colors: Colors) -> Iterable[tuple[QRect, str]]:
        for block, grid in enumerate(self.grids):
            if grid.taken is not None:
                yield self.cell_rect(Cell(block, *grid.taken)), colors.text

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        painter.setPen(QColor(colors.muted))
        beside = len(self.blocks) > 1 and self.blocks[1].left > 0
        for index, grid in enumerate(self.grids):
            box = self.block_rect(index)
            title = grid.title if beside else f"{grid.sign} {grid.title}".strip()
            painter.drawText(
                QRect(box.left(), box.top() - _TITLE, box.width(), _TITLE), CENTER, title
            )
            if beside and grid.sign:
                painter.drawText(
                    QRect(box.left() - _BETWEEN, box.top(), _BETWEEN, box.height()),
                    CENTER,
                    grid.sign,
                )

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, self.height())


def square_of(
    pooled: Pooled, given: tuple[float, float] | None, names: NeuronNames, figures: Figures
) -> NumberGrid:
    """Return the numbers that a unit looks at without weighing them, the one it takes marked."""
    low, high = given or (0.0, 0.0)

    def sentence(row: int, column: int) -> str:
        name = names.short(Neuron(pooled.source, int(pooled.places[row, column])))
        taken = ", which is handed on" if (row, column) == pooled.taken else ""
        return f"{name}: {figures.write(float(pooled.values[row, column]))}{taken}"

    rows, columns = pooled.values.shape
    title = f"{rows}×{columns} of {names.layer(pooled.source)}"
    scale = max(-low, high)
    return NumberGrid(title, "", pooled.values, scale, low < 0, sentence, taken=pooled.taken)
