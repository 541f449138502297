"""Turns the movements of a pen into strokes on a sheet, with undo; knows no window."""

from __future__ import annotations

import math

import numpy as np

from playground.data.drawing.ink import Stroke
from playground.gui.probes.sheet import Sheet, SheetHistory

Place = tuple[float, float]
SIDE = 280.0
"""The canvas's side in canvas units, the same as in :class:`playground.data.drawing.ink.Ink`."""
PEN_WIDTH = 22.0
ERASER_FACTOR = 2.0
_NEAREST = 0.4


class StrokeRecorder:
    """The sheet that is drawn on, the pen, and the stroke that it is drawing.

    Attributes
    ----------
    pen_width
        The pen's diameter in canvas units; the eraser is ``ERASER_FACTOR`` times as wide.
    eraser
        Whether the eraser is in the hand.
    """

    def __init__(self) -> None:
        self.pen_width = PEN_WIDTH
        self.eraser = False
        self._history = SheetHistory()
        self._base = Sheet()
        self._points: list[Place] = []
        self._erases = False

    @property
    def sheet(self) -> Sheet:
        """What lies on the canvas now, with the stroke that is being drawn."""
        if not self._points:
            return self._history.current
        return Sheet(self._base.ink.with_stroke(self._stroke(self._points)))

    @property
    def drawing(self) -> bool:
        """Whether the pen is down."""
        return bool(self._points)

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke, an example or a clearing to take back."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether something taken back can come again."""
        return self._history.can_redo

    @property
    def tool_width(self) -> float:
        """The diameter of what is in the hand, canvas units."""
        return self.pen_width * (ERASER_FACTOR if self.eraser else 1)

    def newest(self) -> Stroke:
        """Return the newest piece of the stroke that is being drawn."""
        return self._stroke(self._points[-2:])

    def begin(self, at: Place, *, erases: bool) -> bool:
        """Put the pen down; return False where an eraser finds nothing to erase.

        Over an example the drawing starts afresh.
        """
        self.end()
        current = self._history.current
        if erases and not current.ink.strokes:
            return False
        self._base = current if current.example is None else Sheet()
        self._points = [at]
        self._erases = erases
        return True

    def extend(self, at: Place) -> bool:
        """Move the pen; return whether it is down and moved far enough to draw."""
        if not self._points or math.dist(at, self._points[-1]) < _NEAREST:
            return False
        self._points.append(at)
        return True

    def end(self) -> bool:
        """Lift the pen; return whether it was down."""
        if not self._points:
            return False
        sheet = self.sheet
        self._points = []
        self._history.push(sheet)
        return True

    def undo(self) -> bool:
        """Take the last stroke, example or clearing back; return whether there was one."""
        self.end()
        return self._history.undo()

    def redo(self) -> bool:
        """Bring back what was undone last; return whether there was something."""
        self.end()
        return self._history.redo()

    def clear(self) -> bool:
        """Take an empty sheet; return whether there was something on the old one."""
        self.end()
        current = self._history.current
        if current.example is None and not current.ink.strokes:
            return False
        self._history.push(Sheet())
        return True

    def show(self, sheet: Sheet) -> None:
        """Take another sheet; undo brings a drawing back, but not one example after another."""
        self._points = []
        current = self._history.current
        if current.is_empty or (sheet.example is not None and current.example is not None):
            self._history.replace(sheet)
        else:
            self._history.push(sheet)

    def _stroke(self, points: list[Place]) -> Stroke:
        width = self.pen_width * (ERASER_FACTOR if self._erases else 1)
        return Stroke(np.array(points, np.float32), width, self._erases)
