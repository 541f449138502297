"""The lanes of the runs, painted, with a playhead that is dragged or moved by keys."""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSlider, QToolTip

from playground.gui.look.marking import named, tool_tip
from playground.gui.look.run_colors import run_color, run_pen
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.panels.timeline.lane import Lane
from playground.wording import fixed, number

_TOP, _ROW, _AXIS = 12, 18, 20
_RIGHT = 18.0
_NAMES, _NARROW_NAMES = 88.0, 62.0
_NARROW = 560
_BEND = 26.0
_APART = 7.0
_NEAR = 7.0
_PALE = 95
_TICKS_APART = 52.0
_PAGES = 10


class TimelineStrip(QSlider):
    """A slider over the moments on the way to one run's end, beside the other runs.

    ``lane_pressed`` carries the number of another run that was pressed; the moment under the
    mouse follows by ``valueChanged`` as soon as the run's stops are here.
    """

    lane_pressed = Signal(int)

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        named(self, "timelineSlider", "Moment of training")
        self._lanes: tuple[Lane, ...] = ()
        self._followed = 0
        self._dots: dict[int, QPolygonF] = {}
        self._stops: Sequence[float] = (0.0,)
        self._at = self._now = 0.0
        self._end = 1.0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(self._on_value_changed)

    def set_lanes(self, lanes: Sequence[Lane], followed: int, now: float) -> None:
        """Draw these runs; training is at ``now``."""
        self._lanes, self._followed, self._now = tuple(lanes), followed, now
        self._end = max(now, *(lane.epochs[-1] for lane in lanes), 1e-6) if lanes else 1.0
        self._dots.clear()
        self.setFixedHeight(_TOP + _ROW * max(len(lanes), 1) + _AXIS)
        self.update()

    def follow(self, number: int) -> None:
        """Draw another of the runs as the one that is led along."""
        self._followed = number
        self.update()

    def set_stops(self, epochs: Sequence[float], place: int, at: float) -> None:
        """Move over these epochs, ascending; stand at one of them, or near it at ``at``."""
        self.blockSignals(True)
        self._stops = epochs
        self.setRange(0, len(epochs) - 1)
        self.setPageStep(max(len(epochs) // _PAGES, 1))
        self.setValue(place)
        self.blockSignals(False)
        self._at = at
        self.update()

    def _on_value_changed(self, value: int) -> None:
        self._at = self._stops[value]
        self.update()

    # Where things are.

    @property
    def _left(self) -> float:
        return _NARROW_NAMES if self.width() < _NARROW else _NAMES

    def x_of(self, epoch: float) -> float:
        """Return where an epoch is, in pixels."""
        return self._left + epoch / self._end * (self.width() - self._left - _RIGHT)

    def y_of(self, number: int) -> float:
        """Return where a run's lane is; above all where it has none."""
        rows = [row for row, lane in enumerate(self._lanes) if lane.number == number]
        return _TOP + _ROW * (rows[0] + 0.5) if rows else _TOP / 2

    def _lane_at(self, y: float) -> Lane | None:
        row = int((y - _TOP) // _ROW)
        return self._lanes[min(max(row, 0), len(self._lanes) - 1)] if self._lanes else None

    # What the user does.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the moment under the mouse, on the lane there."""
        lane, x = self._lane_at(event.position().y()), event.position().x()
        if event.button() is not Qt.MouseButton.LeftButton or lane is None:
            return
        reaches = self.x_of(lane.epochs[0]) - _NEAR <= x <= self.x_of(lane.epochs[-1]) + _NEAR
        if lane.number != self._followed and reaches:
            self.lane_pressed.emit(lane.number)
        on_star = reaches and abs(self.x_of(lane.best) - x) <= _NEAR
        self._go_to(lane.best if on_star else self._epoch_at(x))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse while its button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_to(self._epoch_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Stay where it is."""

    def _epoch_at(self, x: float) -> float:
        return (x - self._left) / (self.width() - self._left - _RIGHT) * self._end

    def _go_to(self, epoch: float) -> None:
        after = min(bisect.bisect_left(self._stops, epoch), len(self._stops) - 1)
        before = max(after - 1, 0)
        nearer = epoch - self._stops[before] < self._stops[after] - epoch
        place = before if nearer else after
        if place == self.value():
            self.valueChanged.emit(place)  # of another lane, perhaps
        self.setValue(place)

    def event(self, event: QEvent) -> bool:
        """Tell of the lane under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            lane = self._lane_at(event.pos().y())
            if lane is not None:
                QToolTip.showText(event.globalPos(), tool_tip(lane.words), self)
            return True
        return super().event(event)

    # How it looks.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the dots anew."""
        super().resizeEvent(event)
        self._dots.clear()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint axis, lanes, names and playhead."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axis(painter)
        for lane in self._lanes:
            self._paint_name(painter, lane)
            split = self.x_of(self._at) if lane.number == self._followed else self.width()
            color = run_color(lane.number, colors_of(self))
            for left, right, alpha in ((0.0, split, 255), (split, self.width(), _PALE)):
                if right > left:
                    painter.save()
                    painter.setClipRect(QRectF(left, 0, right - left, self.height()))
                    color.setAlpha(alpha)
                    self._paint_lane(painter, lane, color)
                    painter.restore()
        for lane in self._lanes:
            self._paint_marks(painter, lane)
        self._paint_playhead(painter)
        painter.end()

    def _paint_axis(self, painter: QPainter) -> None:
        colors = colors_of(self)
        bottom = self.height() - _AXIS
        painter.setFont(ui_font(SMALL_PX))
        room = max((self.width() - self._left - _RIGHT) / _TICKS_APART, 1.0)
        rough = self._end / room
        power = 10.0 ** math.floor(math.log10(max(rough, 1e-6)))
        step = next(nice * power for nice in (1, 2, 5, 10) if nice * power >= rough * 0.999)
        step = max(step, 1.0)
        for tick in range(int(self._end / step) + 1):
            x = self.x_of(tick * step)
            painter.setPen(QPen(QColor(colors.border), 1))
            painter.drawLine(QPointF(x, _TOP), QPointF(x, bottom))
            painter.setPen(QColor(colors.muted))
            box = QRectF(x - 30, bottom + 3, 60, _AXIS - 4)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{fixed(tick * step, 0)}")

    def _paint_name(self, painter: QPainter, lane: Lane) -> None:
        colors = colors_of(self)
        followed = lane.number == self._followed
        font = ui_font(SMALL_PX, bold=True) if followed else ui_font(SMALL_PX)
        painter.setFont(font)
        painter.setPen(QColor(colors.text if followed else colors.muted))
        room = self._left - 14
        text = QFontMetricsF(font).elidedText(lane.title, Qt.TextElideMode.ElideRight, room)
        box = QRectF(0, self.y_of(lane.number) - _ROW / 2, room, _ROW)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_lane(self, painter: QPainter, lane: Lane, color: QColor) -> None:
        y = self.y_of(lane.number)
        x, right = self.x_of(lane.epochs[0]), self.x_of(lane.epochs[-1])
        pen = run_pen(lane.number, colors_of(self), 3.0 if lane.number == self._followed else 1.5)
        pen.setColor(color)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        path = QPainterPath(QPointF(x, y))
        if lane.branched_from is not None:
            bend = min(_BEND, max(right - x, 2.0))
            from_y = self.y_of(lane.branched_from)
            path = QPainterPath(QPointF(x, from_y))
            path.cubicTo(QPointF(x + bend, from_y), QPointF(x, y), QPointF(x + bend, y))
            x += bend
        path.lineTo(QPointF(right, y))
        painter.drawPath(path)
        painter.setPen(QPen(color, 6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(self._dots_of(lane, x))

    def _dots_of(self, lane: Lane, left: float) -> QPolygonF:
        """Return dots for as many of a lane's moments as have room, from a place on."""
        known = self._dots.get(lane.number)
        if known is None:
            places = [place for epoch in lane.epochs if (place := self.x_of(epoch)) >= left]
            apart, last = [], -math.inf
            for place in places:
                if place - last >= _APART:
                    apart.append(QPointF(place, self.y_of(lane.number)))
                    last = place
            known = self._dots[lane.number] = QPolygonF(apart)
        return known

    def _paint_marks(self, painter: QPainter, lane: Lane) -> None:
        """Paint the ring where a lane begins with its reason, and the star of its best moment."""
        colors, y = colors_of(self), self.y_of(lane.number)
        ground, color = QColor(colors.central), run_color(lane.number, colors)
        if lane.branched_from is not None:
            x = self.x_of(lane.epochs[0])
            painter.setPen(QPen(color, 2))
            painter.setBrush(ground)
            painter.drawEllipse(QPointF(x, self.y_of(lane.branched_from)), 5, 5)
            room = x - self._left - 12
            if room > 40:
                painter.setFont(ui_font(SMALL_PX))
                painter.setPen(QColor(colors.muted))
                text = QFontMetricsF(ui_font(SMALL_PX)).elidedText(
                    lane.reason, Qt.TextElideMode.ElideRight, room
                )
                box = QRectF(self._left, y - _ROW / 2, room + 6, _ROW)
                right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(box, right, text)
        painter.setPen(QPen(ground, 1.5))
        painter.setBrush(color)
        painter.drawPolygon(_star(QPointF(self.x_of(lane.best), y), 7.5))

    def _paint_playhead(self, painter: QPainter) -> None:
        colors = colors_of(self)
        x, bottom = self.x_of(self._at), self.height() - _AXIS
        text = QColor(colors.text)
        painter.setPen(QPen(text, 2 if self.hasFocus() else 1.5))
        painter.drawLine(QPointF(x, 6), QPointF(x, bottom + 2))
        painter.setBrush(text)
        painter.setPen(Qt.PenStyle.NoPen)
        corners = ((-5, 0), (5, 0), (5, 6), (0, 11), (-5, 6))
        painter.drawPolygon(QPolygonF([QPointF(x + right, down) for right, down in corners]))
        words = number(round(self._at, 1), 6)
        painter.setFont(ui_font(SMALL_PX, bold=True))
        width = max(QFontMetricsF(ui_font(SMALL_PX, bold=True)).horizontalAdvance(words) + 14, 26.0)
        left = min(max(x - width / 2, 0.0), self.width() - width)
        box = QRectF(left, bottom + 2, width, _AXIS - 3)
        if self._now != self._at and abs(self.x_of(self._now) - x) > width / 2 + 34:
            painter.setPen(QColor(colors.muted))
            place = QRectF(min(self.x_of(self._now) - 20, self.width() - 40), 0, 40, _TOP)
            painter.setFont(ui_font(SMALL_PX))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "now")
            painter.setFont(ui_font(SMALL_PX, bold=True))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.primary))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(colors.on_accent))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def _star(middle: QPointF, radius: float) -> QPolygonF:
    """Return a star of five points."""
    corners = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else 0.45 * radius
        angle = math.pi * (corner / 5 - 0.5)
        corners.append(middle + QPointF(reach * math.cos(angle), reach * math.sin(angle)))
    return QPolygonF(corners)
