"""Which IDX files belong together, and what their heads say of the pictures in them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.published.idx import Head, first_bytes, head_of, read_idx, times
from playground.errors import DataError
from playground.wording import grouped

MOST_PIXELS = 65_536
_MOST_NEIGHBOURS = 500
_NAMED_IDX = re.compile(r"idx\d|ubyte", re.IGNORECASE)
_PICTURES_OR_LABELS = re.compile(r"(images?|labels?|pictures?|idx\d)", re.IGNORECASE)


def is_idx(path: Path) -> bool:
    """Return whether a file is IDX by its first bytes, or at least by its name."""
    return head_of(path) is not None or (
        _NAMED_IDX.search(path.name) is not None and path.suffix.lower() not in (".csv", ".txt")
    )


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
            f"{path.name} holds pictures of {grouped(sizes[0])}×{grouped(sizes[1])} pixels; at "
            f"most {grouped(MOST_PIXELS)} pixels are read: make them smaller."
        )
    return sizes[0], sizes[1]


def first_numbers(path: Path, head: Head, count: int) -> NDArray[Any]:
    """Return the first examples of an IDX file without reading the rest."""
    count = min(count, head.shape[0])
    size = math.prod(head.shape[1:]) * head.kind.itemsize
    start = 4 + 4 * len(head.shape)
    data = first_bytes(path, start + count * size)[start:]
    if len(data) < count * size:
        read_idx(path)  # says what is wrong
        raise DataError(f"{path.name} can no longer be read; choose the files again.")
    return np.frombuffer(data, head.kind).reshape(count, -1)


def head_at(path: Path) -> Head:
    """Return the head of a file that was IDX when it was found."""
    head = head_of(path)
    if head is None:
        raise DataError(f"{path.name} can no longer be read; choose the files again.")
    return head
