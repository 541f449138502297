"""Finds what a path would become, pictures included, and a title that is free."""

from __future__ import annotations

import os
from pathlib import Path

from playground.data.catalogue import titles
from playground.data.imports.found import Found
from playground.data.imports.inspect import inspect
from playground.data.imports.picture_files import gather
from playground.data.imports.picture_folders import find_pictures
from playground.gui.pictures import PictureFileReader


def find(path: Path) -> Found:
    """Return what could become of a file or folder.

    Raises
    ------
    DataError
        When it is nothing that can be imported, in one sentence.
    """
    if os.path.isdir(path):
        gathered = gather(path)
        if gathered.pictures:
            return find_pictures(path, PictureFileReader(), gathered)
    return inspect(path)


def own_title(title: str) -> str:
    """Return a title that no other data set has: the same, or with a number behind it."""
    taken = {known.casefold() for known in titles().values()}
    wanted, number = title, 2
    while wanted.casefold() in taken:
        wanted, number = f"{title} {number}", number + 1
    return wanted
