"""A list of names and numbers that changes in every frame: a table, because labels would jump."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QModelIndex, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy

from playground.gui.look.colors import Colors
from playground.gui.look.theme import SMALL_PX, ui_font
from playground.gui.panels.inspector.figures import Figures
from playground.gui.panels.inspector.row import Row
from playground.gui.widgets.arrow_keys import CHOOSE
from playground.gui.widgets.figure_table import Entry, FigureTable, Heading

_ROW = 18
_PAIR = 32
_GAP = 8
_TINY_PX = 9
_LEAST_NAME = 58
_LEAST_BAR = 18
_BEST_BAR = 34
_MOST_NAME = 96
_BAR = 8
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RowTable(FigureTable):
    """Rows of names and numbers; where these have no room side by side, a row takes two lines.

    A row is one cell, so that a name may take the room that its numbers leave.
    ``link_requested`` carries the :attr:`Row.link` of a row that was clicked, or chosen with the
    arrow keys and Enter.

    Parameters
    ----------
    name, spoken
        objectName and accessibleName.
    columns
        A pattern for each column, ``#`` for a number: ``("# × #", "#")``.
    bars
        Whether rows have a bar between name and numbers.
    """

    link_requested = Signal(object)

    def __init__(
        self,
        name: str,
        spoken: str,
        columns: tuple[str, ...] = ("#",),
        *,
        bars: bool = False,
    ) -> None:
        super().__init__(name, spoken, (Heading(left=True),), row_px=_ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._columns = columns
        self._bars = bars
        self.rows: tuple[Row, ...] = ()
        self._stacked = False
        self._pointed = -1
        self._digits = 0
        self._widths: tuple[int, ...] = ()
        self._figure = self.fontMetrics().horizontalAdvance("0")
        self.row_pointed.connect(self._on_row_pointed)
        self.set_figures(Figures(3))

    def set_figures(self, figures: Figures) -> None:
        """Make room for numbers of so many digits."""
        if figures.digits != self._digits:
            self._digits = figures.digits
            metrics = self.fontMetrics()
            self._widths = tuple(
                metrics.horizontalAdvance(column.replace("#", figures.widest)) + 2
                for column in self._columns
            )
            self._fit()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        rows = tuple(rows)
        if rows == self.rows:
            return
        former, self.rows = self.rows, rows
        linked = any(row.link is not None for row in rows)
        policy = Qt.FocusPolicy.StrongFocus if linked else Qt.FocusPolicy.NoFocus
        if policy != self.focusPolicy():
            self.setFocusPolicy(policy)
        self.cells.show(len(rows), self._cell)
        if [self._is_pair(row) for row in former] != [self._is_pair(row) for row in rows]:
            self._fit()

    def row_rect(self, index: int) -> QRect:
        """Return where a row is, in the viewport."""
        return self.visualRect(self.cells.index(index, 0))

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _is_pair(self, row: Row) -> bool:
        """Return whether a row has more to show than a name and a number."""
        if self._bars:
            return row.share is not None
        return len(row.cells) > 1 and bool(row.cells[-2]) and row.tone != "muted"

    def _fit(self) -> None:
        numbers = sum(self._widths) + _GAP * len(self._widths)
        least = _LEAST_NAME + (_LEAST_BAR + _GAP if self._bars else 0)
        self._stacked = numbers + least > self.width()
        for index, row in enumerate(self.rows):
            self.setRowHeight(index, _PAIR if self._stacked and self._is_pair(row) else _ROW)
        self.setFixedHeight(self.verticalHeader().length())
        self.viewport().update()

    def paint_cells(self, event: QPaintEvent) -> None:
        """Paint the rows without Qt's delegate: they are all new in every frame."""
        painter = QPainter(self.viewport())
        for index, row in enumerate(self.rows):
            box = self.row_rect(index)
            if box.intersects(event.rect()):
                self._draw(painter, box, row, index == self._pointed, self.colors)
        painter.end()

    def _cell(self, index: int, _column: int) -> Entry:
        row = self.rows[index]
        return Entry(" ".join((row.name, *row.cells)), row.tip)

    def _draw(self, painter: QPainter, box: QRect, row: Row, pointed: bool, colors: Colors) -> None:
        if row.total:
            painter.fillRect(box.left(), box.top(), box.width(), 1, QColor(colors.border))
        line = QRect(box.left(), box.top(), box.width(), _ROW)
        paired = box.height() > _ROW
        painter.setPen(QColor(getattr(colors, row.tone)))
        right = room = line.width()
        cells = (*("",) * (len(self._widths) - len(row.cells)), *row.cells)
        columns = zip(reversed(self._widths), reversed(cells), strict=True)
        for place, (width, cell) in enumerate(columns):
            # Of a pair, the last number stays beside the name, but not beside a bar.
            below = paired and (self._bars or place > 0)
            edge = line.width() if below and not self._bars else right
            if cell:
                at = line.translated(0, _ROW - 4) if below else line
                self._write(painter, QRect(0, at.top(), edge, at.height()), cell)
                if not below:
                    room = edge - len(cell) * self._figure - _GAP
            right -= width + _GAP
        if row.share is not None:
            room = _draw_bar(painter, line, room if paired else right, row.share, colors)
        ink = "muted" if row.tone == "muted" or (row.cells and not row.total) else "text"
        if pointed and row.link is not None:
            ink = "accent"
        painter.setPen(QColor(getattr(colors, ink)))
        painter.drawText(QRect(0, line.top(), room, line.height()), _LEFT, _fitted(row.name, room))

    def _write(self, painter: QPainter, box: QRect, cell: str) -> None:
        """Write numbers at the right, smaller where so many digits have no room otherwise."""
        wide = len(cell) * self._figure > box.width()
        if wide and painter.fontMetrics().horizontalAdvance(cell) > box.width():
            painter.save()
            painter.setFont(ui_font(_TINY_PX))
            painter.drawText(box, _RIGHT, cell)
            painter.restore()
        else:
            painter.drawText(box, _RIGHT, cell)

    @Slot(int)
    def _on_row_pointed(self, index: int) -> None:
        if index != self._pointed:
            self._pointed = index
            linked = 0 <= index < len(self.rows) and self.rows[index].link is not None
            shape = Qt.CursorShape.PointingHandCursor if linked else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    def _follow(self, index: int) -> None:
        if 0 <= index < len(self.rows) and self.rows[index].link is not None:
            self.link_requested.emit(self.rows[index].link)

    def _linked(self) -> list[int]:
        """Return the rows that can be chosen."""
        return [index for index, row in enumerate(self.rows) if row.link is not None]

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Go to the next row that can be chosen."""
        present = self.currentIndex().row()
        linked = self._linked()
        if action is QAbstractItemView.CursorAction.MoveUp:
            ahead = [index for index in reversed(linked) if index < present]
        else:
            ahead = [index for index in linked if index > present]
        return self.cells.index(ahead[0], 0) if ahead else self.currentIndex()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in CHOOSE:
            linked = self._linked()
            present = self.currentIndex().row()
            self._follow(present if present in linked else next(iter(linked), -1))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._follow(self.rowAt(event.position().toPoint().y()))


@lru_cache(maxsize=4096)
def _fitted(name: str, room: int) -> str:
    """Return as much of a name as there is room for; a list shows the same ones in every frame."""
    metrics = QFontMetrics(ui_font(SMALL_PX))
    return metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)


def _draw_bar(painter: QPainter, line: QRect, room: int, share: float, colors: Colors) -> int:
    """Draw a bar; return the room that is left for the name."""
    name = max(min(room - _GAP - _BEST_BAR, _MOST_NAME), _LEAST_NAME - 4)
    width = room - name - _GAP
    length = max(abs(share) * width, 2.0)
    middle = line.center().y() - _BAR / 2 + 1
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.accent if share >= 0 else colors.warning))
    painter.drawRoundedRect(QRectF(name + _GAP, middle, length, _BAR), 2, 2)
    painter.restore()
    return name
