"""The confusion matrix: a row a true class, a column a predicted one, read by mouse and keys."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from playground.analysis.answers.confusion import Confusion
from playground.gui.lenses.confusion.matrix_layout import TOTAL_ROW, MatrixLayout
from playground.gui.lenses.confusion.matrix_margins import MatrixMargins
from playground.gui.lenses.confusion.wording import cell_text
from playground.gui.look.colors import Colors
from playground.gui.look.shades import cell_colors
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.widgets.painted_area import PaintedArea

_CENTRE = Qt.AlignmentFlag.AlignCenter
_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_OPENERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)

NONE = "·"
"""Stands for a cell that counts nothing."""

_BAR = 8
"""A scroll bar's width in the style sheet."""

Cell = tuple[int, int]


class ConfusionMatrix(PaintedArea):
    """Paints a :class:`Confusion`; scrolls where its cells do not fit.

    ``pointed`` carries the sentence about the cell under the mouse or the keyboard's frame, empty
    for none; ``cell_opened`` the true and the predicted class of the cell to look into, or None.
    """

    pointed = Signal(str)
    cell_opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        spoken = "Confusion matrix, rows true classes, columns predicted classes"
        super().__init__("confusionMatrix", spoken, parent)
        self.setToolTip("Click a cell to see its examples; arrow keys and Enter do the same.")
        self.viewport().setMouseTracking(True)
        self._font, self._small = ui_font(12), ui_font(SMALL_PX)
        self._cell_font = self._font
        self._names: tuple[str, ...] = ()
        self._confusion: Confusion | None = None
        self._as_rates = False
        self._texts: list[list[str]] = []
        self._inks: list[list[QColor]] = []
        self._grounds = QImage()
        self._layout = MatrixLayout.fit(QSize(1, 1), (), 1, 1)
        self._longest = ""
        self._pointed: Cell | None = None
        self._opened: Cell | None = None

    @property
    def reading(self) -> str:
        """The sentence about the cell that is pointed at, or an empty one."""
        if self._pointed is None or self._confusion is None:
            return ""
        return cell_text(self._confusion, self._names, *self._pointed)

    @property
    def opened(self) -> Cell | None:
        """The true and the predicted class of the cell that is looked into."""
        return self._opened

    def set_names(self, names: tuple[str, ...]) -> None:
        """Prepare for other classes, of which nothing is counted yet."""
        self._names = names
        self._pointed = self._opened = None
        self._longest = ""
        self.set_confusion(None)

    def set_confusion(self, confusion: Confusion | None) -> None:
        """Show other counts of the same classes; the frames stay where they are."""
        self._confusion = confusion
        self.recolor()

    def set_as_rates(self, as_rates: bool) -> None:
        """Write each cell's share of its row in percent, or its count."""
        self._as_rates = as_rates
        self._longest = ""
        self.recolor()

    def open_cell(self, cell: Cell | None) -> None:
        """Frame the cell that is looked into, or none, and tell."""
        self._opened = cell
        self.viewport().update()
        self.cell_opened.emit(cell)

    def text_of(self, true: int, read: int) -> str:
        """Return what is written in a cell."""
        return self._texts[true][read]

    def cell_rect(self, true: int, read: int) -> QRect:
        """Return where a cell is, in the viewport's pixels."""
        return self._layout.cell(true, read).translated(-self._scrolled())

    def best_height(self) -> int:
        """Return the height at which every row has room enough to be read easily."""
        return self._layout.top + 30 * max(len(self._names), 4) + TOTAL_ROW + 4

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 150)

    def sizeHint(self) -> QSize:
        return QSize(400, self.best_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._texts:
            return
        colors = colors_of(self)
        painter = QPainter(self.viewport())
        layout, shift = self._layout, self._scrolled()
        body = layout.body(self.viewport().size())
        painter.save()
        painter.setClipRect(body)
        self._draw_cells(painter, colors, body)
        self._draw_frames(painter, colors)
        painter.restore()
        painter.setFont(self._small)
        margins = MatrixMargins(painter, colors, layout, body, shift)
        margins.draw_names(self._names, self._pointed or (-1, -1))
        if self._confusion is not None:
            margins.draw_totals(self._confusion)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._cell_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._point_at(cell)
            self.open_cell(None if cell == self._opened else cell)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(self._opened if self.hasFocus() else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._confusion is None:
            super().keyPressEvent(event)
        elif key in _ARROWS:
            self._step(*_ARROWS[key])
        elif key in _OPENERS and self._pointed is not None:
            self.open_cell(None if self._pointed == self._opened else self._pointed)
        elif key == Qt.Key.Key_Escape and self._opened is not None:
            self.open_cell(None)
        else:
            super().keyPressEvent(event)

    def _step(self, down: int, right: int) -> None:
        last = len(self._names) - 1
        if self._pointed is None:
            cell = self._opened or (0, 0)
        else:
            cell = (self._pointed[0] + down, self._pointed[1] + right)
        row, column = (min(max(place, 0), last) for place in cell)
        self._point_at((row, column))
        self._scroll_to(row, column)

    def recolor(self) -> None:
        """Write the cells' texts and mix their colours, once for many paintings."""
        confusion = self._confusion
        if confusion is None:
            self._texts, self._inks = [], []
        else:
            rates = np.nan_to_num(confusion.rates)
            if self._as_rates:
                self._texts = [[_percent(rate) for rate in row] for row in rates.tolist()]
            else:
                counts = confusion.counts.tolist()
                self._texts = [[f"{count:,}" if count else NONE for count in row] for row in counts]
            colors = colors_of(self)
            percents = np.ceil(100 * rates).astype(int).tolist()
            self._grounds = QImage(len(rates), len(rates), QImage.Format.Format_RGB32)
            self._inks = []
            for row, line in enumerate(percents):
                pairs = [cell_colors(colors, share, row == k) for k, share in enumerate(line)]
                self._inks.append([ink for _, ink in pairs])
                for column, (ground, _) in enumerate(pairs):
                    self._grounds.setPixel(column, row, ground.rgb())
        self.measure()
        self.pointed.emit(self.reading)
        self.viewport().update()

    def measure(self) -> None:
        longest = max((text for row in self._texts for text in row), key=len, default="00")
        if len(longest) > len(self._longest):
            # It only grows, so that the columns do not jump about while the counts change.
            self._longest = longest
        small = QFontMetrics(self._small)
        widths = tuple(small.horizontalAdvance(name) for name in self._names)
        total = self._confusion.examples if self._confusion is not None else 0
        total_width = small.horizontalAdvance(f"{max(total, 100):,}") + 10
        size, least = self.maximumViewportSize(), small.horizontalAdvance(self._longest) + 3
        self._layout = MatrixLayout.fit(size, widths, least, total_width)
        overhang = self._layout.overhang(size)
        if not overhang.isNull():
            overhang = self._layout.overhang(size - QSize(_BAR, _BAR))
        room = self._layout.width - QFontMetrics(self._font).horizontalAdvance(self._longest)
        self._cell_font = self._font if room >= 4 else self._small
        for bar, most, page in (
            (self.horizontalScrollBar(), overhang.width(), self.viewport().width()),
            (self.verticalScrollBar(), overhang.height(), self.viewport().height()),
        ):
            bar.setRange(0, most)
            bar.setPageStep(page)
            bar.setSingleStep(self._layout.height)

    def _scrolled(self) -> QPoint:
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def _draw_cells(self, painter: QPainter, colors: Colors, body: QRect) -> None:
        painter.setFont(self._cell_font)
        count, width, height = len(self._texts), self._layout.width, self._layout.height
        corner = self.cell_rect(0, 0).topLeft()
        grid = QRect(corner, QSize(count * width, count * height))
        painter.drawImage(grid, self._grounds)
        line, dot = QColor(colors.central), QColor(colors.muted)
        for place in range(count + 1):
            painter.fillRect(grid.left() + place * width - 1, grid.top(), 2, grid.height(), line)
            painter.fillRect(grid.left(), grid.top() + place * height - 1, grid.width(), 2, line)
        middle = QPoint(width // 2 - 1, height // 2 - 1)
        for row, texts in enumerate(self._texts):
            top = corner.y() + row * height
            if top + height < body.top() or top > body.bottom():
                continue
            for column, text in enumerate(texts):
                left = corner.x() + column * width
                if text == NONE:
                    painter.fillRect(left + middle.x(), top + middle.y(), 2, 2, dot)
                else:
                    painter.setPen(self._inks[row][column])
                    painter.drawText(left, top, width, height, _CENTRE, text)

    def _draw_frames(self, painter: QPainter, colors: Colors) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for cell, color in ((self._pointed, colors.text), (self._opened, colors.accent)):
            if cell is None:
                continue
            frame = self.cell_rect(*cell)
            painter.setPen(QPen(QColor(colors.central), 4))
            painter.drawRect(frame)
            painter.setPen(QPen(QColor(color), 2))
            painter.drawRect(frame)

    def _cell_at(self, point: QPoint) -> Cell | None:
        if not self._texts or not self._layout.body(self.viewport().size()).contains(point):
            return None
        return self._layout.cell_at(point + self._scrolled())

    def _point_at(self, cell: Cell | None) -> None:
        if cell != self._pointed:
            self._pointed = cell
            self.setAccessibleDescription(self.reading)
            self.pointed.emit(self.reading)
            self.viewport().update()

    def _scroll_to(self, row: int, column: int) -> None:
        body = self._layout.body(self.viewport().size())
        cell = self._layout.cell(row, column)
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(
            min(max(across.value(), cell.right() - body.right()), cell.left() - body.left())
        )
        down.setValue(
            min(max(down.value(), cell.bottom() - body.bottom()), cell.top() - body.top())
        )


def _percent(rate: float) -> str:
    """Return a share in whole percent, never rounded to none or to all."""
    if rate == 0:
        return NONE
    if rate < 0.005:
        return "<1"
    return ">99" if 0.995 <= rate < 1 else f"{100 * rate:.0f}"
