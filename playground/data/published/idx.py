"""Reads IDX files, the format of MNIST: a magic number, the sizes, then the numbers."""

from __future__ import annotations

import math
import os
import struct
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playground.errors import DataError
from playground.files.packed import opened
from playground.wording import fixed, grouped

LARGEST_BYTES = 2**30
"""Numbers that an IDX file may unpack to; anything larger is refused before it is read."""

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_MOST_AXES = 4


class Head(NamedTuple):
    """What an IDX file says of itself before its numbers."""

    kind: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Bytes of all its numbers."""
        return math.prod(self.shape) * self.kind.itemsize


def read_idx(path: Path) -> NDArray[Any]:
    """Return the array that an IDX file holds, packed with gzip or not.

    The format: two zero bytes, a byte for the type, a byte for the number of axes, a big-endian
    32-bit size for each, then the numbers, the last axis running fastest
    (LeCun, Cortes, Burges: the MNIST database).

    Raises
    ------
    DataError
        When the file is missing, no IDX file, cut off, too long or too large.
    """
    if not os.path.exists(path):
        raise DataError(f"There is no file {path}; choose an IDX file.")
    with opened(path) as stream:
        begin = stream.read(4)
        axes = _axes(begin)
        if not axes:
            raise DataError(
                f"{path.name} is not an IDX file: it does not begin with two zero bytes, a number "
                "type and 1 to 4 axes. MNIST's files are named like train-images-idx3-ubyte.gz."
            )
        head = _head(begin + stream.read(4 * axes))
        if head is None:
            raise DataError(f"{path.name} ends within its sizes; it was cut off, so get it anew.")
        check_size(path, head)
        numbers = stream.read(head.size)
        if len(numbers) < head.size:
            raise DataError(
                f"{path.name} says it holds {times(head.shape)} numbers, {grouped(head.size)} "
                f"bytes; only {grouped(len(numbers))} came. It was cut off, so get it anew."
            )
        if stream.read(1):
            raise DataError(
                f"{path.name} holds more than the {times(head.shape)} numbers that its sizes tell; "
                "it is damaged, so get it anew."
            )
    return np.frombuffer(numbers, head.kind).reshape(head.shape)


def head_of(path: Path) -> Head | None:
    """Return an IDX file's type and sizes, or None where it is none or cannot be read."""
    return _head(first_bytes(path, 4 + 4 * _MOST_AXES))


def first_bytes(path: Path, count: int) -> bytes:
    """Return the first bytes of a file, unpacked; none where it cannot be read."""
    try:
        with opened(path) as stream:
            begin: bytes = stream.read(count)
            return begin
    except DataError:
        return b""


def check_size(path: Path, head: Head) -> None:
    """Refuse a file that holds nothing or too much, with a ``DataError``."""
    if not head.size:
        raise DataError(f"{path.name} holds no examples: its sizes are {times(head.shape)}.")
    if head.size > LARGEST_BYTES:
        raise DataError(
            f"{path.name} says it holds {times(head.shape)} numbers, {fixed(head.size / 2**30, 1)} "
            f"GiB; at most {LARGEST_BYTES // 2**30} GiB is read."
        )


def times(sizes: tuple[int, ...]) -> str:
    """Return sizes as text: ``60,000 × 28 × 28``."""
    return " × ".join(f"{grouped(size)}" for size in sizes)


def _axes(begin: bytes) -> int:
    """Return how many axes a file with these first bytes has, 0 where it is no IDX file."""
    sound = len(begin) >= 4 and begin[:2] == b"\0\0" and begin[2] in _TYPES
    return begin[3] if sound and begin[3] <= _MOST_AXES else 0


def _head(begin: bytes) -> Head | None:
    axes = _axes(begin)
    if not axes or len(begin) < 4 + 4 * axes:
        return None
    return Head(np.dtype(_TYPES[begin[2]]), struct.unpack_from(f">{axes}I", begin, 4))
