"""Fetches the published data sets from their mirrors, whole and checked, or not at all."""

from __future__ import annotations

import contextlib
import errno
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from playground.data.published.sources import Source, SourceFile, cache_folder, files_of, holds
from playground.errors import Cancelled, DataError, MissingDataError
from playground.wording import duration

POLL_S = 0.05
SMOOTHED_OVER_S = 3.0
_KNOWN_AFTER_S = 0.5
_STILL_AFTER_S = 2.0


@dataclass(frozen=True)
class DownloadProgress:
    """How far a download is: ``done`` of all files' ``total`` bytes, the ones here before included.

    A ``file`` is on its way from a ``host``. The seconds left are told at the speed of the last
    ones; they are None while that is unknown, or nothing comes.
    """

    done: int
    total: int
    file: str
    host: str
    seconds_left: float | None

    @property
    def words(self) -> str:
        """How much has come, and how long it will still take."""
        words = f"{size_words(self.done)} of {size_words(self.total)}"
        if self.seconds_left is None:
            return words
        return f"{words}, about {duration(max(round(self.seconds_left), 1))} left"


class DownloadError(DataError):
    """Files that no mirror handed over.

    Parameters
    ----------
    why
        What happened and what to do, without a full stop: the ways out that are not the internet
        follow it.
    """

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}, or choose a folder that holds its files.")
        self.why = why


Listener = Callable[[DownloadProgress], None]


def download(
    source: Source,
    folder: Path | None = None,
    progress: Listener = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Path]:
    """Fetch the files of a source that are not here yet, from its mirrors in turn.

    Every file goes to a temporary name in its folder and takes its own name once its SHA-256 holds;
    what fails leaves the folder as it was, but for the files that arrived whole, which are not
    fetched again.

    Parameters
    ----------
    source
        What to fetch.
    folder
        Where to; without one, the cache, and nothing where the files lie in another folder that
        is looked into.
    progress
        Called in this thread, some twenty times a second.
    cancelled
        Asked as often; a server that stalls does not hold it up.

    Returns
    -------
    dict[str, Path]
        The path of each file.

    Raises
    ------
    DownloadError
        Where no mirror has it or the line fails: one sentence.
    DataError
        Where the disk does not take it.
    Cancelled
        When ``cancelled`` returned true.
    """
    if folder is None:
        with contextlib.suppress(MissingDataError):
            return files_of(source)
        folder = cache_folder(source)
    paths = {file.name: folder / file.name for file in source.files}
    missing = [file for file in source.files if not holds(paths[file.name], file)]
    pace = _Pace(source.size, source.size - sum(file.size for file in missing), progress)
    reason, cure = "nobody publishes it", "look for another data set"
    from playground.data.published import transfer

    for mirror in source.mirrors:
        try:
            while missing:
                _fetch(mirror, missing[0], folder, pace, cancelled)
                pace.add(missing.pop(0))
        except transfer.TransferError as error:
            reason, cure = error.reason, error.cure
        except OSError as error:
            raise not_kept(source, folder, error) from None
    if missing:
        tried = f" ({len(source.mirrors)} mirrors were tried)" if len(source.mirrors) > 1 else ""
        raise DownloadError(f"{source.title} could not be downloaded: {reason}{tried}; {cure}")
    return paths


def _fetch(
    mirror: str, file: SourceFile, folder: Path, pace: _Pace, cancelled: Callable[[], bool]
) -> None:
    """Fetch one file from one mirror."""
    from playground.data.published import transfer

    address = mirror + file.name
    fetching = transfer.Transfer(address, file, folder)
    received, moved_at = 0, monotonic()
    fetching.start()
    try:
        while not fetching.ended.wait(POLL_S):
            if cancelled():
                raise Cancelled
            if fetching.received != received:
                received, moved_at = fetching.received, monotonic()
            elif monotonic() - moved_at > transfer.LONGEST_SILENCE_S:
                raise fetching.silence()
            pace.tell(received, file.name, urlsplit(address).hostname or mirror)
    finally:
        if not fetching.ended.is_set():
            fetching.abandon()
    if cancelled():
        raise Cancelled
    fetching.finish()
    pace.tell(file.size, file.name, urlsplit(address).hostname or mirror)


class _Pace:
    """Adds up the files, and smooths the speed that the time left is told from."""

    def __init__(self, total: int, done: int, listener: Listener) -> None:
        self._total = total
        self._before = done
        self._listener = listener
        self._speed = 0.0
        self._weight = 0.0
        self._began = self._told_at = self._moved_at = monotonic()
        self._told = done

    def add(self, file: SourceFile) -> None:
        """Count a file that has arrived."""
        self._before += file.size

    def tell(self, received: int, name: str, host: str) -> None:
        """Report how far the file that is on its way has come."""
        done, now = self._before + received, monotonic()
        passed = now - self._told_at
        if done != self._told:
            self._moved_at = now
        if passed > 0:
            keep = math.exp(-passed / SMOOTHED_OVER_S)
            speed = max(done - self._told, 0) / passed
            self._speed = keep * self._speed + (1 - keep) * speed
            self._weight = keep * self._weight + (1 - keep)
            self._told, self._told_at = done, now
        left = None
        known = now - self._began > _KNOWN_AFTER_S and now - self._moved_at < _STILL_AFTER_S
        if known and self._speed > 0:
            left = (self._total - done) * self._weight / self._speed
        self._listener(DownloadProgress(done, self._total, name, host, left))


def not_kept(source: Source, folder: Path, error: OSError) -> DataError:
    """Return the sentence for a disk that does not take the files."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        why = f"the disk that holds {folder} is full; make room for {size_words(source.size)}"
    elif isinstance(error, PermissionError) or error.errno == errno.EROFS:
        why = f"{folder} cannot be written to; let it be written to"
    elif isinstance(error, (NotADirectoryError, FileExistsError)):
        why = f"{folder} cannot be made, because a file is in its way; move that file"
    else:
        why = f"{folder} did not take it ({error.strerror or error}); check that disk"
    return DataError(f"{source.title} could not be kept: {why}, and try again.")


def size_words(size: int) -> str:
    """Return a number of bytes in words: ``11.6 MB``, ``28.9 kB``, ``512 bytes``."""
    if size >= 1e5:
        return f"{size / 1e6:.1f} MB"
    return f"{size / 1e3:.1f} kB" if size >= 1_000 else f"{size} bytes"
