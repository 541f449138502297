"""What was done, training included: entered in a list, taken back and done again."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from playground.data.preparation import Prepared
from playground.gui.session import messages
from playground.gui.session.undo_list import UndoEntry, UndoList
from playground.training.experiment import Experiment
from playground.training.history import History
from playground.training.moment import Moment
from playground.wording import counted, grouped

_TRAIN = "Train"
"""The title of training whose length is not known yet."""


class Past(QObject):
    """Keeps the undo list of a session.

    Every entry holds all that there was after it, what the network had learned above all, so that
    going to one is the same from wherever it is done. Training is an entry of its own. The
    moments come from the training thread, a little later than the entries.

    Signals
    -------
    wanted(UndoEntry, messages.Slot or None, bool)
        Everything is to become as it was after an entry; where the present moment is to be left
        before that; whether training is to go on from there.
    went()
        Everything is so.

    Attributes
    ----------
    running, starting, stepping
        Whether training runs, has been told to and has not begun yet, or does a single epoch.
    step
        Of the network that is shown, None before one.
    """

    wanted = Signal(object, object, bool)
    went = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.list = UndoList(self)
        self.running = self.starting = self.stepping = False
        self.step: int | None = None
        self._stepped = False

    def enter(
        self,
        title: str,
        experiment: Experiment,
        prepared: Prepared,
        ghost: History | None,
        merges: str = "",
    ) -> messages.Slot:
        """Enter what was just done; return where its moment is to be left."""
        self._stepped = False
        return self.list.add(
            UndoEntry(title, experiment, prepared, ghost=ghost, merges=merges)
        ).kept

    def training_so_far(self, merges: str = "", *, keeping: bool = False) -> messages.Slot | None:
        """Enter what training has done since the last entry; return where its moment will be.

        None where it has done nothing, or so little that the coming entry merges with the last.
        ``keeping`` leaves what was undone in the list.
        """
        if not self.list.entries or not self.trained:
            return None
        if self.list.merges(merges):
            return None
        return self._enter_training(messages.Slot(), keeping=keeping)

    def note_training(self, moment: Moment, *, stepped: bool, back: bool = False) -> None:
        """Enter that training has come to rest; single steps in turn are one entry.

        A moment from before the last change, of which word comes only now, is in it already; but
        training may have gone ``back``.
        """
        current = self.list.current
        kept, self.step = current.kept.moment, moment.step
        if kept is None or moment.step == kept.step or (moment.step < kept.step and not back):
            return
        if stepped and self._stepped and current.trained:
            current.kept, current.title = messages.Slot(moment), _TRAIN
        else:
            self._enter_training(messages.Slot(moment))
        self._stepped = stepped
        self.name_training()

    def name_training(self) -> None:
        """Say how long training went on, now that its moments are known, and tidy up."""
        undo_list = self.list
        idle = []
        for before, entry in zip(undo_list.entries, undo_list.entries[1:], strict=False):
            first, last = before.kept.moment, entry.kept.moment
            if entry.title != _TRAIN or first is None or last is None:
                continue
            epochs, steps = last.epoch - first.epoch, last.step - first.step
            if steps:
                entry.title = f"Train {counted(epochs, 'epoch') if epochs else batches(steps)}"
            elif entry is not undo_list.current:
                idle.append(entry)
        undo_list.remove(idle)
        undo_list.keep_within()

    def seal(self) -> None:
        """Let nothing merge with the entry that holds now, as it was saved."""
        self._stepped, self.list.current.merges = False, ""

    @Slot()
    def undo(self) -> None:
        """Take the last thing back: a change, with what had been learned before it, or training.

        While training runs that is the last change, if there is one, and training goes on.
        """
        change = self._last_change()
        before = self.training_so_far()
        row = change or self.list.row
        if row > 0:
            self.wanted.emit(self.list.entries[row - 1], before, change > 0)

    def _last_change(self) -> int:
        """Return the row of the change that undo takes back while training runs, 0 for none."""
        rows = range(self.list.row, 0, -1) if self.running else ()
        return next((row for row in rows if not self.list.entries[row].trained), 0)

    @Slot()
    def redo(self) -> None:
        """Do again what was taken back."""
        if self.can_redo:
            self.wanted.emit(self.list.entries[self.list.row + 1], None, self.starting)

    def go_to(self, row: int) -> None:
        """Let everything be as it was after an entry of the list."""
        entry = self.list.entries[row]
        before = self.training_so_far(keeping=True)
        self.wanted.emit(entry, before, False)

    @property
    def trained(self) -> bool:
        """Whether the network has moved on since the last entry was made."""
        kept, step = self.list.current.kept.moment, self.step
        moves = self.running or self.stepping
        return moves or (kept is not None and step is not None and step != kept.step)

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return self.list.row > 0 or (self.list.row == 0 and self.trained)

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back and nothing was done since."""
        return self.list.row < len(self.list.entries) - 1 and not self.trained

    @property
    def undo_title(self) -> str:
        """What would be taken back, "" where that is nothing."""
        if not self.can_undo:
            return ""
        if (change := self._last_change()) or not self.trained:
            return self.list.entries[change or self.list.row].title
        return _TRAIN

    @property
    def redo_title(self) -> str:
        """What would be done again, "" where that is nothing."""
        return self.list.entries[self.list.row + 1].title if self.can_redo else ""

    def way_to(self, entry: UndoEntry) -> str:
        """Return what going to an entry means, in words."""
        row = self.list.entries.index(entry)
        if row == self.list.row - 1 or (self.running and row == self._last_change() - 1):
            return f"Undone: “{self.list.entries[row + 1].title}”."
        if row == self.list.row + 1:
            return f"Redone: “{entry.title}”."
        return f"Everything is as it was after “{entry.title}”."

    def _enter_training(self, kept: messages.Slot, *, keeping: bool = False) -> messages.Slot:
        last = self.list.current
        entry = UndoEntry(_TRAIN, last.experiment, last.prepared, kept, last.ghost)
        entry.trained, entry.parts = True, last.parts
        return self.list.add(entry, keeping=keeping).kept


def as_in_a_sentence(title: str) -> str:
    """Return an entry's title as it stands behind other words."""
    return title[:1].lower() + title[1:]


def batches(count: int) -> str:
    """Return ``"1 batch"`` or ``"12 batches"``."""
    return f"{grouped(count)} batch{'' if count == 1 else 'es'}"
