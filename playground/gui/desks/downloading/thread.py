"""The thread that fetches and checks files, so that the window never waits for a server."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from PySide6.QtCore import QThread

from playground.data.published.downloads import DownloadCancelledError, DownloadProgress, Listener
from playground.errors import PlaygroundError

Job: TypeAlias = Callable[[Listener, Callable[[], bool]], Any]
"""Calls the first with its progress and asks the second whether to stop."""


class DownloadThread(QThread):
    """Does one job, and ends; its progress is read, never signalled.

    Attributes
    ----------
    progress
        The newest, None before there is any.
    value
        What the job returned.
    sentence
        Why it failed, else empty.
    cancelled
        Whether it was stopped.
    """

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.setObjectName("downloadThread")
        self.progress: DownloadProgress | None = None
        self.value: Any = None
        self.sentence = ""
        self.cancelled = False
        self._job = job
        self._stop = threading.Event()

    def stop(self) -> None:
        """Let it end soon; ``finished`` tells when."""
        self._stop.set()

    def close(self) -> None:
        """End it and wait for that: a fraction of a second, whatever the server does."""
        self._stop.set()
        self.wait()

    def run(self) -> None:
        """Do the job."""
        try:
            self.value = self._job(self._hear, self._stop.is_set)
        except DownloadCancelledError:
            self.cancelled = True
        except PlaygroundError as error:
            self.sentence = str(error)
        except Exception:
            # Told to the user like any other mistake of the program; the dialog goes on.
            sys.excepthook(*sys.exc_info())
            self.sentence = "This did not work; try again."

    def _hear(self, progress: DownloadProgress) -> None:
        self.progress = progress
