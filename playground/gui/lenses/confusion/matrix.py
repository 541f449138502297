"""The confusion matrix: a row a true class, a column a predicted one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QMargins, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter

from playground.analysis.answers.confusion import Confusion
from playground.gui.lenses.confusion.wording import cell_text
from playground.gui.look.colors import Colors
from playground.gui.look.heat import Pixels
from playground.gui.look.theme import SMALL_PX, colors_of
from playground.gui.widgets.cell_texts import Texts, text_font
from playground.gui.widgets.cells import Cell, CellBlock, Part
from playground.gui.widgets.grid_names import draw_column_names, draw_row_names
from playground.gui.widgets.heat_grid import CENTER, RIGHT, HeatGrid
from playground.wording import grouped

NONE = "·"
"""Stands for a cell that counts nothing."""

_AXIS = 17
_ROWS_ARE = "true"
_TOTAL_ROW = 20
_NAME_ROW = 18
_WIDEST_NAME = 84
_LEAST_WIDTH, _LEAST_HEIGHT, _MOST = 22, 18, 46
_ALWAYS_WHOLE = 12
"""Rows that are in view whatever the height."""

_TALL = 280
"""Pixels that a grid of few classes may take."""

_TEXT_PX = 12
_FAINTEST, _STRONGEST = 0.16, 0.85

Pair = tuple[int, int]
"""A true and a predicted class."""


class ConfusionMatrix(HeatGrid):
    """A :class:`Confusion` with its classes' names and totals.

    The cell that is looked into is ``opened``, a true and a predicted class, or None;
    ``cell_opened`` carries another one.
    """

    cell_opened = Signal(object)

    def __init__(self) -> None:
        spoken = "Confusion matrix, rows true classes, columns predicted classes"
        super().__init__("confusionMatrix", spoken)
        self.setToolTip("Click a cell to see its examples, or use the arrow keys and Enter.")
        self._names: tuple[str, ...] = ()
        self._verb, self._word = "read", "example"
        self._confusion: Confusion | None = None
        self._as_rates = False
        self._texts: list[list[str]] = []
        self._longest = ""
        self._turned = False
        self._cells = CellBlock(0, 0, 1, 1, 1, 1)
        self.opened: Pair | None = None
        self.cell_chosen.connect(self._on_chosen)

    def set_names(self, names: tuple[str, ...], verb: str = "read", word: str = "example") -> None:
        """Prepare for other classes, of which nothing is counted yet."""
        self._names, self._verb, self._word = names, verb, word
        self.opened = None
        self._longest = ""
        self.set_confusion(None)
        self.updateGeometry()

    def set_confusion(self, confusion: Confusion | None) -> None:
        """Show other counts of the same classes; the frames stay where they are."""
        self._confusion = confusion
        if confusion is None:
            self._texts = []
        elif self._as_rates:
            rates = np.nan_to_num(confusion.rates).tolist()
            self._texts = [[_percent(rate) for rate in row] for row in rates]
        else:
            counts = confusion.counts.tolist()
            self._texts = [
                [f"{grouped(count)}" if count else NONE for count in row] for row in counts
            ]
        self.measure()

    def set_as_rates(self, as_rates: bool) -> None:
        """Write each cell's share of its row in percent, or its count."""
        self._as_rates = as_rates
        self._longest = ""
        self.set_confusion(self._confusion)

    def open_cell(self, pair: Pair | None) -> None:
        """Frame the cell that is looked into, or none, and tell."""
        self.opened = pair
        self.viewport().update()
        self.cell_opened.emit(pair)

    def best_height(self) -> int:
        """Return the height at which every row has room enough to be read easily."""
        return self._cells.top + 30 * max(len(self._names), 4) + _TOTAL_ROW + 4

    def minimumSizeHint(self) -> QSize:
        rows = min(max(len(self._names), 4), _ALWAYS_WHOLE)
        return QSize(180, self._cells.top + _LEAST_HEIGHT * rows + _TOTAL_ROW + 4)

    def sizeHint(self) -> QSize:
        return QSize(400, self.best_height())

    def measure(self) -> None:
        """Choose the largest cells that fit; their text is small where it must be."""
        longest = max((text for row in self._texts for text in row), key=len, default="00")
        if len(longest) > len(self._longest):
            # It only grows, so that the columns do not jump about while the counts change.
            self._longest = longest
        small = QFontMetrics(self.small)
        examples = self._confusion.examples if self._confusion is not None else 0
        total = small.horizontalAdvance(f"{grouped(max(examples, 100))}") + 10
        self._cells = self._fitted(small.horizontalAdvance(self._longest) + 3, total)
        large = QFontMetrics(text_font(_TEXT_PX)).horizontalAdvance(self._longest)
        self.text_px = _TEXT_PX if self._cells.width - large >= 4 else SMALL_PX
        room = QMargins(self._cells.left, self._cells.top, total, _TOTAL_ROW)
        self.place([self._cells] if self._texts else [], room)

    def pixels(self, block: int, part: Part) -> Pixels:
        assert self._confusion is not None
        percents = np.ceil(100 * np.nan_to_num(self._confusion.rates[part])).astype(np.intp)
        right = np.eye(len(self._names), dtype=np.intp)[part]
        return cell_grounds(colors_of(self))[right, percents]

    def texts(self, block: int, part: Part) -> Texts:
        rows, columns = part
        return [
            ["" if text == NONE else text for text in line[columns]] for line in self._texts[rows]
        ]

    def sentence(self, cell: Cell) -> str:
        if self._confusion is None:
            return ""
        words = self._verb, self._word
        return cell_text(self._confusion, self._names, cell.row, cell.column, *words)

    def start(self) -> Cell:
        return Cell(0, *(self.opened or (0, 0)))

    def frames(self, colors: Colors) -> Iterable[tuple[QRect, str]]:
        if self.opened is not None:
            yield self.cell_rect(Cell(0, *self.opened)), colors.accent

    def paint_cells(self, painter: QPainter, colors: Colors) -> None:
        super().paint_cells(painter, colors)
        rows, columns = self.in_view(0)
        for row in rows:
            for column in columns:
                if self._texts[row][column] == NONE:
                    middle = self.cell_rect(Cell(0, row, column)).center()
                    painter.fillRect(middle.x(), middle.y(), 2, 2, QColor(colors.muted))

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        """Write the axes, the classes, those pointed at brighter, and the totals."""
        confusion, body = self._confusion, self.body()
        assert confusion is not None
        _, row, column = self.current or Cell(0, -1, -1)
        beside, above, names = (0, body.left() - 6), (_AXIS, body.top()), self._names
        draw_row_names(self, painter, names, beside, lit=row)
        draw_column_names(self, painter, names, above, lit=column, turned=self._turned)
        right, below = body.right() + 1, body.bottom() + 1
        support = [f"{grouped(total)}" for total in confusion.support.tolist()]
        draw_row_names(self, painter, support, (right, right + self.room.right()), align=CENTER)
        read = [f"{grouped(total)}" for total in confusion.predicted.tolist()]
        draw_column_names(self, painter, read, (below, below + _TOTAL_ROW), thinned=False)
        painter.setPen(QColor(colors.muted))
        painter.drawText(QRect(0, below, body.left() - 6, _TOTAL_ROW), RIGHT, "all")
        side = QRect(right, _AXIS, self.room.right(), body.top() - _AXIS)
        painter.drawText(side, CENTER, "all")
        corner = QRect(right, below, self.room.right(), _TOTAL_ROW)
        painter.drawText(corner, CENTER, f"{grouped(confusion.examples)}")
        painter.drawText(QRect(body.left(), 0, body.width(), _AXIS), CENTER, f"{self._verb} as")
        corner = QRect(0, body.top() - _NAME_ROW, body.left() - 6, _NAME_ROW)
        painter.drawText(corner, RIGHT, _ROWS_ARE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.opened is not None:
            self.open_cell(None)
        else:
            super().keyPressEvent(event)

    @Slot(object)
    def _on_chosen(self, cell: Cell) -> None:
        pair = (cell.row, cell.column)
        self.open_cell(None if pair == self.opened else pair)

    def _fitted(self, least: int, total: int) -> CellBlock:
        """Return the largest cells, at least so wide, that leave so much room for the totals.

        The columns' names are turned where they are wider than the columns.
        """
        size, count = self.maximumViewportSize(), max(len(self._names), 1)
        metrics = QFontMetrics(self.small)
        longest = max((metrics.horizontalAdvance(name) for name in self._names), default=0)
        shown = min(max(longest, metrics.horizontalAdvance(_ROWS_ARE)), _WIDEST_NAME)

        def height_below(top: int) -> int:
            height = (size.height() - top - _TOTAL_ROW) // count
            return min(max(height, _LEAST_HEIGHT), max(_MOST, _TALL // count))

        left, top = shown + 8, _AXIS + _NAME_ROW
        height = height_below(top)
        # Names of classes are longer than numbers, but no reason for very flat cells.
        widest = max(round(1.5 * height), 34, min(longest + 10, 2 * height + 20))
        width = max(min((size.width() - left - total) // count, widest), least, _LEAST_WIDTH)
        self._turned = longest + 4 > width
        if self._turned:
            top = _AXIS + shown + 6
            height = height_below(top)
        return CellBlock(left, top, count, count, width, height)


@lru_cache
def cell_grounds(colors: Colors) -> Pixels:
    """Return the colour of a cell by its share of the row in percent, wrong and right: (2, 101).

    Right answers are in the calm colour for good, wrong ones in the colour for warnings, which
    grows with the square root of the share, so that one mistake in a hundred can be seen.
    """
    share = np.arange(101) / 100
    ground = np.array(QColor(colors.card).getRgb())
    grounds = np.empty((2, 101, 4), np.uint8)
    for right, (color, growth) in enumerate(
        ((colors.warning, np.sqrt(share)), (colors.good, 0.48 * share))
    ):
        strength = np.where(share > 0, _FAINTEST + (_STRONGEST - _FAINTEST) * growth, 0)
        towards = np.array(QColor(color).getRgb()) - ground
        grounds[right] = np.rint(ground + strength[:, np.newaxis] * towards)
    pixels: Pixels = grounds.view(np.uint32)[..., 0]
    return pixels


def _percent(rate: float) -> str:
    """Return a share in whole percent, never rounded to none or to all."""
    if rate == 0:
        return NONE
    if rate < 0.005:
        return "<1"
    return ">99" if 0.995 <= rate < 1 else f"{100 * rate:.0f}"
