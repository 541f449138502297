"""What lies on the canvas, and the way back to what lay there before."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from playground.data.drawing.ink import Ink
from playground.gui.session.probe import Probe


@dataclass(frozen=True, eq=False)
class Example:
    """A picture of the data set, laid on the canvas.

    Parameters
    ----------
    probe
        The example itself.
    pixels
        float32 of shape (height, width), 0 paper to 1 ink.
    """

    probe: Probe
    pixels: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Sheet:
    """Strokes on an empty canvas, or an example without strokes."""

    ink: Ink = field(default_factory=Ink)
    example: Example | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is neither an example nor a pen stroke."""
        return self.example is None and all(stroke.eraser for stroke in self.ink.strokes)


class SheetHistory:
    """The sheet shown, and those that undo and redo bring back."""

    def __init__(self) -> None:
        self.current = Sheet()
        self._past: list[Sheet] = []
        self._future: list[Sheet] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a sheet to go back to."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether an undone sheet can come back."""
        return bool(self._future)

    def push(self, sheet: Sheet) -> None:
        """Show another sheet, so that undo brings the present one back."""
        self._past.append(self.current)
        self._future.clear()
        self.current = sheet

    def replace(self, sheet: Sheet) -> None:
        """Show another sheet in place of the present one."""
        self.current = sheet

    def undo(self) -> bool:
        """Go back one sheet; return whether there was one."""
        if not self._past:
            return False
        self._future.append(self.current)
        self.current = self._past.pop()
        return True

    def redo(self) -> bool:
        """Go forward one sheet; return whether there was one."""
        if not self._future:
            return False
        self._past.append(self.current)
        self.current = self._future.pop()
        return True
