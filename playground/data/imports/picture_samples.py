"""Looks at a few of a folder's pictures before all are read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from playground.data.imports.picture_files import Gathered
from playground.data.imports.picture_forms import Bytes, Ink, ink_side
from playground.data.imports.picture_labels import Labelling
from playground.errors import DataError

LOOKED_AT = 24
"""How many pictures are looked at to find their sizes and what is ink."""


class PictureReader(Protocol):
    """Reads picture files; what it raises is a :class:`DataError`."""

    def size_of(self, path: Path) -> tuple[int, int]:
        """Return height and width in pixels, from the file's beginning where that tells them."""

    def grey(self, path: Path) -> Bytes:
        """Return the brightness, (height, width), 0 black to 255 white, large ones reduced."""


@dataclass(frozen=True, eq=False)
class PictureSample:
    """Some pictures that were looked at: their size, brightness, and which way round the ink is."""

    size: tuple[int, int]
    grey: Bytes
    ink: Ink | None


def look_at(
    gathered: Gathered, way: Labelling, reader: PictureReader
) -> tuple[dict[str, PictureSample], dict[str, str]]:
    """Return pictures spread over the classes, and why others could not be read."""
    by_class: dict[str, list[str]] = {name: [] for name in way.classes}
    for picture, label in way.labels.items():
        by_class[label].append(picture)
    each = -(-LOOKED_AT // len(by_class))
    rounds = [
        pictures[turn * max(len(pictures) // each, 1)]
        for turn in range(each)
        for pictures in by_class.values()
        if turn * max(len(pictures) // each, 1) < len(pictures)
    ]
    samples: dict[str, PictureSample] = {}
    broken: dict[str, str] = {}
    for picture in rounds[:LOOKED_AT]:
        path = gathered.root / picture
        try:
            size, grey = reader.size_of(path), reader.grey(path)
        except DataError as error:
            broken[picture] = str(error)
        else:
            size = size if all(size) else (grey.shape[0], grey.shape[1])
            samples[picture] = PictureSample(size, grey, ink_side(grey))
    return samples, broken
