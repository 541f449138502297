"""What the undo list keeps: changes of the experiment, and operations on the network itself."""

from __future__ import annotations

from itertools import count
from time import monotonic
from typing import Any, Protocol

from PySide6.QtGui import QUndoCommand

from playground.gui.session import messages
from playground.training.edits.operation import Operation
from playground.training.experiment import Experiment

MERGE_WITHIN_S = 1.0

_keys = count(1)


class Changeable(Protocol):
    """Who carries changes out."""

    def apply(self, experiment: Experiment) -> None:
        """Go over to another experiment."""

    def send(self, command: Any) -> None:
        """Hand a command to the worker."""


class SettingChange(QUndoCommand):
    """One change of the experiment; quick changes of the same setting merge into one."""

    def __init__(
        self, session: Changeable, old: Experiment, new: Experiment, path: str, title: str = ""
    ) -> None:
        super().__init__(title or f"change of {path.rpartition('.')[2].replace('_', ' ')}")
        self._session = session
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
        self._session.apply(self._new)

    def undo(self) -> None:
        """Take the change back."""
        self._session.apply(self._old)


class Intervention(QUndoCommand):
    """One operation on the network itself."""

    def __init__(self, session: Changeable, operation: Operation) -> None:
        super().__init__(operation.title)
        self._session = session
        self._operation = operation
        self._key = next(_keys)

    def redo(self) -> None:
        """Carry the operation out."""
        self._session.send(messages.Operate(self._key, self._operation))

    def undo(self) -> None:
        """Put back what it touched."""
        self._session.send(messages.TakeBack(self._key, self._operation.title))
