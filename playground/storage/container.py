"""The outer shell of an experiment file: safetensors, with its layout checked before any use.

A safetensors file is eight bytes of header length (little-endian), a JSON header that gives every
tensor's dtype, shape and place, and the tensors' raw bytes
(https://huggingface.co/docs/safetensors). Every reason raised here is a clause that follows
"… cannot be opened: ".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from playground.errors import FileError
from playground.storage.strict_json import read_json

HEADER_LIMIT = 16 * 2**20
"""Bytes of header: more than the largest experiment that the fields allow can need."""

_LENGTH_BYTES = 8
_DTYPES = {"F32": 4, "F64": 8}
_MOST_DIMENSIONS = 4
_METADATA = "__metadata__"

Tensors = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Header:
    """What the file says about itself, not checked yet against its bytes."""

    metadata: Mapping[str, str]
    entries: Mapping[str, Any]
    end: int


def write_container(tensors: Mapping[str, NDArray[Any]], metadata: dict[str, str]) -> bytes:
    """Return the bytes of a safetensors file."""
    contiguous = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    return safetensors.numpy.save(contiguous, metadata)


def read_header(data: bytes) -> Header:
    """Return the header, with the form of its metadata checked.

    Raises
    ------
    FileError
        Where the bytes do not begin with a header.
    """
    if not data:
        raise FileError("it is empty; save the experiment again")
    length = int.from_bytes(data[:_LENGTH_BYTES], "little")
    start = data[_LENGTH_BYTES : _LENGTH_BYTES + 1]
    if len(data) < _LENGTH_BYTES or length > HEADER_LIMIT or start not in (b"{", b""):
        raise FileError(f"it is {_guess(data)}, not an experiment; choose a .playground file")
    end = _LENGTH_BYTES + length
    if len(data) < end:
        raise FileError(
            f"its header should have {length:,} bytes and breaks off after "
            f"{len(data) - _LENGTH_BYTES:,}; copy or download the file again"
        )
    header = read_json(data[_LENGTH_BYTES:end], "its header")
    if not isinstance(header, dict):
        raise FileError(f"its header should be a table of tensors and is {_kind(header)}")
    metadata = header.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise FileError("its metadata should be texts by name")
    return Header(metadata, header, end)


def read_tensors(data: bytes, header: Header) -> dict[str, NDArray[Any]]:
    """Return the tensors by name, after checking that they fill the file exactly.

    Raises
    ------
    FileError
        Where an entry is malformed, two overlap, or the bytes are too few or too many.
    """
    places = [(*_place(name, entry), name) for name, entry in header.entries.items()]
    position = 0
    for begin, end, name in sorted(places):
        if begin < position:
            raise FileError(f"tensor {name!r:.80} overlaps the one before it")
        if begin > position:
            raise FileError(f"{begin - position:,} bytes before tensor {name!r:.80} belong to none")
        position = end
    there = len(data) - header.end
    if there < position:
        raise FileError(
            f"its tensors should have {position:,} bytes and break off after {there:,}; copy or "
            "download the file again"
        )
    if there > position:
        raise FileError(f"{there - position:,} bytes after its last tensor belong to none")
    try:
        return safetensors.numpy.load(data)
    except safetensors.SafetensorError as error:
        raise FileError(f"its tensors cannot be read ({error})") from None


def _place(name: str, entry: Any) -> tuple[int, int]:
    """Return where a tensor begins and ends, after checking that its shape fits in there."""
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise FileError(f"tensor {name!r:.80} should have a dtype, a shape and data offsets")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _DTYPES:
        raise FileError(
            f"tensor {name!r:.80} should hold F32 or F64 numbers and holds {dtype!r:.20}"
        )
    if not _whole_numbers(shape) or len(shape) > _MOST_DIMENSIONS:
        raise FileError(f"tensor {name!r:.80} has the shape {shape!r:.60}, which no layer has")
    if not _whole_numbers(offsets) or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise FileError(f"tensor {name!r:.80} should lie between two places, not {offsets!r:.60}")
    begin, end = offsets
    size = math.prod(shape) * _DTYPES[dtype]
    if end - begin != size:
        raise FileError(
            f"tensor {name!r:.80} of shape {tuple(shape)} takes {size:,} bytes, and the file gives "
            f"it {end - begin:,}"
        )
    return begin, end


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
