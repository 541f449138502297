"""Sixty-four examples at a time on one wall, each with its label."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QDialog, QLabel, QVBoxLayout, QWidget

from playground.data.dataset import Dataset
from playground.gui.look.marking import named
from playground.gui.widgets.example_list import ExampleList
from playground.gui.widgets.layouts import stacked
from playground.wording import grouped

_SIDE = 8
PAGE = _SIDE * _SIDE


class ExampleWall(QDialog):
    """A window beside the main one; ``example_requested`` carries the index of a picked example.

    Arrow keys, Page Up, Page Down, Home and End choose, Escape closes.
    """

    example_requested = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("exampleWall")
        self.setWindowTitle("Examples")
        self.examples = ExampleList("wallExamples", "Wall of examples", "wall", (50, 50))
        self._where = named(QLabel(), role="muted")
        layout = stacked(self.examples, self._where, on=self, margins=(14, 14, 14, 12))
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        self.examples.verticalScrollBar().valueChanged.connect(self._say_where)
        self.examples.example_requested.connect(self.example_requested)

    def set_examples(
        self, dataset: Dataset, indices: NDArray[np.int64], selected: int | None
    ) -> None:
        """Show these rows of a data set, from the line with the selected one."""
        self.examples.show_examples(dataset, indices)
        self.examples.setFixedSize(self.examples.extent(_SIDE, _SIDE))
        self.examples.set_selected(selected)
        top = QAbstractItemView.ScrollHint.PositionAtTop
        self.examples.scrollTo(self.examples.currentIndex(), top)
        self._say_where()

    def set_selected(self, index: int | None) -> None:
        """Frame an example where it is on the wall."""
        self.examples.set_selected(index)

    @Slot()
    def _say_where(self) -> None:
        count = len(self.examples.indices)
        line = round(self.examples.verticalScrollBar().value() / self.examples.gridSize().height())
        first = line * _SIDE
        last = min(first + PAGE, count)
        self._where.setText(f"{grouped(min(first + 1, count))}–{grouped(last)} of {grouped(count)}")
