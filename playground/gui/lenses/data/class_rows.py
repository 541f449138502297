"""A row for each class: how many examples it has, what they look like on average, and some."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from playground.data.preparation import Prepared
from playground.data.summary import DataSummary, class_counts
from playground.gui.lenses.data.part_legend import paint_part_legend
from playground.gui.look.colors import Colors
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.look.wording import grouped
from playground.gui.widgets.arrow_keys import ARROWS, CHOOSE
from playground.gui.widgets.class_markers import class_color, paint_marker
from playground.gui.widgets.ink_image import ink_image
from playground.gui.widgets.painted_area import PaintedArea

_HEAD = 20
_TALL, _FLAT = 40, 24
_PICTURE = 36
_PITCH = _PICTURE + 4
_GAP = 8
_MOST_ROWS = 12
_MEASURED = 100
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter
Place = tuple[int, int]


class ClassRows(PaintedArea):
    """``example_requested`` carries the row of the data set whose picture was clicked.

    Arrow keys move from picture to picture, Return takes one in hand.
    """

    example_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("dataClassRows", "Examples of each class", parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._font = ui_font(SMALL_PX)
        self._prepared: Prepared | None = None
        self._counts = (np.empty(0, np.int64), np.empty(0, np.int64))
        self._means: NDArray[np.floating] | None = None
        self._members: dict[int, NDArray[np.int64]] = {}
        self._images: dict[tuple[int, Colors], QImage] = {}
        self._page = 0
        self._current: Place | None = None
        self._name_width = self._counts_width = 0

    def set_data(self, prepared: Prepared) -> None:
        """Show another data set; its means follow."""
        self._prepared, self._means = prepared, None
        self._counts = class_counts(prepared)
        self._members, self._page, self._current = {}, 0, None
        self._images.clear()
        names = prepared.dataset.class_names
        metrics = QFontMetrics(self._font)
        longest = max((metrics.horizontalAdvance(name) for name in names[:_MEASURED]), default=0)
        self._name_width = min(max(longest + 2, 28), 84) + (0 if self._pictures else 18)
        most = grouped(len(prepared.train_index) // max(len(names), 1) * 2)
        self._counts_width = metrics.horizontalAdvance(f"{most} + {most}")
        rows = min(len(names), _MOST_ROWS)
        self.setFixedHeight(_HEAD + rows * self._row_height + 2)
        self.setAccessibleDescription(
            "; ".join(self._counts_text(label) for label in range(len(names))[:_MOST_ROWS])
        )
        self.measure()
        self.viewport().update()

    def set_summary(self, summary: DataSummary) -> None:
        """Show each class's mean picture."""
        self._means = summary.class_means
        self.viewport().update()

    def turn_page(self) -> None:
        """Show other examples of every class."""
        self._page += 1
        self._images.clear()
        self.viewport().update()

    def example_at(self, label: int, column: int) -> int | None:
        """Return which row of the data set a picture shows."""
        members = self._members_of(label)
        across = self._across
        if not 0 <= column < min(across, len(members)):
            return None
        return int(members[(self._page * across + column) % len(members)])

    def picture_rect(self, label: int, column: int) -> QRect:
        """Return where a picture is in the viewport."""
        left = self._strip_left + column * _PITCH
        return QRect(left, self._row_top(label) + 2, _PICTURE, _PICTURE)

    def measure(self) -> None:
        """Let rows that find no place be scrolled to."""
        whole = self._classes * self._row_height
        bar = self.verticalScrollBar()
        bar.setRange(0, max(whole - (self.viewport().height() - _HEAD), 0))
        bar.setPageStep(max(self.viewport().height() - _HEAD, 1))
        bar.setSingleStep(self._row_height)

    def sizeHint(self) -> QSize:
        return QSize(380, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(260, self.height())

    @property
    def _classes(self) -> int:
        return 0 if self._prepared is None else len(self._prepared.dataset.class_names)

    @property
    def _pictures(self) -> bool:
        return self._prepared is not None and self._prepared.dataset.kind.pictures

    @property
    def _row_height(self) -> int:
        return _TALL if self._pictures else _FLAT

    def _row_top(self, label: int) -> int:
        return _HEAD + label * self._row_height - self.verticalScrollBar().value()

    @property
    def _bar_width(self) -> int:
        room = self.viewport().width() - self._name_width - _GAP
        return (
            min(max(room // 4, self._counts_width), 110) if self._pictures else max(room - 96, 60)
        )

    @property
    def _mean_left(self) -> int:
        return self._name_width + _GAP + self._bar_width + _GAP

    @property
    def _strip_left(self) -> int:
        return self._mean_left + _PITCH + _GAP

    @property
    def _across(self) -> int:
        return max((self.viewport().width() - self._strip_left + 4) // _PITCH, 1)

    def _members_of(self, label: int) -> NDArray[np.int64]:
        """Return the training examples of a class."""
        if self._prepared is None:
            return np.empty(0, np.int64)
        if label not in self._members:
            places = np.flatnonzero(self._prepared.train_targets == label)
            self._members[label] = self._prepared.train_index[places]
        return self._members[label]

    def paintEvent(self, event: QPaintEvent) -> None:
        prepared = self._prepared
        if prepared is None:
            return
        colors = colors_of(self)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        painter.setClipRect(0, _HEAD, self.viewport().width(), self.viewport().height())
        for label in range(self._classes):
            top = self._row_top(label)
            if top + self._row_height > 0 and top < self.viewport().height():
                self._paint_row(painter, prepared, label, colors)
        if self.hasFocus() and self._current is not None:
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.picture_rect(*self._current).adjusted(-1, -1, 1, 1), 3, 3)
        painter.setClipping(False)
        self._paint_head(painter, prepared, colors)
        painter.end()

    def _paint_head(self, painter: QPainter, prepared: Prepared, colors: Colors) -> None:
        line = QRect(0, 0, self.viewport().width(), _HEAD)
        paint_part_legend(painter, line, prepared, colors)
        if self._pictures:
            painter.drawText(QRect(self._mean_left, 0, _PITCH, _HEAD), _CENTRE, "mean")
            painter.drawText(QRect(self._strip_left, 0, 200, _HEAD), _LEFT, "examples")
        if self.hasFocus() and self._current is None:
            painter.setPen(QColor(colors.accent))
            painter.drawRoundedRect(self.viewport().rect().adjusted(0, 0, -1, -1), 4, 4)

    def _paint_row(self, painter: QPainter, prepared: Prepared, label: int, colors: Colors) -> None:
        dataset = prepared.dataset
        top, height = self._row_top(label), self._row_height
        metrics = painter.fontMetrics()
        left = 0
        if not self._pictures:
            centre = QRectF(0, top, 14, height).center()
            ground = QColor(colors.central)
            paint_marker(painter, centre, 5, label, color=class_color(label), ground=ground)
            left = 18
        room = self._name_width - left
        name = metrics.elidedText(dataset.class_names[label], Qt.TextElideMode.ElideRight, room)
        painter.setPen(QColor(colors.text))
        align = _CENTRE if self._pictures and len(name) <= 2 else _LEFT
        painter.drawText(QRect(left, top, room, height), align, name)
        self._paint_counts(painter, label, colors)
        if not self._pictures:
            return
        if self._means is not None and np.isfinite(self._means[label]).all():
            painter.drawImage(self._mean_rect(label), self._picture(-1 - label, colors))
        for column in range(self._across):
            index = self.example_at(label, column)
            if index is None:
                break
            painter.drawImage(self.picture_rect(label, column), self._picture(index, colors))

    def _picture(self, index: int, colors: Colors) -> QImage:
        """Return the picture of an example, or of the mean of class −1 − index."""
        if (index, colors) not in self._images:
            assert self._prepared is not None
            dataset = self._prepared.dataset
            low, high = dataset.value_range
            if index >= 0:
                values = dataset.inputs[index]
            else:
                assert self._means is not None
                values = self._means[-1 - index]
            ink = ((values - low) / (high - low)).reshape(dataset.image_shape)
            self._images[index, colors] = ink_image(ink, colors)
        return self._images[index, colors]

    def _mean_rect(self, label: int) -> QRect:
        return QRect(self._mean_left, self._row_top(label) + 2, _PICTURE, _PICTURE)

    def _paint_counts(self, painter: QPainter, label: int, colors: Colors) -> None:
        assert self._prepared is not None
        alone = self._prepared.tested_on_train
        train, test = (int(counts[label]) for counts in self._counts)
        most = self._counts[0] + (0 if alone else self._counts[1])
        unit = self._bar_width / max(int(most.max()), 1)
        left, top = self._name_width + _GAP, self._row_top(label)
        bar = 9 if self._pictures else 8
        y = top + (9 if self._pictures else (_FLAT - bar) // 2)
        painter.fillRect(QRectF(left, y, train * unit, bar), QColor(colors.train))
        if not alone:
            place = QRectF(left + train * unit, y, test * unit, bar)
            painter.fillRect(place, QColor(colors.test))
        text = grouped(train) if alone else f"{grouped(train)} + {grouped(test)}"
        painter.setPen(QColor(colors.muted))
        if self._pictures:
            painter.drawText(QRect(left, top + 19, self._bar_width + 12, 16), _LEFT, text)
        else:
            after = left + self._bar_width + 6
            painter.drawText(QRect(after, top, 90, _FLAT), _LEFT, text)

    def _counts_text(self, label: int) -> str:
        assert self._prepared is not None
        name = self._prepared.dataset.class_names[label]
        train, test = (int(counts[label]) for counts in self._counts)
        if self._prepared.tested_on_train:
            return f"{name}: {grouped(train)} examples"
        return f"{name}: {grouped(train)} training, {grouped(test)} test examples"

    def _place_at(self, at: QPoint) -> Place | None:
        if not self._pictures or at.y() < _HEAD:
            return None
        label = (at.y() - _HEAD + self.verticalScrollBar().value()) // self._row_height
        column = (at.x() - self._strip_left) // _PITCH
        if label >= self._classes or self.example_at(label, column) is None:
            return None
        return label, column

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self._current = place
            self._pick()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in ARROWS and self._pictures:
            self._move(*ARROWS[key])
        elif key in CHOOSE and self._current is not None:
            self._pick()
        else:
            super().keyPressEvent(event)

    def _move(self, down: int, right: int) -> None:
        label, column = (0, 0) if self._current is None else self._current
        if self._current is not None:
            label = min(max(label + down, 0), self._classes - 1)
            column = min(max(column + right, 0), self._across - 1)
        if self.example_at(label, column) is not None:
            self._current = (label, column)
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + min(self._row_top(label) - _HEAD, 0))
            below = self._row_top(label) + self._row_height - self.viewport().height()
            bar.setValue(bar.value() + max(below, 0))
        self.viewport().update()

    def _pick(self) -> None:
        index = None if self._current is None else self.example_at(*self._current)
        if index is not None:
            self.example_requested.emit(index)
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip(event.pos()), self)
            return True
        return super().viewportEvent(event)

    def _tip(self, at: QPoint) -> str:
        label = (at.y() - _HEAD + self.verticalScrollBar().value()) // self._row_height
        if at.y() < _HEAD or not 0 <= label < self._classes:
            return ""
        if self._pictures and self._mean_rect(label).contains(at):
            return f"Each pixel's mean over the training examples. {self._counts_text(label)}."
        place = self._place_at(at)
        if place is not None:
            return f"Training example {self.example_at(*place)}: click to let the network read it."
        return f"{self._counts_text(label)}."
