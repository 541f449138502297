"""Distributions over time, one heat map a layer, one below the other over the same epochs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from playground.gui.lenses.weights.layer_heat import Heat
from playground.gui.look.colors import Colors
from playground.gui.look.heat import Pixels, image_of, share_pixels
from playground.gui.widgets.cells import Cell, CellBlock, Part
from playground.gui.widgets.heat_grid import CENTER, LEFT, RIGHT, HeatGrid
from playground.gui.widgets.ticks import epoch_ticks
from playground.wording import number

LEAST_HEAT = 46
_TITLE = 17
_GAP = 7
GUTTER = 50
_PROFILE = 74
_AXIS = 30


class TimeHeats(HeatGrid):
    """A block a layer: a row a bin from the highest down, a column a moment, wide as its epochs.

    Beside each heat stands its newest histogram, on the same axis.
    """

    def __init__(self) -> None:
        spoken = "Distribution of each layer's values over the epochs"
        super().__init__("weightHeats", spoken)
        self.show_no_bars()
        self.heats: tuple[Heat, ...] = ()

    def show_heats(self, heats: Sequence[Heat], empty: str = "") -> None:
        """Show distributions, or a sentence."""
        self.heats, self.summary = tuple(heats), "" if heats else empty
        self.setMinimumHeight(max(len(heats), 1) * (LEAST_HEAT + _TITLE + _GAP) + _AXIS)
        self.measure()

    def measure(self) -> None:
        """Share the height among the heats."""
        size = self.viewport().size()
        each = (size.height() - _AXIS) // max(len(self.heats), 1)
        width, height = max(size.width() - GUTTER - _PROFILE - 6, 10), each - _TITLE - _GAP
        blocks = []
        for index, heat in enumerate(self.heats):
            moments, bins = heat.shares.shape
            top = index * each + _TITLE
            blocks.append(CellBlock(GUTTER, top, bins, moments, width / moments, height / bins))
        if self.current is not None and self.current.block < len(blocks):
            block, row, column = self.current
            cells = blocks[block]
            self.current = Cell(block, min(row, cells.rows - 1), min(column, cells.columns - 1))
        self.place(blocks)

    def sizeHint(self) -> QSize:
        return QSize(700, 300)

    def pixels(self, block: int, part: Part) -> Pixels:
        heat = self.heats[block]
        return share_pixels(heat.shares.T[::-1][part], heat.most, self.dark)

    def sentence(self, cell: Cell) -> str:
        heat = self.heats[cell.block]
        bin_ = None if self.by_keys else heat.shares.shape[1] - 1 - cell.row
        return heat.reading(cell.column, bin_)

    def start(self) -> Cell:
        return Cell(0, 0, self.blocks[0].columns - 1)

    def walked(self, cell: Cell, down: int, right: int) -> Cell:
        """Return the moment beside, or the same one of another layer."""
        block = min(max(cell.block + down, 0), len(self.blocks) - 1)
        moment = min(max(cell.column + right, 0), self.blocks[block].columns - 1)
        return Cell(block, 0, moment)

    def cell_at(self, point: QPoint) -> Cell | None:
        """Return the bin of the moment under a point; a histogram is the newest moment's."""
        for block, cells in enumerate(self.blocks):
            rect = self.block_rect(block)
            if rect.adjusted(0, 0, _PROFILE, 0).contains(point):
                row, _ = cells.nearest(point)
                across = min(point.x() - rect.left(), rect.width() - 1)
                moment = int(self._columns(self.heats[block], rect.width())[across])
                beside = point.x() > rect.right()
                return Cell(block, row, cells.columns - 1 if beside else max(moment, 0))
        return None

    def paint_cells(self, painter: QPainter, colors: Colors) -> None:
        """Draw each heat, as wide as its epochs."""
        for block, (heat, cells) in enumerate(zip(self.heats, self.blocks, strict=True)):
            rect = self.block_rect(block)
            columns = self._columns(heat, rect.width())
            whole = slice(cells.rows), slice(cells.columns)
            pixels = self.pixels(block, whole)[:, columns]
            pixels[:, columns < 0] = 0
            painter.drawImage(rect, image_of(pixels))

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        """Write titles and axes, and draw the newest histograms."""
        for block, heat in enumerate(self.heats):
            self._draw_beside(painter, colors, heat, self.block_rect(block))
        self._draw_epochs(painter, colors)

    def paint_current(self, painter: QPainter, colors: Colors, cell: Cell) -> None:
        """Draw a line through the moment in every layer, and one at the bin."""
        painter.setClipping(False)
        heat, rect = self.heats[cell.block], self.block_rect(cell.block)
        low, high = self._span()
        share = (float(heat.shown.epochs[cell.column]) - low) / (high - low) if high > low else 0.0
        x = rect.left() + share * (rect.width() - 1)
        painter.setPen(QPen(QColor(colors.accent if self.hasFocus() else colors.text), 1))
        for block in range(len(self.blocks)):
            each = self.block_rect(block)
            painter.drawLine(QPointF(x, each.top()), QPointF(x, each.bottom()))
        if not self.by_keys:
            y = rect.top() + (cell.row + 0.5) * self.blocks[cell.block].height
            painter.drawLine(QPointF(rect.left(), y), QPointF(self.width() - 4, y))

    def _span(self) -> tuple[float, float]:
        """Return the epochs in view."""
        low = min(float(heat.shown.epochs[0]) for heat in self.heats)
        high = max(float(heat.shown.epochs[-1]) for heat in self.heats)
        return low, high

    def _columns(self, heat: Heat, width: int) -> NDArray[np.intp]:
        """Return the moment, the newest at its epoch, for each pixel across, -1 for none yet."""
        low, high = self._span()
        if high <= low:
            return np.zeros(width, np.intp)
        epochs = low + (np.arange(width) + 0.5) * ((high - low) / width)
        return np.searchsorted(heat.shown.epochs, epochs, side="right") - 1

    def _draw_beside(self, painter: QPainter, colors: Colors, heat: Heat, rect: QRect) -> None:
        metrics = painter.fontMetrics()
        line = QRect(rect.left(), rect.top() - _TITLE, self.width() - rect.left() - 4, _TITLE - 2)
        painter.setPen(QColor(colors.muted))
        most = f"full colour: {number(round(100 * heat.most, 1))} % in a bin"
        painter.drawText(line, RIGHT, most)
        line.setRight(line.right() - metrics.horizontalAdvance(most) - 10)
        painter.setPen(QColor(colors.text))
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(line, LEFT, metrics.elidedText(heat.title, elide, line.width()))
        profile = QRectF(rect.right() + 7, rect.top(), _PROFILE - 8, rect.height())
        painter.setPen(QColor(colors.muted))
        line_color = QColor(colors.muted)
        line_color.setAlpha(60)
        for value, text in heat.ticks(max(rect.height() // 20, 3)):
            share = (value - heat.low) / (heat.high - heat.low)
            y = rect.bottom() + 1 - share * rect.height()
            painter.drawText(QRectF(0, y - 7, GUTTER - 6, 14), RIGHT, text)
            painter.fillRect(QRectF(rect.left(), round(y), rect.width(), 1), line_color)
            painter.fillRect(QRectF(profile.left(), round(y), profile.width(), 1), line_color)
        self._draw_profile(painter, colors, heat, profile)

    def _draw_profile(self, painter: QPainter, colors: Colors, heat: Heat, room: QRectF) -> None:
        """Draw the newest histogram, lying on its side."""
        newest = heat.shares[-1]
        most = float(newest.max(initial=0)) or 1.0
        each = room.height() / len(newest)
        polygon = [QPointF(room.left(), room.bottom())]
        for index, width in enumerate((newest * (room.width() / most)).tolist()):
            low = room.bottom() - index * each
            polygon += [QPointF(room.left() + width, low), QPointF(room.left() + width, low - each)]
        polygon.append(QPointF(room.left(), room.top()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.accent))
        painter.drawPolygon(QPolygonF(polygon))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_epochs(self, painter: QPainter, colors: Colors) -> None:
        rect = self.block_rect(len(self.heats) - 1)
        low, high = self._span()
        painter.setPen(QColor(colors.muted))
        line = QRect(rect.left(), rect.bottom() + 3, rect.width(), 14)
        for tick in epoch_ticks(low, high, max(rect.width() // 60, 2)):
            share = (tick - low) / (high - low) if high > low else 0.0
            x = rect.left() + round(share * (rect.width() - 1))
            painter.drawText(QRect(x - 40, line.top(), 80, 14), CENTER, number(tick, 6))
        painter.setPen(QColor(colors.muted))
        painter.drawText(line.translated(0, 13), CENTER, "epoch")
        now = QRect(rect.right() + 7, line.top(), _PROFILE - 8, 14)
        painter.drawText(now, CENTER, "now")
