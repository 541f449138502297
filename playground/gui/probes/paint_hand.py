"""The hand that paints: turns the mouse and the keys on the plane into strokes of points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent

from playground.data.dataset import Dataset
from playground.data.own.painted import MOST, PaintedPoints, Place
from playground.gui.probes.paint_tools import KEYS, PaintTools, Tool
from playground.gui.probes.plane_layer import PlaneScene
from playground.gui.probes.plane_plot import PlanePlot, key_step
from playground.wording import grouped

_CLICK_PX = 3.0
"""A press that moves no further is a click."""

_GRASP_PX = 10.0
_MARKER_PX = 13.0
"""How far the largest marker reaches around its point."""

FULL = f"A plane holds at most {grouped(MOST)} points; erase some before you paint more."


@dataclass(frozen=True, eq=False)
class PaintStroke:
    """What one stroke made of the points."""

    title: str
    before: PaintedPoints
    after: PaintedPoints


class PaintHand(QObject):
    """Paints on a plane's picture with the tool that is chosen.

    ``stroke_begun`` comes before the first point changes, ``painted`` (:class:`PaintedPoints`)
    with every change, ``stroke_ended`` when the mouse lets go (a :class:`PaintStroke`, or None
    where nothing has changed); ``refused`` carries a sentence. ``points`` is what lies on the plane
    now, None where it cannot be painted on.
    """

    stroke_begun = Signal()
    painted = Signal(object)
    stroke_ended = Signal(object)
    refused = Signal(str)

    def __init__(self, plot: PlanePlot, tools: PaintTools) -> None:
        super().__init__(plot)
        self._plot = plot
        self._tools = tools
        self.points: PaintedPoints | None = None
        self._like: Dataset | None = None
        self._held_back = np.zeros(0, np.bool_)
        self._before: PaintedPoints | None = None
        self._pressed = self._last = QPointF()
        self._at: Place | None = None
        self._clicking = False
        self._grasped: int | None = None
        self._strokes = 0
        self._rng: np.random.Generator  # of the stroke under way
        plot.setMouseTracking(True)
        plot.installEventFilter(self)
        tools.size_changed.connect(self._on_size_changed)
        tools.tool_changed.connect(self._on_tool_changed)

    @property
    def busy(self) -> bool:
        """Whether a stroke is being painted."""
        return self._before is not None

    def take(
        self, points: PaintedPoints | None, held_back: NDArray[np.bool_], like: Dataset | None
    ) -> None:
        """Go on with other points; a stroke that was being painted is over.

        ``like`` is the set whose names they have.
        """
        self.points, self._held_back, self._like = points, held_back, like
        self._before = self._grasped = None

    def hold_back(self, held_back: NDArray[np.bool_], like: Dataset | None) -> None:
        """Go on with the same points, of which these are for testing now."""
        self._held_back, self._like = held_back, like

    def show(self, part: QRectF | None = None) -> None:
        """Let the plane show the points, of which those within ``part`` have changed."""
        if self.points is not None:
            scene = PlaneScene.of_painted(self.points, self._held_back, self._like)
            self._plot.set_scene(scene, part)

    # The mouse.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress:
            return self._on_key(event)  # type: ignore[arg-type]
        if self.points is None or self._tools.tool is Tool.PROBE:
            return False
        if isinstance(event, QMouseEvent):
            return self._on_mouse(kind, event)
        if kind == QEvent.Type.Leave and not self.busy:
            self._plot.set_brush(None)
        return False

    def _on_mouse(self, kind: QEvent.Type, event: QMouseEvent) -> bool:
        place = event.position()
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            if event.button() == Qt.MouseButton.LeftButton:
                self._plot.setFocus(Qt.FocusReason.MouseFocusReason)
                self._begin(place)
        elif kind == QEvent.Type.MouseMove:
            if self.busy:
                self._extend(place)
        elif kind == QEvent.Type.MouseButtonRelease and event.button() == Qt.MouseButton.LeftButton:
            self._end()
        self._at = None
        self._show_brush(place)
        return True

    def _begin(self, place: QPointF) -> None:
        points = self.points
        assert points is not None
        if self._tools.tool is Tool.BRUSH and not points.room:
            self.refused.emit(FULL)
            return
        self.stroke_begun.emit()
        self._before = points
        self._pressed = self._last = place
        self._clicking = True
        self._strokes += 1
        self._rng = np.random.default_rng([self._strokes, len(points)])
        match self._tools.tool:
            case Tool.BRUSH:
                at = self._plot.axes().to_values(place)
                self._put(points.add([at], self._tools.label), self._around(place, place, 0))
            case Tool.MOVE:
                self._grasped = self._grasped_at(place)
            case _:
                self._sweep(place, place)

    def _extend(self, place: QPointF) -> None:
        points = self.points
        assert points is not None
        moved = place - self._pressed
        if self._clicking and max(abs(moved.x()), abs(moved.y())) <= _CLICK_PX:
            return
        self._clicking = False
        if self._tools.tool is Tool.MOVE:
            self._move_to(place)
        else:
            self._sweep(self._last, place)
        self._last = place

    def _end(self) -> None:
        before, after = self._before, self.points
        self._before = self._grasped = None
        if before is None or after is None:
            return
        if np.array_equal(before.points, after.points) and np.array_equal(
            before.labels, after.labels
        ):
            self.stroke_ended.emit(None)
            return
        title = {Tool.BRUSH: "Paint", Tool.ERASE: "Erase", Tool.FLIP: "Flip"}
        words = f"{title.get(self._tools.tool, 'Move')} points"
        self.stroke_ended.emit(PaintStroke(words, before, after))

    # What the tools do.

    def _sweep(self, start: QPointF, end: QPointF) -> None:
        """Let the brush or the eraser go from one place to another."""
        points, tool = self.points, self._tools.tool
        assert points is not None
        axes = self._plot.axes()
        first, last = axes.to_values(start), axes.to_values(end)
        radius = self._tools.reach * axes.span
        part = self._around(start, end, self._radius_px())
        if tool is Tool.BRUSH:
            density, label = self._tools.density, self._tools.label
            self._put(points.brush(first, last, radius, density, label, self._rng), part)
            if not points.room:
                self.refused.emit(FULL)
        elif tool is Tool.FLIP:
            self._put(points.flip(first, last, radius, self._tools.label), part)
        else:
            touched = points.touched(first, last, radius)
            if touched.any():
                self._held_back = self._held_back[~touched]
                self._put(points.without(touched), part)

    def _move_to(self, place: QPointF) -> None:
        points = self.points
        if points is None or self._grasped is None:
            return
        axes = self._plot.axes()
        before = axes.to_pixels(*points.points[self._grasped].tolist())
        self._put(points.move(self._grasped, axes.to_values(place)), self._around(before, place, 0))

    def _put(self, points: PaintedPoints, part: QRectF) -> None:
        self.points = points
        new = len(points) - len(self._held_back)
        self._held_back = np.concatenate([self._held_back, np.zeros(max(new, 0), np.bool_)])
        self.show(part)
        self.painted.emit(points)

    def _around(self, start: QPointF, end: QPointF, radius: float) -> QRectF:
        reach = radius + _MARKER_PX
        return QRectF(start, end).normalized().adjusted(-reach, -reach, reach, reach)

    def _grasped_at(self, place: QPointF) -> int | None:
        """Return the point that a press takes hold of."""
        assert self.points is not None
        axes = self._plot.axes()
        within = _GRASP_PX * axes.span / axes.square.width()
        return self.points.nearest(axes.to_values(place), within)

    def _radius_px(self) -> float:
        return self._tools.reach * self._plot.axes().square.width()

    def _show_brush(self, place: QPointF) -> None:
        """Circle what a press here would touch."""
        axes, tool = self._plot.axes(), self._tools.tool
        if tool is Tool.PROBE or self.points is None:
            self._plot.set_brush(None)
        elif tool is not Tool.MOVE:
            inside = axes.to_pixels(*axes.to_values(place))
            self._plot.set_brush(inside, self._radius_px())
        else:
            index = self._grasped
            if index is None and not self.busy:
                index = self._grasped_at(place)
            if index is None:
                self._plot.set_brush(None)
            else:
                self._plot.set_brush(axes.to_pixels(*self.points.points[index].tolist()), 8)

    @Slot()
    def _on_size_changed(self) -> None:
        self._show_brush(self._plot.axes().square.center())

    @Slot()
    def _on_tool_changed(self) -> None:
        self._end()
        self._at = None
        self._plot.set_brush(None)

    # The keys.

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        ):
            return False
        text = event.text().upper()
        if text in KEYS:
            self._tools.choose(KEYS[text])
        elif self._tools.choose_class(text):
            return True
        elif self.points is None or self._tools.tool is Tool.PROBE:
            return False
        elif (step := key_step(event, self._plot.axes())) is not None:
            self._step(step)
        elif event.key() == Qt.Key.Key_Space:
            self._press_space()
        else:
            return False
        return True

    def _step(self, step: Place) -> None:
        """Move the brush by the arrow keys, and with it the point that it holds."""
        axes = self._plot.axes()
        x, y = self._at or axes.middle
        self._at = axes.clamped(x + step[0]), axes.clamped(y + step[1])
        place = axes.to_pixels(*self._at)
        if self._grasped is not None:
            self._move_to(place)
        self._plot.set_brush(place, self._radius_px() if self._tools.tool is not Tool.MOVE else 8)

    def _press_space(self) -> None:
        """Use the tool where the arrow keys have led; a point is taken, and let go again."""
        axes = self._plot.axes()
        self._at = self._at or axes.middle
        if self._grasped is not None:
            self._end()
            return
        self._begin(axes.to_pixels(*self._at))
        if self._grasped is None:
            self._end()
