"""Precision, recall and F1 of every class, and their averages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from playground.analysis.answers.confusion import Confusion, mean_of_defined
from playground.gui.look.marking import tool_tip
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.look.wording import grouped, percent
from playground.gui.widgets.painted_area import PaintedArea

_ROW = 16
_HEAD = 20
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ALIGNED = (_LEFT, _RIGHT, _RIGHT, _RIGHT, _RIGHT)
_HEADINGS = ("class", "precision", "recall", "F1", "examples")
_MEANINGS = (
    "The true class. The last row is the macro average: each class counts alike.",
    "Precision: of the examples read as the class, the share that is of it.",
    "Recall: of the examples of the class, the share that was read as it.",
    "F1: the harmonic mean of precision and recall, 2 · right / (read as it + of it).",
    "Support: how many examples of the class there are.",
)


class ScoresTable(PaintedArea):
    """Paints a row a class and one for the macro average; scrolls where they do not fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("scoresTable", "Precision, recall and F1 of each class", parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._font = ui_font(SMALL_PX)
        self._names: Sequence[str] = ()
        self._rows: list[tuple[str, ...]] = []
        self._reasons: dict[tuple[int, int], str] = {}

    def set_names(self, names: Sequence[str]) -> None:
        """Prepare for other classes."""
        self._names = names
        self.set_confusion(None)
        self.updateGeometry()

    def set_confusion(self, confusion: Confusion | None) -> None:
        """Show the scores that follow from these counts."""
        self._rows, self._reasons = [], {}
        if confusion is not None:
            self._list(confusion)
        lines = [", ".join(row) for row in self._rows]
        self.setAccessibleDescription("; ".join(lines))
        self.measure()
        self.viewport().update()

    def row(self, index: int) -> tuple[str, ...]:
        """Return what a row says: name, precision, recall, F1, examples; the last is the mean."""
        return self._rows[index]

    def explanation(self, row: int, column: int) -> str:
        """Return what a cell's tool tip says; row −1 is the heading."""
        return self._reasons.get((row, column), _MEANINGS[column])

    def cell_rect(self, row: int, column: int) -> QRect:
        """Return where a cell is, in the viewport's pixels; row −1 is the heading."""
        width = self.viewport().width() - 8
        step = min(width * 0.178, 72.0)
        name = round(min(width - 4 * step, 150.0))
        left = 0 if column == 0 else name + round((column - 1) * step)
        if row < 0:
            return QRect(left, 0, name if column == 0 else round(step), _HEAD)
        top = _HEAD + row * _ROW - self.verticalScrollBar().value()
        return QRect(left, top, name if column == 0 else round(step), _ROW)

    def whole_height(self) -> int:
        """Return the height that shows every row."""
        return _HEAD + (len(self._names) + 1) * _ROW + 6

    def sizeHint(self) -> QSize:
        return QSize(330, self.whole_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(220, min(self.whole_height(), _HEAD + 4 * _ROW))

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self.viewport())
        painter.setFont(self._font)
        text, muted = QColor(colors.text), QColor(colors.muted)
        metrics = painter.fontMetrics()
        painter.setPen(muted)
        columns = [self.cell_rect(-1, column) for column in range(len(_HEADINGS))]
        for rect, align, heading in zip(columns, _ALIGNED, _HEADINGS, strict=True):
            painter.drawText(rect, align, heading)
        right, border = columns[-1].right(), QColor(colors.border)
        painter.fillRect(0, _HEAD - 1, right, 1, border)
        painter.setClipRect(0, _HEAD, self.viewport().width(), self.viewport().height())
        last = len(self._rows) - 1
        top = _HEAD - self.verticalScrollBar().value()
        for row, (name, *words) in enumerate(self._rows):
            if row == last:
                painter.fillRect(0, top + 1, right, 1, border)
                top += 3
            if top + _ROW >= _HEAD and top <= self.viewport().height():
                painter.setPen(muted)
                room = columns[0].width() - 2
                short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
                painter.drawText(0, top, room, _ROW, _LEFT, short)
                for column, word in enumerate(words, 1):
                    painter.setPen(muted if column == 4 or word == "–" else text)
                    place = columns[column]
                    painter.drawText(place.left(), top, place.width(), _ROW, _RIGHT, word)
            top += _ROW
        painter.end()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self._cell_at(event.pos())
            if cell is not None:
                QToolTip.showText(event.globalPos(), tool_tip(self.explanation(*cell)), self)
                return True
        return super().viewportEvent(event)

    def _list(self, confusion: Confusion) -> None:
        scores = (confusion.precision, confusion.recall, confusion.f1)
        rows = zip(
            self._names, confusion.support.tolist(), *(s.tolist() for s in scores), strict=True
        )
        for index, (name, support, *figures) in enumerate(rows):
            self._rows.append((name, *map(percent, figures), grouped(support)))
            for column, figure in enumerate(figures, 1):
                if figure != figure:
                    self._reasons[index, column] = _undefined(name, column)
        means = [percent(mean_of_defined(one)) for one in scores]
        self._rows.append(("macro avg", *means, grouped(confusion.examples)))
        for column, one in enumerate(scores, 1):
            left_out = [self._names[k] for k in np.flatnonzero(~np.isfinite(one)).tolist()]
            if left_out:
                self._reasons[len(self._names), column] = (
                    f"The mean over {len(one) - len(left_out)} of {len(one)} classes; without "
                    f"{', '.join(left_out)}, for which it is not defined."
                )

    def _cell_at(self, point: QPoint) -> tuple[int, int] | None:
        for row in range(-1, len(self._rows)):
            for column in range(len(_HEADINGS)):
                if self.cell_rect(row, column).contains(point):
                    return row, column
        return None

    def measure(self) -> None:
        bar = self.verticalScrollBar()
        bar.setRange(0, max(self.whole_height() - self.viewport().height(), 0))
        bar.setPageStep(max(self.viewport().height() - _HEAD, 1))
        bar.setSingleStep(_ROW)


def _undefined(name: str, column: int) -> str:
    """Return why a class has no precision, recall or F1."""
    if column == 1:
        return f"No example was read as {name}, so precision would divide by zero."
    if column == 2:
        return f"This part has no example of {name}, so recall would divide by zero."
    return f"No example is of {name} or was read as it, so F1 would divide by zero."
