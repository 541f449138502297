"""The outer shell of the program's files: safetensors, with its layout checked before any use.

A safetensors file is eight bytes of header length (little-endian), a JSON header that gives every
tensor's dtype, shape and place, and the tensors' raw bytes
(https://huggingface.co/docs/safetensors). Every reason raised here is a clause that follows
"… cannot be opened: ".
"""

from __future__ import annotations

import math
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from playground.errors import FileError, PlaygroundError
from playground.files.strict_json import read_json
from playground.wording import grouped, listed

HEADER_LIMIT = 3 * 2**20
"""Bytes of header, read in 0.3 s at most: 256 × 256 pixels or 10,000 columns have their names in
it, and twenty layers the most weights that can be given to each."""

MOST_TENSORS = 1_000

_LENGTH_BYTES = 8
_DTYPES = {
    **{"U8": "u1", "U16": "<u2", "U32": "<u4", "I16": "<i2", "I32": "<i4", "I64": "<i8"},
    **{"F32": "<f4", "F64": "<f8"},
}
_MOST_DIMENSIONS = 4
_METADATA = "__metadata__"


class NewerFileError(FileError):
    """A file that a later version of the program has written."""


Tensors = Mapping[str, NDArray[Any]]
Form = tuple[np.dtype[Any], tuple[int, ...]]
"""A tensor's dtype and shape."""


@dataclass(frozen=True)
class FileKind:
    """What a kind of file may be.

    Parameters
    ----------
    what
        What it holds, for messages: ``"experiment"``.
    suffix
        What its name ends in.
    most
        Bytes that it may have.
    dtypes
        What its tensors may hold, in the words of safetensors.
    """

    what: str
    suffix: str
    most: int
    dtypes: tuple[str, ...]


@dataclass(frozen=True)
class Container:
    """A file that is open, once its header is known to describe its bytes.

    Attributes
    ----------
    metadata
        Texts by name.
    forms
        Of its tensors, by name.
    size
        Bytes of the whole file.
    read
        Returns some of the tensors by name, or all; only the header has been read before.
    """

    metadata: Mapping[str, str]
    forms: Mapping[str, Form]
    size: int
    read: Callable[..., dict[str, NDArray[Any]]]

    def check_version(self, key: str, newest: int) -> None:
        """Raise :class:`FileError` where the metadata name no version, or a later one."""
        version = self.metadata.get(key, "")
        if not re.fullmatch(r"[1-9]\d{0,8}", version, re.ASCII):
            raise FileError(f"its version should be a whole number and is {version!r:.40}")
        if int(version) > newest:
            raise NewerFileError("it was written by a newer Playground; update to open it")


def write_container(tensors: Tensors, metadata: dict[str, str]) -> bytes:
    """Return the bytes of a safetensors file.

    Raises
    ------
    FileError
        Where its header would be too long to be read again.
    """
    from safetensors.numpy import save  # not needed to start

    contiguous = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    data = save(contiguous, metadata)
    length = int.from_bytes(data[:_LENGTH_BYTES], "little")
    if length > HEADER_LIMIT:
        raise FileError(
            f"its names and settings would take {grouped(length)} bytes and at most "
            f"{grouped(HEADER_LIMIT)} are read; shorten them, or let fewer layers start from given "
            "weights"
        )
    return data


