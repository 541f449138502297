"""Strokes in files: read and written as JSON, and written as SVG and as PNG."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.drawing.drawing import canvas_picture
from playground.data.drawing.ink import Ink, Stroke
from playground.errors import DataError, FileError
from playground.files.png import png_of
from playground.files.strict_json import read_json, write_json
from playground.wording import grouped

SUFFIX = ".json"
WRITTEN = (".svg", ".png", SUFFIX)
"""The kinds of files that what was written can be kept in."""

FILE_LIMIT = 16 * 2**20
"""Bytes of a file of strokes."""

MOST_POINTS = 20_000
"""Points of one drawing."""

_EXPECTED = 'expects strokes such as {"strokes": [[[x, y], [x, y]]]}, y down and in any unit'
_LARGEST = 1e9
_DECIMALS = 4
_GAP, _SPACE, _MARGIN, _PEN = 0.22, 0.35, 0.2, 0.09
"""Between two characters, of a space, around all of them, and the pen's width, where a digit is 1
high."""

_UNITS = 200.0
_PICTURE_SIDE = 1000
_SIZES = {
    **dict.fromkeys("acemnorsuvwxz", (0.62, 0.0)),
    **dict.fromkeys("gpqy", (0.95, 0.33)),
    "i": (0.85, 0.0),
    "j": (1.15, 0.33),
    "t": (0.85, 0.0),
}
"""How large a letter is beside a digit, and how far it reaches below the line."""

Line = NDArray[np.floating]


def read_strokes_file(path: str | os.PathLike[str]) -> Ink:
    """Return the drawing in a JSON file, laid on a canvas.

    Raises
    ------
    DataError
        Where the file cannot be read, is too large, or holds anything but strokes.
    """
    name = Path(path).name or str(path)
    try:
        with open(path, "rb") as file:
            text = file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise DataError(f"{name} cannot be read ({error.strerror}); check its name.") from None
    if len(text) > FILE_LIMIT:
        raise DataError(f"{name} is larger than a drawing, {FILE_LIMIT // 2**20} MiB at most.")
    try:
        return ink_of_json(read_json(text, "it"), name)
    except FileError as error:
        raise DataError(f"{name} {_EXPECTED}; {str(error).rstrip('.')}.") from None


def ink_of_json(value: Any, name: str) -> Ink:
    """Return the drawing that a JSON value holds; ``name`` is what a sentence calls it.

    Raises
    ------
    DataError
        Where it holds anything but strokes.
    """
    strokes = value.get("strokes") if isinstance(value, dict) else None
    if not isinstance(strokes, list) or not strokes:
        raise DataError(f'{name} {_EXPECTED}; it has no list of "strokes".')
    lines = []
    for number, stroke in enumerate(strokes, 1):
        if not isinstance(stroke, list) or not stroke or not all(map(_is_point, stroke)):
            raise DataError(
                f"{name} {_EXPECTED}; stroke {number} is no list of points, two numbers each."
            )
        lines.append(np.array(stroke, np.float64))
    points = sum(map(len, lines))
    if points > MOST_POINTS:
        raise DataError(
            f"{name} expects at most {grouped(MOST_POINTS)} points; {grouped(points)} came: draw "
            "it with fewer."
        )
    return Ink.fitted(lines)


def _is_point(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(type(number) in (int, float) and abs(number) <= _LARGEST for number in value)
    )


def encoded(suffix: str, text: Sequence[str], characters: Sequence[Sequence[Line]]) -> bytes:
    """Return what was written as a file of a kind in :data:`WRITTEN` holds it.

    See :func:`places_on_a_line` for what is given.
    """
    if suffix == SUFFIX:
        return as_json(text, characters).encode()
    ink = on_a_line(text, characters)
    return as_svg(ink).encode() if suffix == ".svg" else as_png(ink)


def as_json(text: Sequence[str], characters: Sequence[Sequence[Line]]) -> str:
    """Return what was written as JSON: the text, and the strokes of each of its characters.

    Each character's strokes are as they were written, those of a reader of ``{"strokes": …}`` too.
    """
    digits = [
        {"digit": name, "strokes": [np.round(line, _DECIMALS).tolist() for line in lines]}
        for name, lines in zip(text, characters, strict=True)
    ]
    return write_json({"text": "".join(text), "digits": digits})


@dataclass(frozen=True, eq=False)
class OnLine:
    """Where a character is on a line: at ``size·place + shift``, the line at y = 0, y down."""

    size: float
    shift: NDArray[np.float64]

    def laid(self, places: Line) -> Line:
        """Return places of the character as they are on the line."""
        return places * self.size + self.shift


def places_on_a_line(text: Sequence[str], characters: Sequence[Sequence[Line]]) -> list[OnLine]:
    """Return where each of some characters is on a line, beside each other.

    Parameters
    ----------
    text
        What each character is, which decides how large it is and how far it reaches below the
        line, since each was written as large as any other.
    characters
        The strokes of each, whose longer side is about 1; none for a space.
    """
    places = []
    left = 0.0
    for name, lines in zip(text, characters, strict=True):
        size, below = _SIZES.get(name, (1.0, 0.0))
        width, shift = _SPACE, np.array([left, 0.0])
        if lines:
            points = np.concatenate(lines) * size
            low, high = points.min(axis=0), points.max(axis=0)
            shift = np.array([left - low[0], below - high[1]])
            width = float(high[0] - low[0])
        places.append(OnLine(size, shift))
        left += width + _GAP
    return places


def on_a_line(text: Sequence[str], characters: Sequence[Sequence[Line]]) -> Ink:
    """Return characters written beside each other on a line, on a canvas that just holds them.

    See :func:`places_on_a_line` for what is given.
    """
    places = places_on_a_line(text, characters)
    laid = [at.laid(line) for at, lines in zip(places, characters, strict=True) for line in lines]
    points = np.concatenate(laid) if laid else np.zeros((1, 2))
    right = float(points[:, 0].max())
    if len(characters) and not characters[-1]:
        right = float(places[-1].shift[0]) + _SPACE
    low = np.minimum(points.min(axis=0), [0.0, -1.0]) - _MARGIN
    high = np.maximum(points.max(axis=0), [right, 0.0]) + _MARGIN
    width, height = ((high - low) * _UNITS).tolist()
    shifted = (((line - low) * _UNITS).astype(np.float32) for line in laid)
    strokes = tuple(Stroke(line, _PEN * _UNITS) for line in shifted)
    return Ink(strokes, (width, height))


def as_svg(ink: Ink) -> str:
    """Return pen strokes as an SVG picture, black on white."""
    width, height = ink.size
    paths = "".join(
        f'<path stroke-width="{stroke.width:g}" d="{_path(stroke.points)}"/>\n'
        for stroke in ink.strokes
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.1f}" height="{height:.1f}" '
        f'viewBox="0 0 {width:.1f} {height:.1f}">\n'
        '<rect width="100%" height="100%" fill="white"/>\n'
        '<g fill="none" stroke="black" stroke-linecap="round" stroke-linejoin="round">\n'
        f"{paths}</g>\n</svg>\n"
    )


def as_png(ink: Ink) -> bytes:
    """Return pen strokes as a PNG picture, black on white, 1,000 pixels along its longer side."""
    grey = np.rint((1 - canvas_picture(ink, _PICTURE_SIDE)) * 255).clip(0, 255).astype(np.uint8)
    return png_of(grey)


def _path(line: Line) -> str:
    """Return a stroke's path; a touch is a line without length, which round ends make a dot."""
    points = [f"{x:.1f} {y:.1f}" for x, y in line]
    return "M" + "L".join(points if len(points) > 1 else points * 2)
