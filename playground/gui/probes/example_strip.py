"""The strip of the data set's examples: choose a part and a class, and pick one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from playground.data.preparation import PARTS, Prepared
from playground.gui.look.marking import named
from playground.gui.widgets.buttons import IconButton
from playground.gui.widgets.example_list import ExampleList
from playground.gui.widgets.example_wall import PAGE, ExampleWall
from playground.gui.widgets.layouts import beside, stacked

_LETTERS = 9


class ExampleStrip(QWidget):
    """Shows examples of any data set; ``example_requested`` carries the row of a picked one."""

    example_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("exampleStrip")
        self._prepared: Prepared | None = None
        self._wall: ExampleWall | None = None
        self._part = _box(
            "examplePartBox",
            "Part of the data",
            "Examples to learn from, choose by or test on.",
        )
        self._class = _box("exampleClassBox", "Class", "Show the examples of one class only.")
        tip = f"Show {PAGE} examples at a time, with their labels."
        self._expand = IconButton("table", "exampleWallButton", "Wall of examples", tip, px=15)
        self.row = ExampleList("exampleRow", "Examples of the data set", "line", (40, 40))
        self.row.set_placeholder("No example of this class here")
        boxes = stacked(self._part, self._class, None, spacing=4)
        beside(boxes, (self.row, 1), self._expand, on=self, margins=0, spacing=8)
        self._part.currentIndexChanged.connect(self._on_filter_changed)
        self._class.currentIndexChanged.connect(self._on_filter_changed)
        self._expand.clicked.connect(self._open_wall)
        self.row.example_requested.connect(self._on_example_requested)

    def set_data(self, prepared: Prepared) -> None:
        """Show a data set's examples, the training part first, none of them framed."""
        self._prepared = prepared
        dataset = prepared.dataset
        with QSignalBlocker(self._part), QSignalBlocker(self._class):
            self._part.clear()
            names = [PARTS[name].capitalize() for name in prepared.parts]
            self._part.addItems(names if len(names) > 1 else ["All"])
            self._class.clear()
            self._class.addItems(["All classes", *dataset.class_names])
        self._part.setEnabled(len(names) > 1)
        self._class.setVisible(dataset.labelled)
        self.row.set_selected(None)
        self._on_filter_changed()

    def set_selected(self, index: int | None) -> None:
        """Frame an example, a row of the data set, or none."""
        self.row.set_selected(index)
        self.row.scrollTo(self.row.currentIndex())
        if self._wall is not None:
            self._wall.set_selected(index)

    def indices(self) -> NDArray[np.int64]:
        """Return the rows of the data set that the filter lets through.

        Of a set that is sorted by class, the classes take turns: the first few show them all.
        """
        prepared = self._prepared
        if prepared is None:
            return np.empty(0, np.int64)
        part = list(prepared.parts.values())[self._part.currentIndex()].rows
        label = self._class.currentIndex() - 1
        if not prepared.dataset.labelled:
            return part
        if label < 0:
            labels = np.asarray(prepared.dataset.targets[part], np.int64)
            return _in_turn(part, labels) if (np.diff(labels) >= 0).all() else part
        of_class: NDArray[np.int64] = part[prepared.dataset.targets[part] == label]
        return of_class

    def _show_filtered(self) -> None:
        if self._prepared is None:
            return
        indices = self.indices()
        self.row.show_examples(self._prepared.dataset, indices)
        self.row.scrollTo(self.row.currentIndex())
        if self._wall is not None:
            self._wall.set_examples(self._prepared.dataset, indices, self.row.selected)

    @Slot()
    def _on_filter_changed(self) -> None:
        self.row.horizontalScrollBar().setValue(0)
        self._show_filtered()

    @Slot(int)
    def _on_example_requested(self, index: int) -> None:
        self.set_selected(index)
        self.example_requested.emit(index)

    @Slot()
    def _open_wall(self) -> None:
        if self._prepared is None:
            return
        if self._wall is None:
            self._wall = ExampleWall(self)
            self._wall.example_requested.connect(self._on_example_requested)
        self._wall.show()
        self._show_filtered()
        self._wall.activateWindow()


def _in_turn(rows: NDArray[np.int64], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return rows that are sorted by their labels so that the labels take turns."""
    counts = np.bincount(labels)
    turns = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    in_turn: NDArray[np.int64] = rows[np.lexsort((labels, turns))]
    return in_turn


def _box(name: str, spoken: str, tip: str) -> QComboBox:
    box = named(QComboBox(), name, spoken, tip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(_LETTERS)
    return box