@contextmanager
def open_container(path: str | os.PathLike[str], form: FileKind) -> Iterator[Container]:
    """Open a file and check its header, whatever lies at that path.

    Raises
    ------
    FileError
        Where it is no regular file, too large, or its header does not describe its bytes.
    """
    with _told():
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise FileError("it is a folder; choose a file in it")
        if not stat.S_ISREG(status.st_mode):
            raise FileError(f"it is a device, not a file; choose a {form.suffix} file")
        if status.st_size > form.most:
            raise FileError(
                f"it has {grouped(status.st_size)} bytes and no {form.what} has more than "
                f"{grouped(form.most)}; choose a {form.suffix} file"
            )
        file = Path(path).open("rb")
    with file:
        with _told():
            container = _checked(file, status.st_size, form)
        yield container


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the system refuses into a clause."""
    try:
        yield
    except PlaygroundError:
        raise
    except FileNotFoundError:
        raise FileError("there is no such file; check its name and folder") from None
    except PermissionError:
        raise FileError("you have no permission to read it; ask its owner") from None
    except OSError as error:
        raise FileError(f"it cannot be read ({error.strerror or error})") from None
    except ValueError:
        raise FileError("it has a name that no file can have") from None


def _checked(file: BinaryIO, size: int, form: FileKind) -> Container:
    begin = file.read(_LENGTH_BYTES + 1)
    if not begin:
        raise FileError(f"it is empty; save the {form.what} again")
    length = int.from_bytes(begin[:_LENGTH_BYTES], "little")
    if (
        len(begin) < _LENGTH_BYTES
        or length > HEADER_LIMIT
        or begin[_LENGTH_BYTES:] not in (b"{", b"")
    ):
        kind = _guess(begin + file.read(4096))
        raise FileError(f"it is {kind}, not an {form.what}; choose a {form.suffix} file")
    there = size - _LENGTH_BYTES
    if there < length:
        raise FileError(
            f"its header should have {grouped(length)} bytes and breaks off after "
            f"{grouped(there)}; copy or download the file again"
        )
    file.seek(_LENGTH_BYTES)
    header = read_json(file.read(length), "its header")
    if not isinstance(header, dict):
        raise FileError(f"its header should be a table of tensors and is {_kind(header)}")
    metadata = header.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise FileError("its metadata should be texts by name")
    if len(header) > MOST_TENSORS:
        raise FileError(
            f"it has {grouped(len(header))} tensors and at most {grouped(MOST_TENSORS)} are read"
        )
    places = _places(header, there - length, form)

    def read(names: Iterable[str] = tuple(places)) -> dict[str, NDArray[Any]]:
        tensors = {}
        with _told():
            for name in names:
                dtype, shape, begin = places[name]
                file.seek(_LENGTH_BYTES + length + begin)
                tensors[name] = np.fromfile(file, dtype, math.prod(shape)).reshape(shape)
        return tensors

    forms = {name: (dtype, shape) for name, (dtype, shape, _) in places.items()}
    return Container(metadata, forms, size, read)


def _places(
    header: Mapping[str, Any], there: int, form: FileKind
) -> dict[str, tuple[np.dtype[Any], tuple[int, ...], int]]:
    """Return each tensor's dtype, shape and beginning, once they fill the file exactly."""
    entries = {name: _entry(name, entry, form) for name, entry in header.items()}
    position = 0
    ends = {
        name: begin + math.prod(shape) * dtype.itemsize
        for name, (dtype, shape, begin) in entries.items()
    }
    for name in sorted(entries, key=lambda name: (entries[name][2], ends[name])):
        begin = entries[name][2]
        if begin < position:
            raise FileError(f"tensor {name!r:.80} overlaps the one before it")
        if begin > position:
            raise FileError(
                f"{grouped(begin - position)} bytes before tensor {name!r:.80} belong to none"
            )
        position = ends[name]
    if there < position:
        raise FileError(
            f"its tensors should have {grouped(position)} bytes and break off after "
            f"{grouped(there)}; copy or download the file again"
        )
    if there > position:
        raise FileError(f"{grouped(there - position)} bytes after its last tensor belong to none")
    return entries


def _entry(name: str, entry: Any, form: FileKind) -> tuple[np.dtype[Any], tuple[int, ...], int]:
    """Return a tensor's dtype, shape and beginning, once its shape fits in there."""
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise FileError(f"tensor {name!r:.80} should have a dtype, a shape and data offsets")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in form.dtypes:
        raise FileError(
            f"tensor {name!r:.80} should hold {listed(form.dtypes, 'or')} numbers and holds "
            f"{dtype!r:.20}"
        )
    if not _whole_numbers(shape) or len(shape) > _MOST_DIMENSIONS:
        raise FileError(f"tensor {name!r:.80} has the shape {shape!r:.60}, which no layer has")
    if not _whole_numbers(offsets) or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise FileError(f"tensor {name!r:.80} should lie between two places, not {offsets!r:.60}")
    begin, end = offsets
    kind = np.dtype(_DTYPES[dtype])
    size = math.prod(shape) * kind.itemsize
    if end - begin != size:
        raise FileError(
            f"tensor {name!r:.80} of shape {tuple(shape)} takes {grouped(size)} bytes, and the "
            f"file gives it {grouped(end - begin)}"
        )
    return kind, tuple(shape), begin


def _whole_numbers(value: Any) -> bool:
    return isinstance(value, list) and all(
        type(number) is int and 0 <= number < 2**53 for number in value
    )


def _kind(value: Any) -> str:
    return {list: "a list", str: "a text", bool: "yes or no"}.get(type(value), "a single value")


def _guess(data: bytes) -> str:
    """Return what a foreign file seems to be."""
    if data.startswith(b"\x89PNG"):
        return "a PNG picture"
    if data.startswith(b"\xff\xd8\xff"):
        return "a JPEG picture"
    if data.startswith(b"PK"):
        return "a ZIP archive"
    if not any(data[:4096]):
        return "nothing but zero bytes"
    try:
        data[:4096].decode("ascii")
    except UnicodeDecodeError:
        return "another kind of file"
    return "a text file"
