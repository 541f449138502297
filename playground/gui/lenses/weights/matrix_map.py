"""A layer's matrix as a heat map: rows are neurons, columns their inputs, the bias set apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QWidget

from playground.analysis.neurons.neuron import Neuron
from playground.gui.lenses.weights.layer_table import LayerTable
from playground.gui.lenses.weights.weight_grid import LEGEND, Cell, WeightGrid
from playground.gui.look.colors import Colors
from playground.gui.look.heat import (
    Floats,
    Pixels,
    draw_signed_scale,
    greatest_size,
    greatest_sizes,
    image_of,
    is_bright,
    signed_pixels,
)
from playground.gui.look.theme import BODY_PX, ui_font
from playground.wording import short

_HEADER = 34
_LEAST_GUTTER = 56
_WIDEST_GUTTER = 120
_APART = 10
_LEAST_ROW, _TALLEST_ROW = 4, 52
_LEAST_COLUMN, _WIDEST_COLUMN = 3, 130
_NUMBER_WIDTH, _NUMBER_HEIGHT = 40, 14
_ROOMY_WIDTH, _ROOMY_HEIGHT = 56, 24
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTER = Qt.AlignmentFlag.AlignCenter


class MatrixMap(WeightGrid):
    """Cells with their numbers where these fit; scrolls where the cells do not fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("weightMatrix")
        self.setAccessibleName("Weights and biases of a layer")
        self._cell = QSize(_LEAST_COLUMN, _LEAST_ROW)
        self._gutter = _LEAST_GUTTER

    @property
    def shows_numbers(self) -> bool:
        """Whether every cell has its number in it."""
        return self._cell.width() >= _NUMBER_WIDTH and self._cell.height() >= _NUMBER_HEIGHT

    def common_scale(self) -> float:
        """Return the greatest size of weights and biases."""
        biases = 0.0 if self.biases is None else greatest_size(self.biases)
        return max(super().common_scale(), biases)

    def measure(self) -> None:
        """Choose the cells' size."""
        table = self.table
        if table is None:
            self.horizontalScrollBar().setRange(0, 0)
            self.verticalScrollBar().setRange(0, 0)
            return
        metrics = QFontMetrics(self.font_)
        widest = max(metrics.horizontalAdvance(label) for label in table.row_labels)
        self._gutter = min(max(widest + 16, _LEAST_GUTTER), _WIDEST_GUTTER)
        view = self.viewport().size()
        room = QSize(view.width() - self._gutter - 4, view.height() - _HEADER - LEGEND)
        columns = len(table.columns) + table.biased
        wide = (room.width() - _APART * table.biased) // columns
        tall = room.height() // len(table.rows)
        self._cell = QSize(
            min(max(wide, _LEAST_COLUMN), _WIDEST_COLUMN),
            min(max(tall, _LEAST_ROW), _TALLEST_ROW),
        )
        whole = self._whole()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setRange(0, max(whole.width() - room.width(), 0))
        across.setPageStep(max(room.width(), 1))
        across.setSingleStep(self._cell.width() * 4)
        down.setRange(0, max(whole.height() - room.height(), 0))
        down.setPageStep(max(room.height(), 1))
        down.setSingleStep(self._cell.height() * 3)
        self.viewport().update()

    def body(self) -> QRect:
        """Return the part of the viewport that shows cells."""
        room = self.viewport().size() - QSize(self._gutter + 4, _HEADER + LEGEND)
        return QRect(QPoint(self._gutter, _HEADER), self._whole().boundedTo(room))

    def cell_rect(self, place: int, column: int) -> QRect:
        """Return where a cell is."""
        width, height = self._cell.width(), self._cell.height()
        apart = _APART if self._is_bias(column) else 0
        corner = QPoint(self._gutter + column * width + apart, _HEADER + place * height)
        return QRect(corner - self.offset(), self._cell)

    def row_rect(self, place: int) -> QRect:
        """Return where a neuron's cells are."""
        last = self._columns() - 1
        return self.cell_rect(place, 0).united(self.cell_rect(place, last))

    def cell_at(self, point: QPoint) -> Cell | None:
        """Return the cell under a point."""
        if not self.order.size or not self.body().contains(point):
            return None
        inside = point - QPoint(self._gutter, _HEADER) + self.offset()
        place, column = inside.y() // self._cell.height(), inside.x() // self._cell.width()
        column = min(column, self._columns() - 1)
        if self.biases is not None and inside.x() >= self.weights.shape[1] * self._cell.width():
            column = self.weights.shape[1]
        if place >= len(self.order) or not self.cell_rect(place, column).contains(point):
            return None
        return place, column

    def walked(self, cell: Cell, down: int, right: int) -> Cell:
        """Return the cell beside, below or above."""
        place = min(max(cell[0] + down, 0), len(self.order) - 1)
        return place, min(max(cell[1] + right, 0), self._columns() - 1)

    def header_rect(self, column: int) -> QRect:
        """Return where a column's heading is."""
        cell = self.cell_rect(0, column)
        return QRect(cell.left(), _HEADER - 18, cell.width(), 18)

    def heading_neuron(self, point: QPoint) -> Neuron | None:
        """Return the neuron or input whose name above a column is under a point."""
        inside = point.x() - self._gutter + self.offset().x()
        if self.table is None or not 0 <= point.y() < _HEADER or point.x() < self._gutter:
            return None
        return self.table.column_neuron(inside // self._cell.width())

    def column_rect(self, column: int) -> QRect:
        """Return where a column is."""
        return self.cell_rect(0, column).united(self.cell_rect(len(self.order) - 1, column))

    def paint_table(self, painter: QPainter, table: LayerTable, colors: Colors) -> None:
        """Draw the cells in view as one image, then numbers, names and the scale."""
        body = self.body()
        width, height = self._cell.width(), self._cell.height()
        first = self.offset().y() // height
        left = self.offset().x() // width
        places = self.order[first : first + body.height() // height + 2]
        columns = range(left, min(left + body.width() // width + 2, self.weights.shape[1]))
        weights = self.weights[places, columns.start : columns.stop]
        scale = self._scale(places)
        colored = signed_pixels(weights, scale, self.is_dark())
        painter.save()
        painter.setClipRect(body)
        corner = self.cell_rect(first, left).topLeft()
        shown = QRect(corner, QSize(len(columns) * width, len(places) * height))
        if columns:
            painter.drawImage(shown, image_of(colored))
            self._draw_lines(painter, colors, shown)
        if self.biases is not None:
            self._draw_biases(painter, colors, first, self.biases[places], scale)
        if self.shows_numbers:
            for column in range(len(columns)):
                self._draw_numbers(
                    painter, colors, first, left + column, weights[:, column], colored[:, column]
                )
        painter.restore()
        painter.setFont(self.font_)
        self._draw_headings(painter, table, colors, columns)
        self._draw_labels(painter, table, colors, first, len(places))
        line = QRect(self._gutter, body.bottom() + 8, self.viewport().width() - self._gutter, 16)
        painter.setPen(QColor(colors.muted))
        if self.own_scale:
            painter.drawText(line, _LEFT, "Each row has its own scale, symmetric around 0.")
        else:
            draw_signed_scale(painter, line, self.scale, self.is_dark())

    def _columns(self) -> int:
        return int(self.weights.shape[1]) + (self.biases is not None)

    def _is_bias(self, column: int) -> bool:
        return self.biases is not None and column == self.weights.shape[1]

    def _whole(self) -> QSize:
        columns = len(self.table.columns) + self.table.biased if self.table is not None else 0
        apart = _APART if self.table is not None and self.table.biased else 0
        rows = len(self.table.rows) if self.table is not None else 0
        return QSize(columns * self._cell.width() + apart, rows * self._cell.height())

    def _scale(self, places: NDArray[np.intp]) -> float | Floats:
        """Return what the last colour stands for: for all, or for each of some rows."""
        if not self.own_scale:
            return self.scale
        sizes = greatest_sizes(self.weights[places])
        if self.biases is not None:
            sizes = np.maximum(sizes, greatest_sizes(self.biases[places, np.newaxis]))
        return sizes[:, np.newaxis]

    def _draw_lines(self, painter: QPainter, colors: Colors, shown: QRect) -> None:
        """Part cells that are large enough."""
        ground = QColor(colors.central)
        width, height = self._cell.width(), self._cell.height()
        if width >= 8 and height >= 8:
            for left in range(shown.left() + width, shown.right(), width):
                painter.fillRect(left - 1, shown.top(), 1, shown.height(), ground)
        if height >= 8:
            for top in range(shown.top() + height, shown.bottom(), height):
                painter.fillRect(shown.left(), top - 1, shown.width(), 1, ground)

    def _draw_biases(
        self,
        painter: QPainter,
        colors: Colors,
        first: int,
        biases: Floats,
        scale: float | Floats,
    ) -> None:
        column = self.weights.shape[1]
        colored = signed_pixels(biases[:, np.newaxis], scale, self.is_dark())
        place = self.cell_rect(first, column)
        place.setHeight(len(biases) * self._cell.height())
        painter.drawImage(place, image_of(colored))
        self._draw_lines(painter, colors, place)
        if self.shows_numbers:
            self._draw_numbers(painter, colors, first, column, biases, colored[:, 0])

    def _draw_numbers(
        self,
        painter: QPainter,
        colors: Colors,
        first: int,
        column: int,
        values: Floats,
        colored: Pixels,
    ) -> None:
        dark, bright = QColor("#14171c"), QColor("#ffffff")
        roomy = self._cell.width() >= _ROOMY_WIDTH and self._cell.height() >= _ROOMY_HEIGHT
        painter.setFont(ui_font(BODY_PX) if roomy else self.font_)
        cell = self.cell_rect(first, column)
        for value, on_bright in zip(values.tolist(), is_bright(colored).tolist(), strict=True):
            painter.setPen(dark if on_bright else bright)
            painter.drawText(cell, _CENTER, short(value))
            cell.translate(0, self._cell.height())

    def _draw_headings(
        self, painter: QPainter, table: LayerTable, colors: Colors, columns: range
    ) -> None:
        """Write the columns' names, as many as fit, and what they are."""
        metrics = painter.fontMetrics()
        body = self.body()
        painter.save()
        painter.setPen(QColor(colors.faint))
        painter.drawText(QRect(0, _HEADER - 18, self._gutter - 8, 18), _RIGHT, "neuron")
        above = QRect(self._gutter, 0, self.viewport().width() - self._gutter, 16)
        painter.drawText(above, _LEFT, table.columns_title)
        painter.setClipRect(body.adjusted(0, -_HEADER, 4, 0))
        painter.setPen(QColor(colors.muted))
        numbered = table.column_labels[0].isdigit()
        widest = metrics.horizontalAdvance(table.column_labels[-1]) + 8
        every = max(-(-widest // self._cell.width()), 1) if numbered else 1
        for column in columns:
            if column % every == 0:
                place = self.header_rect(column)
                text = table.column_labels[column]
                if numbered:
                    place.adjust(-20, 0, 20, 0)
                else:
                    elide = Qt.TextElideMode.ElideRight
                    text = metrics.elidedText(text, elide, place.width() - 4)
                painter.drawText(place, _CENTER, text)
        if self.biases is not None:
            painter.drawText(
                self.header_rect(len(table.columns)).adjusted(-20, 0, 20, 0), _CENTER, "b"
            )
        painter.restore()

    def _draw_labels(
        self, painter: QPainter, table: LayerTable, colors: Colors, first: int, count: int
    ) -> None:
        """Write the neurons' names, as many as fit."""
        body = self.body()
        metrics = painter.fontMetrics()
        text = metrics.height() - 2
        every = -(-text // self._cell.height())
        painter.setPen(QColor(colors.muted))
        painter.save()
        painter.setClipRect(QRect(0, body.top() - 4, self._gutter, body.height() + 8))
        for place in range(first, min(first + count, len(self.order))):
            if place % every == 0:
                middle = self.cell_rect(place, 0).center().y()
                name = table.row_labels[int(self.order[place])]
                name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, self._gutter - 12)
                label = QRect(0, middle - text // 2, self._gutter - 8, text)
                label.moveTop(max(label.top(), body.top() - 1))
                painter.drawText(label, _RIGHT, name)
        painter.restore()
