"""What the pictures and the matrix of a layer's weights have in common: pointing and choosing."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QWidget

from playground.analysis.neurons.neuron import Neuron
from playground.gui.lenses.weights.layer_table import LayerTable
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.heat import Floats, greatest_size
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.wording import number

LEGEND = 24
_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)

Cell = tuple[int, int]


class WeightGrid(QAbstractScrollArea):
    """Paints one layer's parameters; a cell is (place in the order, column).

    The column after the last input is the bias. ``pointed`` carries the sentence about the cell
    under the mouse or the keyboard's frame, empty for none; ``neuron_pointed`` the neuron there or
    None; ``neuron_chosen`` the one that was clicked, or chosen with Enter or the space bar.
    """

    pointed = Signal(str)
    neuron_pointed = Signal(object)
    neuron_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(180, 100)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.font_ = ui_font(SMALL_PX)
        self.table: LayerTable | None = None
        self.weights: Floats = np.empty((0, 0), np.float32)
        self.biases: Floats | None = None
        self.order: NDArray[np.intp] = np.empty(0, np.intp)
        self.own_scale = False
        self.scale = 1.0
        self.selected: Neuron | None = None
        self.hovered: Neuron | None = None
        self.current: Cell | None = None

    @property
    def reading(self) -> str:
        """The sentence about the cell that is pointed at, or an empty one."""
        table = self.table
        if self.current is None or table is None:
            return ""
        place, column = self.current
        row = int(self.order[place])
        name = table.rows[row]
        name = name[:1].upper() + name[1:]
        if column == len(table.columns):
            assert self.biases is not None
            return f"{name}: bias b = {number(float(self.biases[row]))}"
        value = number(float(self.weights[row, column]))
        if not table.matrix:
            return f"{name}: {table.columns[column]} = {value}"
        return f"{name} ← {table.columns[column]}: w = {value}{self.more_of(row)}"

    def more_of(self, row: int) -> str:
        """Return what else there is to say of a neuron."""
        return ""

    def set_table(self, table: LayerTable | None) -> None:
        """Show another layer, or none; values follow."""
        self.table = table
        self.weights, self.biases = np.empty((0, 0), np.float32), None
        self.order = np.empty(0, np.intp)
        self._point_at(None)
        self.measure()

    def set_values(
        self, weights: Floats, biases: Floats | None, order: NDArray[np.intp], own_scale: bool
    ) -> None:
        """Show a moment's parameters; the arrays must not change afterwards.

        Parameters
        ----------
        weights
            (neurons, inputs).
        biases
            (neurons,), or None.
        order
            The neurons from first to last, (neurons,).
        own_scale
            Whether each neuron has its own scale of colours.
        """
        again = weights.shape != self.weights.shape
        self.weights, self.biases, self.order = weights, biases, order
        self.own_scale = own_scale
        self.scale = self.common_scale()
        if again:
            self.measure()
        if self.current is not None:
            self._tell()
        self.viewport().update()

    def set_marks(self, selected: Neuron | None, hovered: Neuron | None) -> None:
        """Frame the neurons that are selected and pointed at anywhere in the window."""
        if (selected, hovered) != (self.selected, self.hovered):
            self.selected, self.hovered = selected, hovered
            self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(700, 420)

    def common_scale(self) -> float:
        """Return what the last colour stands for where all neurons share one scale."""
        return greatest_size(self.weights)

    @abstractmethod
    def measure(self) -> None:
        """Lay out anew for the layer and the size; set the scroll bars' ranges."""

    @abstractmethod
    def paint_table(self, painter: QPainter, table: LayerTable, colors: Colors) -> None:
        """Draw all but the frames."""

    @abstractmethod
    def cell_rect(self, place: int, column: int) -> QRect:
        """Return where a cell is, in the viewport's pixels."""

    @abstractmethod
    def row_rect(self, place: int) -> QRect:
        """Return where a neuron's cells are, in the viewport's pixels."""

    @abstractmethod
    def body(self) -> QRect:
        """Return the part of the viewport that shows cells."""

    @abstractmethod
    def cell_at(self, point: QPoint) -> Cell | None:
        """Return the cell under a point of the viewport."""

    @abstractmethod
    def walked(self, cell: Cell, down: int, right: int) -> Cell:
        """Return the cell that an arrow key leads to."""

    def heading_neuron(self, point: QPoint) -> Neuron | None:
        """Return the neuron or input whose heading is under a point, if there are headings."""
        return None

    def column_rect(self, column: int) -> QRect | None:
        """Return where a column is, if there are columns."""
        return None

    def offset(self) -> QPoint:
        """Return how far the cells are scrolled."""
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.table is None or not self.order.size:
            return
        colors = colors_of(self)
        painter = QPainter(self.viewport())
        painter.setFont(self.font_)
        self.paint_table(painter, self.table, colors)
        painter.setClipRect(self.body().adjusted(-3, -3, 3, 3))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for neuron, color in ((self.hovered, colors.muted), (self.selected, colors.text)):
            if neuron is not None:
                self._frame_neuron(painter, neuron, color, colors)
        if self.current is not None:
            color = colors.accent if self.hasFocus() else colors.text
            self._frame(painter, self.cell_rect(*self.current), color, colors, 2)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.measure()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.cell_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point = event.position().toPoint()
        cell = self.cell_at(point)
        if cell is not None:
            self._point_at(cell)
            self._choose(cell)
        elif (neuron := self.heading_neuron(point)) is not None:
            self.neuron_chosen.emit(neuron)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.table is None or not self.order.size:
            super().keyPressEvent(event)
        elif key in _ARROWS:
            here = self.current
            self._point_at((0, 0) if here is None else self.walked(here, *_ARROWS[key]))
            if self.current is not None:
                self._scroll_to(self.cell_rect(*self.current))
        elif key in _CHOOSE and self.current is not None:
            self._choose(self.current)
        else:
            super().keyPressEvent(event)

    def is_dark(self) -> bool:
        """Return whether the theme is dark."""
        return colors_of(self) is DARK

    def _choose(self, cell: Cell) -> None:
        if self.table is not None:
            self.neuron_chosen.emit(self.table.row_neuron(int(self.order[cell[0]])))

    def _point_at(self, cell: Cell | None) -> None:
        if cell == self.current:
            return
        self.current = cell
        self._tell()
        neuron = None
        if cell is not None and self.table is not None:
            neuron = self.table.row_neuron(int(self.order[cell[0]]))
        self.neuron_pointed.emit(neuron)
        self.viewport().update()

    def _tell(self) -> None:
        self.setAccessibleDescription(self.reading)
        self.pointed.emit(self.reading)

    def _frame_neuron(self, painter: QPainter, neuron: Neuron, color: str, colors: Colors) -> None:
        table = self.table
        if table is None:
            return
        if neuron.layer == table.owner:
            for place in np.flatnonzero(self.order == neuron.unit).tolist():
                self._frame(painter, self.row_rect(place), color, colors, 2)
        elif neuron == table.column_neuron(neuron.unit):
            column = self.column_rect(neuron.unit)
            if column is not None:
                self._frame(painter, column, color, colors, 2)

    def _frame(
        self, painter: QPainter, place: QRect, color: str, colors: Colors, width: int
    ) -> None:
        outline = QRectF(place)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colors.central), width + 2))
        painter.drawRect(outline)
        painter.setPen(QPen(QColor(color), width))
        painter.drawRect(outline)

    def _scroll_to(self, cell: QRect) -> None:
        body = self.body()
        for bar, low, high in (
            (self.verticalScrollBar(), cell.top() - body.top(), cell.bottom() - body.bottom()),
            (self.horizontalScrollBar(), cell.left() - body.left(), cell.right() - body.right()),
        ):
            bar.setValue(bar.value() + min(low, 0) + max(high, 0))
