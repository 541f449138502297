"""A lock on a file that the system lets go of by itself, however the process that holds it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _try(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Lock:
    """Belongs to one holder at a time, among all processes and inside this one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether it is ours."""
        return self._descriptor is not None

    def take(self) -> bool:
        """Return whether it is ours now; another's is left alone.

        Raises
        ------
        OSError
            Where its file cannot be made, as in a folder that can only be read.
        """
        if self.held:
            return True
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _try(descriptor)
            # Its last holder may have removed the file meanwhile, and another made a new one.
            mine = os.path.samestat(os.fstat(descriptor), os.stat(self._path))
        except OSError:
            mine = False
        if mine:
            self._descriptor = descriptor
        else:
            os.close(descriptor)
        return mine

    def release(self) -> None:
        """Let go of it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
