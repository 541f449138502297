"""The strip "drawn, scaled, steps, moves": how the way of a pen becomes a sequence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen

from playground.data.drawing.drawing import Stages
from playground.data.drawing.pen_points import FEATURES, PenStages
from playground.data.drawing.pen_way import PenWay
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.marking import tool_tip
from playground.gui.look.time_colors import time_table
from playground.gui.probes.four_pictures import FourPictures
from playground.gui.widgets.arrow_keys import ARROWS
from playground.gui.widgets.as_table import ShowAsTable
from playground.gui.widgets.ink_image import ink_image
from playground.gui.widgets.pen_way_painting import draw_line, line_pen
from playground.gui.widgets.readings import Readings
from playground.wording import fixed

_TIPS = (
    "The whole canvas as you see it.",
    "Only the box around the ink counts, so neither the place nor the size of a drawing matters.",
    "Points evenly spaced along the strokes, in the order in which they were drawn: neither the "
    "speed nor the thickness of the pen matters.",
    "Which way the pen came to each step. Where it is and which way it came are the numbers that "
    "the network gets. Left and right arrow keys walk from step to step; T shows the numbers.",
)
_FILLED = 0.74
_STEPS, _MOVES = 2, 3
_TURNED = np.radians(150)


class PenStrip(FourPictures):
    """A drawing's way to a network that reads the pen's movement.

    ``step_hovered`` carries the step under the mouse, or None, and ``step_chosen`` the one that
    the keys walk to.
    """

    step_hovered = Signal(object)
    step_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__("penStrip", "From the pen to steps", _TIPS[-1])
        ShowAsTable(self, self.figures)
        self._stages: PenStages | None = None
        self._values: NDArray[np.float32] | None = None
        self._way: PenWay | None = None
        self._step: int | None = None
        self.captions = ("drawn", "scaled", "steps", "moves")

    def set_way(
        self, stages: Stages | None, values: NDArray[np.float32] | None, way: PenWay | None
    ) -> None:
        """Show a drawing's stages.

        Parameters
        ----------
        stages
            ``None`` where the probe is no drawing.
        values
            What the network gets, a row for each of ``FEATURES``, a column for each step.
        way
            The way through the steps; ``None``, as are the values, for nothing.
        """
        self._stages = stages if isinstance(stages, PenStages) else None
        self._values, self._way = values, way
        if values is not None:
            self.captions = ("drawn", "scaled", f"{values.shape[1]} steps", "moves")
        self._tell()

    def set_step(self, step: int | None) -> None:
        """Mark a step, counted from 0, or none."""
        self._step = step
        self._tell()

    def figures(self) -> Readings:
        """Return the numbers of every step."""
        values = np.zeros((len(FEATURES), 0)) if self._values is None else self._values
        rows = [
            (str(step), *(fixed(float(value), 3) for value in column))
            for step, column in enumerate(values.T, 1)
        ]
        return Readings(self.accessibleName(), ("Step", *FEATURES), rows)

    def _tell(self) -> None:
        self.setAccessibleDescription("" if self._values is None else self._words(self._step))
        self.update()

    def _words(self, step: int | None) -> str:
        """Return what the network gets at a step, the last where none is pointed at."""
        assert self._values is not None
        steps = self._values.shape[1]
        at = steps - 1 if step is None else min(step, steps - 1)
        told = (
            f"{name} {fixed(float(value), 2)}"
            for name, value in zip(FEATURES, self._values[:, at], strict=True)
        )
        return f"Step {at + 1} of {steps}: {', '.join(told)}."

    # How it is painted.

    def paint_picture(self, painter: QPainter, index: int, square: QRectF, colors: Colors) -> None:
        """Paint a stage, where there is one."""
        if index == 0 and self._stages is not None:
            inside = square.adjusted(1, 1, -1, -1)
            painter.drawImage(inside, ink_image(self._stages.drawn, colors))
        elif index == 1 and self._stages is not None:
            self._paint_scaled(painter, square, self._stages.way, colors)
        elif index >= _STEPS and self._way is not None:
            self._paint_steps(painter, square, self._way, arrows=index == _MOVES)

    def _paint_scaled(self, painter: QPainter, square: QRectF, way: PenWay, colors: Colors) -> None:
        laid = _laid(way, square)
        points = np.concatenate([line for line, _ in laid.lines])
        painter.setPen(line_pen(QColor(DARK.ink), 3))
        for line, _ in laid.lines:
            draw_line(painter, line)
        border = QColor(colors.accent)
        border.setAlphaF(0.75)
        painter.setPen(QPen(border, 1, Qt.PenStyle.DotLine))
        low, high = QPointF(*points.min(axis=0).tolist()), QPointF(*points.max(axis=0).tolist())
        painter.drawRect(QRectF(low, high).adjusted(-3, -3, 3, 3))

    def _paint_steps(self, painter: QPainter, square: QRectF, way: PenWay, *, arrows: bool) -> None:
        """Paint a dot for each step, or an arrow for each move, in the colours of time."""
        places = _laid(way, square).places
        table = time_table(len(places)).tolist()
        for step, (x, y) in enumerate(places.tolist()):
            color = QColor(*table[step])
            if not arrows:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(color)
                painter.drawEllipse(QPointF(x, y), 1.5, 1.5)
            elif step % 3 == 0 and step:
                before = np.array((x, y)) - places[step - 1]
                _paint_arrow(painter, (x, y), float(np.arctan2(before[1], before[0])), color)
        if self._step is not None:
            at = places[min(self._step, len(places) - 1)]
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(DARK.ink), 1.2))
            painter.drawEllipse(QPointF(*at.tolist()), 3.5, 3.5)

    # Pointing.

    def _step_at(self, at: QPointF) -> int | None:
        """Return the step nearest to the mouse in the pictures of steps, or None elsewhere."""
        index = self.index_at(at)
        if self._way is None or index is None or index < _STEPS:
            return None
        places = _laid(self._way, self.square(index)).places
        return int(np.hypot(*(places - np.array(at.toTuple())).T).argmin())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index, step = self.index_at(event.position()), self._step_at(event.position())
        tip = "" if index is None else _TIPS[index]
        if step is not None:
            tip = f"{self._words(step)}\n{tip}"
        self.setToolTip(tool_tip(tip))
        self.step_hovered.emit(step)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.step_hovered.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        _, across = ARROWS.get(Qt.Key(event.key()), (0, 0))
        if across and self._values is not None:
            last = self._values.shape[1] - 1
            at = last if self._step is None else self._step
            self.step_chosen.emit(min(max(at + across, 0), last))
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


def _laid(way: PenWay, square: QRectF) -> PenWay:
    """Return a way as it lies in a square."""
    fitted = way.fitted(square.width(), _FILLED)
    return fitted.moved(1.0, np.array([square.left(), square.top()]))


def _paint_arrow(painter: QPainter, at: tuple[float, float], angle: float, color: QColor) -> None:
    painter.setPen(line_pen(color, 1.2))
    tip = QPointF(*at)
    for turned, length in ((np.pi, 7.0), (_TURNED, 3.0), (-_TURNED, 3.0)):
        away = angle + turned
        painter.drawLine(tip, tip + QPointF(np.cos(away), np.sin(away)) * length)
