"""The wall of writing: a row for each moment, and in it a few of everything that can be asked for.

What is asked for stands above, so that one sees at a glance when each became legible.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import QMargins, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPixmap, QPolygonF

from playground.analysis.writing.page import Page
from playground.data.drawing.writing import Writing
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.theme import SMALL_PX, ui_font
from playground.gui.widgets.cells import Cell, CellBlock
from playground.gui.widgets.heat_grid import CENTER, LEFT, HeatGrid
from playground.gui.widgets.pen_way_painting import line_pen
from playground.gui.widgets.readings import MOST_ROWS, Readings
from playground.wording import percent

MOST_ACROSS, MOST_LINES = 2, 2
"""Of each character that can be asked for, side by side and below each other, in a row."""

_NAMES, _ABOVE, _BETWEEN, _APART = 92, 24, 6, 4
_LEAST, _FLATTEST, _TALLEST = 20, 32, 1.4
_BAR = 4
_FILLED, _PEN = 0.78, 0.085


@dataclass(frozen=True, eq=False)
class WallRow:
    """A row of the wall.

    Attributes
    ----------
    title
        ``"Epoch 4"``.
    page
        What was written, None as long as it is not known.
    now
        Whether it is the moment that the whole window shows.
    """

    title: str
    page: Page | None
    now: bool


class WritingWall(HeatGrid):
    """Characters as they were written: light where they are read as asked, else orange."""

    def __init__(self) -> None:
        super().__init__("writingWall", "What the network wrote")
        self.setMinimumSize(300, 130)
        self.parted = False
        self.rows: Sequence[WallRow] = ()
        self._writing: Writing | None = None
        self._across, self._lines, self._high = 1, 1, 0
        self._written_sheets: WeakKeyDictionary[Page, tuple[object, QPixmap]] = WeakKeyDictionary()

    @property
    def names(self) -> Sequence[str]:
        """What can be asked for."""
        return () if self._writing is None else self._writing.names

    def show_rows(self, rows: Sequence[WallRow], writing: Writing) -> None:
        """Show rows from above to below; where the last one is in view it stays there."""
        self.rows, self._writing = rows, writing
        told = (f"{row.title}: {_share(row.page)}" for row in rows)
        self.summary = f"Read as asked. {'; '.join(told)}."
        bar = self.verticalScrollBar()
        at_end = bar.value() == bar.maximum()
        self.measure()
        if at_end:
            bar.setValue(bar.maximum())

    def page_of(self, cell: Cell) -> Page | None:
        """Return the page that a cell is on."""
        return self.rows[cell.block // len(self.names)].page

    def place_of(self, cell: Cell) -> int:
        """Return which character of its page a cell shows."""
        count = len(self.names)
        return (cell.row * self._across + cell.column) * count + cell.block % count

    # What it is made of.

    def measure(self) -> None:
        """Give each row as many lines, and each character as much room, as the view has."""
        count = len(self.names)
        if not self.rows or not count:
            self.place([])
            return
        view = self.viewport().size()
        each = (view.width() - _NAMES - _BETWEEN) / count
        self._across = MOST_ACROSS if (each - _BETWEEN) / MOST_ACROSS >= _LEAST else 1
        wide = max((each - _BETWEEN) / self._across, _LEAST)
        room = (view.height() - _ABOVE) / len(self.rows) - _BETWEEN - 2 * _APART
        self._lines = MOST_LINES if room / MOST_LINES >= _FLATTEST else 1
        tall = int(
            max(min(room / self._lines, wide * _TALLEST), _FLATTEST + 4 * (self._lines == 1))
        )
        self._high = self._lines * tall + 2 * _APART
        self.place(
            [
                CellBlock(
                    round(_NAMES + _BETWEEN / 2 + column * (self._across * wide + _BETWEEN)),
                    _ABOVE + _APART + row * (self._high + _BETWEEN),
                    *(self._lines, self._across, wide, tall, 2),
                )
                for row, column in product(range(len(self.rows)), range(count))
            ],
            QMargins(_NAMES, _ABOVE, 0, 0),
            below=_APART,
            beside=_BETWEEN // 2,
        )

    def sentence(self, cell: Cell) -> str:
        row, page = self.rows[cell.block // len(self.names)], self.page_of(cell)
        asked = self.names[cell.block % len(self.names)]
        if page is None:
            return f"{row.title}, asked for {asked}: not written yet"
        return f"{row.title}, asked for {asked}: read as {page.read[self.place_of(cell)]}"

    def walked(self, cell: Cell, down: int, right: int) -> Cell:
        count = len(self.names)
        row, column = divmod(cell.block, count)
        line, place = cell.row + down, column * self._across + cell.column + right
        row, line = row + line // self._lines, line % self._lines
        if not (0 <= row < len(self.rows) and 0 <= place < count * self._across):
            return cell
        return Cell(row * count + place // self._across, line, place % self._across)

    def figures(self) -> Readings:
        headings = ("Moment", "Read as asked", "Asked for", "Read as")
        cells = (
            Cell(block, *place)
            for block in range(len(self.blocks))
            for place in product(range(self._lines), range(self._across))
        )
        rows = []
        for cell in cells:
            row, page = self.rows[cell.block // len(self.names)], self.page_of(cell)
            if page is not None:
                place = self.place_of(cell)
                told = page.names[place], page.read[place]
                rows.append((row.title, percent(page.read_as_asked), *told))
        return Readings(self.accessibleName(), headings, rows[:MOST_ROWS])

    def sizeHint(self) -> QSize:
        return QSize(700, 360)

    # How it is painted.

    def paint_cells(self, painter: QPainter, colors: Colors) -> None:
        """Paint a sheet for each row in view, and on it what was written."""
        body = self.body()
        for number, row in enumerate(self.rows):
            place = self._sheet(number)
            if not place.intersects(body):
                continue
            if row.page is None:
                _paint_sheet(painter, place, colors)
            else:
                painter.drawPixmap(place.topLeft(), self._written(number, row.page, colors))

    def _written(self, row: int, page: Page, colors: Colors) -> QPixmap:
        """Return a sheet with what is written on it, painted once for each size and theme."""
        place, ratio = self._sheet(row).translated(self.offset()), self.devicePixelRatioF()
        key = place.size(), self._lines, self._across, colors, ratio
        if page in self._written_sheets and self._written_sheets[page][0] == key:
            return self._written_sheets[page][1]
        sheet = QPixmap(place.size() * ratio)
        sheet.setDevicePixelRatio(ratio)
        sheet.fill(Qt.GlobalColor.transparent)
        painter = QPainter(sheet)
        _paint_sheet(painter, QRect(QPoint(), place.size()), colors)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        first, count = row * len(self.names), len(self.names)
        for block in range(first, first + count):
            for line, column in product(range(self._lines), range(self._across)):
                box = self.blocks[block].rect(line, column).translated(-place.topLeft())
                self._write(painter, box, page, self.place_of(Cell(block, line, column)), colors)
        painter.end()
        self._written_sheets[page] = key, sheet
        return sheet

    def _write(self, painter: QPainter, box: QRect, page: Page, place: int, colors: Colors) -> None:
        assert self._writing is not None
        side = min(box.width(), box.height()) * _FILLED
        painter.save()
        painter.translate(QRectF(box).center())
        painter.scale(side, side)
        ink = colors.ink if page.right[place] else DARK.warning
        painter.setPen(line_pen(QColor(ink), max(_PEN, 1.3 / side)))
        painter.drawPath(_path(self._writing.decode(page.moves[place])))
        painter.restore()

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        """Write what is asked for above, and beside each row when it was and how it is read."""
        view, offset = self.viewport().rect(), self.offset()
        painter.setPen(QColor(colors.muted))
        painter.drawText(QRect(0, 0, _NAMES, _ABOVE), LEFT, "Asked for")
        painter.setFont(ui_font(bold=True))
        painter.setPen(QColor(colors.text))
        painter.setClipRect(view.adjusted(_NAMES, 0, 0, 0))
        for column, name in enumerate(self.names):
            whole = self.block_rect(column)
            painter.drawText(QRect(whole.left(), 0, whole.width(), _ABOVE), CENTER, name)
        painter.setClipRect(view.adjusted(0, _ABOVE, 0, 0))
        for number, row in enumerate(self.rows):
            top = self.blocks[number * len(self.names)].top - _APART - offset.y()
            self._paint_title(painter, colors, row, QRect(0, top, _NAMES - 8, self._high))

    def _paint_title(self, painter: QPainter, colors: Colors, row: WallRow, room: QRect) -> None:
        tall = painter.fontMetrics().height()
        painter.setFont(ui_font(SMALL_PX, bold=True))
        line = QRect(room.left(), room.top(), room.width(), min(tall, room.height() // 2))
        painter.setPen(QColor(colors.text))
        painter.drawText(line, LEFT, row.title)
        painter.setFont(self.small)
        line.translate(0, line.height())
        painter.drawText(line, LEFT, _share(row.page))
        if room.height() >= 3 * tall + 2 * _BAR:
            line.translate(0, line.height())
            painter.setPen(QColor(colors.muted))
            painter.drawText(line, LEFT, "read as asked")
        bar = QRectF(room.left(), line.bottom() + 2, room.width(), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        for share, ink in ((1.0, colors.track), (_right(row.page), colors.good)):
            painter.setBrush(QColor(ink))
            bar.setWidth(share * room.width())
            painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)

    def frames(self, colors: Colors) -> Iterable[tuple[QRect, str]]:
        for number, row in enumerate(self.rows):
            if row.now and len(self.rows) > 1:
                yield self._sheet(number), colors.accent

    def _sheet(self, row: int) -> QRect:
        first, count = row * len(self.names), len(self.names)
        ends = self.block_rect(first).united(self.block_rect(first + count - 1))
        half = _BETWEEN // 2
        return ends.adjusted(-half, -_APART, half, _APART)


def _paint_sheet(painter: QPainter, place: QRect, colors: Colors) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.canvas))
    painter.drawRoundedRect(place, 5, 5)


def _right(page: Page | None) -> float:
    return 0.0 if page is None else page.read_as_asked


def _share(page: Page | None) -> str:
    return "not written yet" if page is None else percent(page.read_as_asked)


def _path(lines: Sequence[np.ndarray]) -> QPainterPath:
    """Return strokes as a path around 0, 0, whose longer side is 1."""
    path = QPainterPath()
    if not lines:
        return path
    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    side = float((high - low).max()) or 1.0
    for line in lines:
        corners = [QPointF(x, y) for x, y in ((line - (low + high) / 2) / side).tolist()]
        path.addPolygon(QPolygonF([*corners, corners[-1] + QPointF(1e-3, 0)]))
    return path
