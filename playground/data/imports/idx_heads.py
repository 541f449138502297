"""The sizes that IDX files tell, without reading their numbers, and which files belong together."""

from __future__ import annotations

import gzip
import math
import re
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playground.data.published.idx import LARGEST_BYTES, read_idx
from playground.errors import DataError

MOST_PIXELS = 65_536
_MOST_NEIGHBOURS = 500
_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_NAMED_IDX = re.compile(r"idx\d|ubyte", re.IGNORECASE)
_PICTURES_OR_LABELS = re.compile(r"(images?|labels?|pictures?|idx\d)", re.IGNORECASE)


class Head(NamedTuple):
    """What an IDX file says of itself before its numbers."""

    kind: np.dtype[Any]
    shape: tuple[int, ...]


def is_idx(path: Path) -> bool:
    """Return whether a file is IDX by its first bytes, or at least by its name."""
    return head_of(path) is not None or (
        _NAMED_IDX.search(path.name) is not None and path.suffix.lower() not in (".csv", ".txt")
    )


def head_of(path: Path) -> Head | None:
    """Return an IDX file's type and sizes, or None where it is none or cannot be read."""
    begin = _first_bytes(path, 20)
    if len(begin) < 4 or begin[:2] != b"\0\0" or begin[2] not in _TYPES or not 1 <= begin[3] <= 4:
        return None
    axes = begin[3]
    if len(begin) < 4 + 4 * axes:
        return None
    return Head(np.dtype(_TYPES[begin[2]]), struct.unpack(f">{axes}I", begin[4 : 4 + 4 * axes]))


def labels_for(path: Path, head: Head, neighbours: Mapping[Path, Head]) -> list[Path]:
    """Return the files that may hold the labels, the one named alike first."""
    fitting = [
        other
        for other, its_head in neighbours.items()
        if len(its_head.shape) == 1 and its_head.shape[0] == head.shape[0]
    ]
    return sorted(fitting, key=lambda other: (pair_name(other) != pair_name(path), other.name))


def neighbours(path: Path) -> dict[Path, Head]:
    """Return the other IDX files of the folder, by name."""
    try:
        others = sorted(path.parent.iterdir())[:_MOST_NEIGHBOURS]
    except OSError:
        return {}
    heads = {
        other: head_of(other)
        for other in others
        if other.name != path.name and other.suffix.lower() not in (".csv", ".txt", ".png", ".jpg")
    }
    return {other: head for other, head in heads.items() if head is not None}


def pair_name(path: Path) -> str:
    """Return a file's name without what tells pictures from labels: equal for the two of a pair."""
    name = path.name.lower()
    return _PICTURES_OR_LABELS.sub("*", name.removesuffix(".gz")).replace(".", "-")


def sides(path: Path, head: Head) -> tuple[int, int]:
    """Return the pictures' height and width, checked against the limits."""
    sizes = head.shape[1:]
    if len(sizes) == 3 and 1 in (sizes[0], sizes[2]):
        sizes = sizes[1:] if sizes[0] == 1 else sizes[:2]
    elif len(sizes) == 1 and math.isqrt(sizes[0]) ** 2 == sizes[0] >= 16:
        sizes = (math.isqrt(sizes[0]),) * 2
    if len(sizes) != 2:
        raise DataError(
            f"{path.name} holds {times(head.shape)} numbers; grey pictures are "
            "examples × height × width."
        )
    if sizes[0] * sizes[1] > MOST_PIXELS:
        raise DataError(
            f"{path.name} holds pictures of {sizes[0]:,}×{sizes[1]:,} pixels; at most "
            f"{MOST_PIXELS:,} pixels are read: make them smaller."
        )
    if math.prod(head.shape) * head.kind.itemsize > LARGEST_BYTES:
        raise DataError(
            f"{path.name} says it holds {times(head.shape)} numbers, "
            f"{math.prod(head.shape) * head.kind.itemsize / 2**30:,.1f} GiB; at most 1 GiB is read."
        )
    return sizes[0], sizes[1]


def first_numbers(path: Path, head: Head, count: int) -> NDArray[Any]:
    """Return the first examples of an IDX file without reading the rest."""
    count = min(count, head.shape[0])
    size = math.prod(head.shape[1:]) * head.kind.itemsize
    start = 4 + 4 * len(head.shape)
    data = _first_bytes(path, start + count * size)[start:]
    if len(data) < count * size:
        read_idx(path)  # says what is wrong
        raise DataError(f"{path.name} can no longer be read; choose the files again.")
    return np.frombuffer(data, head.kind).reshape(count, -1)


def _first_bytes(path: Path, count: int) -> bytes:
    """Return the first bytes of a file, unpacked; fewer where it cannot be read."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if not packed:
                return raw.read(count)
            with gzip.GzipFile(fileobj=raw) as unpacked:
                return unpacked.read(count)
    except (OSError, EOFError, zlib.error):
        return b""


def head_at(path: Path) -> Head:
    """Return the head of a file that was IDX when it was found."""
    head = head_of(path)
    if head is None:
        raise DataError(f"{path.name} can no longer be read; choose the files again.")
    return head


def times(sizes: tuple[int, ...]) -> str:
    """Return sizes as text: ``60,000 × 28 × 28``."""
    return " × ".join(f"{size:,}" for size in sizes)
