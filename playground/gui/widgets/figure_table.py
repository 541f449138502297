"""A table of names and figures: Qt's own view, whose cells may hold a bar or another drawing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
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

from playground.gui.look.colors import Colors
from playground.gui.look.marking import named, tool_tip
from playground.gui.look.theme import SMALL_PX, colors_of, sized

_EDGE = 2
_APART = 14
_HEAD_PX = 20
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

Index = QModelIndex | QPersistentModelIndex
Draw = Callable[[QPainter, QRectF, Colors], None]


@dataclass(frozen=True)
class Heading:
    """What a column is.

    Attributes
    ----------
    title, tip
        Above the column, and for whoever rests on it or on a number below it.
    widest
        A text that the column has room for; without one and without a title it takes what is left.
    left
        Whether its cells stand on the left, as names do; numbers stand on the right.
    bold
        Whether its title stands out.
    """

    title: str = ""
    tip: str = ""
    widest: str = ""
    left: bool = False
    bold: bool = False


@dataclass(frozen=True)
class Entry:
    """What a cell says.

    Attributes
    ----------
    text, tip
        Written, and told to whoever rests on it.
    ink, ground
        The theme's colours that it is written in and on.
    left
        Whether it stands on the left, None where it stands as its column does.
    ruled
        Whether a line parts it from the row above.
    draw
        Paints something else than the text into the cell's rectangle.
    """

    text: str = ""
    tip: str = ""
    ink: str = "text"
    ground: str = ""
    left: bool | None = None
    ruled: bool = False
    draw: Draw | None = None


class FigureCells(QAbstractTableModel):
    """The rows of the table; other rows keep the view's scroll place.

    ``rename`` takes a row and what was typed for its first cell, where that may be edited.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.headings: Sequence[Heading] = ()
        self.cell: Callable[[int, int], Entry] = _empty
        self.rename: Callable[[int, str], None] | None = None
        self._count = 0

    def set_headings(self, headings: Sequence[Heading]) -> None:
        """Have other columns, and no rows yet."""
        self.beginResetModel()
        self.headings, self.cell, self._count = headings, _empty, 0
        self.endResetModel()

    def show(self, count: int, cell: Callable[[int, int], Entry]) -> None:
        """Have so many rows, whose cells are asked for by row and column."""
        before, nothing = self._count, QModelIndex()
        if count > before:
            self.beginInsertRows(nothing, before, count - 1)
        elif count < before:
            self.beginRemoveRows(nothing, count, before - 1)
        self.cell, self._count = cell, count
        if count > before:
            self.endInsertRows()
        elif count < before:
            self.endRemoveRows()
        kept = min(before, count)
        if kept:
            self.dataChanged.emit(self.index(0, 0), self.index(kept - 1, self.columnCount() - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.headings)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and section < len(self.headings):
            heading = self.headings[section]
            if role == Qt.ItemDataRole.DisplayRole:
                return heading.title
            if role == Qt.ItemDataRole.ToolTipRole:
                return tool_tip(heading.tip)
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _LEFT if heading.left else _RIGHT
            if role == Qt.ItemDataRole.FontRole and heading.bold:
                view = self.parent()
                assert isinstance(view, FigureTable)
                font = QFont(view.font())
                font.setBold(True)
                return font
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self.cell(row, column).text
        if role == Qt.ItemDataRole.ToolTipRole:
            entry, heading = self.cell(row, column), self.headings[column]
            return tool_tip(entry.tip or (entry.text if heading.left else heading.tip))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        may = self.rename is not None and index.column() == 0
        return super().flags(index) | (Qt.ItemFlag.ItemIsEditable if may else Qt.ItemFlag(0))

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if self.rename is None or role != Qt.ItemDataRole.EditRole:
            return False
        self.rename(index.row(), str(value))
        return True


class _PlainCells(QStyledItemDelegate):
    """Paints an entry and nothing else: the style sheet's own cells take six times as long."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self.parent()
        assert isinstance(view, FigureTable)
        try:
            row, column = index.row(), index.column()
            selected = bool(option.state & QStyle.StateFlag.State_Selected)
            entry, heading = view.cells.cell(row, column), view.cells.headings[column]
            _paint(painter, option.rect, entry, heading, selected, view.colors)
        except Exception:
            # Qt goes on to the next cell; with an error pending it would crash there.
            sys.excepthook(*sys.exc_info())


def _paint(
    painter: QPainter, box: QRect, entry: Entry, heading: Heading, selected: bool, colors: Colors
) -> None:
    if selected or entry.ground:
        painter.fillRect(box, QColor(getattr(colors, "selection" if selected else entry.ground)))
    if entry.ruled:
        painter.fillRect(box.x(), box.y(), box.width(), 1, QColor(colors.border))
    if entry.draw is not None:
        painter.save()
        try:
            entry.draw(painter, QRectF(box), colors)
        finally:
            painter.restore()
    elif entry.text:
        left = heading.left if entry.left is None else entry.left
        room, text = box.adjusted(_EDGE, 0, -_EDGE, 0), entry.text
        metrics = painter.fontMetrics()
        if metrics.horizontalAdvance(text) > room.width():
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(QColor(getattr(colors, entry.ink)))
        painter.drawText(room, _LEFT if left else _RIGHT, text)


class FigureTable(QTableView):
    """Rows of names and figures; arrow keys walk over the cells, and Copy takes the present one.

    ``row_pointed`` carries the row that the mouse has come upon, −1 where it has left.

    Parameters
    ----------
    name, spoken
        objectName and accessibleName.
    headings
        The columns; :meth:`set_headings` sets others.
    row_px, text_px
        The height of a row and of its text.
    """

    row_pointed = Signal(int)

    def __init__(
        self,
        name: str,
        spoken: str,
        headings: Sequence[Heading] = (),
        *,
        row_px: int = 20,
        text_px: int = SMALL_PX,
    ) -> None:
        super().__init__()
        named(self, name, spoken, role="figures")
        self.setFrameShape(QFrame.Shape.NoFrame)
        for part in (self, self.horizontalHeader()):
            sized(part, text_px)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.entered.connect(self._on_entered)
        self.viewportEntered.connect(self._on_left_rows)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(row_px)
        self.verticalHeader().setDefaultSectionSize(row_px)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setFixedHeight(_HEAD_PX)
        self.colors = colors_of(self)
        self.cells = FigureCells(self)
        self.setModel(self.cells)
        self.setItemDelegate(_PlainCells(self))
        self.set_headings(headings)

    @Slot(QModelIndex)
    def _on_entered(self, place: QModelIndex) -> None:
        self.row_pointed.emit(place.row())

    @Slot()
    def _on_left_rows(self) -> None:
        self.row_pointed.emit(-1)

    def set_headings(self, headings: Sequence[Heading]) -> None:
        """Have other columns, and no rows yet."""
        self.cells.set_headings(headings)
        header, metrics = self.horizontalHeader(), self.fontMetrics()
        header.setVisible(any(heading.title for heading in headings))
        for column, heading in enumerate(headings):
            if heading.widest or (heading.title and not heading.left):
                texts = (heading.title, heading.widest)
                width = max(metrics.horizontalAdvance(text) for text in texts)
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
                self.setColumnWidth(column, width + _APART)
            else:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def text(self, row: int, column: int) -> str:
        """Return what a cell says."""
        return self.cells.cell(row, column).text

    def whole_height(self, rows: int) -> int:
        """Return the height that shows so many rows."""
        head = 0 if self.horizontalHeader().isHidden() else _HEAD_PX
        return head + rows * self.verticalHeader().defaultSectionSize() + 2

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.row_pointed.emit(-1)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.colors = colors_of(self)
        self.paint_cells(event)
        if self.hasFocus():
            on_cell = self.currentIndex().isValid()
            place = self.present_rect() if on_cell else self.viewport().rect()
            painter = QPainter(self.viewport())
            painter.setPen(QColor(self.colors.accent))
            painter.drawRoundedRect(place.adjusted(0, 0, -1, -1), 3, 3)
            painter.end()

    def paint_cells(self, event: QPaintEvent) -> None:
        """Paint the cells in view."""
        super().paintEvent(event)

    def present_rect(self) -> QRect:
        """Return where the cell is that the arrow keys stand on, in the viewport."""
        return self.visualRect(self.currentIndex())


def swatch(color: QColor) -> Draw:
    """Return what paints a small square of a colour into a cell."""

    def draw(painter: QPainter, cell: QRectF, colors: Colors) -> None:
        painter.fillRect(QRectF(cell.left() + _EDGE, cell.center().y() - 5, 10, 10), color)

    return draw


def _empty(_row: int, _column: int) -> Entry:
    return Entry()
