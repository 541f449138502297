"""Tells what a file or folder holds by looking into it, not at its name."""

from __future__ import annotations

from pathlib import Path

from playground.data.imports.found import Found
from playground.errors import DataError


def inspect(path: Path) -> Found:
    """Return what could become of a file or folder.

    Raises
    ------
    DataError
        When it holds nothing that can be imported; the sentence says what to do instead.
    """
    raise DataError(f"{path.name} cannot be imported yet.")
