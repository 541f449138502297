"""Writes moving pictures as GIF, since neither Qt nor the standard library does."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

_COLORS, _UNCHANGED = 255, 255
_BINS = 32 * 32 * 32
_CLEAR, _END, _FIRST_WIDTH, _MOST_CODES = 256, 257, 9, 4096


def gif(frames: Sequence[Picture], frame_s: float, told: Callable[[int], object]) -> bytes:
    """Return an endless animation; GIF89a (CompuServe, 1990) with one palette for all frames.

    Parameters
    ----------
    frames
        Each uint8 of shape (height, width, 3), all of one size.
    frame_s
        How long each is shown, in seconds; the last one four times as long.
    told
        Called with each frame's number before it is written.
    """
    height, width, _ = frames[0].shape
    palette, nearest = _palette(frames)
    out = bytearray(b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF7, 0, 0))
    out += palette.tobytes() + b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
    shown = None
    for number, frame in enumerate(frames):
        told(number)
        indexed = nearest[_bins(frame)]
        rows, columns, drawn = slice(0, height), slice(0, width), indexed
        if shown is not None:
            changed = indexed != shown
            rows, columns = _around(changed.any(axis=1)), _around(changed.any(axis=0))
            drawn = np.where(changed, indexed, _UNCHANGED).astype(np.uint8)
        shown = indexed
        part = drawn[rows, columns]
        hundredths = round(frame_s * 100 * (4 if number == len(frames) - 1 else 1))
        out += b"\x21\xf9\x04" + struct.pack("<BHBB", 0x05, hundredths, _UNCHANGED, 0)
        place = (columns.start, rows.start, part.shape[1], part.shape[0])
        out += b"\x2c" + struct.pack("<HHHHB", *place, 0) + b"\x08"
        packed = _packed(part.tobytes())
        blocks = [packed[start : start + 255] for start in range(0, len(packed), 255)]
        out += b"".join(bytes((len(block),)) + block for block in [*blocks, b""])
    return bytes(out + b"\x3b")


def _around(changed: NDArray[np.bool_]) -> slice:
    """Return the rows or columns from the first that changed to the last, at least one."""
    places = np.flatnonzero(changed)
    return slice(int(places[0]), int(places[-1]) + 1) if len(places) else slice(0, 1)


def _bins(frame: Picture) -> NDArray[np.int64]:
    """Return the bin of each pixel's colour: five bits of red, green and blue."""
    red, green, blue = (frame[..., part].astype(np.int64) >> 3 for part in range(3))
    return red << 10 | green << 5 | blue


def _palette(frames: Sequence[Picture]) -> tuple[Picture, Picture]:
    """Return colours (256, 3), each where the squared error is largest, and each bin's nearest."""
    counts, sums = np.zeros(_BINS), np.zeros((_BINS, 3))
    for frame in frames:
        bins = _bins(frame).ravel()
        counts += np.bincount(bins, minlength=_BINS)
        for part in range(3):
            sums[:, part] += np.bincount(bins, frame[..., part].ravel(), minlength=_BINS)
    used = np.flatnonzero(counts)
    counts, means = counts[used], sums[used] / counts[used, None]
    palette, nearest = np.zeros((256, 3), np.uint8), np.zeros(_BINS, np.uint8)
    apart = np.full(len(used), 1e6)
    for number in range(min(_COLORS, len(used))):
        color = means[(counts * apart).argmax()]
        palette[number] = np.rint(color)
        from_it = ((means - color) ** 2).sum(axis=1)
        nearest[used[from_it < apart]] = number
        apart = np.minimum(apart, from_it)
    return palette, nearest


def _packed(pixels: bytes) -> bytes:
    """Return Lempel, Ziv and Welch's codes of a picture, of 9 to 12 bits (GIF89a, appendix F)."""
    out = bytearray()
    held, bits, width, free = _CLEAR, _FIRST_WIDTH, _FIRST_WIDTH, _END + 1
    known: dict[int, int] = {}
    prefix = pixels[0]
    for pixel in pixels[1:]:
        word = prefix << 8 | pixel
        code = known.get(word)
        if code is not None:
            prefix = code
            continue
        held |= prefix << bits
        bits += width
        if free == _MOST_CODES:
            held |= _CLEAR << bits
            bits += width
            known.clear()
            width, free = _FIRST_WIDTH, _END + 1
        else:
            known[word] = free
            width += free == 1 << width
            free += 1
        prefix = pixel
        whole = bits >> 3
        out += (held & (1 << 8 * whole) - 1).to_bytes(whole, "little")
        held, bits = held >> 8 * whole, bits & 7
    held |= prefix << bits
    bits += width
    width += free == 1 << width and free < _MOST_CODES
    held |= _END << bits
    bits += width
    return bytes(out + held.to_bytes(-(-bits // 8), "little"))
