"""A table of examples that are no pictures: what each is, what was answered, and its features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QModelIndex, QSize, Signal
from PySide6.QtWidgets import QAbstractItemView

from playground.analysis.answers.mistakes import Places
from playground.analysis.answers.part_answers import PartAnswers
from playground.data.dataset import Dataset
from playground.gui.lenses.confusion.wording import predicted_name, sure
from playground.gui.widgets.example_picture import label_of
from playground.gui.widgets.figure_table import Entry, FigureTable, Heading, Index
from playground.wording import fixed, nth, number

_ROW_PX = 22
_WIDEST, _WIDEST_FEATURE = "−0.0000", "−0.00000"
_TIP = "Click a row to show its example in every view."
_FIGURES, _FEWER_FIGURES = 4, 3
"""Columns before the features: the example, true, predicted, and confidence or error; or where
the examples themselves are asked for, the example, its label and the squared error."""


class AnswerTable(FigureTable):
    """``example_requested`` carries a picked example, a row of the data set, then ``selected``."""

    example_requested = Signal(int)

    def __init__(self) -> None:
        spoken = "Examples with true and predicted value, and their features"
        super().__init__("answerTable", spoken, row_px=_ROW_PX)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMinimumSize(140, 90)
        self._dataset: Dataset | None = None
        self._examples: Places = np.empty(0, np.intp)
        self.selected: int | None = None
        self._following = False

    def example(self, row: int) -> int:
        """Return the row of the data set that a row of the table shows."""
        return int(self._examples[row])

    def set_dataset(self, dataset: Dataset) -> None:
        """Prepare for another data set, of which there are no answers yet."""
        self._dataset, self.selected = dataset, None
        self._examples = np.empty(0, np.intp)
        self.set_headings(_headings(dataset))

    def show_places(self, answers: PartAnswers | None, places: Places) -> None:
        """Show these places of the answers; the chosen example stays chosen where it still is."""
        dataset = self._dataset
        self._following = True
        if answers is None or dataset is None:
            self._examples = np.empty(0, np.intp)
            self.cells.show(0, self.cells.cell)
        else:
            self._examples = answers.indices[places]
            self.cells.show(
                len(places),
                lambda row, column: Entry(_text(answers, dataset, int(places[row]), column), _TIP),
            )
        self._following = False
        self._mark()

    def set_selected(self, index: int | None) -> None:
        """Mark an example, a row of the data set, or none."""
        self.selected = index
        self._mark()

    def sizeHint(self) -> QSize:
        return QSize(400, 5 * _ROW_PX)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and not self._following:
            self.selected = self.example(current.row())
            self.example_requested.emit(self.selected)

    def _mark(self) -> None:
        """Mark the chosen example's row without scrolling to it."""
        rows = np.flatnonzero(self._examples == self.selected)
        places = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        self._following = True
        self.setAutoScroll(False)
        if not len(rows):
            self.setCurrentIndex(QModelIndex())
            self.clearSelection()
        elif rows[0] != self.currentIndex().row():
            self.setCurrentIndex(self.cells.index(int(rows[0]), 0))
        self.setAutoScroll(True)
        self._following = False
        self.horizontalScrollBar().setValue(places[0])
        self.verticalScrollBar().setValue(places[1])


def _headings(dataset: Dataset) -> Sequence[Heading]:
    longest = max(dataset.class_names, key=len, default=_WIDEST)
    classes = dataset.task.classifies
    figures = [
        Heading("true", widest=longest, left=classes),
        Heading("read as" if classes else "predicted", widest=longest, left=classes),
        Heading("confidence" if classes else "error", widest=_WIDEST),
    ]
    if dataset.task.of_itself:
        figures = [Heading("labelled", widest=longest, left=dataset.labelled)]
        figures.append(Heading("squared error", widest=_WIDEST))
    return (
        Heading("example", widest=_WIDEST, left=True),
        *figures,
        *(Heading(name, widest=_WIDEST_FEATURE) for name in dataset.feature_names),
    )


def _text(answers: PartAnswers, dataset: Dataset, place: int, column: int) -> str:
    index = int(answers.indices[place])
    if column == 0:
        return nth(index)
    figures = _FEWER_FIGURES if answers.back is not None else _FIGURES
    if column >= figures:
        return number(float(dataset.inputs[index, column - figures]))
    if answers.back is not None:
        error = fixed(float(answers.predicted[place]), 4)
        return label_of(dataset, index) if column == 1 else error
    if answers.regression:
        true, predicted = float(answers.targets[place]), float(answers.predicted[place])
        return fixed((true, predicted, predicted - true)[column - 1], 3)
    if column == 1:
        return dataset.class_names[int(answers.targets[place])]
    if column == 2:
        return predicted_name(answers, place, dataset.class_names)
    return sure(answers, place)
