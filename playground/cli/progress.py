"""The line that says how far a training or a download is."""

from __future__ import annotations

import shutil
from time import monotonic
from typing import TextIO

from playground.training.metrics import chosen_by
from playground.training.snapshot import Snapshot
from playground.wording import duration, fixed, grouped

_REWRITTEN_EVERY_S = 0.1
_PLAIN_EVERY_S = 2.0


class RewrittenLine:
    """Writes to a stream: one line rewritten in place on a terminal, else a new one at times.

    Parameters
    ----------
    stream
        Where to write.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._interval = _REWRITTEN_EVERY_S if self._terminal else _PLAIN_EVERY_S
        self._next = monotonic() + self._interval
        self._width = 0

    def due(self) -> bool:
        """Return whether it is time for another line."""
        return monotonic() >= self._next

    def write(self, line: str) -> None:
        """Write a line in place of the one before."""
        self._next = monotonic() + self._interval
        if not self._terminal:
            self._stream.write(line + "\n")
        else:
            line = line[: shutil.get_terminal_size().columns - 1]
            self._stream.write("\r" + line.ljust(self._width))
            self._width = len(line)
        self._stream.flush()

    def clear(self) -> None:
        """Take a rewritten line away again, so that what follows begins on an empty one."""
        if self._terminal and self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()
            self._width = 0


class ProgressLine(RewrittenLine):
    """Says how far a training is.

    Parameters
    ----------
    stream
        Where to write.
    first_epoch, first_second
        Where the run stood when this training began; its limits count from there.
    """

    def __init__(self, stream: TextIO, first_epoch: int, first_second: float) -> None:
        super().__init__(stream)
        self._first_epoch = first_epoch
        self._first_second = first_second

    def show(self, snapshot: Snapshot) -> None:
        """Write where the run stands."""
        limit = snapshot.experiment.training.stopping.epochs
        last = f"/{grouped(self._first_epoch + limit)}" if limit else ""
        words = [f"epoch {grouped(snapshot.epoch)}{last}", *measured_words(snapshot)]
        if snapshot.examples_per_second:
            words.append(f"{fixed(snapshot.examples_per_second, 0)} examples/s")
        left = self._seconds_left(snapshot)
        if left is not None:
            words.append(f"{duration(left, 1)} left")
        self.write("  ".join(words))

    def _seconds_left(self, snapshot: Snapshot) -> float | None:
        """Return when the first of the two limits will be met, or None where there is none."""
        rules = snapshot.experiment.training.stopping
        spent = snapshot.seconds - self._first_second
        epochs = snapshot.epoch + snapshot.batch / max(snapshot.batches, 1) - self._first_epoch
        left = []
        if rules.seconds is not None:
            left.append(rules.seconds - spent)
        if rules.epochs is not None and epochs > 0:
            left.append((rules.epochs - epochs) * spent / epochs)
        return max(min(left), 0.0) if left else None


def measured_words(snapshot: Snapshot) -> list[str]:
    """Return the newest figures of the part that is chosen by: the loss, and the task's score."""
    history, score = snapshot.history, snapshot.experiment.data.load().task.score
    part = chosen_by(history.columns)
    value = score.text(history.last(f"{part}_{score.name}"), 4)
    return [f"{part} loss {history.last(f'{part}_loss'):.4f}", f"{score.word} {value}"]
