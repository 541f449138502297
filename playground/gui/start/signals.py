"""Hears in the window the signals that end the program; Qt, which waits in C++, would not."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QSocketNotifier

from playground.interruption import interruptions


@contextmanager
def signals_heard(end: Callable[[int], None]) -> Iterator[None]:
    """Call ``end`` in Qt's loop with each signal that asks the program to end, for a while."""
    woken, waker = socket.socketpair()
    with woken, waker, interruptions() as received:

        def tell() -> None:
            woken.recv(4096)
            while received:
                end(received.pop(0))

        waker.setblocking(False)
        notifier = QSocketNotifier(woken.fileno(), QSocketNotifier.Type.Read)
        notifier.activated.connect(tell)
        former = signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(former)
            notifier.setEnabled(False)
