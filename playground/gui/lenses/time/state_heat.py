"""The row of a layer's units over the steps: its hidden state, a gate or another trace."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QMargins, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter

from playground.gui.lenses.time.step_row import MARGIN, gutter, paint_line, paint_words
from playground.gui.look import colormaps
from playground.gui.look.colors import Colors
from playground.gui.look.heat import (
    Pixels,
    greatest_size,
    image_of,
    rising_pixels,
    signed_pixels,
    signed_table,
    size_text,
)
from playground.gui.look.meanings import ACTIVATIONS, SIGNED_ACTIVATIONS, ColorMeaning
from playground.gui.widgets.cells import Cell, CellBlock, Part
from playground.gui.widgets.heat_grid import LEFT, RIGHT, HeatGrid
from playground.wording import nth, number

_ABOVE, _BELOW, _SCALE, _LEAST = 3, 3, 28, 60


class StateHeat(HeatGrid):
    """A row for each unit, a column for each step.

    ``step_chosen`` carries a step that is clicked or dragged to, or that the keys walk to, and
    ``unit_chosen`` unit and step of a cell that is chosen by the keys or by a double click.
    """

    step_chosen = Signal(int)
    unit_chosen = Signal(int, int)

    def __init__(self) -> None:
        super().__init__("stateHeat", "What the units of a layer have after each step")
        self.show_no_bars()
        self.parted = False
        self.setMinimumHeight(_LEAST)
        self.values: NDArray[np.floating[Any]] = np.empty((0, 0))
        self.order: NDArray[np.intp] = np.empty(0, np.intp)
        self._title = self._caption = self._word = ""
        self._names: tuple[str, ...] = ()
        self._step, self._lit, self._scale, self._signed = 0, False, 1.0, True
        self.cell_chosen.connect(self._on_cell_chosen)
        self.cell_pointed.connect(self._on_cell_pointed)

    @property
    def meaning(self) -> ColorMeaning:
        """What the colours of the cells stand for."""
        return SIGNED_ACTIVATIONS if self._signed else ACTIVATIONS

    def show_values(
        self,
        values: NDArray[np.floating[Any]],
        order: NDArray[np.intp],
        *,
        title: str,
        caption: str,
        names: tuple[str, ...] = (),
    ) -> None:
        """Show values (units, steps), the units in an order; ``names`` are the units'."""
        self.values, self.order, self._names = values, order, names
        self._title, self._caption, self._word = title, caption, title.lower()
        self._signed = bool((values < 0).any())
        self._scale = max(greatest_size(values), 1e-12)
        self.measure()

    def set_step(self, step: int, *, lit: bool) -> None:
        """Point at a step."""
        if (step, lit) != (self._step, self._lit):
            self._step, self._lit = step, lit
            self.viewport().update()

    def measure(self) -> None:
        rows, columns = self.values.shape
        size = self.viewport().size()
        wide = max(size.width() - gutter() - MARGIN, 10)
        tall = max(size.height() - _ABOVE - _BELOW, 10)
        room = QMargins(gutter(), _ABOVE, MARGIN, _BELOW)
        if not rows or not columns:
            self.place([])
            return
        block = CellBlock(gutter(), _ABOVE, rows, columns, wide / columns, tall / rows)
        self.place([block], room)

    def sizeHint(self) -> QSize:
        return QSize(700, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, _LEAST)

    def pixels(self, block: int, part: Part) -> Pixels:
        values = self.values[self.order][part]
        if self._signed:
            return signed_pixels(values, self._scale, self.dark)
        return rising_pixels(values, colormaps.viridis(), self._scale)

    def sentence(self, cell: Cell) -> str:
        unit = int(self.order[cell.row])
        name = self._names[unit] if self._names else f"Unit {nth(unit)}"
        value = number(float(self.values[unit, cell.column]))
        word = "" if self._names else f"{self._word} "
        return f"{name} at step {nth(cell.column)}: {word}{value}"

    def start(self) -> Cell:
        return Cell(0, 0, self._step)

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        """Write what is shown, its scale, and draw the line at the step."""
        wide = gutter() - 8
        room = QRect(0, _ABOVE - 1, wide, self.viewport().height() - _ABOVE - _SCALE)
        paint_words(painter, room, self._title, self._caption, colors)
        painter.setFont(self.small)
        bar = QRect(0, self.viewport().height() - _SCALE, wide, 7)
        table = colormaps.viridis().view(np.uint32)[:, 0]
        shades = signed_table(self.dark)[:256] if self._signed else table
        painter.drawImage(bar, image_of(shades[np.newaxis]))
        below = QRect(0, bar.bottom() + 2, wide, painter.fontMetrics().height())
        painter.setPen(QColor(colors.muted))
        low = size_text(-self._scale) if self._signed else "0"
        painter.drawText(below, LEFT, low)
        painter.drawText(below, RIGHT, size_text(self._scale))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        block = self.blocks[0]
        x = block.left + (self._step + 0.5) * block.width
        line = QLineF(x, 0, x, self.viewport().height())
        paint_line(painter, line, colors, lit=self._lit)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self.blocks and event.buttons() & Qt.MouseButton.LeftButton:
            _, column = self.blocks[0].nearest(event.position().toPoint())
            self.step_chosen.emit(column)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.blocks and event.button() == Qt.MouseButton.LeftButton:
            place = event.position().toPoint()
            self.point_at(self.cell_at(place))
            self.step_chosen.emit(self.blocks[0].nearest(place)[1])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        if cell is not None:
            self._on_cell_chosen(cell)

    def _on_cell_pointed(self, cell: Cell | None) -> None:
        if cell is not None and self.by_keys:
            self.step_chosen.emit(cell.column)

    def _on_cell_chosen(self, cell: Cell) -> None:
        self.unit_chosen.emit(int(self.order[cell.row]), cell.column)
