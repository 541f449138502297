"""Examples side by side, each as a picture or a mark with its words, any of which can be picked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QModelIndex, QRectF, QSize, Qt, Signal
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
from PySide6.QtWidgets import QAbstractItemView, QListView, QSizePolicy, QStyle

from playground.data.dataset import Dataset
from playground.gui.look.colors import Colors
from playground.gui.look.marking import named
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.widgets.arrow_keys import CHOOSE
from playground.gui.widgets.cells import Part
from playground.gui.widgets.example_cells import NO_BAR, ExampleCells, Shown, ShownExamples, Words
from playground.gui.widgets.example_picture import (
    LABEL_HEIGHT,
    label_of,
    longest_label,
    paint_example,
    paint_picture,
)
from playground.wording import grouped, nth

_GAP, _GAP_WITHOUT_WORDS = 8, 4
_ROW = 22
_STEP = 40
_CENTRE = Qt.AlignmentFlag.AlignCenter
_PIXELS = QListView.ScrollMode.ScrollPerPixel
_Move = QListView.CursorAction


class ExampleList(QListView):
    """Paints those examples that are in view; ``example_requested`` carries a picked one's row.

    ``selected`` is the framed example, a row of the data set, listed or not.

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
        named(self, name, spoken)
        self._flow, self._sides, self._widest = flow, sides, widest
        self._arrows_pick = arrows_pick
        self._gap = _GAP if lines else _GAP_WITHOUT_WORDS
        self._below = lines * LABEL_HEIGHT + self._gap
        self._cell_width = sides[0]
        self.selected: int | None = None
        self._placeholder = ""
        self._examples = ShownExamples(self)
        self.setModel(self._examples)
        framed = QStyle.StateFlag.State_Selected
        if not arrows_pick:
            framed = QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_MouseOver
            self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
            self.setMouseTracking(True)
        self.setItemDelegate(ExampleCells(self, self._gap, lines, framed))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(flow != "line")
        self.setUniformItemSizes(True)
        self.setHorizontalScrollMode(_PIXELS)
        self.setVerticalScrollMode(_PIXELS)
        if flow != "line":
            self.setHorizontalScrollBarPolicy(NO_BAR)
        if flow != "wall":
            self.setVerticalScrollBarPolicy(NO_BAR)
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
        parts: Sequence[Part] = (),
        back: Callable[[int], NDArray[np.floating]] | None = None,
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
        parts
            Rows and columns to frame, for each picture.
        back
            The values (features,) of what stands right beside the picture of a place.
        """
        rows = np.asarray(indices, np.int64)

        def label(place: int) -> str:
            return label_of(dataset, int(rows[place]))

        def labelled(place: int) -> str:
            index = int(rows[place])
            return (
                f"Example {nth(index)}, labelled {label(place)}: click to let the network read it."
            )

        def paint(
            painter: QPainter, box: QRectF, place: int, colors: Colors, words: str, framed: bool
        ) -> None:
            paint_example(
                *(painter, box, dataset, int(rows[place]), colors),
                selected=framed,
                caption=words,
                part=parts[place] if parts else None,
                back=None if back is None else back(place),
            )

        if longest is None:
            longest = longest_label(dataset)
        words = caption or label, tip or labelled
        self._show(Shown(back or parts or dataset, rows, paint, *words, longest, beside))

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
        self.setHorizontalScrollBarPolicy(NO_BAR)
        self._show(Shown(pictures, np.arange(len(pictures)), paint, caption))

    def extent(self, across: int, down: int) -> QSize:
        """Return the size of a wall that shows so many examples at once."""
        wide, tall = self._cell_width + self._gap, self._sides[0] + self._below
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(across * wide + bar + 3, down * tall + 2)

    def set_selected(self, index: int | None) -> None:
        """Frame an example, a row of the data set, or none, without scrolling to it."""
        self.selected = index
        places = np.flatnonzero(self.indices == (-1 if index is None else index))
        if self.currentIndex().row() not in places:
            self._stand_on(int(places[0]) if len(places) else -1)

    def _show(self, shown: Shown) -> None:
        stood_on = self.currentIndex().row()
        self._examples.show(shown)
        self.setAccessibleDescription(f"{grouped(len(shown.indices))} examples")
        wide = QFontMetrics(ui_font(SMALL_PX)).horizontalAdvance(shown.longest) + 4
        self._cell_width = max(self._sides[0], min(wide, self._widest))
        self._fit()
        if self._arrows_pick:
            self.set_selected(self.selected)
        elif stood_on >= 0:
            self._stand_on(min(stood_on, len(shown.indices) - 1))

    def _stand_on(self, place: int) -> None:
        self.setAutoScroll(False)
        self.setCurrentIndex(self._examples.index(place))
        self.setAutoScroll(True)

    def _fit(self) -> None:
        """Share the width out evenly, and take the height that the examples need."""
        width = self.maximumViewportSize().width() - 1  # Qt would wrap a full line
        wide, tall = self._cell_width + self._gap, self._sides[0] + self._below
        if self._flow == "line":
            bar = self.horizontalScrollBar()
            bar.setSingleStep(_STEP)
            hidden = self.horizontalScrollBarPolicy() == NO_BAR
            self.setFixedHeight(tall + 2 + (0 if hidden else bar.sizeHint().height()))
        elif self._flow == "wall":
            width -= self.verticalScrollBar().sizeHint().width()
            wide = max(width // max(width // wide, 1), 1)
        elif self.shown.beside:
            wide, tall = width, _ROW
            self.setFixedHeight(max(len(self.indices), 1) * _ROW + 2)
        else:
            wide, tall = self._fit_whole(width)
        if self.gridSize() != QSize(wide, tall):
            self.setGridSize(QSize(wide, tall))

    def _fit_whole(self, width: int) -> tuple[int, int]:
        """Bound the height, and return the size of the largest cells that are all in view."""
        count, below = max(len(self.indices), 1), self._below
        low, high = (
            -(-count // max(width // (side + self._gap), 1)) * (side + below) + 2
            for side in self._sides
        )
        self.setMinimumHeight(low)
        self.setMaximumHeight(high)
        height, side, across = self.maximumViewportSize().height(), 0, count
        for columns in range(1, count + 1):
            wide, tall = width // columns - self._gap, height // -(-count // columns) - below
            fitting = min(wide, tall, self._sides[1])
            if fitting > side:
                side, across = fitting, columns
        wide = min(width // across, max(side, self._cell_width) + self._gap)
        return wide, max(side, 1) + below

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
            self.selected = index
        self.example_requested.emit(index)
