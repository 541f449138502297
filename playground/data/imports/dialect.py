"""Finds out how a table is written: what separates its cells, its decimal mark, its header."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "space": " "}
"""What may separate cells, by name; ``space`` stands for any run of spaces and tabs."""
DELIMITER_TITLES = {
    "comma": "Comma ,",
    "semicolon": "Semicolon ;",
    "tab": "Tab",
    "bar": "Bar |",
    "space": "Spaces",
}
MISSING = frozenset(
    "|na|n/a|nan|null|none|nil|?|-|–|.|inf|+inf|-inf|infinity|+infinity|-infinity|#n/a|#na"
    "|#value!|#div/0!|#num!|<na>".split("|")
)
"""Lower-case texts that stand for a missing number."""
MISSING_TEXTS = frozenset(["", "na", "n/a", "nan", "null", "?", "#n/a", "<na>"])
"""Those that stand for a missing text; "none" and "-" may well be classes."""
LARGEST_NUMBER = 1e30
"""A number beyond this counts as missing: its square would leave float32's range."""

BEYOND = "beyond 10³⁰"
"""The same in words."""

_TRIED = ("tab", "semicolon", "bar", "comma", "space")
_DECIMAL_COMMA = re.compile(r"\s*[-+]?\d+,\d+([eE][-+]?\d+)?\s*")
_POINT = re.compile(r"\s*[-+]?\d*\.\d+([eE][-+]?\d+)?\s*")

Rows = list[list[str]]


@dataclass(frozen=True)
class Dialect:
    """How a table is written.

    Parameters
    ----------
    delimiter
        One of :data:`DELIMITERS`.
    decimal
        ``"."`` or ``","``.
    header
        Whether the first row holds the columns' names.
    """

    delimiter: str = "comma"
    decimal: str = "."
    header: bool = False

    def number(self, cell: str) -> float | None:
        """Return a cell's number, NaN where it is missing, or None where it is another text."""
        text = cell.replace(",", ".") if self.decimal == "," else cell
        try:
            value = float(text)
        except ValueError:
            return math.nan if cell.strip().lower() in MISSING else None
        if "_" in text:
            return None
        return value if abs(value) <= LARGEST_NUMBER else math.nan


def split(text: str, delimiter: str) -> Rows:
    """Return a text's rows of cells, without the blank lines.

    Raises
    ------
    csv.Error
        When quotation marks do not match.
    """
    return [row for row, _ in numbered(text, delimiter)]


def numbered(text: str, delimiter: str) -> list[tuple[list[str], int]]:
    """Return a text's rows, each with the number of its last line, counted from 1."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    if delimiter == "space":
        lines = [line.replace("\t", " ").strip() for line in lines]
    reader = csv.reader(
        (line + "\n" for line in lines),
        delimiter=DELIMITERS[delimiter],
        skipinitialspace=delimiter != "tab",
        strict=True,
    )
    return [(row, reader.line_num) for row in reader if row and (len(row) > 1 or row[0].strip())]


def sniff_delimiter(text: str) -> str:
    """Return what most likely separates the cells: what gives the rows equally many."""
    best, best_share = "comma", 0.0
    for name in _TRIED:
        try:
            rows = split(text, name)
        except csv.Error:
            continue
        if not rows:
            continue
        columns, count = Counter(len(row) for row in rows).most_common(1)[0]
        share = round(count / len(rows), 1)
        if columns < 2 or (name == "space" and _numeric_share(rows) < 0.4):
            continue
        if share > best_share:
            best, best_share = name, share
    return best


def sniff_decimal(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    """Return the decimal mark: a comma where numbers have commas and none has a point."""
    if delimiter == "comma" and not any("," in cell for row in rows for cell in row):
        return "."
    cells = [cell for row in rows for cell in row]
    commas = sum(_DECIMAL_COMMA.fullmatch(cell) is not None for cell in cells)
    points = sum(_POINT.fullmatch(cell) is not None for cell in cells)
    return "," if commas > points else "."


def sniff_header(rows: Sequence[Sequence[str]], dialect: Dialect) -> bool:
    """Return whether the first row holds names rather than an example.

    It does where a text stands above a column of numbers. In a table of texts alone, or where
    nothing stands above the numbers, it does where its texts are all different and none comes
    again below.
    """
    first, rest = rows[0], rows[1:]
    numbers = nameless = 0
    for index, cell in enumerate(first):
        below = [dialect.number(row[index]) for row in rest if index < len(row)]
        values = [value for value in below if value is not None]
        if len(values) == len(below) and not all(math.isnan(value) for value in values):
            numbers += 1
            nameless += not cell.strip()
            if dialect.number(cell) is None:
                return True
    if nameless < numbers:
        return False
    names = [cell.strip() for cell in first]
    if not rest:
        return all(dialect.number(cell) is None for cell in names)
    texts = [name for name in names if name]
    if (not numbers and len(texts) < len(names)) or not texts or len(set(texts)) < len(texts):
        return False
    if any(dialect.number(cell) is not None for cell in texts):
        return False
    return not any(
        name and name == row[index].strip()
        for row in rest
        for index, name in enumerate(names)
        if index < len(row)
    )


def _numeric_share(rows: Rows) -> float:
    plain = Dialect()
    cells = [cell for row in rows for cell in row]
    # A comma behind a number is the sign of another delimiter, not of text.
    return sum(plain.number(cell.replace(",", ".")) is not None for cell in cells) / len(cells)
