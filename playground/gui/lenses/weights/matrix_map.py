"""A layer's matrix as a heat map: rows are neurons or maps, columns weights, the bias set apart."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QMargins, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter

from playground.analysis.neurons.neuron import Neuron
from playground.gui.lenses.weights.weight_grid import LEGEND, WeightGrid
from playground.gui.look.colors import Colors
from playground.gui.look.heat import Floats, Pixels, greatest_size, greatest_sizes, signed_pixels
from playground.gui.look.theme import BODY_PX, SMALL_PX
from playground.gui.widgets.cell_texts import Texts
from playground.gui.widgets.cells import Cell, CellBlock, Part
from playground.gui.widgets.grid_names import draw_column_names, draw_row_names
from playground.gui.widgets.heat_grid import CENTER, LEFT, RIGHT
from playground.wording import short

_HEADER = 34
_LEAST_GUTTER, _WIDEST_GUTTER = 56, 120
_APART = 10
_LEAST_ROW, _TALLEST_ROW = 4, 52
_LEAST_COLUMN, _WIDEST_COLUMN = 3, 130
_NUMBER_WIDTH, _NUMBER_HEIGHT = 40, 14
_ROOMY_WIDTH, _ROOMY_HEIGHT = 56, 24


class MatrixMap(WeightGrid):
    """Cells with their numbers where these fit; the second block is the biases."""

    def __init__(self) -> None:
        super().__init__("weightMatrix", "Weights and biases of a layer")

    @property
    def shows_numbers(self) -> bool:
        """Whether every cell has its number in it."""
        cells = self.blocks[0]
        return cells.width >= _NUMBER_WIDTH and cells.height >= _NUMBER_HEIGHT

    def common_scale(self) -> float:
        """Return the greatest size of weights and biases."""
        biases = 0.0 if self.biases is None else greatest_size(self.biases)
        return max(super().common_scale(), biases)

    def measure(self) -> None:
        """Choose the cells' size."""
        table = self.table
        if table is None or not self.weights.size:
            self.place([])
            return
        metrics = QFontMetrics(self.small)
        widest = max(metrics.horizontalAdvance(label) for label in table.row_labels)
        gutter = min(max(widest + 16, _LEAST_GUTTER), _WIDEST_GUTTER)
        room = QMargins(gutter, _HEADER, 4, LEGEND)
        view = self.viewport().rect().marginsRemoved(room).size()
        rows, columns = self.weights.shape
        biased = self.biases is not None
        width = (view.width() - _APART * biased) // (columns + biased)
        width = min(max(width, _LEAST_COLUMN), _WIDEST_COLUMN)
        height = min(max(view.height() // rows, _LEAST_ROW), _TALLEST_ROW)
        blocks = [CellBlock(gutter, _HEADER, rows, columns, width, height)]
        if biased:
            apart = gutter + columns * width + _APART
            blocks.append(CellBlock(apart, _HEADER, rows, 1, width, height))
        roomy = width >= _ROOMY_WIDTH and height >= _ROOMY_HEIGHT
        self.text_px = BODY_PX if roomy else SMALL_PX
        self.place(blocks, room)

    def row_of(self, cell: Cell) -> int:
        return cell.row

    def row_rect(self, place: int) -> QRect:
        last = len(self.blocks) - 1
        return self.cell_rect(Cell(0, place, 0)).united(
            self.cell_rect(Cell(last, place, self.blocks[last].columns - 1))
        )

    def column_rect(self, column: int) -> QRect:
        rows = range(self.blocks[0].rows)
        place = self.blocks[0].part(rows, range(column, column + 1))
        return place.translated(-self.offset())

    def header_rect(self, column: int) -> QRect:
        """Return where a column's heading is, the bias's after the last input's."""
        biased = column == self.blocks[0].columns
        cell = self.cell_rect(Cell(1, 0, 0) if biased else Cell(0, 0, column))
        return QRect(cell.left(), _HEADER - 18, cell.width(), 18)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        neuron = self._heading_neuron(event.position().toPoint())
        if neuron is not None and event.button() == Qt.MouseButton.LeftButton:
            self.neuron_chosen.emit(neuron)

    def pixels(self, block: int, part: Part) -> Pixels:
        return signed_pixels(self._values(block, part), self._scale(part[0]), self.dark)

    def texts(self, block: int, part: Part) -> Texts | None:
        if not self.shows_numbers:
            return None
        values = self._values(block, part).tolist()
        return [[short(value) for value in row] for row in values]

    def sentence(self, cell: Cell) -> str:
        return self.said_of(cell, cell.column if cell.block == 0 else self.blocks[0].columns)

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        """Write the columns' and the neurons' names, what they are, and the scale."""
        table, body = self.table, self.body()
        assert table is not None
        names = [table.row_labels[neuron] for neuron in self.order.tolist()]
        draw_row_names(self, painter, names, (0, body.left() - 8))
        draw_column_names(self, painter, table.column_labels, (_HEADER - 18, _HEADER))
        painter.save()
        painter.setClipRect(body.adjusted(0, -_HEADER, 4, 0))
        painter.setPen(QColor(colors.muted))
        if len(self.blocks) > 1:
            bias = self.header_rect(self.blocks[0].columns)
            painter.drawText(bias.adjusted(-20, 0, 20, 0), CENTER, "b")
        painter.restore()
        painter.setPen(QColor(colors.muted))
        painter.drawText(QRect(0, _HEADER - 18, body.left() - 8, 18), RIGHT, table.row_word)
        beside = self.viewport().width() - body.left()
        painter.drawText(QRect(body.left(), 0, beside, 16), LEFT, table.columns_title)
        self.draw_legend(painter, colors, QRect(body.left(), body.bottom() + 8, beside, 16), "row")

    def _values(self, block: int, part: Part) -> Floats:
        rows, columns = part
        if block == 0:
            return self.weights[self.order[rows], columns]
        assert self.biases is not None
        return self.biases[self.order[rows], np.newaxis]

    def _scale(self, rows: slice) -> float | Floats:
        """Return what the last colour stands for: for all, or for each of some rows."""
        if not self.own_scale:
            return self.scale
        sizes = greatest_sizes(self.weights[self.order[rows]])
        if self.biases is not None:
            biases = self.biases[self.order[rows], np.newaxis]
            sizes = np.maximum(sizes, greatest_sizes(biases))
        return sizes[:, np.newaxis]

    def _heading_neuron(self, point: QPoint) -> Neuron | None:
        """Return the neuron or input whose name above a column is under a point."""
        body = self.body()
        if self.table is None or not (0 <= point.y() < _HEADER and body.left() <= point.x()):
            return None
        below = self.blocks[0].at(QPoint(point.x(), body.top()) + self.offset())
        return None if below is None else self.table.column_neuron(below[1])
