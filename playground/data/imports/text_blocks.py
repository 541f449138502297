"""Reads text of any common encoding, packed or not, as blocks of whole records within limits."""

from __future__ import annotations

import codecs
import gzip
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from playground.data.imports.found import IsCancelled, Progress
from playground.errors import Cancelled, DataError
from playground.files.packed import opened
from playground.wording import fixed, grouped

LARGEST_BYTES = 2**30
"""A file, or what it unpacks to, beyond this is refused."""
BLOCK_BYTES = 2**18
"""Blocks that stay in a core's cache are parsed fastest: 128 kB to 1 MB measured alike."""
LONGEST_RECORD = 2**22
_LOOK_BYTES = 4096
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins with UTF-16's mark, so it has to come first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SEPARATOR_LINE = re.compile(r'"?sep=.?"?(\r\n?|\n)', re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


class TextBlock(NamedTuple):
    """Whole records, each ended by a line feed, and the number of the line they begin on."""

    data: bytes
    line: int


@dataclass(frozen=True)
class TextFile:
    """A text file and how its bytes become text.

    It has ``size`` bytes on the disk, where gzip may have ``packed`` it, and begins with ``mark``
    bytes that are not part of it: a byte-order mark, and the line ``sep=;`` that Excel writes, so
    that the table begins on ``first_line``. What is no UTF-8 is read as Windows' Western alphabet.
    """

    path: Path
    size: int
    packed: bool
    encoding: str = "utf-8"
    mark: int = 0
    first_line: int = 1


def look(path: Path) -> TextFile:
    """Return how a text file is to be read.

    Raises
    ------
    DataError
        When it is empty, too large or no text.
    """
    with opened(path) as stream:
        packed = isinstance(stream, gzip.GzipFile)
        size = os.fstat(stream.fileno()).st_size
        if size > LARGEST_BYTES:
            raise DataError(
                f"{path.name} has {fixed(size / 2**30, 1)} GiB; at most 1 GiB is read: keep fewer "
                "rows."
            )
        begin = stream.read(_LOOK_BYTES)
    encoding, mark = _encoding(begin)
    text = begin[mark:]
    if encoding != "utf-8":
        text = text.decode(encoding, "replace").encode()
    if not text.strip() and len(begin) < _LOOK_BYTES:
        raise DataError(f"{path.name} is empty; choose a file with a row for every example.")
    if b"\0" in text or len(_CONTROL.findall(text)) > len(text) / 50:
        raise DataError(
            f"{path.name} is not a table: it holds bytes that are no text. Save the table as CSV."
        )
    if separator := _SEPARATOR_LINE.match(text.decode(errors="replace")):
        mark += len(separator[0].encode(encoding))
        return TextFile(path, size, packed, encoding, mark, first_line=2)
    return TextFile(path, size, packed, encoding, mark)


def _encoding(begin: bytes) -> tuple[str, int]:
    for mark, encoding in _BOMS:
        if begin.startswith(mark):
            return encoding, len(mark)
    pairs = np.frombuffer(begin[: len(begin) // 2 * 2], np.uint8).reshape(-1, 2)
    if len(pairs) > 1:
        zeros = (pairs == 0).mean(axis=0)
        if zeros[1] > 0.5 and zeros[0] < 0.1:
            return "utf-16-le", 0
        if zeros[0] > 0.5 and zeros[1] < 0.1:
            return "utf-16-be", 0
    return "utf-8", 0


def decode(data: bytes) -> str:
    """Return bytes as text: UTF-8, or else Windows' Western alphabet, which has every byte."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def beginning(file: TextFile, size: int) -> tuple[TextBlock, bool]:
    """Return the first whole records within about ``size`` bytes, and whether these are all."""
    blocks = blocks_of(file, block_bytes=size)
    first = next(blocks, None)
    if first is None:
        raise DataError(f"{file.path.name} is empty; choose a file with a row for every example.")
    return first, next(blocks, None) is None


def blocks_of(
    file: TextFile,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[TextBlock]:
    """Yield a file's records as UTF-8 (or as they are) with line feeds, block by block.

    Raises
    ------
    DataError
        When it is damaged, unpacks to more than 1 GiB, or a quotation mark is never closed.
    Cancelled
        Between two blocks, when ``cancelled()`` says so.
    """
    unicode = (
        None
        if file.encoding == "utf-8"
        else codecs.getincrementaldecoder(file.encoding)(errors="replace")
    )
    carry, line, unpacked = b"", file.first_line, 0
    after_return = False
    with opened(file.path) as stream:
        stream.read(file.mark)
        while True:
            if cancelled is not None and cancelled():
                raise Cancelled
            raw = stream.read(block_bytes)
            unpacked += len(raw)
            if unpacked > LARGEST_BYTES:
                raise DataError(
                    f"{file.path.name} unpacks to more than 1 GiB; at most that is read: keep "
                    "fewer rows."
                )
            data = raw if unicode is None else unicode.decode(raw, final=not raw).encode()
            # A carriage return ends a line, alone or before a line feed; the pair may be cut apart.
            if after_return and data[:1] == b"\n":
                data = data[1:]
            after_return = data.endswith(b"\r") if data else after_return
            if b"\r" in data:
                data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            data = carry + data
            if not raw:
                break
            end = end_of_records(data)
            carry = data[end:]
            if len(carry) > max(LONGEST_RECORD, block_bytes):
                raise _endless(file.path, data[:end], carry, line)
            if progress is not None:
                place = stream.fileobj.tell() if file.packed else unpacked
                progress(min(1.0, place / max(1, file.size)))
            if end:
                yield TextBlock(data[:end], line)
                line += data.count(b"\n", 0, end)
    if data.strip():
        if data.count(b'"') % 2:
            raise _endless(file.path, b"", data, line)
        yield TextBlock(data if data.endswith(b"\n") else data + b"\n", line)


def end_of_records(data: bytes, *, first: bool = False) -> int:
    """Return where the last whole record ends (or the first one): behind a line feed, or 0.

    A line feed between quotation marks ends no record (RFC 4180).
    """
    if b'"' not in data:
        return (data.find(b"\n") if first else data.rfind(b"\n")) + 1
    octets = np.frombuffer(data, np.uint8)
    inside = np.logical_xor.accumulate(octets == ord('"'))
    ends = np.flatnonzero((octets == ord("\n")) & ~inside)
    return int(ends[0 if first else -1]) + 1 if len(ends) else 0


def _endless(path: Path, before: bytes, record: bytes, line: int) -> DataError:
    line += before.count(b"\n")
    if b'"' not in record:
        return DataError(
            f"{path.name}: line {grouped(line)} is longer than {LONGEST_RECORD // 2**20} MB; a "
            "table has one line for every example."
        )
    octets = np.frombuffer(record, np.uint8)
    quotes = np.flatnonzero(octets == ord('"'))
    odd = quotes[0] if len(quotes) % 2 == 0 else _unclosed(octets, quotes)
    line += record.count(b"\n", 0, int(odd))
    return DataError(
        f"{path.name}: a quotation mark in line {grouped(line)} is never closed; add the other "
        "one, or remove it."
    )


def _unclosed(octets: Any, quotes: Any) -> Any:
    """Return the first mark whose text runs over a line's end: most likely the one left open."""
    for opening, closing in zip(quotes[::2], [*quotes[1::2], None], strict=True):
        if closing is None or (octets[opening:closing] == ord("\n")).any():
            return opening
    return quotes[-1]
