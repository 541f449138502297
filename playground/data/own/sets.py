"""The user's own data sets: imported, painted or drawn, kept as files between starts.

Each is one safetensors file in the user's data folder: the numbers as tensors, the rest as JSON in
the header. Such a file holds no code, and its sizes are checked before anything is read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import platformdirs

from playground.atomic_write import replace_file
from playground.data.dataset import Dataset
from playground.data.own.description import arrays_of, check_description, dataset_of, described
from playground.errors import DataError, FileError, PlaygroundError
from playground.files.container import (
    Container,
    FileKind,
    NewerFileError,
    open_container,
    write_container,
)
from playground.files.strict_json import read_json, write_json
from playground.plain_text import visible

PREFIX = "own-"
SUFFIX = ".safetensors"
LARGEST_FILE = 2**30
LONGEST_TITLE = 60
_VERSION = 1
_FORM = FileKind("data set", SUFFIX, LARGEST_FILE, ("U8", "I64", "F32", "F64"))


def folder() -> Path:
    """Return where own data sets are kept."""
    return Path(platformdirs.user_data_dir("playground", appauthor=False)) / "data"


def path_of(name: str) -> Path:
    """Return the file of an own data set."""
    return folder() / f"{name.removeprefix(PREFIX)}{SUFFIX}"


def names() -> tuple[str, ...]:
    """Return the names of all own data sets, sorted."""
    try:
        paths = [path for path in folder().glob("*" + SUFFIX) if not os.path.isdir(path)]
    except OSError:
        return ()
    return tuple(sorted(PREFIX + path.stem for path in paths if path.stem == visible(path.stem)))


def is_plain(name: str) -> bool:
    """Return whether a name is like those of :func:`new_name`, and so safe as a file's."""
    return re.fullmatch(PREFIX + "[a-z0-9-]{1,60}", name) is not None


def new_name(title: str) -> str:
    """Return a name for a set of that title that no other set has."""
    stem = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "data"
    name, number = PREFIX + stem, 2
    while name in names():
        name, number = f"{PREFIX}{stem}-{number}", number + 1
    return name


def save(dataset: Dataset) -> None:
    """Keep a data set under its name, in place of an older one.

    Its name begins with :data:`PREFIX`; see :func:`new_name`.

    Raises
    ------
    DataError
        When the disk does not take it; an older one then stays as it was.
    """
    metadata = {"playground_data": str(_VERSION), "dataset": write_json(described(dataset))}
    path = path_of(dataset.name)
    with keeping(f"“{dataset.title}”", path.parent):
        replace_file(path, write_container(arrays_of(dataset), metadata))


@contextmanager
def keeping(what: str, place: Path) -> Iterator[None]:
    """Make the folder that something is kept in; what fails inside is told in a sentence."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        yield
    except FileError as error:
        raise DataError(f"{what} could not be kept: {error}.") from None
    except OSError as error:
        raise DataError(
            f"{what} could not be kept in {place}: {error.strerror or error}. Make room there, or "
            "let the folder be written to."
        ) from None


def delete(name: str) -> None:
    """Remove an own data set from the disk."""
    path_of(name).unlink(missing_ok=True)


def title_of(name: str) -> str:
    """Return an own data set's title without reading its numbers, its name where it has none."""
    try:
        with open_container(path_of(name), _FORM) as file:
            title = visible(_description(file)["title"])
    except PlaygroundError:
        title = ""
    return title[:LONGEST_TITLE] or name.removeprefix(PREFIX)


def read(name: str) -> Dataset:
    """Return an own data set.

    Raises
    ------
    DataError
        When it is missing, damaged, or was kept by a newer version.
    """
    path = path_of(name)
    if not os.path.lexists(path):
        raise DataError(
            f"The data set {name!r} is not on this computer; import its file, or choose another."
        )
    try:
        with open_container(path, _FORM) as file:
            return dataset_of(name, _description(file), file.read())
    except NewerFileError:
        raise DataError(f"{path.name} was kept by a newer Playground; update to open it.") from None
    except PlaygroundError as error:
        reason = str(error).rstrip(".")
        raise DataError(
            f"{path.name} is damaged ({reason}); delete it and import the data again."
        ) from None


def _description(file: Container) -> dict[str, Any]:
    """Return what a file says about its data, once it is known to be sound."""
    file.check_version("playground_data", _VERSION)
    return check_description(read_json(file.metadata.get("dataset", ""), "its description"))
