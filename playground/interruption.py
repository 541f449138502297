"""What ends the program from outside: Ctrl-C, a system that shuts down, a terminal that closes."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def interruptions() -> Iterator[list[int]]:
    """Collect the signals that end the program for a while, so that work is ended in order.

    One that is ignored, as ``nohup`` asks for, stays so. A second Ctrl-C ends the program where it
    is; the others come twice by themselves when a terminal closes.
    """
    received: list[int] = []

    def receive(number: int, frame: FrameType | None) -> None:
        received.append(number)
        if number == signal.SIGINT:
            signal.signal(number, former[number])

    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    former = {number: signal.getsignal(number) for number in numbers}
    former = {number: old for number, old in former.items() if old not in (signal.SIG_IGN, None)}
    for number in former:
        signal.signal(number, receive)
    try:
        yield received
    finally:
        for number, old in former.items():
            signal.signal(number, old)


def exit_code(number: int) -> int:
    """Return the exit code of a program that a signal ended, as shells expect it."""
    return 128 + number
