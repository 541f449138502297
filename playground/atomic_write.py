"""Writes a file whole or not at all: a failed write leaves the old file as it was."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path

from playground.errors import FileError

_REASONS = {
    errno.ENOSPC: "the disk is full; free some space or choose another folder",
    errno.EDQUOT: "your share of the disk is used up; free some space or choose another folder",
    errno.EACCES: "you have no permission to write in {folder}; choose another folder",
    errno.EPERM: "you have no permission to write in {folder}; choose another folder",
    errno.EROFS: "{folder} can only be read; choose another folder",
    errno.ENOENT: "there is no folder {folder}; create it or choose another",
    errno.ENOTDIR: "{folder} is not a folder; choose another",
    errno.ENAMETOOLONG: "the name is too long for this disk; choose a shorter one",
}


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Put ``data`` in a file, replacing what was there in one step.

    The data go to a temporary file in the same folder, are flushed to the disk, and take the
    file's name only then. A symbolic link keeps pointing at the file that is replaced, and the
    file keeps its permissions.

    Raises
    ------
    FileError
        Where the disk is full, the folder is missing or must not be written to, and so on.
    """
    target = _target(path)
    try:
        replace_file(target, data)
    except OSError as error:
        raise _refusal(path, target, error) from None


def replace_file(target: Path, data: bytes) -> None:
    """Do the same for a file of the program's own, whose folder is there.

    Raises
    ------
    OSError
        Where it could not be written; nothing is left behind then.
    """
    mode = stat.S_IMODE(target.stat().st_mode) if os.path.exists(target) else None
    temporary = _temporary(target)
    try:
        _write(temporary, data, mode)
        os.replace(temporary, target)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    _flush_folder(target.parent)


def check_destination(path: str | os.PathLike[str]) -> None:
    """Find out now, before hours of training, whether a file could be written later.

    Raises
    ------
    FileError
        As :func:`write_atomically` would.
    """
    target = _target(path)
    temporary = _temporary(target)
    try:
        with contextlib.suppress(FileNotFoundError):
            target.lstat()  # the temporary name is short, and this one may be too long
        temporary.touch(exist_ok=False)
        temporary.unlink()
    except OSError as error:
        raise _refusal(path, target, error) from None


def _target(path: str | os.PathLike[str]) -> Path:
    """Return the file that a path means, once it is known to be one that may be replaced."""
    name = Path(path).name or str(path)
    target = Path(os.path.realpath(path))
    if os.path.isdir(target):
        raise FileError(f"{name} cannot be saved: it is a folder; add a file name.")
    if os.path.exists(target) and not os.access(target, os.W_OK):
        raise FileError(
            f"{name} cannot be saved: the file is protected from writing; choose another name."
        )
    return target


def _temporary(target: Path) -> Path:
    return target.with_name(f".playground-{secrets.token_hex(8)}.tmp")


def _refusal(path: str | os.PathLike[str], target: Path, error: OSError) -> FileError:
    reason = _REASONS.get(error.errno or 0, "{error}; try another folder")
    said = reason.format(folder=target.parent, error=error.strerror or error)
    return FileError(f"{Path(path).name} cannot be saved: {said}.")


def _write(path: Path, data: bytes, mode: int | None) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if mode is not None:
        path.chmod(mode)


def _flush_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut, where the system allows it."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
