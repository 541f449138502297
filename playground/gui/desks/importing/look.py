"""What the import window asks of a file, beside the window: a look at it, and the whole of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.data.dataset import Dataset
from playground.data.imports.found import Found, IsCancelled, Preview, Progress
from playground.data.imports.inspect import inspect
from playground.data.imports.picture_files import gather
from playground.data.imports.picture_folders import find_pictures
from playground.data.own import sets as own_sets
from playground.errors import Cancelled
from playground.gui.pictures import PictureFileReader


@dataclass(frozen=True, eq=False)
class Look:
    """A file as it would be read, and what would come of it."""

    found: Found
    preview: Preview


def look_into(path: Path, _progress: Progress, _cancelled: IsCancelled) -> Look:
    """Return the first look at what could become of a file or folder.

    Raises
    ------
    DataError
        When it is nothing that can be imported, in one sentence.
    """
    gathered = gather(path) if os.path.isdir(path) else None
    if gathered is not None and gathered.pictures:
        found: Found = find_pictures(path, PictureFileReader(), gathered)
    else:
        found = inspect(path)
    return Look(found, found.preview())


def look_again(found: Found, options: Any, _progress: Progress, _cancelled: IsCancelled) -> Look:
    """Return the look at the same file with other options."""
    found = found.with_options(options)
    return Look(found, found.preview())


def take(found: Found, title: str, progress: Progress, cancelled: IsCancelled) -> Dataset:
    """Read a file whole, and keep it among the user's own data sets."""
    dataset = found.read(title, progress, cancelled)
    if cancelled():
        raise Cancelled
    own_sets.save(dataset)
    if cancelled():
        own_sets.delete(dataset.name)
        raise Cancelled
    return dataset
