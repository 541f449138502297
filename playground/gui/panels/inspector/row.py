"""One line of a list in the inspector, before anything is painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Tone = Literal["text", "muted"]


@dataclass(frozen=True)
class Row:
    """A name and its numbers.

    Attributes
    ----------
    name
        On the left.
    cells
        On the right, a text for each column; fewer fill the last columns.
    share
        The length of a bar from −1 to 1, None without one.
    tone
        Of the name; numbers of a muted row are muted too.
    total
        Whether a line above says that it is the sum of what stands there.
    tip
        A sentence for whoever rests on it.
    link
        What a click asks for, None where a click does nothing.
    """

    name: str
    cells: tuple[str, ...] = ()
    share: float | None = None
    tone: Tone = "text"
    total: bool = False
    tip: str = ""
    link: object = None


def as_text(rows: Sequence[Row]) -> str:
    """Return rows as plain text, their numbers in columns, as a mail shows them."""
    columns = max((len(row.cells) for row in rows), default=0)
    padded = [("",) * (columns - len(row.cells)) + row.cells for row in rows]
    names = max((len(row.name) for row in rows if row.cells), default=0)
    widths = [max((len(cells[i]) for cells in padded), default=0) for i in range(columns)]
    lines = []
    for row, cells in zip(rows, padded, strict=True):
        numbers = "  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
        lines.append(f"  {row.name.ljust(names)}  {numbers}".rstrip())
    return "\n".join(lines)
