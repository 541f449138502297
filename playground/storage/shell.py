"""What both kinds of ``.playground`` file have: their shell, and the description inside it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.atomic_write import write_atomically
from playground.errors import FileError, MissingDataError, PlaygroundError
from playground.files.container import Container, FileKind, open_container, write_container
from playground.files.strict_json import read_json
from playground.nn.network import Network
from playground.wording import grouped

SUFFIX = ".playground"
EXPERIMENT = "playground experiment"
NETWORK = "playground network"
SIZE_LIMIT = 768 * 2**20
"""Bytes of a file: more than a moment of the largest network that may be trained takes."""

DOCUMENT = "playground"
"""The metadata's entry that describes what the file holds."""

_DTYPES = ("F32", "F64", "U8", "U16", "U32", "I64")


def write_file(
    path: str | os.PathLike[str],
    tensors: Mapping[str, NDArray[Any]],
    document: dict[str, Any],
    *,
    backup: bool = False,
) -> None:
    """Write tensors and what describes them, replacing the file in one step.

    Raises
    ------
    FileError
        Where the file would be too large to be read again, or cannot be written.
    """
    name = Path(path).name or str(path)
    try:
        data = write_container(tensors, {DOCUMENT: json.dumps(document)})
    except FileError as error:
        raise FileError(f"{name} cannot be saved: {error}.") from None
    if len(data) > SIZE_LIMIT:
        raise FileError(
            f"{name} cannot be saved: it would have {grouped(len(data))} bytes and the limit is "
            f"{grouped(SIZE_LIMIT)}; train a smaller network."
        )
    write_atomically(path, data, backup=backup)


def finite_tensors(network: Network, name: str) -> dict[str, NDArray[Any]]:
    """Return a network's tensors by name for the file ``name``, once they are known to be finite.

    Raises
    ------
    FileError
        Where one holds NaN or infinity.
    """
    tensors: dict[str, NDArray[Any]] = dict(network.views())
    if not all(np.isfinite(tensor).all() for tensor in tensors.values()):
        raise FileError(
            f"{name} cannot be saved: the network has weights that are no finite numbers; reset it "
            "and lower the learning rate."
        )
    return tensors


@contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[Container]:
    """Open the shell of either kind of file; what is wrong inside is told with the file's name."""
    form = FileKind("experiment", SUFFIX, SIZE_LIMIT, _DTYPES)
    try:
        with open_container(path, form) as file:
            yield file
    except MissingDataError:
        raise
    except PlaygroundError as error:
        name = Path(path).name or str(path)
        raise FileError(f"{name} cannot be opened: {str(error).rstrip('.')}.") from None


def description(file: Container) -> dict[str, Any]:
    """Return what a file says of itself, empty where that is no table."""
    if DOCUMENT not in file.metadata:
        raise FileError(
            "it holds tensors of another program, not an experiment; choose a .playground file"
        )
    document = read_json(file.metadata[DOCUMENT], "its description")
    return document if isinstance(document, dict) else {}


def document_of(file: Container, expected_format: str, newest: int) -> Mapping[str, Any]:
    """Return what a file says of itself, once its format is known to be ours.

    Raises
    ------
    FileError
        Where it is of another format, or newer than ``newest``.
    """
    document = description(file)
    found = document.get("format")
    if found == NETWORK != expected_format:
        raise FileError(
            "it holds a network from a script without the data it learned from; open it there, "
            "with playground.load"
        )
    if found != expected_format:
        raise FileError(f"its description does not begin with the format {expected_format!r}")
    version = document.get("version")
    if type(version) is not int or version < 1:
        raise FileError(f"its format version should be a whole number and is {version!r:.40}")
    if version > newest:
        raise FileError(
            f"it was saved in version {version} of the format and this Playground reads up to "
            f"{newest}; update Playground"
        )
    return document


def check_keys(document: Mapping[str, Any], keys: set[str]) -> None:
    """Refuse a description that lacks one of the ``keys``, or has others."""
    expected = {"format", "version", *keys}
    if set(document) != expected:
        there = ", ".join(sorted(document))
        raise FileError(
            f"its description should have {', '.join(sorted(expected))} and has {there:.200}"
        )
