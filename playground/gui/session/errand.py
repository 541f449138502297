"""Work that takes longer than a frame: in a thread of its own, one piece at a time."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from time import perf_counter
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from playground.errors import Cancelled, DataError, PlaygroundError

TOLD_EVERY_S = 0.05

Work = Callable[[Callable[[Any], None], Callable[[], bool]], Any]
"""Plain Python without widgets, which tells how far it is and asks whether to stop."""


class Errand(QObject):
    """Does one piece of work; ``done`` carries what it returns, ``failed`` the expected error.

    Work that stops when it is cancelled ends with neither. ``progressed`` carries what it tells,
    and ``finished`` comes last. The thread is Python's own: a QThread for each piece of work that
    is let go as soon as it has ended brought the program down now and then on a busy machine.
    """

    done = Signal(object)
    failed = Signal(object)
    progressed = Signal(object)
    finished = Signal()

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._thread = threading.Thread(target=self._run, name="errandThread")
        self._work = work
        self._cancelled = threading.Event()
        self._next_told = 0.0

    def cancel(self) -> None:
        """Stop at the next occasion; what was begun leaves nothing behind."""
        self._cancelled.set()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wait(self) -> None:
        """Wait for the end of the thread, which lets go of the errand then."""
        self._thread.join()

    def close(self) -> None:
        """Cancel, and wait for the end."""
        self.cancel()
        self.wait()

    def _run(self) -> None:
        try:
            self.done.emit(self._work(self._tell, self._cancelled.is_set))
        except Cancelled:
            pass
        except PlaygroundError as error:
            self.failed.emit(error)
        except MemoryError:
            self.failed.emit(
                DataError(
                    "There is not enough memory for this; close other programs, or take less."
                )
            )
        except Exception:
            # Told to the user like any other mistake of the program; the window goes on.
            sys.excepthook(*sys.exc_info())
            self.failed.emit(DataError("This did not work because of an error in the program."))
        finally:
            self.finished.emit()

    def _tell(self, progress: Any) -> None:
        now = perf_counter()
        if now >= self._next_told:
            self._next_told = now + TOLD_EVERY_S
            self.progressed.emit(progress)


class Errands(QObject):
    """Runs one errand at a time; of one that was stopped or replaced nothing is heard.

    ``done``, ``failed`` and ``progressed`` are those of the errand under way.
    """

    done = Signal(object)
    failed = Signal(object)
    progressed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._now: Errand | None = None
        self._ended: list[Errand] = []

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._now is not None

    def start(self, work: Work) -> None:
        """Begin a piece of work in place of the one under way."""
        self.stop()
        self._now = errand = Errand(work)
        errand.done.connect(self._on_done)
        errand.failed.connect(self._on_failed)
        errand.progressed.connect(self._on_progressed)
        errand.finished.connect(self._on_finished)
        errand.start()

    def stop(self) -> None:
        """Leave what is under way to itself: it will stop, and nobody listens."""
        if self._now is not None:
            self._now.cancel()
            self._ended.append(self._now)
            self._now = None

    def close(self) -> None:
        """Stop, and wait until nothing runs any more.

        What has ended is kept until its last signal has come: a new errand in its place in memory
        would be taken for it.
        """
        self.stop()
        for errand in self._ended:
            errand.close()

    @Slot(object)
    def _on_done(self, value: object) -> None:
        if self.sender() is self._now:
            self.stop()
            self.done.emit(value)

    @Slot(object)
    def _on_failed(self, error: PlaygroundError) -> None:
        if self.sender() is self._now:
            self.stop()
            self.failed.emit(error)

    @Slot(object)
    def _on_progressed(self, progress: object) -> None:
        if self.sender() is self._now:
            self.progressed.emit(progress)

    @Slot()
    def _on_finished(self) -> None:
        errand = self.sender()
        if errand is self._now:
            self.stop()
        if errand in self._ended:
            self._ended.remove(errand)
            errand.wait()
            errand.deleteLater()
