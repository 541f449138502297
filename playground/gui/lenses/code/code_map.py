"""The plane of codes: examples over what its places decode to, the hand, and what is pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.analysis.codes.plane import CodeCloud, PlaneLook
from playground.data.dataset import Dataset
from playground.gui.lenses.code.decoded_card import Decoded, Place, card_size, paint_card
from playground.gui.lenses.code.plane_scene import FAR_PX, CodeScene, cell_px, paint_scene
from playground.gui.lenses.code.window_on_plane import PlaneWindow
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.marking import named
from playground.gui.look.spoken import Role, reads_as
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.widgets.arrow_keys import ARROWS, BY_TAB
from playground.gui.widgets.as_table import ShowAsTable
from playground.gui.widgets.example_picture import label_of
from playground.gui.widgets.readings import Readings
from playground.wording import fixed, nth

_NEAR_PX = 8
_STEP_PX, _FINE_PX = 12, 2
_WHEEL = 1.0015
_MOST_ZOOM = 64.0
_IN, _OUT = (Qt.Key.Key_Plus, Qt.Key.Key_Equal), (Qt.Key.Key_Minus,)

Floats = NDArray[np.floating[Any]]

_TIP = (
    "Every example at the place of its code. Point anywhere to see what that place decodes to; "
    "click or drag to put the mark there; click an example to take it into the hand. The wheel "
    "zooms."
)


class CodeMap(QWidget):
    """Arrow keys move the mark, with Shift in fine steps; Return takes the example next to it.

    ``place_pointed`` carries the place under the mouse, None where it leaves; ``place_chosen`` one
    that was clicked, dragged to or reached by the keys, None where the mark is taken away;
    ``example_chosen`` the row of an example; ``window_changed`` tells that another stretch is in
    view.

    Attributes
    ----------
    window_shown
        The stretch in view.
    fits
        Whether it follows the examples.
    hand, spread
        Where the example in the hand is, and how far its sample reaches in training, across and
        up; None where there is none.
    kept
        The drawings that are kept: what each is called, and its place.
    way
        Evenly spaced places between two of them, (steps, 2), or none.
    mark, decoded
        The chosen place; and what it, or the one under the mouse, decodes to.
    look
        The examples and the grid.
    """

    place_pointed = Signal(object)
    place_chosen = Signal(object)
    example_chosen = Signal(int)
    window_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        reads_as(self, Role.Chart)
        named(self, "codeMap", "Plane of the codes", _TIP, topic="code")
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        ShowAsTable(self, self.figures)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.window_shown = PlaneWindow()
        self.fits = True
        self.shown = (True, True, True)
        self.hand: Place | None = None
        self.spread: Place | None = None
        self.kept: Sequence[tuple[str, Place]] = ()
        self.way: Floats | None = None
        self.mark: Place | None = None
        self.look: PlaneLook | None = None
        self._dataset: Dataset | None = None
        self._scene: CodeScene | None = None
        self._layer: QPixmap | None = None
        self._painted_in: Colors | None = None
        self.decoded: Decoded | None = None
        self._pressed: QPointF | None = None
        self._panned: QPointF | None = None
        self._dragged = False
        self._ring = False

    @property
    def cloud(self) -> CodeCloud | None:
        """Where the examples lie."""
        return None if self.look is None else self.look.cloud

    @property
    def cells(self) -> tuple[int, int] | None:
        """How many pictures a grid over the whole has across and down."""
        side = 0 if self._dataset is None else cell_px(self._dataset)
        if not side:
            return None
        return max(self.width() // side, 1), max(self.height() // side, 1)

    def set_data(self, dataset: Dataset) -> None:
        """Wait for codes of another data set."""
        self._dataset = dataset
        self.look = self._scene = self._layer = self.decoded = None
        self.hand = self.spread = self.way = self.mark = None
        self.kept, self.fits = (), True
        self.update()

    def show_look(self, look: PlaneLook) -> None:
        """Show where the examples lie, and follow them unless the user zoomed."""
        self.look, self._scene, self._layer = look, None, None
        if self.fits:
            self.window_shown = PlaneWindow.between(look.corners)
        self.update()

    def show_parts(self, tested: bool, trained: bool, grid: bool) -> None:
        """Show the test part, the training part and the grid, or leave some away."""
        self.shown, self._layer = (tested, trained, grid), None
        self.update()

    def show_hand(self, hand: Place | None, spread: Place | None) -> None:
        """Put the example in the hand somewhere."""
        if (hand, spread) != (self.hand, self.spread):
            self.hand, self.spread = hand, spread
            self.update()

    def show_kept(self, kept: Sequence[tuple[str, Place]], way: Floats | None) -> None:
        """Show the drawings that are kept, and the way between them."""
        self.kept, self.way = kept, way
        self.update()

    def show_mark(self, mark: Place | None) -> None:
        """Put the mark on a place, or take it away."""
        self.mark = mark
        self.update()

    def show_decoded(self, decoded: Decoded | None) -> None:
        """Show what a place decodes to beside it, or nothing."""
        self.decoded = decoded
        self.update()

    def fit(self) -> None:
        """Show all examples again and follow them."""
        self.fits = True
        if self.look is not None:
            self.window_shown = PlaneWindow.between(self.look.cloud.corners())
            self._layer = None
            self.update()
        self.window_changed.emit()

    def example_at(self, at: QPointF, reach: float = _NEAR_PX) -> int | None:
        """Return the nearest example that is shown within so many pixels of a point."""
        if self.look is None:
            return None
        cloud, (tested, trained, _) = self.look.cloud, self.shown
        best, found = reach, None
        for wanted, rows, places in (
            (trained, cloud.trained, cloud.trained_at),
            (tested, cloud.tested, cloud.tested_at),
        ):
            if not wanted or not len(rows):
                continue
            pixels = self.window_shown.pixels(places, self._size)
            away = np.nan_to_num(np.hypot(*(pixels - (at.x(), at.y())).T), nan=np.inf)
            nearest = int(away.argmin())
            if away[nearest] <= best:
                best, found = float(away[nearest]), int(rows[nearest])
        return found

    def pixel(self, place: Place | Floats) -> QPointF:
        """Return where a place is in the widget."""
        return QPointF(*self.window_shown.pixels(np.array([place]), self._size)[0].tolist())

    @property
    def _size(self) -> QSizeF:
        return QSizeF(self.size())

    def sizeHint(self) -> QSize:
        return QSize(560, 360)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 110)

    def figures(self) -> Readings:
        """Return the places of the examples."""
        rows: list[tuple[str, ...]] = []
        cloud, dataset = self.cloud, self._dataset
        if cloud is not None and dataset is not None:
            places = np.concatenate([cloud.trained_at, cloud.tested_at]).tolist()
            parts = ("training",) * len(cloud.trained) + ("test",) * len(cloud.tested)
            rows = [
                (nth(row), part, label_of(dataset, row), fixed(x, 3), fixed(y, 3))
                for row, part, (x, y) in zip(cloud.rows.tolist(), parts, places, strict=True)
            ]
        return Readings(self.accessibleName(), ("example", "part", "label", "across", "up"), rows)

    # What is painted.

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), colors_of(self)
        if self._painted_in is not colors:
            self._painted_in, self._scene, self._layer = colors, None, None
        if self.look is None or self._dataset is None:
            painter.fillRect(self.rect(), QColor(colors.canvas))
            return
        ratio = self.devicePixelRatioF()
        if self._scene is None:
            self._scene = CodeScene.of(self._dataset, self.look, colors)
        layer = self._layer
        if layer is None or layer.size() != self.size() * ratio:
            layer = self._layer = paint_scene(
                *(self.size(), ratio, self._scene, self.window_shown, colors, self.shown)
            )
        painter.drawPixmap(0, 0, layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(ui_font(SMALL_PX, bold=True))
        self._paint_way(painter)
        self._paint_hand(painter)
        if self.mark is not None and self._near(self.mark):
            _paint_disc(painter, self.pixel(self.mark), 5, QColor(DARK.accent), QColor(DARK.ink))
        if self.decoded is not None and self._near(self.decoded.at):
            size = card_size(self._dataset, self.decoded)
            by = 16.0, -size.height() - 12.0
            card = self._beside(self.decoded.at, size, by, self._labels())
            paint_card(painter, card, self._dataset, self.decoded, colors)
        if self._ring and self.hasFocus():
            painter.setPen(QPen(QColor(DARK.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _paint_way(self, painter: QPainter) -> None:
        ink = QColor(DARK.ink)
        if self.way is not None and all(map(self._near, self.way)):
            places = list(map(self.pixel, self.way))
            painter.setPen(QPen(ink, 1.4, Qt.PenStyle.DotLine))
            painter.drawPolyline(places)
            for place in places[1:-1]:
                _paint_disc(painter, place, 2.2, ink, ink)
        for (title, kept), box in zip(self.kept, self._labels(), strict=True):
            if not self._near(kept):
                continue
            at = self.pixel(kept)
            _paint_disc(painter, at, 7, None, ink)
            _paint_disc(painter, at, 2, ink, ink)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(DARK.primary))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(QColor(DARK.on_accent))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, title)

    def _labels(self) -> list[QRectF]:
        """Return where the kept drawings' names stand, the lower one of two below its place."""
        metrics, boxes = QFontMetricsF(ui_font(SMALL_PX, bold=True)), []
        lowest = min((place[1] for _, place in self.kept), default=0.0)
        for title, place in self.kept:
            size = QSizeF(metrics.horizontalAdvance(title) + 14, 20)
            below = len(self.kept) > 1 and place[1] == lowest
            boxes.append(self._beside(place, size, (12.0, 8.0 if below else -28.0)))
        return boxes

    def _beside(
        self, place: Place, size: QSizeF, by: tuple[float, float], free: Sequence[QRectF] = ()
    ) -> QRectF:
        """Return a box beside a place, moved to where it is in view and covers no other."""
        at, (right, down) = self.pixel(place), by
        whole = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        ways = [
            QRectF(QPointF(x, y), size)
            for y in (at.y() + down, at.y() - down - size.height())
            for x in (at.x() + right, at.x() - right - size.width())
        ]
        inside = [box for box in ways if whole.contains(box)]
        alone = [box for box in inside if not any(box.intersects(other) for other in free)]
        box = (alone or inside or ways)[0]
        box.moveLeft(min(max(box.left(), whole.left()), max(whole.right() - size.width(), 0)))
        box.moveTop(min(max(box.top(), whole.top()), max(whole.bottom() - size.height(), 0)))
        return box

    def _paint_hand(self, painter: QPainter) -> None:
        if self.hand is None or not self._near(self.hand):
            return
        at, ink = self.pixel(self.hand), QColor(DARK.ink)
        edge = None
        if self.spread is not None:
            edge = self.hand[0] + self.spread[0], self.hand[1] + self.spread[1]
        if edge is not None and self._near(edge):
            reach = self.pixel(edge) - at
            painter.setPen(QPen(ink, 1.2, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, abs(reach.x()), abs(reach.y()))
        painter.setPen(QPen(QColor(DARK.canvas), 5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, 8, 8)
        _paint_disc(painter, at, 8, None, ink)
        painter.setPen(QPen(ink, 2))
        for x, y in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            painter.drawLine(at + QPointF(4 * x, 4 * y), at + QPointF(12 * x, 12 * y))

    def _near(self, place: Place | Floats) -> bool:
        """Return whether a place is in view, or so near that it can be painted."""
        at = self.pixel(place)
        return abs(at.x()) < FAR_PX and abs(at.y()) < FAR_PX

    # What the mouse and the keys ask for.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring = False
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._panned = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._panned is not None:
            before, after = (
                self.window_shown.place(each, self._size) for each in (self._panned, at)
            )
            self._panned = at
            self._show_window(self.window_shown.moved(before[0] - after[0], before[1] - after[1]))
            return
        if self._pressed is not None and not self._dragged:
            self._dragged = (at - self._pressed).manhattanLength() > _NEAR_PX / 2
        place = self.window_shown.place(at, self._size)
        if self._pressed is not None and self._dragged:
            self.place_chosen.emit(place)
        else:
            self.place_pointed.emit(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            self._panned = None
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        clicked, self._pressed = not self._dragged, None
        if clicked:
            self._choose(event.position())

    def _choose(self, at: QPointF) -> None:
        example = self.example_at(at)
        if example is not None:
            self.example_chosen.emit(example)
        elif self.look is not None:
            self.place_chosen.emit(self.window_shown.place(at, self._size))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.place_pointed.emit(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zoom(_WHEEL ** event.angleDelta().y(), event.position())
        event.accept()

    def _zoom(self, factor: float, at: QPointF) -> None:
        """Show things so many times larger around a point, within bounds."""
        if self.look is None:
            return
        whole = PlaneWindow.between(self.look.cloud.corners())
        zoomed = self.window_shown.zoomed(factor, self.window_shown.place(at, self._size))
        if 1 / _MOST_ZOOM < (zoomed.right - zoomed.left) / (whole.right - whole.left) < _MOST_ZOOM:
            self._show_window(zoomed)

    def _show_window(self, window: PlaneWindow) -> None:
        self.window_shown, self.fits, self._layer = window, False, None
        self.update()
        self.window_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, middle = Qt.Key(event.key()), QPointF(self.rect().center())
        start = self.mark or self.hand
        at = middle if start is None else self.pixel(start)
        if key in ARROWS:
            fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            down, right = ARROWS[key]
            at += QPointF(right, down) * (_FINE_PX if fine else _STEP_PX)
            at = QPointF(min(max(at.x(), 0), self.width()), min(max(at.y(), 0), self.height()))
            self.place_chosen.emit(self.window_shown.place(at, self._size))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            example = self.example_at(at, np.inf)
            if example is not None:
                self.example_chosen.emit(example)
        elif key in (*_IN, *_OUT):
            self._zoom(1.25 if key in _IN else 0.8, at)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_Escape and self.mark is not None:
            self.place_chosen.emit(None)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.window_changed.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._ring = event.reason() in BY_TAB
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


def _paint_disc(
    painter: QPainter, at: QPointF, radius: float, fill: QColor | None, edge: QColor
) -> None:
    painter.setPen(QPen(edge, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else fill)
    painter.drawEllipse(at, radius, radius)
