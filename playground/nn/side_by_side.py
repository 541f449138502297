"""Two halves of a job, in two threads where that is faster just now."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

from playground.nn.arrays import Call, quiet

_TRIALS = 3  # of each way, in turn
_RUNS = 60  # in the faster way, until both are tried again
_MUCH_LONGER = 1.5


class SideBySide:
    """Runs two calls, at the same time or one after the other: whichever was faster of late.

    NumPy lets go of Python's lock while it computes, so two threads compute on two cores. That
    pays for calls of a millisecond or more, as long as nobody else wants the second core; both
    ways are timed at the beginning, again every sixty runs, and at once where two threads take much
    longer than one did, so a busy machine is noticed.
    The calls must not depend on each other: then the result is the same, bit for bit.
    """

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._together = False
        self._times: dict[bool, list[float]] = {False: [], True: []}
        self._left = 0
        self._too_long = 0.0
        self._alone = _cores() == 1

    def __call__(self, first: Call, second: Call) -> None:
        """Run both."""
        if self._alone:
            first()
            second()
            return
        trying = self._left == 0
        together = len(self._times[False]) > len(self._times[True]) if trying else self._together
        begun = perf_counter()
        if together:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(1, "step")
            other = self._pool.submit(_quietly, second)
            first()
            other.result()
        else:
            first()
            second()
        seconds = perf_counter() - begun
        if trying:
            self._note(together, seconds)
        elif together and seconds > self._too_long:
            self._left = 0
        else:
            self._left -= 1

    def _note(self, together: bool, seconds: float) -> None:
        self._times[together].append(seconds)
        if len(self._times[True]) == _TRIALS:
            alone, beside = (sorted(self._times[way])[_TRIALS // 2] for way in (False, True))
            self._together = beside < alone
            self._too_long = _MUCH_LONGER * alone
            self._times = {False: [], True: []}
            self._left = _RUNS


def _quietly(call: Call) -> None:
    with quiet():  # which holds for the thread that enters it
        call()


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
