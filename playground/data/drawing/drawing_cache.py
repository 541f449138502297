"""Keeps what takes seconds to draw in the cache folder, until it would be drawn otherwise."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from playground.atomic_write import replace_file

Tensors = Mapping[str, NDArray[Any]]


def kept(path: Path, settings: object, draw: Callable[[], Tensors]) -> Tensors:
    """Return the tensors kept in a file, or draw them and keep them for the next time.

    A file that was made with other settings, or is damaged, is made anew. A disk that takes no
    file costs only the time of drawing again.

    Parameters
    ----------
    path
        Where they are kept.
    settings
        All that decides what is drawn; its ``repr`` has to say it.
    draw
        Draws them.
    """
    wanted = f"{zlib.crc32(repr(settings).encode()):08x}"
    with contextlib.suppress(OSError, safetensors.SafetensorError):
        data = path.read_bytes()
        with safetensors.safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
        found: Tensors = safetensors.numpy.load(data)
        if metadata == {"settings": wanted, "sum": _sum(found)}:
            return found
    drawn = draw()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(
            path, safetensors.numpy.save(dict(drawn), {"settings": wanted, "sum": _sum(drawn)})
        )
    return drawn


def _sum(tensors: Tensors) -> str:
    """Return a checksum of names, shapes and numbers."""
    total = 0
    for name in sorted(tensors):
        tensor = tensors[name]
        total = zlib.crc32(f"{name} {tensor.dtype} {tensor.shape}".encode(), total)
        total = zlib.crc32(tensor.data, total)
    return f"{total:08x}"
