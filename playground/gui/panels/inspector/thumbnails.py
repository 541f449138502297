"""A few examples as small pictures with a number under each; a click takes one into the hand."""

from __future__ import annotations

from collections.abc import Sequence

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
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from playground.data.dataset import Dataset
from playground.gui.look.marking import tool_tip
from playground.gui.look.theme import colors_of
from playground.gui.widgets.example_picture import LABEL_HEIGHT, label_of, paint_example

_PICTURE = 44
_GAP = 8
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
}


class Thumbnails(QWidget):
    """Pictures in rows; ``example_requested`` carries the data set's row of the one chosen."""

    example_requested = Signal(int)

    def __init__(self, name: str, spoken: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._dataset: Dataset | None = None
        self._indices: tuple[int, ...] = ()
        self._captions: tuple[str, ...] = ()
        self._at = 0

    @property
    def indices(self) -> tuple[int, ...]:
        """The examples, as rows of the data set."""
        return self._indices

    def show_examples(
        self, dataset: Dataset, indices: Sequence[int], captions: Sequence[str]
    ) -> None:
        """Show examples of a data set, each with a caption."""
        self._dataset = dataset
        self._indices, self._captions = tuple(indices), tuple(captions)
        self._at = min(self._at, max(len(self._indices) - 1, 0))
        self._fit()
        labels = (label_of(dataset, index) for index in self._indices)
        pairs = zip(labels, self._captions, strict=True)
        self.setAccessibleDescription("; ".join(f"{label}: {text}" for label, text in pairs))
        self.update()

    def box_of(self, place: int) -> QRectF:
        """Return where a picture and its caption are."""
        row, column = divmod(place, self._columns)
        height = _PICTURE + LABEL_HEIGHT
        pitch = self._pitch
        return QRectF(column * pitch, row * (height + 4), pitch - _GAP, height)

    @property
    def _columns(self) -> int:
        return max((self.width() + _GAP) // (_PICTURE + _GAP), 1)

    @property
    def _pitch(self) -> float:
        return (self.width() + _GAP) / self._columns

    def _fit(self) -> None:
        rows = -(-len(self._indices) // self._columns)
        height = rows * (_PICTURE + LABEL_HEIGHT + 4)
        if height != self.minimumHeight():
            self.setFixedHeight(height)

    def _place_at(self, point: QPointF) -> int | None:
        places = range(len(self._indices))
        return next((place for place in places if self.box_of(place).contains(point)), None)

    def sizeHint(self) -> QSize:
        return QSize(220, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._dataset is None:
            return
        colors = colors_of(self)
        painter = QPainter(self)
        pairs = zip(self._indices, self._captions, strict=True)
        for place, (index, caption) in enumerate(pairs):
            box = self.box_of(place)
            if not box.intersects(QRectF(event.rect())):
                continue
            paint_example(
                painter, box, self._dataset, index, colors, selected=False, caption=caption
            )
            if self.hasFocus() and place == self._at:
                painter.setPen(QPen(QColor(colors.accent), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._place_at(QPointF(event.pos()))
            if place is None or self._dataset is None:
                QToolTip.hideText()
            else:
                index = self._indices[place]
                label = label_of(self._dataset, index)
                text = f"Training example {index}, labelled {label}: a = {self._captions[place]}. "
                tip = tool_tip(text + "Click to let the network read it.")
                QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self._at = place
            self.example_requested.emit(self._indices[place])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self._indices:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.example_requested.emit(self._indices[self._at])
        elif key in (*_STEPS, Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = _STEPS.get(key, self._columns if key == Qt.Key.Key_Down else -self._columns)
            self._at = min(max(self._at + step, 0), len(self._indices) - 1)
            self.update()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
