"""The nearest examples as thumbnails, or as rows with their values, any of which can be picked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.analysis.why.neighbours import Neighbours
from playground.data.dataset import Dataset
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.look.wording import brief, short_number
from playground.gui.widgets.example_picture import LABEL_HEIGHT, label_of, paint_example

_LEAST, _MOST = 38, 72
_GAP = 10
_WORDS = 2 * LABEL_HEIGHT
_ROW = 22
_MOST_VALUES = 12
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class NeighbourWall(QWidget):
    """``example_requested`` carries the row of the data set that was picked.

    Arrow keys move, Return picks.
    """

    example_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("neighbourWall")
        self.setAccessibleName("Nearest training examples")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._font = ui_font(SMALL_PX)
        self._dataset: Dataset | None = None
        self._found: Neighbours | None = None
        self._label: int | None = None
        self._pointed = -1

    @property
    def found(self) -> Neighbours | None:
        """What is shown."""
        return self._found

    @property
    def pointed(self) -> int:
        """The place under the mouse or the keyboard's frame, −1 for none."""
        return self._pointed

    def set_dataset(self, dataset: Dataset) -> None:
        """Prepare for another data set."""
        self._dataset, self._found = dataset, None
        tip = "Click an example to take it in hand."
        if not dataset.kind.pictures:
            tip = f"Class, {', '.join(dataset.feature_names[:_MOST_VALUES])}, distance. {tip}"
        self.setToolTip(tip)
        self._pointed = -1
        self._fit()

    def set_found(self, found: Neighbours | None, label: int | None) -> None:
        """Show examples; those labelled ``label`` are ticked, None ticks nothing."""
        before = self._count()
        self._found, self._label = found, label
        self._pointed = min(self._pointed, self._count() - 1)
        if before != self._count():
            self._fit()
        self.update()

    def box_of(self, place: int) -> QRectF:
        """Return where an example with its words is."""
        if not self._pictures():
            return QRectF(0, place * _ROW, self.width(), _ROW)
        columns, side = self._grid()
        row, column = divmod(place, columns)
        pitch = self.width() / columns
        height = side + _WORDS + _GAP
        return QRectF(
            column * pitch + (pitch - side - _GAP) / 2, row * height + 2, side + _GAP, side + _WORDS
        )

    def sizeHint(self) -> QSize:
        return QSize(220, self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        found, dataset = self._found, self._dataset
        if found is None or dataset is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        draw = self._draw_picture if self._pictures() else self._draw_row
        for place in range(len(found.indices)):
            draw(painter, dataset, found, place)
        painter.end()

    def _draw_picture(
        self, painter: QPainter, dataset: Dataset, found: Neighbours, place: int
    ) -> None:
        colors = colors_of(self)
        box, index = self.box_of(place), int(found.indices[place])
        upper = box.adjusted(0, 0, 0, -LABEL_HEIGHT)
        label = f"{label_of(dataset, index)}{self._mark(dataset, index)}"
        selected = place == self._pointed
        paint_example(painter, upper, dataset, index, colors, selected=selected, caption=label)
        lower = QRectF(box.left(), box.bottom() - LABEL_HEIGHT, box.width(), LABEL_HEIGHT)
        painter.setPen(QColor(colors.muted))
        painter.drawText(
            lower, Qt.AlignmentFlag.AlignCenter, short_number(float(found.distances[place]))
        )

    def _draw_row(self, painter: QPainter, dataset: Dataset, found: Neighbours, place: int) -> None:
        colors = colors_of(self)
        box, index = self.box_of(place), int(found.indices[place])
        metrics = painter.fontMetrics()
        if place == self._pointed:
            painter.fillRect(box, QColor(colors.hover))
        square = QRectF(0, box.top() + 2, 18, 18 + LABEL_HEIGHT)
        paint_example(painter, square, dataset, index, colors, selected=False, caption="")
        widest = max(
            (metrics.horizontalAdvance(f"{name} ✓") for name in dataset.class_names), default=34
        )
        names = QRectF(24, box.top(), min(widest + 8, box.width() / 3), _ROW)
        text = label_of(dataset, index) + self._mark(dataset, index)
        painter.setPen(QColor(colors.text))
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(names, _LEFT, metrics.elidedText(text, elide, int(names.width())))
        distance = short_number(float(found.distances[place]))
        painter.drawText(box.adjusted(0, 0, -2, 0), _RIGHT, distance)
        room = box.width() - names.right() - metrics.horizontalAdvance("0.0000") - 12
        values = "  ".join(brief(float(value)) for value in dataset.inputs[index][:_MOST_VALUES])
        painter.setPen(QColor(colors.muted))
        middle = QRectF(names.right() + 4, box.top(), max(room, 0), _ROW)
        painter.drawText(middle, _LEFT, metrics.elidedText(values, elide, int(middle.width())))

    def _mark(self, dataset: Dataset, index: int) -> str:
        if self._label is None or not dataset.labelled:
            return ""
        return " ✓" if int(dataset.targets[index]) == self._label else " ✗"

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._place_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self._point_at(-1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._pointed < 0 and self._count():
            self._point_at(0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._pick(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self._grid()[0] if self._pictures() else 1
        moves = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
        }
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._pointed >= 0:
            self._pick(self._pointed)
        elif key in moves and self._count():
            place = self._pointed + moves[key]
            if 0 <= place < self._count():
                self._point_at(place)
        else:
            super().keyPressEvent(event)

    def _pick(self, place: int) -> None:
        if self._found is not None:
            self.example_requested.emit(int(self._found.indices[place]))

    def _place_at(self, at: QPointF) -> int:
        for place in range(self._count()):
            if self.box_of(place).contains(at):
                return place
        return -1

    def _point_at(self, place: int) -> None:
        if place != self._pointed:
            self._pointed = place
            self.update()

    def _count(self) -> int:
        return 0 if self._found is None else len(self._found.indices)

    def _pictures(self) -> bool:
        return self._dataset is not None and self._dataset.kind.pictures

    def _grid(self) -> tuple[int, int]:
        """Return the columns and the pictures' side that fill the room best."""
        count = max(self._count(), 1)
        best = (1, 0)
        for columns in range(1, count + 1):
            rows = -(-count // columns)
            wide = self.width() / columns - _GAP
            tall = (self.height() - 4) / rows - _WORDS - _GAP
            side = int(min(wide, tall, _MOST))
            if side > best[1]:
                best = columns, side
        return best if best[1] else (count, 1)

    def _fit(self) -> None:
        """Keep as much height as the smallest pictures, or the rows, take at this width."""
        count = max(self._count(), 1)
        if not self._pictures():
            self.setMinimumHeight(count * _ROW)
            self.setMaximumHeight(count * _ROW + 4)
            return
        columns = max(min(self.width() // (_LEAST + _GAP), count), 1)
        rows = -(-count // columns)
        self.setMinimumHeight(rows * (_LEAST + _WORDS + _GAP) + 4)
        columns = max(min(self.width() // (_MOST + _GAP), count), 1)
        rows = max(-(-count // columns), rows)
        self.setMaximumHeight(rows * (_MOST + _WORDS + _GAP) + 4)
