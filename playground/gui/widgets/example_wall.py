"""Sixty-four examples at a time on one wall, each with its label."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from playground.data.dataset import Dataset
from playground.gui.look.theme import colors_of
from playground.gui.widgets.example_picture import LABEL_HEIGHT, paint_example

_SIDE = 8
PAGE = _SIDE * _SIDE
_CELL_WIDTH, _CELL_HEIGHT = 58, 46 + LABEL_HEIGHT
_GAP = 8
_MOVES = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -_SIDE,
    Qt.Key.Key_Down: _SIDE,
}


class ExampleWall(QDialog):
    """A window beside the main one; ``example_requested`` carries the index of a picked example.

    Arrow keys choose, Page Up and Page Down turn the page, Escape closes.
    """

    example_requested = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("exampleWall")
        self.setWindowTitle("Examples")
        self._indices: NDArray[np.int64] = np.empty(0, np.int64)
        self._page = 0
        self._grid = _Grid()
        self._where = QLabel()
        self._where.setProperty("role", "muted")
        self._before = QPushButton(f"Previous {PAGE}")
        self._after = QPushButton(f"Next {PAGE}")
        self._before.setToolTip("Show the examples before these (Page Up).")
        self._after.setToolTip("Show the examples after these (Page Down).")
        for button in (self._before, self._after):
            button.setAutoDefault(False)
        below = QHBoxLayout()
        below.addWidget(self._where, 1)
        below.addWidget(self._before)
        below.addWidget(self._after)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 12)
        layout.addWidget(self._grid)
        layout.addLayout(below)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        self._before.clicked.connect(self._turn_back)
        self._after.clicked.connect(self._turn_on)
        self._grid.place_requested.connect(self._on_place_requested)

    @property
    def shown(self) -> list[int]:
        """The examples on the wall, as rows of the data set."""
        return [int(index) for index in self._grid.indices]

    def set_examples(
        self, dataset: Dataset, indices: NDArray[np.int64], selected: int | None
    ) -> None:
        """Show these rows of a data set, from the page with the selected one."""
        self._indices = indices
        self._grid.dataset = dataset
        self._grid.selected = -1 if selected is None else selected
        places = np.flatnonzero(indices == self._grid.selected)
        self._show_page(int(places[0]) // PAGE if len(places) else 0)

    def set_selected(self, index: int | None) -> None:
        """Frame an example where it is on the wall."""
        self._grid.selected = -1 if index is None else index
        self._grid.update()

    def _show_page(self, page: int) -> None:
        self._page = page
        first = page * PAGE
        self._grid.indices = self._indices[first : first + PAGE]
        count = len(self._indices)
        last = min(first + PAGE, count)
        self._where.setText(f"{min(first + 1, count):,}–{last:,} of {count:,}")
        self._before.setEnabled(page > 0)
        self._after.setEnabled(last < count)
        self._grid.update()

    @Slot()
    def _turn_back(self) -> None:
        if self._page > 0:
            self._show_page(self._page - 1)

    @Slot()
    def _turn_on(self) -> None:
        if (self._page + 1) * PAGE < len(self._indices):
            self._show_page(self._page + 1)

    @Slot(int)
    def _on_place_requested(self, place: int) -> None:
        index = int(self._grid.indices[place])
        self.set_selected(index)
        self.example_requested.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_PageUp:
            self._turn_back()
        elif event.key() == Qt.Key.Key_PageDown:
            self._turn_on()
        else:
            super().keyPressEvent(event)


class _Grid(QWidget):
    """The wall itself; ``place_requested`` counts from its upper left corner."""

    place_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Wall of examples")
        self.setToolTip("Click an example to let the network read it.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.dataset: Dataset | None = None
        self.indices: NDArray[np.int64] = np.empty(0, np.int64)
        self.selected = -1

    def box_of(self, place: int) -> QRectF:
        row, column = divmod(place, _SIDE)
        left, top = column * (_CELL_WIDTH + _GAP), row * (_CELL_HEIGHT + _GAP)
        return QRectF(left + _GAP / 2, top + _GAP / 2, _CELL_WIDTH, _CELL_HEIGHT)

    def sizeHint(self) -> QSize:
        return QSize(_SIDE * (_CELL_WIDTH + _GAP), _SIDE * (_CELL_HEIGHT + _GAP))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.dataset is None:
            return
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, index in enumerate(self.indices.tolist()):
            selected = index == self.selected
            paint_example(
                painter, self.box_of(place), self.dataset, index, colors, selected=selected
            )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if place is not None:
            self.place_requested.emit(place)

    def _place_at(self, at: QPointF) -> int | None:
        column = int(at.x() // (_CELL_WIDTH + _GAP))
        row = int(at.y() // (_CELL_HEIGHT + _GAP))
        place = row * _SIDE + column
        return place if 0 <= column < _SIDE and 0 <= place < len(self.indices) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = _MOVES.get(Qt.Key(event.key()))
        if move is None or not len(self.indices):
            super().keyPressEvent(event)
            return
        places = np.flatnonzero(self.indices == self.selected)
        place = int(places[0]) + move if len(places) else 0
        if 0 <= place < len(self.indices):
            self.place_requested.emit(place)
