"""Turns the movements of a pen into strokes on a sheet, with undo; knows no window."""

from __future__ import annotations

import math

import numpy as np

from playground.data.drawing.ink import Stroke
from playground.gui.probes.sheet import Sheet

Place = tuple[float, float]
SIDE = 280.0
"""The canvas's side in canvas units, the same as in :class:`playground.data.drawing.ink.Ink`."""
PEN_WIDTH = 22.0
ERASER_FACTOR = 2.0
MOST_PAST = 500
"""Sheets that undo leads back to."""

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
        self._current = Sheet()
        self._past: list[Sheet] = []
        self._future: list[Sheet] = []
        self._base = Sheet()
        self._points: list[Place] = []
        self._erases = False

    @property
    def sheet(self) -> Sheet:
        """What lies on the canvas now, with the stroke that is being drawn."""
        if not self._points:
            return self._current
        return Sheet(self._base.ink.with_stroke(self._stroke(self._points)))

    @property
    def drawing(self) -> bool:
        """Whether the pen is down."""
        return bool(self._points)

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke, an example or a clearing to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether something taken back can come again."""
        return bool(self._future)

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
        if erases and not self._current.ink.strokes:
            return False
        self._base = self._current if self._current.example is None else Sheet()
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
        self._push(sheet)
        return True

    def undo(self) -> bool:
        """Take the last stroke, example or clearing back; return whether there was one."""
        self.end()
        return self._go(self._past, self._future)

    def redo(self) -> bool:
        """Bring back what was undone last; return whether there was something."""
        self.end()
        return self._go(self._future, self._past)

    def clear(self) -> bool:
        """Take an empty sheet; return whether there was something on the old one."""
        self.end()
        current = self._current
        if current.example is None and not current.ink.strokes:
            return False
        self._push(Sheet())
        return True

    def show(self, sheet: Sheet) -> None:
        """Take another sheet; undo brings a drawing back, but not one example after another."""
        self._points = []
        current = self._current
        if current.is_empty or (sheet.example is not None and current.example is not None):
            self._current = sheet
        else:
            self._push(sheet)

    def forget_examples(self) -> None:
        """Take examples away, now and where undo and redo lead: their data set is gone."""
        self.end()
        for sheets in (self._past, self._future):
            sheets[:] = [sheet for sheet in sheets if sheet.example is None]
        if self._current.example is not None:
            self._current = Sheet()

    def _push(self, sheet: Sheet) -> None:
        """Show another sheet, so that undo brings the present one back."""
        self._past.append(self._current)
        del self._past[:-MOST_PAST]
        self._future.clear()
        self._current = sheet

    def _go(self, origin: list[Sheet], other: list[Sheet]) -> bool:
        """Take the last sheet of one side, and leave the present one on the other."""
        if not origin:
            return False
        other.append(self._current)
        self._current = origin.pop()
        return True

    def _stroke(self, points: list[Place]) -> Stroke:
        width = self.pen_width * (ERASER_FACTOR if self._erases else 1)
        return Stroke(np.array(points, np.float32), width, self._erases)
