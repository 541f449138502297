"""``playground download``: published data sets, fetched and checked."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from playground.cli.progress import RewrittenLine
from playground.data.published.downloads import (
    DownloadError,
    DownloadProgress,
    download,
    size_words,
)
from playground.data.published.sources import FOLDER_VARIABLE, SOURCES, Source
from playground.errors import DataError, MissingDataError


def download_data(arguments: argparse.Namespace) -> int:
    """Fetch one data set after the other, and say where each is."""
    for name in arguments.names:
        if name not in SOURCES:
            raise DataError(
                f"There is no data set {name!r} to download; choose from {', '.join(SOURCES)}."
            )
    fetched = []
    for name in dict.fromkeys(arguments.names):
        fetched.append(_fetched(SOURCES[name], quiet=arguments.json))
        if not arguments.json:
            last = fetched[-1]
            sys.stdout.write(f"{last['title']}: {size_words(last['bytes'])} in {last['folder']}\n")
            sys.stdout.flush()
    if arguments.json:
        sys.stdout.write(json.dumps(fetched, ensure_ascii=False, indent=2) + "\n")
    return 0


def way_out(error: MissingDataError) -> str:
    """Return what to tell on the command line where data are missing."""
    source = SOURCES[error.source]
    return (
        f"{source.title} is not on this computer yet: 'playground download {source.name}' fetches "
        f"it ({size_words(source.size)}), or set {FOLDER_VARIABLE} to the folder that holds its "
        "files."
    )


def _fetched(source: Source, *, quiet: bool) -> dict[str, Any]:
    line = RewrittenLine(sys.stderr)

    def show(progress: DownloadProgress) -> None:
        if not quiet and line.due():
            line.write(f"{source.title}  {progress.words}  from {progress.host}")

    try:
        paths = download(source, progress=show)
    except DownloadError as error:
        raise DataError(
            f"{error.why}, or set {FOLDER_VARIABLE} to a folder that holds its files."
        ) from None
    finally:
        line.clear()
    folder = next(iter(paths.values())).parent
    return {
        "name": source.name,
        "title": source.title,
        "folder": str(folder),
        "files": list(paths),
        "bytes": source.size,
    }
