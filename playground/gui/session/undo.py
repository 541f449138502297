"""What the undo list keeps: changes of the experiment, and whatever else can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtGui import QUndoCommand

from playground.training.experiment import Experiment

MERGE_WITHIN_S = 1.0


class UndoStep(QUndoCommand):
    """Two calls: one carries a change out, the other takes it back."""

    def __init__(
        self, title: str, carry_out: Callable[[], object], take_back: Callable[[], object]
    ) -> None:
        super().__init__(title)
        self._carry_out = carry_out
        self._take_back = take_back

    def redo(self) -> None:
        """Carry the change out."""
        self._carry_out()

    def undo(self) -> None:
        """Take it back."""
        self._take_back()


class SettingChange(QUndoCommand):
    """One change of the experiment; quick changes of the same setting merge into one."""

    def __init__(
        self,
        apply: Callable[[Experiment], None],
        old: Experiment,
        new: Experiment,
        path: str,
        title: str = "",
    ) -> None:
        super().__init__(title or f"change of {path.rpartition('.')[2].replace('_', ' ')}")
        self._apply = apply
        self._old = old
        self._new = new
        self._path = path
        self._time = monotonic()

    def id(self) -> int:
        """Tell the stack which changes may merge."""
        return hash(self._path) & 0x7FFFFFF if self._path != "layers" else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take a later change of the same setting into this one."""
        if not isinstance(other, SettingChange) or other._time - self._time > MERGE_WITHIN_S:
            return False
        self._new = other._new
        self._time = other._time
        return True

    def redo(self) -> None:
        """Carry the change out."""
        self._apply(self._new)

    def undo(self) -> None:
        """Take the change back."""
        self._apply(self._old)
