"""What the window remembers between starts: a few texts as JSON, in which nothing can act."""

from __future__ import annotations

import contextlib
from pathlib import Path

from playground.atomic_write import replace_file
from playground.errors import FileError
from playground.files.strict_json import read_json, write_json

LARGEST_FILE = 64 * 2**10


def recall(path: Path | None) -> dict[str, str]:
    """Return the texts that a file holds by name, none of them where it is not sound."""
    try:
        if path is None or not path.is_file() or path.stat().st_size > LARGEST_FILE:
            return {}
        texts = read_json(path.read_bytes(), path.name)
    except (OSError, FileError):
        return {}
    pairs = texts.items() if isinstance(texts, dict) else ()
    return {name: text for name, text in pairs if isinstance(text, str)}


def remember(path: Path | None, texts: dict[str, str]) -> None:
    """Put texts in a file, where there is one and it can be written; else they are forgotten."""
    if path is not None:
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, write_json(texts).encode())
