"""What the pictures and the matrix of a layer's weights have in common: its units in an order."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Signal, Slot
from PySide6.QtGui import QColor, QPainter

from playground.analysis.neurons.neuron import Neuron
from playground.gui.lenses.weights.layer_table import LayerTable
from playground.gui.look.colors import Colors
from playground.gui.look.heat import Floats, draw_signed_scale, greatest_size
from playground.gui.widgets.cells import Cell
from playground.gui.widgets.heat_grid import LEFT, HeatGrid
from playground.wording import number

LEGEND = 24


class WeightGrid(HeatGrid):
    """One layer's parameters.

    ``neuron_pointed`` carries the neuron under the mouse or the keyboard's frame, or None;
    ``neuron_chosen`` the one that was clicked, or chosen with Enter or the space bar.
    """

    neuron_pointed = Signal(object)
    neuron_chosen = Signal(object)

    def __init__(self, name: str, spoken: str) -> None:
        super().__init__(name, spoken)
        self.setMinimumSize(180, 100)
        self.table: LayerTable | None = None
        self.weights: Floats = np.empty((0, 0), np.float32)
        self.biases: Floats | None = None
        self.order: NDArray[np.intp] = np.empty(0, np.intp)
        self.own_scale = False
        self.scale = 1.0
        self.selected: Neuron | None = None
        self.hovered: Neuron | None = None
        self.cell_pointed.connect(self._on_cell_pointed)
        self.cell_chosen.connect(self._on_cell_chosen)

    def set_table(self, table: LayerTable | None) -> None:
        """Show another layer, or none; values follow."""
        self.point_at(None)
        self.table = table
        self.weights, self.biases = np.empty((0, 0), np.float32), None
        self.order = np.empty(0, np.intp)
        self.place([])

    def set_values(
        self, weights: Floats, biases: Floats | None, order: NDArray[np.intp], own_scale: bool
    ) -> None:
        """Show a moment's parameters; the arrays must not change afterwards.

        Parameters
        ----------
        weights
            (rows, columns), a row a neuron or a map.
        biases
            (rows,), or None.
        order
            The rows from first to last, (rows,).
        own_scale
            Whether each row has its own scale of colours.
        """
        again = weights.shape != self.weights.shape
        self.weights, self.biases, self.order = weights, biases, order
        self.own_scale = own_scale
        self.scale = self.common_scale()
        if again:
            self.measure()
        elif self.current is not None:
            self.tell()
        self.viewport().update()

    def set_marks(self, selected: Neuron | None, hovered: Neuron | None) -> None:
        """Frame the neurons that are selected and pointed at anywhere in the window."""
        if (selected, hovered) != (self.selected, self.hovered):
            self.selected, self.hovered = selected, hovered
            self.viewport().update()

    def common_scale(self) -> float:
        """Return what the last colour stands for where all neurons share one scale."""
        return greatest_size(self.weights)

    @abstractmethod
    def row_of(self, cell: Cell) -> int:
        """Return the place in the order of the neuron that a cell belongs to."""

    @abstractmethod
    def row_rect(self, place: int) -> QRect:
        """Return where a neuron's cells are, in the viewport."""

    def column_rect(self, column: int) -> QRect | None:
        """Return where a column is, if there are columns."""
        return None

    def frames(self, colors: Colors) -> Iterable[tuple[QRect, str]]:
        for neuron, color in ((self.hovered, colors.muted), (self.selected, colors.text)):
            if neuron is None or self.table is None:
                continue
            row = self.table.row_of(neuron)
            if row is not None:
                for place in np.flatnonzero(self.order == row).tolist():
                    yield self.row_rect(place), color
            elif neuron == self.table.column_neuron(neuron.unit):
                column = self.column_rect(neuron.unit)
                if column is not None:
                    yield column, color

    def draw_legend(self, painter: QPainter, colors: Colors, line: QRect, each: str) -> None:
        """Draw what the colours stand for; ``each`` is what has its own scale, if so."""
        painter.setPen(QColor(colors.muted))
        if self.own_scale:
            painter.drawText(line, LEFT, f"Each {each} has its own scale, symmetric around 0.")
        else:
            draw_signed_scale(painter, line, self.scale, self.dark)

    def said_of(self, cell: Cell, column: int) -> str:
        """Return the sentence about a weight, by its neuron's name."""
        assert self.table is not None
        row = int(self.order[self.row_of(cell)])
        if column < len(self.table.columns):
            value = float(self.weights[row, column])
        else:
            assert self.biases is not None
            value = float(self.biases[row])
        return f"{self.table.said_of(row, column)} = {number(value)}"

    def _neuron(self, cell: Cell) -> Neuron | None:
        if self.table is None:
            return None
        return self.table.row_neuron(int(self.order[self.row_of(cell)]))

    @Slot(object)
    def _on_cell_pointed(self, cell: Cell | None) -> None:
        self.neuron_pointed.emit(None if cell is None else self._neuron(cell))

    @Slot(object)
    def _on_cell_chosen(self, cell: Cell) -> None:
        self.neuron_chosen.emit(self._neuron(cell))
