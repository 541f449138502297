"""The first rows of a table: how it is written, its columns, and which of them hold texts."""

from __future__ import annotations

import csv
import dataclasses
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from playground.data.imports.delimited import (
    MOST_CELLS,
    MOST_COLUMNS,
    Cells,
    Plan,
    Reader,
    mismatch,
    plain_numbers,
)
from playground.data.imports.dialect import (
    Dialect,
    Rows,
    sniff_decimal,
    sniff_delimiter,
    sniff_header,
    split,
)
from playground.data.imports.found import EXAMPLES_SHOWN
from playground.data.imports.text_blocks import (
    TextBlock,
    TextFile,
    beginning,
    decode,
    end_of_records,
)
from playground.errors import DataError
from playground.files.packed import opened
from playground.wording import grouped

SAMPLE_ROWS = 1000
MOST_ODD = 0.1
"""Up to this share, texts in a column of numbers count as missing values."""
_SAMPLE_BYTES = 2**20
_SNIFFED_ROWS = 50
_SNIFFED_BYTES = 2**16
_FEWEST_SNIFFED_ROWS = EXAMPLES_SHOWN + 1
_LOOKED_AT_CELLS = 100_000
_LONGEST_NAME = 60
_LARGEST_COUNTED = 2**28


@dataclass(frozen=True, eq=False)
class TableSample:
    """The first rows of a table, and how it is written.

    Parameters
    ----------
    file, dialect, names
        The file, how it is written, and its columns' names.
    block
        The first rows, up to a thousand, without the header.
    rows
        The cells of the first few.
    whole
        Whether the block is the whole table.
    line_count
        The file's lines behind the header, where they were counted.
    """

    file: TextFile
    dialect: Dialect
    names: tuple[str, ...]
    block: TextBlock
    rows: Rows
    whole: bool
    line_count: int | None
    _read: dict[Plan, Cells] = field(default_factory=dict)

    def cells(self, plan: Plan) -> Cells:
        """Return the rows as a plan reads them; asking again costs nothing."""
        if plan not in self._read:
            self._read.clear()
            reader = Reader(plan, len(self.rows))
            reader.add(self.block)
            self._read[plan] = reader.cells()
        return self._read[plan]

    @cached_property
    def empty_columns(self) -> frozenset[int]:
        """The columns that hold nothing in the first few rows."""
        return frozenset(
            column
            for column in range(len(self.names))
            if all(not row[column].strip() for row in self.rows)
        )

    @cached_property
    def text_columns(self) -> frozenset[int]:
        """The columns that hold texts rather than numbers, as far as the sample shows."""
        columns = len(self.names)
        if plain_numbers(self.block.data, self.dialect, columns) is not None:
            return frozenset()
        try:
            rows = split(decode(self.block.data), self.dialect.delimiter)
        except csv.Error:
            rows = self.rows
        rows = [row for row in rows[: max(20, _LOOKED_AT_CELLS // columns)] if len(row) == columns]
        found = []
        for column in range(columns):
            values = [self.dialect.number(row[column]) for row in rows]
            present = sum(value is None or value == value for value in values)
            if values.count(None) > MOST_ODD * present:
                found.append(column)
        return frozenset(found)


def take_sample(file: TextFile, dialect: Dialect | None) -> TableSample:
    """Return the first rows of a file, written as told or as it looks.

    Raises
    ------
    DataError
        When it is no table, or a larger one than is read.
    """
    name = file.path.name
    block, whole = beginning(file, _SAMPLE_BYTES)
    few = _first_lines(block, _SNIFFED_ROWS)
    if len(few.data) > _SNIFFED_BYTES:
        few = _first_lines(block, _FEWEST_SNIFFED_ROWS)
    text = decode(few.data)
    delimiter = sniff_delimiter(text) if dialect is None else dialect.delimiter
    rows = _split(name, few, delimiter)
    if not rows:
        raise DataError(f"{name} is empty; choose a file with a row for every example.")
    columns = Counter(len(row) for row in rows[1:] or rows).most_common(1)[0][0]
    if columns < 2:
        raise DataError(
            f"{name} has one column only, separated by {delimiter}s; a table needs a "
            "column to learn from and one to predict."
            if dialect is not None
            else f"{name} is not a table: no comma, semicolon, tab, bar or space divides its lines "
            "into columns."
        )
    if columns > MOST_COLUMNS:
        raise DataError(
            f"{name} has {grouped(columns)} columns; at most {grouped(MOST_COLUMNS)} are read: "
            "leave some out."
        )
    regular = [row for row in rows if len(row) == columns]
    first_is_short = len(rows) > 1 and len(rows[0]) == columns - 1
    if dialect is None:
        dialect = Dialect(delimiter, sniff_decimal(regular[1:] or regular, delimiter))
        first = ["row", *rows[0]] if first_is_short else rows[0]
        header = first_is_short or (
            len(rows[0]) == columns and sniff_header([first, *regular[1:]], dialect)
        )
        dialect = dataclasses.replace(dialect, header=header)
    if dialect.header:
        # A table written by R names no column for the rows' own names.
        names = _named(["row", *rows[0]] if first_is_short else rows[0])
        block, few = without_header(block), without_header(few)
        if len(names) != columns:
            raise DataError(
                f"{name}: the header names {grouped(len(names))} columns, the rows have "
                f"{grouped(columns)}: mend the header."
            )
    else:
        names = tuple(f"column {place + 1}" for place in range(columns))
    block, cut = _first_lines(block, SAMPLE_ROWS), len(block.data)
    whole = whole and len(block.data) == cut
    if not block.data.strip():
        raise DataError(f"{name} holds a header only, no rows; choose a file with examples.")
    line_count = None if whole else _line_count(file, block.line - 1)
    if line_count is not None and line_count * columns > MOST_CELLS:
        raise DataError(
            f"{name} has {grouped(line_count)} rows of {grouped(columns)} columns; at most "
            f"{grouped(MOST_CELLS)} cells are read, {grouped(MOST_CELLS // columns)} such rows: "
            "keep fewer."
        )
    shown = _first_lines(few, EXAMPLES_SHOWN + 2)
    rows = [row for row in _split(name, shown, delimiter) if len(row) == columns]
    return TableSample(file, dialect, names, block, rows[:EXAMPLES_SHOWN], whole, line_count)


def _named(first: list[str]) -> tuple[str, ...]:
    """Return a header's names: each once, and none empty."""
    names: list[str] = []
    taken: set[str] = set()
    uses: Counter[str] = Counter()
    for place, cell in enumerate(first):
        text = cell.strip()
        if place == 0:
            text = text.lstrip("#%").strip()
        text = " ".join(text.split())
        if len(text) > _LONGEST_NAME:
            text = text[: _LONGEST_NAME - 1] + "…"
        name = base = text or f"column {place + 1}"
        while name in taken:
            uses[base] += 1
            name = f"{base} ({uses[base] + 1})"
        taken.add(name)
        names.append(name)
    return tuple(names)


def _split(name: str, block: TextBlock, delimiter: str) -> Rows:
    try:
        return split(decode(block.data), delimiter)
    except csv.Error as error:
        raise mismatch(name, block, delimiter, error) from None


def without_header(block: TextBlock) -> TextBlock:
    """Return a block without its first record that is not blank."""
    data, line = block
    while True:
        end = end_of_records(data, first=True)
        record, data = data[:end], data[end:]
        line += record.count(b"\n")
        if record.strip() or not data:
            return TextBlock(data, line)


def _first_lines(block: TextBlock, count: int) -> TextBlock:
    """Return a block's first records, about so many."""
    data, place = block.data, -1
    for _ in range(count):
        place = data.find(b"\n", place + 1)
        if place < 0:
            return block
    end = end_of_records(data[: place + 1])
    return TextBlock(data[:end], block.line) if end else block


def _line_count(file: TextFile, before: int) -> int | None:
    """Return the lines behind the first ``before``, where counting them takes a moment only."""
    if file.packed or not file.encoding.startswith("utf-8") or file.size > _LARGEST_COUNTED:
        return None
    count, last = 0, b"\n"
    with opened(file.path) as stream:
        while data := stream.read(2**20):
            count += data.count(b"\n")
            last = data[-1:]
    return count + (last != b"\n") - before
