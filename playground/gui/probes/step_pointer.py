"""Which step of a sequence is pointed at: chosen to stay, or only while the mouse is there."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot


class StepPointer(QObject):
    """Turns what the mouse and the keys do into the step to point at, which ``pointed`` carries.

    Attributes
    ----------
    step
        The step that all views point at, counted from 0, or None for the end.
    """

    pointed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.step: int | None = None
        self._before: tuple[int | None] | None = None

    @Slot(object)
    def hover(self, step: int | None) -> None:
        """Point at the step under the mouse; as it leaves, None, at the one from before again."""
        if step is not None:
            self._before = self._before or (self.step,)
            self.pointed.emit(step)
        elif self._before is not None:
            (before,), self._before = self._before, None
            self.pointed.emit(before)

    @Slot(object)
    def choose(self, step: int | None) -> None:
        """Point at a step to stay, or at the end."""
        self._before = None
        if step != self.step:
            self.pointed.emit(step)
