"""One piece of work that takes longer than a frame, in a thread of its own."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from time import perf_counter
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from playground.data.imports.found import Cancelled, IsCancelled, Progress
from playground.errors import DataError, PlaygroundError

TOLD_EVERY_S = 0.05

Work = Callable[[Progress, IsCancelled], Any]
"""Plain Python without widgets, which tells how far it is and asks whether to stop."""


class Errand(QThread):
    """Does one piece of work; ``done`` carries what it returns, ``failed`` the expected error.

    A cancelled errand ends with neither. ``progressed`` carries 0 to 1.
    """

    done = Signal(object)
    failed = Signal(object)
    progressed = Signal(float)

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("errandThread")
        self._work = work
        self._cancelled = threading.Event()
        self._next_told = 0.0

    def cancel(self) -> None:
        """Stop at the next occasion; what was begun leaves nothing behind."""
        self._cancelled.set()

    def close(self) -> None:
        """Cancel, and wait for the end."""
        self.cancel()
        self.wait()

    def run(self) -> None:
        """Do the work; Qt calls it in the thread."""
        error: PlaygroundError | None = None
        value = None
        try:
            value = self._work(self._tell, self._cancelled.is_set)
        except Cancelled:
            return
        except PlaygroundError as expected:
            error = expected
        except MemoryError:
            error = DataError(
                "There is not enough memory for this; close other programs, or take less."
            )
        except Exception:
            # Told to the user like any other mistake of the program; the window goes on.
            sys.excepthook(*sys.exc_info())
            error = DataError("This could not be read because of a mistake in the program.")
        if self._cancelled.is_set():
            return
        if error is None:
            self.done.emit(value)
        else:
            self.failed.emit(error)

    def _tell(self, share: float) -> None:
        now = perf_counter()
        if now >= self._next_told:
            self._next_told = now + TOLD_EVERY_S
            self.progressed.emit(share)
