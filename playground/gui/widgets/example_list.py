"""Examples side by side, each as a picture or a mark with its words, any of which can be picked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from playground.data.dataset import Dataset
from playground.gui.look.colors import Colors
from playground.gui.look.marking import tool_tip
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.widgets.arrow_keys import CHOOSE
from playground.gui.widgets.example_picture import (
    LABEL_HEIGHT,
    label_of,
    longest_label,
    paint_example,
    paint_picture,
)

Words = Callable[[int], str]
_Paint = Callable[[QPainter, QRectF, int, Colors, str, bool], None]
_Index = QModelIndex | QPersistentModelIndex

_GAP, _GAP_WITHOUT_WORDS = 8, 4
_ROW = 22
_STEP = 40
_CENTRE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_BELOW = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
_NO_BAR = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
_PIXELS = QListView.ScrollMode.ScrollPerPixel
_Move = QListView.CursorAction


class ExampleList(QListView):
    """Paints those examples that are in view; ``example_requested`` carries a picked one's row.

    Parameters
    ----------
    name, spoken
        Its object name, and what it is called aloud.
    flow
        One ``line`` that scrolls sideways; a ``wall`` that scrolls down; or the ``whole`` in view,
        where pictures grow from the least to the largest side as there is room.
    sides
        The least and the largest side of a picture in pixels.
    lines
        How many lines of words stand below a picture.
    widest
        How many pixels wide a long caption may make a picture's place.
    arrows_pick
        Whether moving picks, and the picked one stays framed; else Return picks the one on which
        the keyboard or the mouse stands.
    """

    example_requested = Signal(int)

    def __init__(
        self,
        name: str,
        spoken: str,
        flow: Literal["line", "wall", "whole"],
        sides: tuple[int, int],
        *,
        lines: int = 1,
        widest: int = 62,
        arrows_pick: bool = True,
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self._flow, self._sides, self._lines, self._widest = flow, sides, lines, widest
        self._arrows_pick = arrows_pick
        self._gap = _GAP if lines else _GAP_WITHOUT_WORDS
        self._cell_width = sides[0]
        self._selected: int | None = None
        self._placeholder = ""
        self._examples = _Examples(self)
        self.setModel(self._examples)
        framed = QStyle.StateFlag.State_Selected
        if not arrows_pick:
            framed = QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_MouseOver
            self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
            self.setMouseTracking(True)
        self.setItemDelegate(_Cells(self, self._gap, lines, framed))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(flow != "line")
        self.setUniformItemSizes(True)
        self.setHorizontalScrollMode(_PIXELS)
        self.setVerticalScrollMode(_PIXELS)
        if flow != "line":
            self.setHorizontalScrollBarPolicy(_NO_BAR)
        if flow != "wall":
            self.setVerticalScrollBarPolicy(_NO_BAR)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._fit()

    @property
    def shown(self) -> Shown:
        """What stands at the places."""
        return self._examples.shown

    @property
    def indices(self) -> NDArray[np.int64]:
        """The examples, as rows of the data set."""
        return self.shown.indices

    @property
    def selected(self) -> int | None:
        """The framed example, a row of the data set, listed or not."""
        return self._selected

    def set_placeholder(self, sentence: str) -> None:
        """Tell what to say where there are no examples."""
        self._placeholder = sentence

    def show_examples(
        self,
        dataset: Dataset,
        indices: ArrayLike,
        *,
        tip: Words | None = None,
        caption: Words | None = None,
        longest: str | None = None,
        beside: bool = False,
    ) -> None:
        """Show rows of a data set; what is in view and where the keyboard stands stay.

        Parameters
        ----------
        dataset, indices
            The data set, and its rows in the order of their places.
        tip, caption
            What the tool tip of a place says, and the lines below its picture. Where None is given
            they tell the label.
        longest
            The longest caption to leave room for, the longest label where None is given.
        beside
            Whether the lines stand beside a small picture: the first, the second at the far end,
            the third between them.
        """
        rows = np.asarray(indices, np.int64)

        def label(place: int) -> str:
            return label_of(dataset, int(rows[place]))

        def labelled(place: int) -> str:
            index = int(rows[place])
            return f"Example {index}, labelled {label(place)}: click to let the network read it."

        def paint(
            painter: QPainter, box: QRectF, place: int, colors: Colors, words: str, framed: bool
        ) -> None:
            index = int(rows[place])
            paint_example(painter, box, dataset, index, colors, selected=framed, caption=words)

        if longest is None:
            longest = longest_label(dataset)
        self._show(Shown(rows, paint, caption or label, tip or labelled, longest, beside))

    def show_pictures(
        self, pictures: Sequence[Callable[[Colors], QImage]], captions: Sequence[str] = ()
    ) -> None:
        """Show pictures that are in no data set, so that none can be picked.

        Parameters
        ----------
        pictures
            Each returns its picture in a theme's colours.
        captions
            The words below the first of them. In a line, pictures that are not wholly in view are
            left out.
        """

        def caption(place: int) -> str:
            return captions[place] if place < len(captions) else ""

        def paint(
            painter: QPainter, box: QRectF, place: int, colors: Colors, words: str, _: bool
        ) -> None:
            paint_picture(painter, box, pictures[place](colors), colors, caption=words)

        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setHorizontalScrollBarPolicy(_NO_BAR)
        self._show(Shown(np.arange(len(pictures)), paint, caption))

    def extent(self, across: int, down: int) -> QSize:
        """Return the size of a wall that shows so many examples at once."""
        bar = self.verticalScrollBar().sizeHint().width()
        wide, tall = (
            self._cell_width + self._gap,
            self._sides[0] + self._lines * LABEL_HEIGHT + self._gap,
        )
        return QSize(across * wide + bar + 3, down * tall + 2)

    def set_selected(self, index: int | None) -> None:
        """Frame an example, a row of the data set, or none, without scrolling to it."""
        self._selected = index
        places = np.flatnonzero(self.indices == (-1 if index is None else index))
        self._stand_on(int(places[0]) if len(places) else -1)

    def _show(self, shown: Shown) -> None:
        stood_on = self.currentIndex().row()
        self._examples.show(shown)
        self.setAccessibleDescription(f"{len(shown.indices):,} examples")
        wide = QFontMetrics(ui_font(SMALL_PX)).horizontalAdvance(shown.longest) + 4
        self._cell_width = max(self._sides[0], min(wide, self._widest))
        self._fit()
        if self._arrows_pick:
            self.set_selected(self._selected)
        elif stood_on >= 0:
            self._stand_on(min(stood_on, len(shown.indices) - 1))

    def _stand_on(self, place: int) -> None:
        self.setAutoScroll(False)
        self.setCurrentIndex(self._examples.index(place))
        self.setAutoScroll(True)

    def _fit(self) -> None:
        """Share the width out evenly, and take the height that the examples need."""
        count, words = max(len(self.indices), 1), self._lines * LABEL_HEIGHT + self._gap
        least, most = self._sides
        width = self.maximumViewportSize().width() - 1  # Qt would wrap a full line
        wide, tall = self._cell_width + self._gap, least + words
        if self._flow == "line":
            bar = self.horizontalScrollBar()
            bar.setSingleStep(_STEP)
            hidden = self.horizontalScrollBarPolicy() == _NO_BAR
            self.setFixedHeight(tall + 2 + (0 if hidden else bar.sizeHint().height()))
        elif self._flow == "wall":
            width -= self.verticalScrollBar().sizeHint().width()
            wide = max(width // max(width // wide, 1), 1)
        elif self.shown.beside:
            wide, tall = width, _ROW
            self.setFixedHeight(count * _ROW + 2)
        else:
            rows = [-(-count // max(width // (side + self._gap), 1)) for side in self._sides]
            self.setMinimumHeight(rows[0] * tall + 2)
            self.setMaximumHeight(rows[1] * (most + words) + 2)
            height = self.maximumViewportSize().height()
            side, across = max(
                (
                    min(width // across - self._gap, height // -(-count // across) - words, most),
                    -across,
                )
                for across in range(1, count + 1)
            )
            wide, tall = width // -across, max(side, 1) + words
            if -across == count:
                wide = min(wide, max(side, self._cell_width) + self._gap)
        self.setGridSize(QSize(wide, tall))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not len(self.indices):
            painter = QPainter(self.viewport())
            painter.setPen(QColor(colors_of(self).muted))
            painter.drawText(self.viewport().rect(), _CENTRE, self._placeholder)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and place.isValid():
            self.setCurrentIndex(place)
            self._pick(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        # With a button down, Qt would take the frame along without picking.
        if not event.buttons():
            super().mouseMoveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self.currentIndex()
        if event.key() in CHOOSE and before.isValid():
            self._pick(before)
            return
        super().keyPressEvent(event)
        if self._arrows_pick and self.currentIndex() != before:
            self._pick(self.currentIndex())

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        # Qt stops at a row's end, and has no pages in a single line.
        steps = {_Move.MoveLeft: -1, _Move.MoveRight: 1}
        if self._flow == "line":
            page = max(self.viewport().width() // self.gridSize().width(), 1)
            steps |= {_Move.MovePageUp: -page, _Move.MovePageDown: page}
        place, step = self.currentIndex().row(), steps.get(action)
        if step is None or place < 0:
            return super().moveCursor(action, modifiers)
        return self._examples.index(min(max(place + step, 0), len(self.indices) - 1))

    def _pick(self, place: QModelIndex) -> None:
        index = int(self.indices[place.row()])
        if self._arrows_pick:
            self._selected = index
        self.example_requested.emit(index)


@dataclass(frozen=True)
class Shown:
    """What a list shows: functions of a place, asked only of those in view."""

    indices: NDArray[np.int64]
    paint: _Paint
    caption: Words
    tip: Words = lambda _: ""
    longest: str = ""
    beside: bool = False


class _Examples(QAbstractListModel):
    """Gives Qt the words of each place."""

    def __init__(self, parent: ExampleList) -> None:
        super().__init__(parent)
        self.shown = Shown(np.empty(0, np.int64), lambda *_: None, lambda _: "")

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


class _Cells(QStyledItemDelegate):
    """Paints one example, framed in certain states of its place."""

    def __init__(
        self, examples: ExampleList, gap: int, lines: int, framed: QStyle.StateFlag
    ) -> None:
        super().__init__(examples)
        self._list, self._gap, self._lines, self._framed = examples, gap, lines, framed

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return self._list.gridSize()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        place, shown = index.row(), self._list.shown
        colors, framed = colors_of(self._list), bool(option.state & self._framed)
        box = QRectF(QPointF(option.rect.topLeft()), QSizeF(self._list.gridSize()))
        room = self._list.viewport().width()
        if self._list.horizontalScrollBarPolicy() == _NO_BAR and box.right() > room:
            return
        lines = shown.caption(place).split("\n")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.setFont(ui_font(SMALL_PX))
        if shown.beside:
            if framed:
                painter.fillRect(box, QColor(colors.hover))
            square = QRectF(box.left() + 1, box.top() + 2, 18, 18 + LABEL_HEIGHT)
            shown.paint(painter, square, place, colors, "", False)
            _write_beside(painter, box.adjusted(25, 0, -3, 0), lines, shown.longest, colors)
            return
        half, below = self._gap / 2, (1 - self._lines) * LABEL_HEIGHT
        box.adjust(half, half - 1, -half, below - half - 1)
        shown.paint(painter, box, place, colors, lines[0], framed)
        painter.setPen(QColor(colors.muted))
        for line in lines[1:]:
            box.translate(0, LABEL_HEIGHT)
            painter.drawText(box, _BELOW, line)


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
