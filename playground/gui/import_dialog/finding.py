"""Tells what a path is, for the window: an experiment, a picture, or something to import."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImageReader

from playground.data.catalogue import titles
from playground.data.imports.found import Found
from playground.data.imports.inspect import inspect
from playground.data.imports.picture_files import SUFFIXES, gather
from playground.data.imports.picture_folders import find_pictures
from playground.gui.pictures import PictureFileReader


def find(path: Path) -> Found:
    """Return what could become of a file or folder.

    Raises
    ------
    DataError
        When it is nothing that can be imported, in one sentence.
    """
    if path.is_dir():
        gathered = gather(path)
        if gathered.pictures:
            return find_pictures(path, PictureFileReader(), gathered)
    return inspect(path)


def is_picture(path: Path) -> bool:
    """Return whether a file is a picture, by its content or at least by its name."""
    if not path.is_file():
        return False
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    return reader.canRead() or path.suffix.lower() in SUFFIXES


def own_title(title: str) -> str:
    """Return a title that no other data set has: the same, or with a number behind it."""
    taken = {known.casefold() for known in titles().values()}
    wanted, number = title, 2
    while wanted.casefold() in taken:
        wanted, number = f"{title} {number}", number + 1
    return wanted
