"""Everything that was done, one entry after another, each with all that there was after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from time import time
from typing import Any

from PySide6.QtCore import QObject, Signal

from playground.data.preparation import Prepared
from playground.gui.session import messages
from playground.training.experiment import Experiment
from playground.training.history import History
from playground.training.moment import HoldsArrays, bytes_of, largest_bytes

MERGE_WITHIN_S = 1.0
STROKE = "stroke "
"""What merges begins with this where it may take its time, as a stroke of paint does."""


@dataclass(eq=False)
class UndoEntry:
    """What was done, and how everything stood afterwards.

    Attributes
    ----------
    title
        What was done, ``"Remove dense 2"``.
    experiment, prepared
        As they were then.
    kept
        What the network had learned, once the training thread has told it.
    ghost
        The curves of the run before.
    merges
        Quick changes with the same words here become one entry; none where it is empty.
    parts
        What desks keep of it, by the names under which they :meth:`UndoList.keep` it.
    trained
        Whether it was the network's own doing.
    at
        When it was done, in seconds of the clock.
    """

    title: str
    experiment: Experiment
    prepared: Prepared
    kept: messages.Slot = field(default_factory=messages.Slot)
    ghost: History | None = None
    merges: str = ""
    parts: dict[str, Any] = field(default_factory=dict)
    trained: bool = False
    at: float = field(default_factory=time)

    def held(self) -> Iterator[HoldsArrays]:
        """Yield all of it that takes memory worth counting."""
        parts = (self.kept.moment, self.prepared, self.ghost, *self.parts.values())
        return (part for part in parts if isinstance(part, HoldsArrays))


class UndoList(QObject):
    """The entries, oldest first, and the one that holds now; those behind it were undone.

    ``changed`` tells of anything new in it.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[UndoEntry] = []
        self.row = -1
        self._parts: dict[str, tuple[Callable[[], Any], Callable[[Any], object]]] = {}

    def keep(self, name: str, take: Callable[[], Any], put: Callable[[Any], object]) -> None:
        """Let every entry keep what ``take`` returns, and ``put`` bring it back."""
        self._parts[name] = take, put

    @property
    def current(self) -> UndoEntry:
        """The entry that holds now."""
        return self.entries[self.row]

    def add(self, entry: UndoEntry, *, keeping: bool = False) -> UndoEntry:
        """Add what was just done, and return its entry.

        What was undone before is gone; ``keeping`` leaves it in the list behind the entry.
        """
        if not self.merges(entry.merges):
            self.row += 1
        undone = self.entries[self.row :] if keeping else []
        self.entries[self.row :] = [entry, *undone]
        entry.parts = entry.parts or self._now()
        self.tell()
        return entry

    def merges(self, words: str) -> bool:
        """Return whether another change of the same words would be one with the last entry."""
        if not words or not self.entries or words != self.current.merges:
            return False
        return words.startswith(STROKE) or time() - self.current.at <= MERGE_WITHIN_S

    def remove(self, entries: Iterable[UndoEntry]) -> None:
        """Forget entries; the one that holds now stays."""
        current = self.current
        gone = {id(entry) for entry in entries} - {id(current)}
        self.entries = [entry for entry in self.entries if id(entry) not in gone]
        self.row = self.entries.index(current)
        self.tell()

    def remove_of(self, data: str) -> None:
        """Forget every entry on a data set that is gone."""
        self.remove(entry for entry in self.entries if entry.experiment.data.name == data)

    def settle(self) -> None:
        """Note how things stand, for the entry that holds now."""
        if self.entries:
            self.current.parts = self._now()
            self.tell()

    def _now(self) -> dict[str, Any]:
        return {name: take() for name, (take, _) in self._parts.items()}

    def put_back(self, entry: UndoEntry) -> None:
        """Make an entry the one that holds, and bring back what desks keep of it."""
        before, self.row = self.current, self.entries.index(entry)
        for name, (_, put) in self._parts.items():
            if name in entry.parts and entry.parts[name] is not before.parts.get(name):
                put(entry.parts[name])

    def keep_within(self, limit: int | None = None) -> None:
        """Forget the oldest entries while all takes too much memory."""
        limit = largest_bytes() // 2 if limit is None else limit
        while self.row > 0 and self.bytes > limit:
            del self.entries[0]
            self.row -= 1
        self.tell()

    @property
    def bytes(self) -> int:
        """The memory of all that its entries hold, but for the data that are in use anyway."""
        held = (part for entry in self.entries for part in entry.held())
        return bytes_of(held) - bytes_of([self.current.prepared])

    def tell(self) -> None:
        """Say that an entry has changed."""
        self.changed.emit()
