"""Takes a published data set over from a folder that holds its files already."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from playground.atomic_write import replace_file
from playground.data.published.downloads import not_kept
from playground.data.published.sources import Source, SourceFile, cache_folder, holds
from playground.errors import Cancelled, DataError
from playground.wording import grouped


def adopt_folder(
    source: Source, folder: Path, cancelled: Callable[[], bool] = lambda: False
) -> dict[str, Path]:
    """Copy a source's files from a folder of the user's into the cache, once all have been checked.

    Parameters
    ----------
    source
        What the folder should hold.
    folder
        The folder, or the one above it where the files' own folder is called as the source.
    cancelled
        Asked between two files.

    Returns
    -------
    dict[str, Path]
        The path of each file.

    Raises
    ------
    DataError
        Names the file that is missing or not the published one; nothing has been copied then.
    Cancelled
        When ``cancelled`` returned true.
    """
    below = folder / source.name
    if os.path.isdir(below) and not os.path.exists(folder / source.files[0].name):
        folder = below
    for file in source.files:
        _check_given(source, folder, file)
        if cancelled():
            raise Cancelled
    target = cache_folder(source)
    paths = {file.name: target / file.name for file in source.files}
    try:
        target.mkdir(parents=True, exist_ok=True)
        for file in source.files:
            if cancelled():
                raise Cancelled
            if not holds(paths[file.name], file):
                replace_file(paths[file.name], (folder / file.name).read_bytes())
    except OSError as error:
        raise not_kept(source, target, error) from None
    return paths


def _check_given(source: Source, folder: Path, file: SourceFile) -> None:
    path = folder / file.name
    if holds(path, file):
        return
    if not os.path.isfile(path):
        count = f"all {len(source.files)} files" if len(source.files) > 1 else "its file"
        raise DataError(
            f"{file.name} is missing in {folder}; choose the folder that holds {count} of "
            f"{source.title} as published, not unpacked."
        )
    size = path.stat().st_size
    wrong = "its SHA-256 is another"
    if size != file.size:
        wrong = f"it has {grouped(size)} bytes in place of {grouped(file.size)}"
    raise DataError(
        f"{path} is not the published file ({wrong}); get it anew, or download {source.title}."
    )
