"""A table of examples that are no pictures: what each is, what was answered, and its features."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from playground.analysis.answers.mistakes import Places
from playground.analysis.answers.part_answers import PartAnswers
from playground.data.dataset import Dataset
from playground.gui.lenses.confusion.wording import predicted_name, sure
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.look.wording import signed

_ROW_PX = 22
_PADDING_PX = 8
_LEAST_PX = 50
_LOOK = """
QTableView { border: none; background: transparent; }
QHeaderView, QAbstractScrollArea::corner { background: transparent; border: none; }
"""
_DECIMALS = 3
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_FIGURES = 4
"""Columns before the features: the example, true, predicted, and confidence or error."""

Index = QModelIndex | QPersistentModelIndex


class AnswerRows(QAbstractTableModel):
    """The rows of the table; changing them keeps the view's scroll place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._answers: PartAnswers | None = None
        self._places: Places = np.empty(0, np.intp)

    def set_dataset(self, dataset: Dataset) -> None:
        """Prepare for another data set, of which there are no answers yet."""
        self.beginResetModel()
        self._dataset, self._answers = dataset, None
        self._places = np.empty(0, np.intp)
        self.endResetModel()

    def show_places(self, answers: PartAnswers | None, places: Places) -> None:
        """Show these places of the answers in this order."""
        if answers is None:
            places = np.empty(0, np.intp)
        before, after = len(self._places), len(places)
        nothing = QModelIndex()
        if after > before:
            self.beginInsertRows(nothing, before, after - 1)
        elif after < before:
            self.beginRemoveRows(nothing, after, before - 1)
        self._answers, self._places = answers, places
        if after > before:
            self.endInsertRows()
        elif after < before:
            self.endRemoveRows()
        kept = min(before, after)
        if kept:
            last = self.index(kept - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def example(self, row: int) -> int:
        """Return the row of the data set that a row of the table shows."""
        assert self._answers is not None
        return int(self._answers.indices[self._places[row]])

    def row_of(self, example: int) -> int | None:
        """Return the row of the table that shows a row of the data set."""
        if self._answers is None:
            return None
        rows = np.flatnonzero(self._answers.indices[self._places] == example)
        return int(rows[0]) if len(rows) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._places)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if parent.isValid() or self._dataset is None:
            return 0
        return _FIGURES + self._dataset.features

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or self._dataset is None:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(section)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if section >= _FIGURES:
            return self._dataset.feature_names[section - _FIGURES]
        regression = not self._dataset.task.classifies
        last = "error" if regression else "confidence"
        return ("example", "true", "predicted" if regression else "read as", last)[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        return None

    def text(self, row: int, column: int) -> str:
        """Return what a cell says."""
        if self._answers is None or self._dataset is None:
            return ""
        return _text(self._answers, self._dataset, int(self._places[row]), column)

    def alignment(self, column: int) -> Qt.AlignmentFlag:
        """Return where in its column a cell's text stands: names left, numbers right."""
        classes = self._dataset is not None and self._dataset.task.classifies
        return _LEFT if column == 0 or (classes and column in (1, 2)) else _RIGHT


class _PlainCells(QStyledItemDelegate):
    """Paints a cell's text and nothing else: the style sheet's own cells take six times as long."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self.parent()
        assert isinstance(view, AnswerTable)
        rect, column = option.rect, index.column()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, view.ground)
        painter.setPen(view.ink)
        inner = rect.adjusted(_PADDING_PX, 0, -_PADDING_PX, 0)
        painter.drawText(inner, view.rows.alignment(column), view.rows.text(index.row(), column))


class AnswerTable(QTableView):
    """Shows :class:`AnswerRows`; ``example_requested`` carries a picked one's row of the data."""

    example_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("answerTable")
        self.setAccessibleName("Examples with true and predicted value, and their features")
        self.setToolTip("Click a row to take the example in hand.")
        self.setFrameShape(QFrame.Shape.NoFrame)
        for part in (self, self.horizontalHeader()):
            part.setFont(ui_font(SMALL_PX))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setStyleSheet(_LOOK)
        self.setTabKeyNavigation(False)
        self.setMinimumSize(140, 90)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self._selected: int | None = None
        self._following = False
        self.ink, self.ground = QColor(), QColor()
        self.rows = AnswerRows(self)
        self.setModel(self.rows)
        self.setItemDelegate(_PlainCells(self))

    @property
    def selected(self) -> int | None:
        """The chosen example, a row of the data set."""
        return self._selected

    def set_dataset(self, dataset: Dataset) -> None:
        """Prepare for another data set."""
        self._selected = None
        self.rows.set_dataset(dataset)
        header = self.horizontalHeader()
        metrics = header.fontMetrics()
        names = max((metrics.horizontalAdvance(name) for name in dataset.class_names), default=0)
        for column in range(self.rows.columnCount()):
            title = self.rows.headerData(column, Qt.Orientation.Horizontal)
            wide = names if column in (1, 2) else 0
            width = max(metrics.horizontalAdvance(str(title)), wide, _LEAST_PX)
            self.setColumnWidth(column, width + 2 * _PADDING_PX + 4)

    def show_places(self, answers: PartAnswers | None, places: Places) -> None:
        """Show these places of the answers; the chosen example stays chosen where it still is."""
        self._following = True
        self.rows.show_places(answers, places)
        self._following = False
        self._mark()

    def set_selected(self, index: int | None) -> None:
        """Mark an example, a row of the data set, or none."""
        self._selected = index
        self._mark()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        self.ink, self.ground = QColor(colors.text), QColor(colors.selection)
        super().paintEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(400, 5 * _ROW_PX)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if not self._following and current.isValid():
            self._selected = self.rows.example(current.row())
            self.example_requested.emit(self._selected)

    def _mark(self) -> None:
        """Mark the chosen example's row without scrolling to it."""
        row = None if self._selected is None else self.rows.row_of(self._selected)
        places = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        self._following = True
        self.setAutoScroll(False)
        if row is None:
            self.setCurrentIndex(QModelIndex())
            self.clearSelection()
        elif row != self.currentIndex().row():
            self.setCurrentIndex(self.rows.index(row, 0))
        self.setAutoScroll(True)
        self._following = False
        self.horizontalScrollBar().setValue(places[0])
        self.verticalScrollBar().setValue(places[1])


def _text(answers: PartAnswers, dataset: Dataset, place: int, column: int) -> str:
    index = int(answers.indices[place])
    if column == 0:
        return str(index)
    if column >= _FIGURES:
        return f"{float(dataset.inputs[index, column - _FIGURES]):.4g}".replace("-", "−")
    if answers.regression:
        true, predicted = float(answers.targets[place]), float(answers.predicted[place])
        return signed((true, predicted, predicted - true)[column - 1], _DECIMALS)
    if column == 1:
        return dataset.class_names[int(answers.targets[place])]
    if column == 2:
        return predicted_name(answers, place, dataset.class_names)
    return sure(answers, place)
