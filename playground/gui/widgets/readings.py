"""What a painted view says in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_ROWS = 20_000
"""More are not read by anybody, and take longer than a moment to write."""


@dataclass(frozen=True)
class Readings:
    """A table of texts: what it is of, the titles of its columns, and its rows."""

    title: str
    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
