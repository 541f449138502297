"""Finds the picture files below a folder, whatever else lies there, and never walks in circles."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playground.errors import DataError
from playground.wording import grouped

MOST_PICTURES = 100_000
MOST_ENTRIES = 300_000
"""Files and folders of any kind, so that a whole disk is not searched by mistake."""
DEEPEST = 8
SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pbm", ".pgm", ".ppm"}
)
_TABLES = frozenset({".csv", ".tsv", ".txt"})
_LITTER = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
"""What systems leave in folders."""
_BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")


@dataclass
class Gathered:
    """What a folder holds.

    Attributes
    ----------
    root
        The folder in which the pictures or the folders of the classes lie: the chosen one, or the
        only folder in it.
    pictures
        Below ``root``, with ``/`` between folders, in natural order.
    tables
        Text files beside them that may hold labels.
    others
        How many other files there are.
    closed
        Folders that could not be opened.
    deep
        How many folders lie too deep and were not opened.
    empty
        Folders directly below ``root`` without a picture.
    """

    root: Path
    pictures: list[str] = field(default_factory=list)
    tables: list[Path] = field(default_factory=list)
    others: int = 0
    closed: list[str] = field(default_factory=list)
    deep: int = 0
    empty: list[str] = field(default_factory=list)


def natural_order(text: str) -> tuple[object, ...]:
    """Return a key that sorts 2 before 10, and letters without regard to case."""
    parts = re.split(r"(\d+)", text)
    key = tuple(int(part) if part.isdecimal() else part.casefold() for part in parts)
    return key, text


def gather(folder: Path) -> Gathered:
    """Return the pictures below a folder.

    Hidden files and folders are passed over, links are followed once.

    Raises
    ------
    DataError
        When the folder cannot be opened, or holds too much.
    """
    try:
        with os.scandir(folder):
            pass
    except OSError as error:
        raise DataError(
            f"“{folder.name}” cannot be opened ({error.strerror or error}); choose another folder."
        ) from None
    gathered = Gathered(folder)
    entries, folders = 0, set()
    for relative, entry in _walk(folder, gathered):
        entries += 1
        if entries > MOST_ENTRIES:
            raise DataError(
                f"“{folder.name}” holds more than {grouped(MOST_ENTRIES)} files; choose the folder "
                "of the pictures itself."
            )
        if _is_folder(entry):
            folders.add(relative)
        elif is_picture(entry.path):
            gathered.pictures.append(relative)
            if len(gathered.pictures) > MOST_PICTURES:
                raise DataError(
                    f"“{folder.name}” holds more than {grouped(MOST_PICTURES)} pictures; choose a "
                    "folder with fewer."
                )
        else:
            gathered.others += 1
            if Path(entry.name).suffix.lower() in _TABLES:
                gathered.tables.append(Path(entry.path))
    gathered.pictures.sort(key=natural_order)
    inside = _enter_only_folder(gathered)
    below = {name.removeprefix(inside) for name in folders if name.startswith(inside)}
    used = {picture.split("/", 1)[0] for picture in gathered.pictures if "/" in picture}
    closed = {name.removeprefix(inside) for name in gathered.closed}
    gathered.empty = sorted(
        (name for name in below - used - closed if "/" not in name), key=natural_order
    )
    near = {gathered.root, folder, *gathered.root.parents} - set(folder.parents)
    gathered.tables = [table for table in gathered.tables if table.parent in near]
    return gathered


def _enter_only_folder(gathered: Gathered) -> str:
    """Let the root be the folder that holds everything, as in ``digits/digits/0/a.png``.

    Returns its path below the chosen folder, with a slash behind it, or nothing.
    """
    entered = ""
    while gathered.pictures:
        first, slash, _ = gathered.pictures[0].partition("/")
        inside = first + slash
        deeper = all(
            picture.startswith(inside) and picture.count("/") > 1 for picture in gathered.pictures
        )
        if not slash or not deeper:
            break
        entered += inside
        gathered.root /= first
        gathered.pictures = [picture.removeprefix(inside) for picture in gathered.pictures]
    return entered


def _walk(folder: Path, gathered: Gathered) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield every visible entry with its path below the folder, each folder once."""
    status = folder.stat()
    seen = {(status.st_dev, status.st_ino)}
    waiting = [(0, "", str(folder))]
    while waiting:
        depth, prefix, place = waiting.pop()
        try:
            entries = list(os.scandir(place))
        except OSError:
            gathered.closed.append(prefix.rstrip("/"))
            continue
        for entry in entries:
            if entry.name.startswith(".") or entry.name.casefold() in _LITTER:
                continue
            if not _is_folder(entry):
                yield prefix + entry.name, entry
                continue
            status = os.stat(entry.path)
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            yield prefix + entry.name, entry
            if depth + 1 < DEEPEST:
                waiting.append((depth + 1, f"{prefix}{entry.name}/", entry.path))
            else:
                gathered.deep += 1


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def is_picture(path: str | os.PathLike[str]) -> bool:
    """Tell by a name's ending whether a file is a picture, by its first bytes where it has none."""
    suffix = os.path.splitext(path)[1].lower()
    if suffix or not os.path.isfile(path):
        return suffix in SUFFIXES and os.path.isfile(path)
    try:
        with open(path, "rb") as file:
            start = file.read(12)
    except OSError:
        return False
    return (
        start.startswith(_BEGINNINGS)
        or (start[:4] == b"RIFF" and start[8:] == b"WEBP")
        # A bitmap's four reserved bytes tell it from a text that begins with BM.
        or (start[:2] == b"BM" and start[6:10] == bytes(4))
    )
