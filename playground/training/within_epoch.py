"""What is measured within a long epoch, at a bounded cost: its curves grow before it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

from playground.data.preparation import Prepared
from playground.training.history import History, HistoryLog

EVERY_S = 0.25
"""Between two means of the mini-batches' losses, at least; shorter epochs have none."""

LARGEST_SHARE = 0.02
"""Of the training time, for measuring the parts that are held back."""

_LONGEST = 1_000


class WithinEpoch:
    """Two logs with places within epochs, told by the clock: training depends on neither.

    ``train_loss`` is the mean over the examples of the mini-batches since the point before, each
    measured by the step that learned from it. The parts that are held back are measured as at an
    epoch's end, more rarely.

    Parameters
    ----------
    names
        All columns of an epoch's measurement.
    prepared
        The data, some parts of which may be held back.

    Attributes
    ----------
    due
        From which second of training on there is another point to take.
    lost
        The sum of the losses of all examples since the point before.
    """

    def __init__(self, names: tuple[str, ...], prepared: Prepared) -> None:
        self._parts = [part for part in prepared.parts if part != "train"]
        measured = (name for name in names if name.partition("_")[0] in self._parts)
        self._logs = HistoryLog(("train_loss",), _LONGEST), HistoryLog(tuple(measured), _LONGEST)
        self._next_measured = 0.0
        self.begin(0, 0.0)

    def begin(self, examples: int, seconds: float) -> None:
        """Wait for the next point, with so many examples taken and so many seconds gone by."""
        self.lost, self._since = 0.0, examples
        self.due = seconds + EVERY_S

    def take(
        self,
        epoch: float,
        examples: int,
        seconds: float,
        measure: Callable[[Sequence[str]], Mapping[str, float]],
    ) -> None:
        """Note a point; ``measure`` returns what the parts of some names give."""
        means, held_back = self._logs
        if examples > self._since:
            means.append(epoch, {"train_loss": self.lost / (examples - self._since)})
        if self._parts and seconds >= self._next_measured:
            started = perf_counter()
            held_back.append(epoch, measure(self._parts))
            self._next_measured = seconds + (perf_counter() - started) / LARGEST_SHARE
        self.begin(examples, seconds)

    def replace(self, histories: tuple[History, ...]) -> None:
        """Go on from what was measured earlier, as when a past moment becomes the present."""
        for log in self._logs:
            for history in histories:
                if log.names == tuple(history.columns):
                    log.replace(history)

    def cut(self, epoch: float) -> None:
        """Forget what is later than an epoch."""
        for log in self._logs:
            log.cut(epoch)

    def forget(self, ending: str) -> None:
        """Forget the values of the columns with an ending."""
        for log in self._logs:
            log.forget(ending)

    def view(self) -> tuple[History, ...]:
        """Return what has been measured so far; copies."""
        return tuple(log.view() for log in self._logs if log.measured[0])
