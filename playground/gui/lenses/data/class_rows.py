"""A row for each class: how many examples it has, what they look like on average, and some."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView

from playground.data.preparation import PARTS, Prepared
from playground.data.summary import DataSummary, class_counts
from playground.gui.look.colors import Colors
from playground.gui.widgets.arrow_keys import CHOOSE
from playground.gui.widgets.class_markers import class_color, paint_marker
from playground.gui.widgets.figure_table import Entry, FigureTable, Heading
from playground.gui.widgets.ink_image import ink_image
from playground.wording import grouped, nth

_EDGE = 2
_TALL, _FLAT = 40, 24
_PICTURE, _PITCH, _MEAN_PITCH = 36, 40, 48
_MARKER = 18
_MOST_ROWS = 12
_MEASURED = 100
_WIDEST_BAR = 110
_BAR = 9
_NUMBERS = 96
_NARROWEST = 260
_FIRST = 3
"""The column of the first example, after the name, the counts and the mean."""


class ClassRows(FigureTable):
    """``example_requested`` carries the row of the data set whose picture was clicked.

    Arrow keys move from picture to picture, Return takes one in hand.
    """

    example_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__("dataClassRows", "Examples of each class")
        self.setMinimumWidth(_NARROWEST)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._prepared: Prepared | None = None
        self._counts: Sequence[NDArray[np.int64]] = ()
        self._means: NDArray[np.floating] | None = None
        self._members: dict[int, NDArray[np.int64]] = {}
        self._images: dict[tuple[int, Colors], QImage] = {}
        self._columns: list[tuple[int, Callable[[int], Entry]]] = []
        self._page = self._across = 0

    def set_data(self, prepared: Prepared) -> None:
        """Show another data set; its means follow."""
        self._prepared, self._means = prepared, None
        self._counts = class_counts(prepared)
        self._members, self._page = {}, 0
        self._images.clear()
        names = prepared.dataset.class_names
        self.verticalHeader().setDefaultSectionSize(_TALL if self._pictures else _FLAT)
        self.setFixedHeight(self.whole_height(min(len(names), _MOST_ROWS)))
        self.setAccessibleDescription(
            "; ".join(self._counts_text(label) for label in range(len(names))[:_MOST_ROWS])
        )
        self._lay_out()

    def set_summary(self, summary: DataSummary) -> None:
        """Show each class's mean picture."""
        self._means = summary.class_means
        self.viewport().update()

    @Slot()
    def turn_page(self) -> None:
        """Show other examples of every class."""
        self._page += 1
        self._images.clear()
        self.viewport().update()

    def example_at(self, label: int, column: int) -> int | None:
        """Return which row of the data set a picture shows."""
        if self._prepared is None:
            return None
        if label not in self._members:
            places = np.flatnonzero(self._prepared.train_targets == label)
            self._members[label] = self._prepared.train_index[places]
        members = self._members[label]
        if not 0 <= column < min(self._across, len(members)):
            return None
        return int(members[(self._page * self._across + column) % len(members)])

    def sizeHint(self) -> QSize:
        return QSize(380, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    @property
    def _pictures(self) -> bool:
        return self._prepared is not None and self._prepared.dataset.kind.pictures

    def _lay_out(self) -> None:
        """Divide the width."""
        if self._prepared is None:
            return
        names, metrics = self._prepared.dataset.class_names, self.fontMetrics()
        longest = max((metrics.horizontalAdvance(name) for name in names[:_MEASURED]), default=0)
        name = min(max(longest + 6, 28), 84)
        room = self.viewport().width() - name
        if self._pictures:
            most = f"{grouped(len(self._prepared.train_index) // max(len(names), 1) * 2)}"
            counts = metrics.horizontalAdvance(f"{most} + {most}") + 2 * _EDGE
            bar = min(max(room // 4, counts), _WIDEST_BAR)
            self._across = max((room - bar - _MEAN_PITCH) // _PITCH, 1)
            examples = [(_PITCH, partial(self._example, place)) for place in range(self._across)]
            first = [(name, self._name), (bar, self._counted), (_MEAN_PITCH, self._mean)]
            self._columns = [*first, *examples]
        else:
            bar = max(room - _MARKER - _NUMBERS, 60)
            self._columns = [
                (_MARKER, _marker),
                (name, self._name),
                (bar, self._bar),
                (_NUMBERS, self._numbers),
            ]
        if len(self._columns) != self.cells.columnCount():
            self.set_headings([Heading(widest="0", left=True)] * len(self._columns))
        for column, (width, _) in enumerate(self._columns):
            self.setColumnWidth(column, width)
        self.cells.show(len(names), lambda label, column: self._columns[column][1](label))

    def _name(self, label: int) -> Entry:
        assert self._prepared is not None
        return Entry(self._prepared.dataset.class_names[label], f"{self._counts_text(label)}.")

    def _bar(self, label: int) -> Entry:
        return Entry(tip=f"{self._counts_text(label)}.", draw=partial(self._draw_bar, label))

    def _numbers(self, label: int) -> Entry:
        text = " + ".join(f"{grouped(int(counts[label]))}" for counts in self._counts)
        return Entry(text, f"{self._counts_text(label)}.", "muted")

    def _counted(self, label: int) -> Entry:
        numbers = self._numbers(label)

        def draw(painter: QPainter, cell: QRectF, colors: Colors) -> None:
            above, below = cell.adjusted(0, 0, 0, -14), cell.adjusted(_EDGE, 17, 0, 0)
            self._draw_bar(label, painter, above, colors)
            painter.setPen(QColor(colors.muted))
            painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, numbers.text)

        return replace(numbers, draw=draw)

    def _mean(self, label: int) -> Entry:
        tip = f"Each pixel's mean over the training examples. {self._counts_text(label)}."
        if self._means is None or not np.isfinite(self._means[label]).all():
            return Entry(tip=tip)
        return Entry("mean", tip, draw=partial(self._draw_picture, -1 - label))

    def _example(self, place: int, label: int) -> Entry:
        index = self.example_at(label, place)
        if index is None:
            return Entry()
        tip = f"Training example {nth(index)}: click to let the network read it."
        return Entry(f"example {nth(index)}", tip, draw=partial(self._draw_picture, index))

    def _draw_bar(self, label: int, painter: QPainter, cell: QRectF, colors: Colors) -> None:
        room = cell.adjusted(_EDGE, 0, -_EDGE, 0)
        unit = room.width() / max(int(np.sum(self._counts, axis=0).max()), 1)
        left = room.left()
        assert self._prepared is not None
        for part, counts in zip(self._prepared.parts, self._counts, strict=True):
            bar = QRectF(left, cell.center().y() - _BAR / 2, counts[label] * unit, _BAR)
            painter.fillRect(bar, QColor(getattr(colors, part)))
            left = bar.right()

    def _draw_picture(self, index: int, painter: QPainter, cell: QRectF, colors: Colors) -> None:
        """Draw the picture of an example, or the mean of class −1 − index."""
        if (index, colors) not in self._images:
            assert self._prepared is not None
            dataset = self._prepared.dataset
            values = dataset.inputs[index]
            if index < 0:
                assert self._means is not None
                values = self._means[-1 - index]
            self._images[index, colors] = ink_image(dataset.ink(values), colors)
        place = QRectF(cell.left() + _EDGE, cell.top() + _EDGE, _PICTURE, _PICTURE)
        painter.drawImage(place, self._images[index, colors])

    def _counts_text(self, label: int) -> str:
        assert self._prepared is not None
        dataset = self._prepared.dataset
        name, what = dataset.class_names[label], "examples"
        if dataset.task.at_every_step:
            what = "steps at which it is right"
        if len(self._counts) == 1:
            return f"{name}: {grouped(self._counts[0][label])} {what}"
        parts = zip(self._prepared.parts, self._counts, strict=True)
        told = ", ".join(f"{grouped(counts[label])} {PARTS[part]}" for part, counts in parts)
        return f"{name}: {told} {what}"

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Stay among the pictures, where there are some."""
        place = super().moveCursor(action, modifiers)
        if self._pictures and place.isValid() and place.column() < _FIRST:
            return self.cells.index(place.row(), _FIRST)
        return place

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in CHOOSE:
            self._pick()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        pressed = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and pressed.isValid():
            self._pick()

    def _pick(self) -> None:
        place = self.currentIndex()
        index = self.example_at(place.row(), place.column() - _FIRST)
        if place.isValid() and self._pictures and index is not None:
            self.example_requested.emit(index)


def _marker(label: int) -> Entry:
    def draw(painter: QPainter, cell: QRectF, colors: Colors) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre, ground = cell.center() - QPointF(2, 0), QColor(colors.central)
        paint_marker(painter, centre, 5, label, color=class_color(label), ground=ground)

    return Entry(draw=draw)
