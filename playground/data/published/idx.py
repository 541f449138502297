"""Reads IDX files, the format of MNIST: a magic number, the sizes, then the numbers."""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from playground.errors import DataError

LARGEST_BYTES = 2**30
"""Numbers that an IDX file may unpack to; anything larger is refused before it is read."""

_TYPES: dict[int, str] = {
    0x08: ">u1",
    0x09: ">i1",
    0x0B: ">i2",
    0x0C: ">i4",
    0x0D: ">f4",
    0x0E: ">f8",
}


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
    try:
        with path.open("rb") as packed:
            zipped = packed.read(2) == b"\x1f\x8b"
            packed.seek(0)
            if not zipped:
                return _read(packed, path)
            with gzip.GzipFile(fileobj=packed) as unpacked:
                return _read(unpacked, path)
    except FileNotFoundError:
        raise DataError(f"There is no file {path}; choose an IDX file.") from None
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"{path.name} could not be read ({error}); it may be damaged, so get it anew."
        ) from None


def _read(stream: Any | BinaryIO, path: Path) -> NDArray[Any]:
    head = stream.read(4)
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in _TYPES or not 1 <= head[3] <= 4:
        raise DataError(
            f"{path.name} is not an IDX file: it does not begin with two zero bytes, a number type "
            "and 1 to 4 axes. MNIST's files are named like train-images-idx3-ubyte.gz."
        )
    kind = np.dtype(_TYPES[head[2]])
    sizes = stream.read(4 * head[3])
    if len(sizes) < 4 * head[3]:
        raise DataError(f"{path.name} ends within its sizes; it was cut off, so get it anew.")
    shape = tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
    count = math.prod(shape)
    if count == 0:
        raise DataError(f"{path.name} holds no examples: its sizes are {_times(shape)}.")
    expected = count * kind.itemsize
    if expected > LARGEST_BYTES:
        raise DataError(
            f"{path.name} says it holds {_times(shape)} numbers, {expected / 2**30:,.1f} GiB; at "
            f"most {LARGEST_BYTES // 2**30} GiB is read."
        )
    numbers = stream.read(expected)
    if len(numbers) < expected:
        raise DataError(
            f"{path.name} says it holds {_times(shape)} numbers, {expected:,} bytes; only "
            f"{len(numbers):,} came. It was cut off, so get it anew."
        )
    if stream.read(1):
        raise DataError(
            f"{path.name} holds more than the {_times(shape)} numbers that its sizes tell; it is "
            "damaged, so get it anew."
        )
    return np.frombuffer(numbers, kind).reshape(shape)


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{size:,}" for size in shape)
