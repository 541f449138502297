"""What a list of examples shows, and how each of its cells is painted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    QSizeF,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from playground.gui.look.colors import Colors
from playground.gui.look.marking import tool_tip
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.widgets.example_picture import LABEL_HEIGHT

Words = Callable[[int], str]
Paint = Callable[[QPainter, QRectF, int, Colors, str, bool], None]
_Index = QModelIndex | QPersistentModelIndex

NO_BAR = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
_KEPT = 500
"""Painted pictures that are kept for the next time."""
_BELOW = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Shown:
    """What a list shows: functions of a place, asked only of those in view."""

    source: object
    indices: NDArray[np.int64]
    paint: Paint
    caption: Words
    tip: Words = lambda _: ""
    longest: str = ""
    beside: bool = False


class ShownExamples(QAbstractListModel):
    """Gives Qt the words of each place."""

    def __init__(self, parent: QListView) -> None:
        super().__init__(parent)
        self.shown = Shown(None, np.empty(0, np.int64), lambda *_: None, lambda _: "")

    def show(self, shown: Shown) -> None:
        """Show other examples; as many as before only change."""
        count = len(shown.indices)
        if count == len(self.shown.indices):
            self.shown = shown
            self.dataChanged.emit(self.index(0), self.index(count - 1))
        else:
            self.beginResetModel()
            self.shown = shown
            self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return len(self.shown.indices)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        place, shown = index.row(), self.shown
        if role == Qt.ItemDataRole.DisplayRole:
            return shown.caption(place)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip(shown.tip(place))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return shown.tip(place) or shown.caption(place)
        return None


class ExampleCells(QStyledItemDelegate):
    """Paints one example, framed in certain states of its place."""

    def __init__(self, view: QListView, gap: int, lines: int, framed: QStyle.StateFlag) -> None:
        super().__init__(view)
        self._view, self._gap, self._lines, self._framed = view, gap, lines, framed
        self._source: object = None
        self._painted: dict[tuple[object, ...], QPixmap] = {}

    @property
    def _shown(self) -> Shown:
        model = self._view.model()
        assert isinstance(model, ShownExamples)
        return model.shown

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return self._view.gridSize()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        cell = QRectF(QPointF(option.rect.topLeft()), QSizeF(self._view.gridSize()))
        room = self._view.viewport().width()
        if self._view.horizontalScrollBarPolicy() == NO_BAR and cell.right() > room:
            return
        painter.save()
        try:
            self._paint_cell(painter, cell, index.row(), bool(option.state & self._framed))
        except Exception:
            # Qt goes on to the next cell; with an error pending it would crash there.
            sys.excepthook(*sys.exc_info())
        finally:
            painter.restore()

    def _paint_cell(self, painter: QPainter, cell: QRectF, place: int, framed: bool) -> None:
        shown, colors = self._shown, colors_of(self._view)
        lines = shown.caption(place).split("\n")
        painter.setFont(ui_font(SMALL_PX))
        if shown.beside:
            if framed:
                painter.fillRect(cell, QColor(colors.hover))
            square = QRectF(cell.left() + 1, cell.top() + 2, 18, 18 + LABEL_HEIGHT)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            shown.paint(painter, square, place, colors, "", False)
            _write_beside(painter, cell.adjusted(25, 0, -3, 0), lines, shown.longest, colors)
            return
        painter.drawPixmap(cell.topLeft(), self._picture(place, lines[0], framed, colors))
        cell.setBottom(cell.bottom() - self._gap / 2 - (self._lines - 1) * LABEL_HEIGHT - 1)
        painter.setPen(QColor(colors.muted))
        for line in lines[1:]:
            cell.translate(0, LABEL_HEIGHT)
            painter.drawText(cell, _BELOW, line)

    def _picture(self, place: int, words: str, framed: bool, colors: Colors) -> QPixmap:
        """Return an example with its first line, painted once for many paintings."""
        shown, size = self._shown, self._view.gridSize()
        if shown.source is not self._source:
            self._source = shown.source
            self._painted.clear()
        ratio = self._view.devicePixelRatioF()
        key = (int(shown.indices[place]), words, framed, colors, size.toTuple(), ratio)
        if key not in self._painted:
            if len(self._painted) >= _KEPT:
                del self._painted[next(iter(self._painted))]
            self._painted[key] = self._paint_picture(place, words, framed, colors)
        return self._painted[key]

    def _paint_picture(self, place: int, words: str, framed: bool, colors: Colors) -> QPixmap:
        shown, size = self._shown, QSizeF(self._view.gridSize())
        ratio = self._view.devicePixelRatioF()
        pixmap = QPixmap((size * ratio).toSize())
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        half, below = self._gap / 2, (1 - self._lines) * LABEL_HEIGHT
        box = QRectF(QPointF(), size).adjusted(half, half - 1, -half, below - half - 1)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(ui_font(SMALL_PX))
        try:
            shown.paint(painter, box, place, colors, words, framed)
        finally:
            painter.end()
        return pixmap


def _write_beside(
    painter: QPainter, box: QRectF, lines: Sequence[str], longest: str, colors: Colors
) -> None:
    metrics, last = painter.fontMetrics(), box.width()
    first = min(metrics.horizontalAdvance(longest) + 8, last / 3)
    end = last - metrics.horizontalAdvance("0.0000") - 8
    spans = ((0, first - 4, _LEFT), (end, last, _RIGHT), (first, end - 4, _LEFT))
    inks = (colors.text, colors.text, colors.muted)
    for line, (start, stop, align), ink in zip(lines, spans, inks, strict=True):
        part = QRectF(box.left() + start, box.top(), max(stop - start, 0), box.height())
        painter.setPen(QColor(ink))
        text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, int(part.width()))
        painter.drawText(part, align, text)
