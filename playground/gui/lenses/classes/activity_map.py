"""The map of neurons by classes: a row a neuron, a column a class, read by mouse and keyboard."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QWidget

from playground.analysis.neurons.class_activity import ClassActivity, Order
from playground.gui.look import colormaps
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.wording import number, short

SILENT_SIGN = "○"
SATURATED_SIGN = "◆"
_HEADER = 26
_GUTTER = 62
_SCALE = 26
_LEAST_ROW = 4
_TALLEST_ROW = 34
_WIDEST_COLUMN = 140
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class ActivityMap(QAbstractScrollArea):
    """Paints one layer of a :class:`ClassActivity`; scrolls where its rows do not fit.

    ``pointed`` carries the sentence about the cell under the mouse or the keyboard's frame, empty
    for none; ``class_clicked`` the column whose heading was clicked.
    """

    pointed = Signal(str)
    class_clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classActivityMap")
        self.setAccessibleName("Mean activation of each neuron for each class")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 120)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self._activity: ClassActivity | None = None
        self._layer = 0
        self._sort: Order | int = "index"
        self._rows = np.empty(0, dtype=np.intp)
        self._image = QImage()
        self._low, self._high = 0.0, 1.0
        self._signed = False
        self._pointed: tuple[int, int] | None = None
        self._font = ui_font(SMALL_PX)

    @property
    def rows(self) -> tuple[int, ...]:
        """The neurons' indices from top to bottom."""
        return tuple(self._rows.tolist())

    @property
    def reading(self) -> str:
        """The sentence about the cell that is pointed at, or an empty one."""
        if self._pointed is None or self._activity is None:
            return ""
        row, column = self._pointed
        neuron = int(self._rows[row])
        mean = float(self._activity.means[self._layer][neuron, column])
        kind = "target" if self._activity.by_target else "class"
        text = f"Neuron {neuron}, {kind} {self._activity.class_names[column]}"
        if np.isnan(mean):
            return f"{text}: no examples"
        text += f": mean activation {number(mean)}"
        if self._activity.silent[self._layer][neuron]:
            return text + " · silent on every example"
        if self._activity.saturated[self._layer][neuron]:
            return text + " · saturated"
        selectivity = float(self._activity.selectivity(self._layer)[neuron])
        return text + f" · selectivity {selectivity:.2f}"

    def show_layer(self, activity: ClassActivity | None, layer: int, sort: Order | int) -> None:
        """Draw one layer's neurons in an order."""
        same_shape = (
            activity is not None
            and self._activity is not None
            and layer == self._layer
            and activity.means[layer].shape == self._activity.means[self._layer].shape
        )
        self._activity, self._layer, self._sort = activity, layer, sort
        if not same_shape:
            self._pointed = None
        self._colour()
        self._measure()
        self.pointed.emit(self.reading)
        self.viewport().update()

    def cell_rect(self, row: int, column: int) -> QRect:
        """Return where a cell is, in the viewport's pixels."""
        width, height = self._column_width(), self._row_height()
        top = _HEADER + row * height - self.verticalScrollBar().value()
        return QRect(_GUTTER + column * width, top, width, height)

    def header_rect(self, column: int) -> QRect:
        """Return where a class's heading is, in the viewport's pixels."""
        width = self._column_width()
        return QRect(_GUTTER + column * width, 0, width, _HEADER)

    def sizeHint(self) -> QSize:
        return QSize(700, 420)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._activity is None:
            return
        colors = colors_of(self)
        painter = QPainter(self.viewport())
        painter.setFont(self._font)
        columns = len(self._activity.class_names)
        body = self._body()
        painter.save()
        painter.setClipRect(body.adjusted(-_GUTTER, 0, 2, 0))
        grid = QRect(self.cell_rect(0, 0).topLeft(), self._grid_size())
        painter.drawImage(grid, self._image)
        self._draw_lines(painter, colors, grid, columns)
        self._draw_rows(painter, colors)
        if self._pointed is not None:
            self._draw_frame(painter, colors)
        painter.restore()
        self._draw_headers(painter, colors)
        self._draw_scale(painter, colors, body)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._cell(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if event.button() != Qt.MouseButton.LeftButton or self._activity is None:
            return
        for column in range(len(self._activity.class_names)):
            if self.header_rect(column).contains(point):
                self.class_clicked.emit(column)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._activity is None or key not in _ARROWS:
            super().keyPressEvent(event)
            return
        down, right = _ARROWS[key] if self._pointed is not None else (0, 0)
        row, column = self._pointed or (0, 0)
        row = min(max(row + down, 0), len(self._rows) - 1)
        column = min(max(column + right, 0), len(self._activity.class_names) - 1)
        self._point_at((row, column))
        self._scroll_to(row)

    def _row_height(self) -> int:
        room = self.viewport().height() - _HEADER - _SCALE
        return min(max(room // max(len(self._rows), 1), _LEAST_ROW), _TALLEST_ROW)

    def _column_width(self) -> int:
        columns = len(self._activity.class_names) if self._activity else 1
        return min(max((self.viewport().width() - _GUTTER - 12) // columns, 8), _WIDEST_COLUMN)

    def _grid_size(self) -> QSize:
        columns = len(self._activity.class_names) if self._activity else 0
        return QSize(columns * self._column_width(), len(self._rows) * self._row_height())

    def _body(self) -> QRect:
        """Return the part of the viewport that shows rows."""
        return QRect(
            _GUTTER,
            _HEADER,
            self._grid_size().width(),
            min(self.viewport().height() - _HEADER - _SCALE, self._grid_size().height()),
        )

    def _measure(self) -> None:
        bar = self.verticalScrollBar()
        bar.setRange(0, max(self._grid_size().height() - self._body().height(), 0))
        bar.setPageStep(max(self._body().height(), 1))
        bar.setSingleStep(self._row_height() * 3)

    def _colour(self) -> None:
        if self._activity is None:
            self._rows, self._image = np.empty(0, dtype=np.intp), QImage()
            return
        means = self._activity.means[self._layer]
        self._rows = self._activity.order(self._layer, self._sort)
        finite = means[np.isfinite(means)]
        low = float(finite.min()) if finite.size else 0.0
        high = float(finite.max()) if finite.size else 0.0
        self._signed = low < 0
        self._high = max(high, -low, 1e-12)
        self._low = -self._high if self._signed else 0.0
        pixels = colormaps.colored(means[self._rows], self._table(), self._low, self._high)
        pixels[~np.isfinite(means[self._rows])] = 0
        pixels = np.ascontiguousarray(pixels)
        height, width = means.shape
        self._image = QImage(
            pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888
        ).copy()

    def _table(self) -> colormaps.Table:
        if self._signed:
            return colormaps.diverging(colors_of(self) is DARK)
        return colormaps.viridis()

    def _draw_lines(self, painter: QPainter, colors: Colors, grid: QRect, columns: int) -> None:
        """Part the columns, and the rows where they are tall enough."""
        width, height = self._column_width(), self._row_height()
        ground = QColor(colors.central)
        for column in range(1, columns):
            painter.fillRect(grid.left() + column * width - 1, grid.top(), 2, grid.height(), ground)
        if height >= 9:
            for row in range(1, len(self._rows)):
                top = grid.top() + row * height - 1
                painter.fillRect(grid.left(), top, grid.width(), 1 + (height >= 16), ground)

    def _draw_rows(self, painter: QPainter, colors: Colors) -> None:
        """Write the neurons' numbers and signs, as many as fit."""
        activity = self._activity
        if activity is None:
            return
        silent, saturated = activity.silent[self._layer], activity.saturated[self._layer]
        height = self._row_height()
        text_height = QFontMetrics(self._font).height() - 2
        every = -(-text_height // height)
        body = self._body()
        first = self.verticalScrollBar().value() // height
        for row in range(first, min(len(self._rows), first + body.height() // height + 2)):
            neuron = int(self._rows[row])
            cell = self.cell_rect(row, 0)
            label = QRect(0, cell.center().y() - text_height // 2, _GUTTER - 8, text_height)
            label.moveTop(max(label.top(), body.top()))
            if row % every == 0:
                painter.setPen(QColor(colors.muted))
                painter.drawText(label, _RIGHT, str(neuron))
            if not (silent[neuron] or saturated[neuron]):
                continue
            painter.setPen(QColor(colors.warning))
            if every == 1:
                sign = SILENT_SIGN if silent[neuron] else SATURATED_SIGN
                painter.drawText(label.adjusted(6, 0, 0, 0), _LEFT, sign)
            else:
                self._draw_small_sign(painter, colors, cell, bool(silent[neuron]))

    def _draw_small_sign(
        self, painter: QPainter, colors: Colors, cell: QRect, silent: bool
    ) -> None:
        side = min(max(cell.height() - 1, 3), 7)
        spot = QRect(12, cell.center().y() - side // 2, side, side)
        if silent:
            painter.drawRect(spot.adjusted(0, 0, -1, -1))
        else:
            painter.fillRect(spot, QColor(colors.warning))

    def _draw_frame(self, painter: QPainter, colors: Colors) -> None:
        row, column = self._pointed or (0, 0)
        cell = QRectF(self.cell_rect(row, column))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.window), 4))
        painter.drawRect(cell)
        painter.setPen(QPen(QColor(colors.accent if self.hasFocus() else colors.text), 2))
        painter.drawRect(cell)

    def _draw_headers(self, painter: QPainter, colors: Colors) -> None:
        activity = self._activity
        if activity is None:
            return
        metrics = painter.fontMetrics()
        for column, name in enumerate(activity.class_names):
            rect = self.header_rect(column)
            chosen = column == self._sort
            painter.setPen(QColor(colors.text if chosen else colors.muted))
            text = metrics.elidedText(
                name + " ▾" * chosen, Qt.TextElideMode.ElideRight, rect.width() - 2
            )
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(QColor(colors.faint))
        painter.drawText(QRect(0, 0, _GUTTER - 8, _HEADER), _RIGHT, "neuron")

    def _draw_scale(self, painter: QPainter, colors: Colors, body: QRect) -> None:
        """Draw what the first and the last colour stand for, under the rows."""
        metrics = painter.fontMetrics()
        table = np.ascontiguousarray(self._table())
        bar = QImage(table.data, 256, 1, 1024, QImage.Format.Format_RGBA8888)
        low, high = short(self._low), short(self._high)
        if not self._signed:
            low = "0"
        line = QRect(body.left(), body.bottom() + 8, body.width(), metrics.height())
        painter.setPen(QColor(colors.faint))
        painter.drawText(line, _LEFT, low)
        left = line.left() + metrics.horizontalAdvance(low) + 6
        painter.drawImage(QRect(left, line.center().y() - 2, 110, 5), bar)
        line.setLeft(left + 116)
        painter.drawText(line, _LEFT, high)

    def _cell(self, point: QPoint) -> tuple[int, int] | None:
        if not self._body().contains(point):
            return None
        row = (point.y() - _HEADER + self.verticalScrollBar().value()) // self._row_height()
        column = (point.x() - _GUTTER) // self._column_width()
        return (row, column) if row < len(self._rows) else None

    def _point_at(self, cell: tuple[int, int] | None) -> None:
        if cell != self._pointed:
            self._pointed = cell
            self.pointed.emit(self.reading)
            self.viewport().update()

    def _scroll_to(self, row: int) -> None:
        bar, height = self.verticalScrollBar(), self._row_height()
        bottom = (row + 1) * height - self._body().height()
        bar.setValue(min(max(bar.value(), bottom), row * height))
