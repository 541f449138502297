"""Reads UNIPEN text, the pen trajectories that handwriting is exchanged as, packed or not."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ncompress
import numpy as np
from numpy.typing import NDArray

from playground.errors import DataError
from playground.wording import fixed, grouped

LARGEST_FILE = 2**24
"""Bytes that a file may have; anything larger is refused before it is read."""
LARGEST_TEXT = 2**24
"""Bytes that it may unpack to; unpacking ends there."""
FURTHEST = 1e6
"""How far from the origin a point may lie."""
LONGEST_NUMBER = 32
"""Characters that a number may have."""

_KEYWORD = re.compile(rb"^\.([A-Z_]+)([^\n]*)\n?((?:(?!\.)[^\n]*(?:\n|\Z))*)", re.MULTILINE)
_LABEL = re.compile(rb'"([^"\n]*)"\s*$')
_NUMBERS = re.compile(rb"[-+.0-9eE\s]*")
_PACKED = b"\x1f\x9d"


@dataclass(frozen=True, eq=False)
class Handwriting:
    """Labelled pieces of handwriting, their points in one array.

    Parameters
    ----------
    labels, comments
        Of each piece: what was written, and the remark beside it.
    points
        float32 of shape (points, 2): x to the right, y up, in the order drawn.
    stroke_offsets
        Stroke k has the points ``stroke_offsets[k]`` to ``stroke_offsets[k + 1]``, (strokes + 1,).
    piece_offsets
        Piece i has the strokes ``piece_offsets[i]`` to ``piece_offsets[i + 1]``, (pieces + 1,).
    """

    labels: tuple[str, ...]
    comments: tuple[str, ...]
    points: NDArray[np.float32]
    stroke_offsets: NDArray[np.int64]
    piece_offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)


def read_unipen(path: Path) -> Handwriting:
    """Return the handwriting in a UNIPEN file, packed with Unix compress or not.

    Of the format these are read: ``.SEGMENT … "label"`` begins a piece, ``.COMMENT`` remarks on
    it, ``.PEN_DOWN`` is followed by the points of a stroke, two numbers each; all else is passed
    over (I. Guyon: UNIPEN 1.0 format definition, 1994).

    Raises
    ------
    DataError
        When the file is missing, too large, no UNIPEN text, cut off, or damaged.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise DataError(
                f"{path.name} has {fixed(size / 2**20, 0)} MiB; at most {LARGEST_FILE >> 20} MiB "
                "of pen strokes are read."
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"There is no file {path}; choose a UNIPEN file.") from None
    except OSError as error:
        raise DataError(f"{path.name} could not be read ({error.strerror or error}).") from None
    return _parsed(_unpacked(data, path.name), path.name)


class _Limited(io.RawIOBase):
    """Takes what is unpacked, up to the limit."""

    def __init__(self) -> None:
        self.text = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.text += data
        if len(self.text) > LARGEST_TEXT:
            raise MemoryError
        return len(memoryview(data))


def _unpacked(data: bytes, name: str) -> bytes:
    if not data.startswith(_PACKED):
        return data
    taker = _Limited()
    try:
        ncompress.decompress(data, taker)
    except MemoryError:
        raise DataError(
            f"{name} unpacks to more than {LARGEST_TEXT >> 20} MiB; that is more than any set of "
            "pen strokes has."
        ) from None
    except (ValueError, RuntimeError):
        raise DataError(f"{name} could not be unpacked; it is damaged, so get it anew.") from None
    return bytes(taker.text)


def _parsed(text: bytes, name: str) -> Handwriting:
    labels: list[str] = []
    comments: list[str] = []
    strokes: list[bytes] = []
    strokes_before: list[int] = []
    pen_is_down = False
    for match in _KEYWORD.finditer(text.replace(b"\r\n", b"\n")):
        keyword, argument, body = match.groups()
        if keyword == b"SEGMENT":
            label = _LABEL.search(argument)
            if label is None:
                raise DataError(
                    f"{name}: segment {grouped(len(labels) + 1)} does not say in quotes what was "
                    "written; it is damaged or cut off, so get it anew."
                )
            labels.append(label[1].decode("utf-8", "replace"))
            comments.append("")
            strokes_before.append(len(strokes))
        elif keyword == b"COMMENT" and labels:
            comments[-1] = comments[-1] or argument.strip().decode("utf-8", "replace")
        elif keyword == b"PEN_DOWN" and labels:
            strokes.append(argument + b" " + body)
            pen_is_down = True
        elif keyword == b"PEN_UP":
            pen_is_down = False
    if not labels:
        raise DataError(
            f"{name} holds no UNIPEN segments: no line begins with .SEGMENT. Choose a file of pen "
            "strokes such as pendigits-orig.tra.Z."
        )
    ends = np.array([*strokes_before, len(strokes)], np.int64)
    if pen_is_down or ends[-1] == ends[-2]:
        raise DataError(
            f"{name} ends within “{labels[-1]}”, its segment {grouped(len(labels))}; it was cut "
            "off, so get it anew."
        )
    empty = np.flatnonzero(np.diff(ends) == 0)
    if len(empty):
        raise DataError(
            f"{name}: segment {grouped(empty[0] + 1)} has no stroke; it is damaged, so get it anew."
        )
    points, offsets = _points(strokes, ends, name)
    return Handwriting(tuple(labels), tuple(comments), points, offsets, ends)


def _points(
    strokes: list[bytes], ends: NDArray[np.int64], name: str
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return all strokes' points, and where each stroke begins among them."""
    numbers: list[bytes] = []
    offsets = [0]
    for index, stroke in enumerate(strokes):
        found = stroke.split()
        if (
            not found
            or len(found) % 2
            or not _NUMBERS.fullmatch(stroke)
            or max(map(len, found)) > LONGEST_NUMBER
        ):
            segment = int(np.searchsorted(ends, index, "right"))
            raise DataError(
                f"{name}: a stroke of segment {grouped(segment)} is not a list of points, two "
                "numbers each; it is damaged, so get it anew."
            )
        numbers += found
        offsets.append(len(numbers) // 2)
    try:
        values = np.array(numbers).astype(np.float64)
    except ValueError:
        raise DataError(
            f"{name} holds something that is no number among its points; it is damaged, so get it "
            "anew."
        ) from None
    if not (np.abs(values) <= FURTHEST).all():
        raise DataError(
            f"{name} holds a point further than {fixed(FURTHEST, 0)} from the origin; it is "
            "damaged, so get it anew."
        )
    return values.reshape(-1, 2).astype(np.float32), np.array(offsets, np.int64)
