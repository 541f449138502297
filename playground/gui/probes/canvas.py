"""The drawing canvas: takes mouse, finger, tablet pen and keyboard, and shows the drawing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QEventPoint,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.data.drawing.ink import Ink
from playground.data.drawing.pen_way import PenWay
from playground.gui.look.marking import named
from playground.gui.look.spoken import Role, reads_as
from playground.gui.look.theme import colors_of
from playground.gui.look.time_colors import time_color
from playground.gui.probes.canvas_surface import (
    CanvasSurface,
    paint_frame,
    paint_hint,
    paint_key_pen,
    pen_cursor,
)
from playground.gui.probes.sheet import Example, Sheet
from playground.gui.probes.step_marks import paint_marks
from playground.gui.probes.stroke_recorder import SIDE, Place, StrokeRecorder
from playground.gui.widgets.timers import later

_HINT = "Draw here"
_KEY_HINT = "Arrow keys move, Space puts the pen down"
_KEY_STEP = 7.0
_NEAR = 12.0
_MIDDLE = (SIDE / 2, SIDE / 2)
_ARROWS = {
    Qt.Key.Key_Left: (-_KEY_STEP, 0.0),
    Qt.Key.Key_Right: (_KEY_STEP, 0.0),
    Qt.Key.Key_Up: (0.0, -_KEY_STEP),
    Qt.Key.Key_Down: (0.0, _KEY_STEP),
}
_CLEARING = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_STANDARD = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class DrawCanvas(QWidget):
    """A square to draw on, 280 canvas units wide whatever its size on the screen.

    ``ink_changed`` follows what the user does, at most once in a pass of the event loop;
    :meth:`set_ink` and :meth:`set_example` never emit it. Where what lies on it is the way of a
    pen, ``step_hovered`` carries the step under the mouse, or None.
    """

    ink_changed = Signal()
    step_hovered = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        named(self, "drawCanvas", "Drawing canvas")
        reads_as(self, Role.Canvas)
        self.setAccessibleDescription(
            "Draw with the mouse, a finger or a pen. With the keyboard: arrow keys move the pen, "
            "Space puts it down and lifts it, Ctrl+Z takes a stroke back, Delete clears."
        )
        self.setToolTip(
            "What you draw is cropped, scaled and centred like the training digits, so neither "
            "its place nor its size changes what the network sees."
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._recorder = StrokeRecorder()
        self._surface = CanvasSurface()
        self._finger = -1
        self._key_pen: Place | None = None
        self._ring = False
        self._hint = _HINT
        self._timed = False
        self._way: PenWay | None = None
        self._way_ink: Ink | None = None
        self._step: int | None = None
        self._overlay: Callable[[QPainter], None] | None = None
        self._announcer = later(self, 0, self.ink_changed)

    @property
    def sheet(self) -> Sheet:
        """What lies on the canvas now, with the stroke that is being drawn."""
        return self._recorder.sheet

    def ink(self) -> Ink:
        """Return the strokes, with the one that is being drawn."""
        return self._recorder.sheet.ink

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke, an example or a clearing to take back."""
        return self._recorder.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether something taken back can come again."""
        return self._recorder.can_redo

    @property
    def pen_width(self) -> float:
        """The pen's diameter, canvas units."""
        return self._recorder.pen_width

    def set_ink(self, ink: Ink) -> None:
        """Show a drawing; undo brings back the one that was there."""
        self._recorder.show(Sheet(ink))
        self._redraw()

    def set_example(self, example: Example) -> None:
        """Show a picture of the data set; drawing starts afresh over it."""
        self._recorder.show(Sheet(example=example))
        self._redraw()

    def forget_examples(self) -> None:
        """Take examples away, and keep drawings: the data set is another."""
        self._recorder.forget_examples()
        self._redraw()

    def set_hint(self, hint: str) -> None:
        """Say on the empty canvas what can be done here; an empty text invites to draw."""
        self._hint = hint or _HINT
        self.update()

    def set_timed(self, timed: bool) -> None:
        """Say whether what is drawn is read as the way of a pen, which :meth:`set_way` tells."""
        self._timed = timed
        self._way = self._way_ink = None
        self.setMouseTracking(timed)
        self._redraw()

    def set_way(self, way: PenWay | None, ink: Ink | None = None) -> None:
        """Show the lines in the colours of time; ``ink`` is what the way was read from."""
        if self._timed:
            self._way, self._way_ink = way, ink
            self._redraw()

    def set_overlay(self, paint: Callable[[QPainter], None] | None) -> None:
        """Let something paint above the drawing, in canvas units; nothing is hinted at then."""
        self._overlay = paint
        self.update()

    def set_step(self, step: int | None) -> None:
        """Mark a step of the way, counted from 0, or none."""
        self._step = step
        if self._way is not None:
            self.update()

    @Slot(bool)
    def set_eraser(self, eraser: bool) -> None:
        """Take the eraser in the hand, or the pen."""
        self._end_stroke()
        self._recorder.eraser = eraser
        self._show_pen()

    @Slot(int)
    def set_pen_width(self, width: float) -> None:
        """Choose the pen's diameter in canvas units; the eraser is twice as wide."""
        self._end_stroke()
        self._recorder.pen_width = float(width)
        self._show_pen()

    @Slot()
    def undo(self) -> None:
        """Take the last stroke, example or clearing back."""
        if self._recorder.undo():
            self._redraw_and_announce()

    @Slot()
    def redo(self) -> None:
        """Bring back what was undone last."""
        if self._recorder.redo():
            self._redraw_and_announce()

    @Slot()
    def clear(self) -> None:
        """Empty the canvas; undo brings the drawing back."""
        if self._recorder.clear():
            self._redraw_and_announce()

    # Strokes.

    def _begin_stroke(self, at: Place, erases: bool) -> None:
        before = self._recorder.sheet
        if not self._recorder.begin(at, erases=erases):
            return
        if before.is_empty or before.example is not None:
            self._redraw_and_announce()
        else:
            self._paint_newest()

    def _extend_stroke(self, at: Place) -> None:
        if self._recorder.extend(at):
            self._paint_newest()

    def _end_stroke(self) -> None:
        if self._recorder.end():
            self._announcer.start()
            self.update()

    def _paint_newest(self) -> None:
        if self._surface.fits(self._side, self.devicePixelRatioF(), colors_of(self)):
            color = time_color(1, 2) if self._timed else None
            dirty = self._surface.extend(self._recorder.newest(), color)
            self.update(dirty.translated(self._corner).toAlignedRect())
        else:
            self.update()
        self._announcer.start()

    def _redraw_and_announce(self) -> None:
        if not self._timed:  # else its way comes at once, and the old one stays until then
            self._redraw()
        self._announcer.start()

    def _redraw(self) -> None:
        self._surface.forget()
        self.update()

    # Geometry and looks.

    @property
    def _side(self) -> int:
        return min(self.width(), self.height())

    @property
    def _corner(self) -> QPoint:
        return QPoint((self.width() - self._side) // 2, 0)

    def _to_units(self, position: QPointF) -> Place:
        """Return the place in canvas units; the pen stops at the edge, so all ink is visible."""
        at = (position - QPointF(self._corner)) * (SIDE / max(self._side, 1))
        return min(max(at.x(), 0.0), SIDE), min(max(at.y(), 0.0), SIDE)

    def _show_pen(self) -> None:
        diameter = self._recorder.tool_width * self._side / SIDE
        self.setCursor(pen_cursor(diameter, self.devicePixelRatioF()))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(286, 286)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 140)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_pen()

    def paintEvent(self, event: QPaintEvent) -> None:
        side, ratio, colors = self._side, self.devicePixelRatioF(), colors_of(self)
        sheet = self._recorder.sheet
        if not self._surface.fits(side, ratio, colors):
            self._surface.redraw(sheet, side, ratio, colors, self._way, self._way_ink)
        painter = QPainter(self)
        painter.drawPixmap(self._corner, self._surface.pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        square = QRectF(self._corner, QSize(side, side))
        ring = self._ring and self.hasFocus()
        paint_frame(painter, square, colors, ring)
        if self._overlay is not None:
            painter.save()
            painter.translate(self._corner)
            painter.scale(side / SIDE, side / SIDE)
            painter.setClipRect(QRectF(1, 1, SIDE - 2, SIDE - 2))
            self._overlay(painter)
            painter.restore()
        elif sheet.is_empty:
            paint_hint(painter, square, [self._hint, _KEY_HINT] if ring else [self._hint])
        if self._way is not None and not sheet.is_empty:
            places = self._way.places * (side / SIDE) + np.array(self._corner.toTuple())
            step = None if self._step is None else min(self._step, len(places) - 1)
            paint_marks(painter, square, places, step, ends=not self._recorder.drawing)
        if self._key_pen is not None and self.hasFocus():
            scale = side / SIDE
            centre = QPointF(*self._key_pen) * scale + QPointF(self._corner)
            radius = self._recorder.tool_width * scale / 2
            paint_key_pen(painter, centre, radius, colors, self._recorder.drawing)

    # Mouse, finger, tablet pen.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._point(event.position(), self._recorder.eraser)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._extend_stroke(self._to_units(event.position()))
        elif not event.buttons():
            self.step_hovered.emit(self._step_under(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._end_stroke()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.step_hovered.emit(None)

    def _step_under(self, position: QPointF) -> int | None:
        """Return the step of the way that is nearest to the mouse, if it is near enough."""
        if self._way is None:
            return None
        at = (position - QPointF(self._corner)) * (SIDE / max(self._side, 1))
        away = np.hypot(*(self._way.places - np.array(at.toTuple())).T)
        nearest = int(away.argmin())
        return nearest if away[nearest] <= max(self.pen_width / 2, _NEAR) else None

    def tabletEvent(self, event: QTabletEvent) -> None:
        if event.type() == QEvent.Type.TabletPress:
            turned = event.pointerType() == QPointingDevice.PointerType.Eraser
            self._point(event.position(), self._recorder.eraser or turned)
        elif event.type() == QEvent.Type.TabletMove:
            self._extend_stroke(self._to_units(event.position()))
        else:
            self._end_stroke()
        event.accept()

    def _touch(self, event: QTouchEvent) -> None:
        """Draw with the first finger; the others rest."""
        if event.type() == QEvent.Type.TouchBegin:
            self._finger = event.points()[0].id()
            self._point(event.points()[0].position(), self._recorder.eraser)
        elif event.type() == QEvent.Type.TouchUpdate:
            for finger in event.points():
                moved = finger.state() != QEventPoint.State.Stationary
                if finger.id() == self._finger and moved:
                    self._extend_stroke(self._to_units(finger.position()))
        else:
            self._end_stroke()
        event.accept()

    def _point(self, position: QPointF, erases: bool) -> None:
        """Begin a stroke with a pointing device; the pen of the keyboard goes away."""
        if self._key_pen is not None or self._ring:
            self._key_pen = None
            self._ring = False
            self.update()
        self._begin_stroke(self._to_units(position), erases)

    # Keyboard.

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent) and self.isEnabled():
            self._touch(event)
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # These keys mean the drawing while it has the focus, not the window's commands.
            ours = (*_ARROWS, *_CLEARING, Qt.Key.Key_Space)
            if event.key() in ours or any(map(event.matches, _STANDARD)):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo()
        elif key in _CLEARING:
            self.clear()
        elif key in _ARROWS:
            self._move_key_pen(*_ARROWS[Qt.Key(key)])
        elif key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._toggle_key_pen()
        elif key == Qt.Key.Key_Escape and self._recorder.drawing:
            self._end_stroke()
        else:
            super().keyPressEvent(event)

    def _move_key_pen(self, dx: float, dy: float) -> None:
        x, y = self._key_pen or _MIDDLE
        self._key_pen = min(max(x + dx, 0.0), SIDE), min(max(y + dy, 0.0), SIDE)
        self._extend_stroke(self._key_pen)
        self.update()

    def _toggle_key_pen(self) -> None:
        self._key_pen = self._key_pen or _MIDDLE
        if self._recorder.drawing:
            self._end_stroke()
        else:
            self._begin_stroke(self._key_pen, self._recorder.eraser)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._end_stroke()
        super().focusOutEvent(event)
        self.update()
