"""A row of examples of any length: only those in view are painted, and nothing else is kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QToolTip

from playground.data.dataset import Dataset
from playground.gui.look.theme import colors_of
from playground.gui.widgets.example_picture import LABEL_HEIGHT, label_of, paint_example

_PICTURE = 40
_GAP = 8
_PLAIN_WIDTH = 62
_EDGE = 4
_KEYS = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)


class ExampleRow(QAbstractScrollArea):
    """Examples side by side; ``example_requested`` carries the index of the one picked."""

    example_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("exampleRow")
        self.setAccessibleName("Examples of the data set")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self._dataset: Dataset | None = None
        self._indices: NDArray[np.int64] = np.empty(0, np.int64)
        self._selected = -1

    @property
    def indices(self) -> NDArray[np.int64]:
        """The examples in the row, as rows of the data set."""
        return self._indices

    @property
    def selected(self) -> int | None:
        """The framed example, as a row of the data set."""
        return None if self._selected < 0 else self._selected

    def set_examples(self, dataset: Dataset, indices: NDArray[np.int64]) -> None:
        """Show these rows of a data set."""
        self._dataset, self._indices = dataset, indices
        self._fit_scroll_bar()
        self.show_selected()
        self._describe()
        self.viewport().update()

    def set_selected(self, index: int | None) -> None:
        """Frame an example, asking for nothing."""
        self._selected = -1 if index is None else index
        self.show_selected()
        self._describe()
        self.viewport().update()

    def show_selected(self) -> None:
        """Scroll so far that the framed example is in view."""
        place = self._place_of_selected()
        if place is None:
            return
        bar, left = self.horizontalScrollBar(), place * self._pitch
        if left < bar.value():
            bar.setValue(left)
        elif left + self._pitch + _EDGE > bar.value() + self.viewport().width():
            bar.setValue(left + self._pitch + 2 * _EDGE - self.viewport().width())

    def places_in_view(self) -> range:
        """Return which places of the row can be seen."""
        offset = self.horizontalScrollBar().value() - _EDGE
        first = max(offset // self._pitch, 0)
        last = (offset + self.viewport().width()) // self._pitch + 1
        return range(first, min(last, len(self._indices)))

    @property
    def _pitch(self) -> int:
        plain = self._dataset is not None and not self._dataset.kind.pictures
        return (_PLAIN_WIDTH if plain else _PICTURE) + _GAP

    def box_of(self, place: int) -> QRectF:
        """Return where a place of the row is in the viewport."""
        left = place * self._pitch + _EDGE - self.horizontalScrollBar().value()
        return QRectF(left, _EDGE, self._pitch - _GAP, _PICTURE + LABEL_HEIGHT)

    def _place_of_selected(self) -> int | None:
        places = np.flatnonzero(self._indices == self._selected)
        return int(places[0]) if len(places) else None

    def _place_at(self, at: QPointF) -> int | None:
        offset = self.horizontalScrollBar().value() - _EDGE
        place = int((at.x() + offset) // self._pitch)
        return place if 0 <= place < len(self._indices) else None

    def _fit_scroll_bar(self) -> None:
        bar = self.horizontalScrollBar()
        whole = len(self._indices) * self._pitch + 2 * _EDGE
        bar.setRange(0, max(whole - self.viewport().width(), 0))
        bar.setPageStep(self.viewport().width())
        bar.setSingleStep(self._pitch)

    def _describe(self) -> None:
        count = f"{len(self._indices):,} examples"
        if self._dataset is not None and 0 <= self._selected < len(self._dataset):
            label = label_of(self._dataset, self._selected)
            count += f", example {self._selected} chosen, labelled {label}"
        self.setAccessibleDescription(count)

    def sizeHint(self) -> QSize:
        bar = self.horizontalScrollBar().sizeHint().height()
        return QSize(400, _PICTURE + LABEL_HEIGHT + 2 * _EDGE + bar)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._dataset is None:
            return
        colors = colors_of(self)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not len(self._indices):
            painter.setPen(QColor(colors.muted))
            middle = Qt.AlignmentFlag.AlignCenter
            painter.drawText(self.viewport().rect(), middle, "No example of this class here")
        for place in self.places_in_view():
            index = int(self._indices[place])
            selected = index == self._selected
            paint_example(
                painter, self.box_of(place), self._dataset, index, colors, selected=selected
            )
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            frame = QRectF(self.viewport().rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(frame, 4, 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_scroll_bar()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._place_at(QPointF(event.pos()))
            if place is not None and self._dataset is not None:
                index = int(self._indices[place])
                label = label_of(self._dataset, index)
                text = f"Example {index}, labelled {label}: click to let the network read it."
                QToolTip.showText(event.globalPos(), text, self)
                return True
        return super().viewportEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (turned.x() or turned.y()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            place = self._place_at(event.position())
            if place is not None:
                self._pick(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key not in _KEYS or not len(self._indices):
            super().keyPressEvent(event)
            return
        last = len(self._indices) - 1
        page = max(self.viewport().width() // self._pitch, 1)
        now = self._place_of_selected()
        start = -1 if now is None else now
        place = {
            Qt.Key.Key_Left: start - 1,
            Qt.Key.Key_Right: start + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
            Qt.Key.Key_PageUp: start - page,
            Qt.Key.Key_PageDown: start + page,
        }[key]
        self._pick(min(max(place, 0), last))

    def _pick(self, place: int) -> None:
        index = int(self._indices[place])
        self.set_selected(index)
        self.example_requested.emit(index)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()
