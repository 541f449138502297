"""A wall of pictures, each with what it is, what it was read as, and how sure the network was."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QToolTip, QWidget

from playground.analysis.answers.mistakes import Places
from playground.analysis.answers.part_answers import PartAnswers
from playground.data.dataset import Dataset
from playground.gui.lenses.confusion.wording import answer_sentence, read_as, sure
from playground.gui.look.colors import Colors
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.widgets.example_picture import LABEL_HEIGHT, paint_example
from playground.gui.widgets.painted_area import PaintedArea

_GAP = 8
_EDGE = 3
_WIDEST = 132
_KEPT = 500
"""Painted examples that are kept for the next time."""


class AnswerWall(PaintedArea):
    """Paints those pictures that are in view; ``example_requested`` carries a picked one's row.

    Arrow keys, Page Up, Page Down, Home and End pick too.
    """

    example_requested = Signal(int)

    def __init__(self, picture_px: int, parent: QWidget | None = None) -> None:
        super().__init__("answerWall", "Examples with true and predicted class", parent)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._picture = picture_px
        self._width = picture_px
        self._dataset: Dataset | None = None
        self._answers: PartAnswers | None = None
        self._places: Places = np.empty(0, np.intp)
        self._selected = -1
        self._painted: dict[tuple[object, ...], QPixmap] = {}

    @property
    def selected(self) -> int | None:
        """The framed example, a row of the data set."""
        return None if self._selected < 0 else self._selected

    def set_dataset(self, dataset: Dataset) -> None:
        """Prepare for another data set."""
        self._dataset = dataset
        longest = sorted(dataset.class_names, key=len)[-2:]
        widest = QFontMetrics(ui_font(SMALL_PX)).horizontalAdvance(" → ".join(longest)) + 4
        self._width = max(self._picture, min(widest, _WIDEST), 52)
        self._selected = -1
        self._painted.clear()
        self.verticalScrollBar().setValue(0)

    def show_places(self, answers: PartAnswers | None, places: Places) -> None:
        """Show these places of the answers in this order; what is in view stays in view."""
        self._answers, self._places = answers, places
        self.setAccessibleDescription(f"{len(places)} examples")
        self.measure()
        self.viewport().update()

    def set_selected(self, index: int | None) -> None:
        """Frame an example, a row of the data set, or none."""
        self._selected = -1 if index is None else index
        self.viewport().update()

    def row_height(self) -> int:
        """Return the height of one row of pictures with their words."""
        return self._picture + 2 * LABEL_HEIGHT + _GAP

    def columns(self) -> int:
        """Return how many pictures stand side by side."""
        return max((self.viewport().width() - _EDGE) // (self._width + _GAP), 1)

    def box_of(self, rank: int) -> QRectF:
        """Return where a picture with its words is, in the viewport's pixels."""
        row, column = divmod(rank, self.columns())
        return QRectF(
            _EDGE + column * (self._width + _GAP),
            _EDGE + row * self.row_height() - self.verticalScrollBar().value(),
            self._width,
            self._picture + 2 * LABEL_HEIGHT,
        )

    def in_view(self) -> range:
        """Return the ranks of the pictures that can be seen."""
        columns, height = self.columns(), self.row_height()
        first = max(self.verticalScrollBar().value() - _EDGE, 0) // height
        last = (self.verticalScrollBar().value() + self.viewport().height()) // height + 1
        return range(first * columns, min(last * columns, len(self._places)))

    def sizeHint(self) -> QSize:
        return QSize(400, self.row_height() + 2 * _EDGE)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, self.row_height() + 2 * _EDGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        answers, dataset = self._answers, self._dataset
        if answers is None or dataset is None:
            return
        colors = colors_of(self)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(ui_font(SMALL_PX))
        painter.setPen(QColor(colors.muted))
        for rank in self.in_view():
            place = int(self._places[rank])
            box = self.box_of(rank)
            cell = self._cell(answers, place, dataset, colors)
            painter.drawPixmap(box.topLeft() - QPointF(_EDGE, _EDGE), cell)
            line = QRectF(box.left(), box.bottom() - LABEL_HEIGHT, box.width(), LABEL_HEIGHT)
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, sure(answers, place))
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            frame = QRectF(self.viewport().rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(frame, 4, 4)
        painter.end()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            rank = self._rank_at(QPointF(event.pos()))
            if rank is not None and self._answers is not None and self._dataset is not None:
                place = int(self._places[rank])
                text = answer_sentence(self._answers, place, self._dataset.class_names)
                QToolTip.showText(event.globalPos(), f"{text} Click to take it in hand.", self)
                return True
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        rank = self._rank_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and rank is not None:
            self._pick(rank)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = self.columns() * max(self.viewport().height() // self.row_height(), 1)
        last, now = len(self._places) - 1, self._rank_of_selected()
        start = -1 if now is None else now
        rank = {
            Qt.Key.Key_Left: start - 1,
            Qt.Key.Key_Right: start + 1,
            Qt.Key.Key_Up: start - self.columns(),
            Qt.Key.Key_Down: start + (self.columns() if now is not None else 1),
            Qt.Key.Key_PageUp: start - page,
            Qt.Key.Key_PageDown: start + page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))
        if rank is None or last < 0:
            super().keyPressEvent(event)
            return
        self._pick(min(max(rank, 0), last))

    def _cell(self, answers: PartAnswers, place: int, dataset: Dataset, colors: Colors) -> QPixmap:
        """Return an example's picture with its caption, painted once for many paintings."""
        index = int(answers.indices[place])
        caption = read_as(answers, place, dataset.class_names)
        chosen, ratio = index == self._selected, self.devicePixelRatioF()
        key = (index, caption, chosen, colors, ratio)
        pixmap = self._painted.get(key)
        if pixmap is None:
            size = QSizeF(self._width + 2 * _EDGE, self._picture + LABEL_HEIGHT + 2 * _EDGE)
            pixmap = QPixmap((size * ratio).toSize())
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(ui_font(SMALL_PX))
            box = QRectF(QPointF(0, 0), size).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
            paint_example(painter, box, dataset, index, colors, selected=chosen, caption=caption)
            painter.end()
            if len(self._painted) >= _KEPT:
                self._painted.pop(next(iter(self._painted)))
            self._painted[key] = pixmap
        return pixmap

    def _pick(self, rank: int) -> None:
        assert self._answers is not None
        self._selected = int(self._answers.indices[self._places[rank]])
        self._scroll_to(rank)
        self.viewport().update()
        self.example_requested.emit(self._selected)

    def _rank_of_selected(self) -> int | None:
        if self._answers is None:
            return None
        ranks = np.flatnonzero(self._answers.indices[self._places] == self._selected)
        return int(ranks[0]) if len(ranks) else None

    def _rank_at(self, at: QPointF) -> int | None:
        for rank in self.in_view():
            if self.box_of(rank).contains(at):
                return rank
        return None

    def _scroll_to(self, rank: int) -> None:
        bar, box = self.verticalScrollBar(), self.box_of(rank)
        if box.top() < 0:
            bar.setValue(bar.value() + round(box.top()) - _EDGE)
        elif box.bottom() > self.viewport().height():
            bar.setValue(bar.value() + round(box.bottom()) + _EDGE - self.viewport().height())

    def measure(self) -> None:
        rows = -(-len(self._places) // self.columns())
        bar = self.verticalScrollBar()
        whole = rows * self.row_height() + 2 * _EDGE - _GAP
        bar.setRange(0, max(whole - self.viewport().height(), 0))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(self.row_height() // 2)
