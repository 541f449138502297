"""Writes a file whole or not at all: a failed write leaves the old file as it was."""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import re
import shutil
import stat
import time
import zlib
from pathlib import Path

from playground.errors import FileError

BACKUP = "~"
"""What follows a file's name in that of its backup, as editors have it."""

_REASONS = {
    errno.ENOSPC: "the disk is full; free some space or choose another folder",
    errno.EDQUOT: "your share of the disk is used up; free some space or choose another folder",
    errno.EACCES: "you have no permission to write in {folder}; choose another folder",
    errno.EPERM: "you have no permission to write in {folder}; choose another folder",
    errno.EROFS: "{folder} can only be read; choose another folder",
    errno.ENOENT: "there is no folder {folder}; create it or choose another",
    errno.ENOTDIR: "{folder} is not a folder; choose another",
    errno.ENAMETOOLONG: "the name is too long for this disk; choose a shorter one",
    errno.EFBIG: "files as large as this are not allowed there; choose another folder",
    errno.ELOOP: "it is a link that leads back to itself; choose another name",
    errno.EISDIR: "it is a folder; add a file name",
    errno.EEXIST: "it is a pipe, a socket or a device; choose the name of a file",
}
_MACHINE = f"{zlib.crc32(platform.node().encode()):08x}"
"""Tells apart computers that share a folder: a process is known by its number on its own only."""

_TEMPORARY = re.compile(rf"\.playground-{_MACHINE}-(\d{{1,9}})-[0-9a-f]{{8}}\.tmp")
_ABANDONED_AFTER_S = 60.0


def write_atomically(path: str | os.PathLike[str], data: bytes, *, backup: bool = False) -> None:
    """Put ``data`` in a file, replacing what was there in one step.

    The data go to a temporary file in the same folder, are flushed to the disk, and take the
    file's name only then. A symbolic link keeps pointing at the file that is replaced, and the
    file keeps its permissions. What other writers left behind there when they died is removed.

    Parameters
    ----------
    path
        A file, or where one is to be.
    data
        All that it shall hold.
    backup
        Whether the former file is kept beside it, under its name with a ``~``.

    Raises
    ------
    FileError
        Where the disk is full, the folder is missing or must not be written to, what is there is
        no file, and so on.
    """
    target = _target(path)
    try:
        replace_file(target, data, backup=backup)
    except OSError as error:
        raise _refusal(path, target, error) from None


def replace_file(target: Path, data: bytes, *, backup: bool = False) -> None:
    """Do the same for a file of the program's own, whose folder is there.

    Raises
    ------
    OSError
        Where it could not be written; nothing is left behind then.
    """
    mode = _mode(target)
    clear_abandoned(target.parent)
    temporary = _temporary(target)
    try:
        _write(temporary, data, mode)
        if backup and mode is not None:
            _keep_former(target)
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
        temporary.touch(exist_ok=False)
        temporary.unlink()
    except OSError as error:
        raise _refusal(path, target, error) from None


def _target(path: str | os.PathLike[str]) -> Path:
    """Return the file that a path means, once it is known to be one that may be replaced."""
    target = Path(os.path.realpath(path))
    try:
        there = _mode(Path(path)) is not None
    except OSError as error:
        raise _refusal(path, target, error) from None
    if there and not os.access(target, os.W_OK):
        raise FileError(
            f"{Path(path).name} cannot be saved: the file is protected from writing; choose "
            "another name."
        )
    return target


def _mode(path: Path) -> int | None:
    """Return a file's permissions, or None where there is none; raise OSError for anything else."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "there is a folder of this name")
    if not stat.S_ISREG(mode):
        raise FileExistsError(errno.EEXIST, "there is a pipe, a socket or a device of this name")
    return stat.S_IMODE(mode)


def _temporary(target: Path) -> Path:
    return target.with_name(f".playground-{_MACHINE}-{os.getpid()}-{os.urandom(4).hex()}.tmp")


def clear_abandoned(folder: Path) -> None:
    """Remove the temporary files of processes that ended before they could."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            name = _TEMPORARY.fullmatch(entry.name)
            with contextlib.suppress(OSError):
                if name and _is_abandoned(entry, int(name[1])):
                    os.unlink(entry)


def _is_abandoned(entry: os.DirEntry[str], process: int) -> bool:
    age = time.time() - entry.stat(follow_symlinks=False).st_mtime
    regular = entry.is_file(follow_symlinks=False)
    return regular and age > _ABANDONED_AFTER_S and not _is_alive(process)


def _is_alive(process: int) -> bool:
    if os.name == "nt":
        return False  # what it has open cannot be removed there
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _keep_former(target: Path) -> None:
    """Give the former file a second name; where that is not possible, it is only replaced."""
    backup, temporary = target.with_name(target.name + BACKUP), _temporary(target)
    with contextlib.suppress(OSError):
        _mode(backup)
        try:
            try:
                os.link(target, temporary)
            except OSError:  # a disk without hard links
                shutil.copy2(target, temporary)
            os.replace(temporary, backup)
        finally:
            temporary.unlink(missing_ok=True)


def _refusal(path: str | os.PathLike[str], target: Path, error: OSError) -> FileError:
    reason = _REASONS.get(error.errno or 0, "{error}; try another folder")
    said = reason.format(folder=target.parent, error=error.strerror or error)
    return FileError(f"{Path(path).name or path} cannot be saved: {said}.")


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
