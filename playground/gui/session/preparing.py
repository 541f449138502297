"""Makes data ready: at once where that is quick, and beside the window where it is not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from playground.data.catalogue import titles
from playground.data.preparation import Prepared
from playground.errors import DataError
from playground.training.experiment import DataSettings

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

Again = Callable[[], object] | None
"""What to do, instead of waiting, once data have come."""

PATIENCE_S = 0.08
"""A window may stand still for so long, and somebody who waits is told of what takes longer."""


class UnderWayError(DataError):
    """Data that are still being read; what they are wanted for is done once they have come."""


class Preparing(QObject):
    """Reads the data that the session asks for, the newest wish only, until they are in use.

    It does so before the window is painted, too: no start waits for data that take long.

    Signals
    -------
    begun(str)
        A sentence that says what is being read.
    ended(str)
        What the sentence said has come, could not be read, or is not wanted any more.
    """

    begun = Signal(str)
    ended = Signal(str)
    _came = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._readers: ThreadPoolExecutor | None = None
        self._data: DataSettings | None = None
        self._reading: Future[Prepared] | None = None
        self._again: Again = None
        self._sentence = ""
        self._came.connect(self._on_came)

    @property
    def under_way(self) -> bool:
        """Whether somebody waits for data."""
        return self._again is not None

    def prepared(self, data: DataSettings, again: Again = None) -> Prepared:
        """Return data, ready for use.

        Parameters
        ----------
        data
            Which, and how they are made ready.
        again
            What to do once they have been read, where they take long; without it they are
            waited for.

        Raises
        ------
        UnderWayError
            When they take long, and ``again`` will be called.
        PlaygroundError
            When they cannot be read.
        """
        if self._readers is None:
            from concurrent.futures import ThreadPoolExecutor  # not needed to import the window

            self._readers = ThreadPoolExecutor(thread_name_prefix="dataReader")
        reading = self._reading
        if reading is None or data != self._data:
            self.forget()
            self._data = data
            self._reading = reading = self._readers.submit(data.prepared)
            with suppress(TimeoutError):
                reading.exception(PATIENCE_S)
        if again is None or reading.done():
            return reading.result()
        title = titles()[data.name]
        if self._again is None:
            reading.add_done_callback(self._came.emit)
            self._sentence = f"Reading {title}…"
            self.begun.emit(self._sentence)
        self._again = again
        raise UnderWayError(f"{title} is still being read.")

    def forget(self) -> None:
        """Let go of what was read, and do nothing with what is being read."""
        waited, self._data, self._reading, self._again = self._again, None, None, None
        if waited is not None:
            self.ended.emit(self._sentence)

    def close(self) -> None:
        """Wait for the threads."""
        self.forget()
        if self._readers is not None:
            self._readers.shutdown()

    @Slot(object)
    def _on_came(self, reading: Future[Prepared]) -> None:
        if reading is self._reading and self._again is not None:
            again, self._again = self._again, None
            self.ended.emit(self._sentence)
            again()
