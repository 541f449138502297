"""Tables are read however they are written, and what is damaged is told with its line."""

import gzip
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_files import WRITTEN, rows_of, table, what_the_user_sees, write

from playground.data.imports import delimited, table_sample, text_blocks
from playground.data.imports.delimited import Plan, Reader, plain_numbers, small_numbers
from playground.data.imports.dialect import Dialect, sniff_delimiter
from playground.data.imports.inspect import inspect
from playground.data.imports.text_blocks import TextBlock, blocks_of, end_of_records, look
from playground.errors import Cancelled, DataError

SEEN = {
    "comma.csv": "[plane: 12×2 → blue/red]",
    "semicolon.csv": "[plane: 12×2 → blue/red]",
    "tab.tsv": "[plane: 12×2 → blue/red]",
    "bar.txt": "[plane: 12×2 → blue/red]",
    "spaces.txt": "[plane: 12×2 → blue/red]",
    "many-spaces.txt": "[plane: 12×2 → blue/red]",
    "mixed-spaces.dat": "[plane: 12×2 → blue/red]",
    "no-header.csv": "[plane: 12×2 → blue/red]",
    "crlf.csv": "[plane: 12×2 → blue/red]",
    "old-mac.csv": "[plane: 12×2 → blue/red]",
    "no-last-line-end.csv": "[plane: 12×2 → blue/red]",
    "blank-lines.csv": "[plane: 12×2 → blue/red]",
    "bom.csv": "[plane: 12×2 → blue/red]",
    "utf-16.csv": "[plane: 12×2 → blue/red]",
    "utf-16-be.csv": "[plane: 12×2 → blue/red]",
    "utf-16-bare.csv": "[plane: 12×2 → blue/red]",
    "utf-32.csv": "[plane: 12×2 → blue/red]",
    "latin-1.csv": "[plane: 12×2 → grün/weiß]",
    "utf-8.csv": "[plane: 12×2 → grün/青]",
    "decimal-comma.csv": "[plane: 12×2 → blue/red]",
    "decimal-comma-tab.tsv": "[plane: 12×2 → blue/red]",
    "decimal-comma-quoted.csv": "[plane: 12×2 → a/b]",
    "quoted.csv": "[plane: 12×2 → blue/red]",
    "quoted-commas.csv": "[plane: 12×2 → blue/red, dark]",
    "quoted-line-ends.csv": "[plane: 12×2 → blue/red dark]",
    "doubled-quotes.csv": '[plane: 12×2 → 5" red/blue]',
    "spaces-behind-commas.csv": "[plane: 12×2 → blue/red]",
    "trailing-comma.csv": "[plane: 12×2 → blue/red] Left out: “column 4” (empty).",
    "packed.csv.gz": "[plane: 12×2 → blue/red]",
    "packed-without-its-name.csv": "[plane: 12×2 → blue/red]",
    "named-otherwise.dat": "[plane: 12×2 → blue/red]",
    "row-names-of-r.csv": "[plane: 12×2 → u/v] Left out: “row”.",
    "hash-header.csv": "[plane: 12×2 → blue/red]",
    "duplicate-names.csv": "[plane: 12×2 → blue/red]",
    "nameless-columns.csv": "[plane: 12×2 → blue/red]",
    "long-name.csv": "[plane: 12×2 → blue/red]",
    "all-text.csv": (
        "[table: 12×4 → no/yes] “taste” holds 2 different texts: each becomes a feature. "
        "“smell” holds 2 different texts: each becomes a feature."
    ),
    "two-columns.csv": "[table: 12×1 → a/b]",
    "thousands-of-columns.csv": (
        "[table: 12×2990 → a/b] Left out: “f0”, “f300”, “f600” and 7 more (the same in every row)."
    ),
    "empty.csv": ("empty.csv is empty; choose a file with a row for every example."),
    "blank.csv": ("blank.csv is empty; choose a file with a row for every example."),
    "only-bom.csv": ("only-bom.csv is empty; choose a file with a row for every example."),
    "header-only.csv": (
        "header-only.csv holds a header only, no rows; choose a file with examples."
    ),
    "one-row.csv": ("one-row.csv has 1 row; at least 10 are needed to train and to test."),
    "nine-rows.csv": ("nine-rows.csv has 9 rows; at least 10 are needed to train and to test."),
    "one-column.csv": (
        "one-column.csv is not a table: no comma, semicolon, tab, bar or space divides its "
        "lines into columns."
    ),
    "prose.txt": (
        "prose.txt is not a table: no comma, semicolon, tab, bar or space divides its lines "
        "into columns."
    ),
    "short-row.csv": (
        "short-row.csv: line 7 has 2 cells; 3 were expected, as in the other lines, "
        "separated by commas: mend that line."
    ),
    "long-row.csv": (
        "long-row.csv: line 7 has 4 cells; 3 were expected, as in the other lines, separated "
        "by commas: mend that line."
    ),
    "one-cell-row.csv": (
        "one-cell-row.csv: line 9 has 1 cell; 3 were expected, as in the other lines, "
        "separated by commas: mend that line."
    ),
    "short-row-late.csv": (
        "short-row-late.csv: line 40,002 has 2 cells; 3 were expected, as in the other "
        "lines, separated by commas: mend that line."
    ),
    "short-header.csv": (
        "short-header.csv: line 1 has 1 cell; 3 were expected, as in the other lines, "
        "separated by commas: mend that line."
    ),
    "long-header.csv": (
        "long-header.csv: line 1 has 5 cells; 3 were expected, as in the other lines, "
        "separated by commas: mend that line."
    ),
    "quote-open.csv": (
        "quote-open.csv: a quotation mark in line 5 is never closed; add the other one, or "
        "remove it."
    ),
    "quote-open-late.csv": (
        "quote-open-late.csv: a quotation mark in line 102 is never closed; add the other "
        "one, or remove it."
    ),
    "text-behind-quote.csv": (
        "text-behind-quote.csv: the quotation marks in line 5 do not match (',' expected "
        "after '\"'); mend that line."
    ),
    "too-many-columns.csv": (
        "too-many-columns.csv has 10,001 columns; at most 10,000 are read: leave some out."
    ),
    "binary.csv": (
        "binary.csv is not a table: it holds bytes that are no text. Save the table as CSV."
    ),
    "zeros.csv": (
        "zeros.csv is not a table: it holds bytes that are no text. Save the table as CSV."
    ),
    "zero-bytes-late.csv": (
        "zero-bytes-late.csv: line 3,002 holds bytes that are no text; the file is damaged, "
        "so get it anew."
    ),
    "truncated.csv.gz": (
        "truncated.csv.gz could not be read (Compressed file ended before the end-of-stream "
        "marker was reached); it may be damaged, so get it anew."
    ),
    "truncated-early.csv.gz": (
        "truncated-early.csv.gz could not be read (Compressed file ended before the "
        "end-of-stream marker was reached); it may be damaged, so get it anew."
    ),
    "wrong-checksum.csv.gz": (
        "wrong-checksum.csv.gz could not be read (CRC check failed 0x0 != 0x720fcb16); it "
        "may be damaged, so get it anew."
    ),
    "gzip-of-nothing.csv.gz": (
        "gzip-of-nothing.csv.gz is empty; choose a file with a row for every example."
    ),
    "not-gzip.csv.gz": (
        "not-gzip.csv.gz could not be read (Unknown compression method); it may be damaged, "
        "so get it anew."
    ),
    "spreadsheet.xlsx": (
        "spreadsheet.xlsx is a ZIP archive or a spreadsheet: unpack it, or save the table in "
        "it as CSV."
    ),
    "table.zip": (
        "table.zip is a ZIP archive or a spreadsheet: unpack it, or save the table in it as CSV."
    ),
    "table.csv.bz2": "table.csv.bz2 is packed with bzip2: unpack it first.",
    "array.npy": ("array.npy is a NumPy array: save it as CSV with numpy.savetxt."),
    "table.json": "table.json is JSON: save the table as CSV.",
    "page.html": "page.html is a web page or XML: save the table in it as CSV.",
    "picture.png": (
        "picture.png is a single picture: to ask a network about it, read it as a picture instead."
    ),
    "document.pdf": ("document.pdf is a PDF document: a table has to be saved as CSV."),
    "table.parquet": "table.parquet is a Parquet table: save it as CSV.",
    "weather.arff": "weather.arff is an ARFF file: save the table as CSV.",
    "endless-line.csv": (
        "endless-line.csv: line 1 is longer than 4 MB; a table has one line for every example."
    ),
}


SOUND = [name for name, seen in SEEN.items() if seen == "[plane: 12×2 → blue/red]"]
VALUES = np.array([[float(cell) for cell in row[:2]] for row in rows_of(12)], np.float32)


def read(path: Path):
    return inspect(path).read("", lambda done: None, lambda: False)


def test_every_odd_file_is_in_the_table():
    assert set(SEEN) == set(WRITTEN)
    assert len(SEEN) >= 60


@pytest.mark.parametrize("name", WRITTEN)
def test_what_the_user_sees_of_a_file(tmp_path, name):
    assert what_the_user_sees(write(tmp_path, name, WRITTEN[name])) == SEEN[name]


@pytest.mark.parametrize("name", SOUND)
def test_the_same_table_has_the_same_numbers_however_it_is_written(tmp_path, name):
    dataset = read(write(tmp_path, name, WRITTEN[name]))
    np.testing.assert_array_equal(dataset.inputs, VALUES)
    assert dataset.targets.tolist() == [1, 0] * 6


def test_the_delimiter_and_the_header_are_told(tmp_path):
    assert inspect(write(tmp_path, "a.csv", table(delimiter=";").replace(".", ","))).sentences == (
        "12 rows, 3 columns, separated by semicolons, with a header.",
        "Numbers are written with a decimal comma.",
    )
    assert inspect(write(tmp_path, "b.csv", table(header=False).encode("utf-16"))).sentences == (
        "12 rows, 3 columns, separated by commas, no header.",
        "The text is encoded as UTF-16-LE.",
    )


def test_rows_are_counted_without_reading_them(tmp_path):
    (sentence,) = inspect(write(tmp_path, "long.csv", table(30_000))).sentences
    assert sentence.startswith("30,000 rows, 3 columns")
    packed = gzip.compress(table(30_000).encode())
    (sentence,) = inspect(write(tmp_path, "long.csv.gz", packed)).sentences
    assert sentence.startswith("More than 1,000 rows")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 10_000])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blocks_of_any_size_hold_the_same_records_and_lines(tmp_path, size, end):
    text = table(20).replace("red", '"light\nred"')
    path = write(tmp_path, "a.csv", text.replace("\n", end))
    blocks = list(blocks_of(look(path), block_bytes=size))
    assert b"".join(block.data for block in blocks).decode() == text
    line = 1
    for block in blocks:
        assert block.line == line
        assert end_of_records(block.data) == len(block.data)
        line += block.data.count(b"\n")


def test_a_file_over_a_gigabyte_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(2**30 + 1)
    with pytest.raises(DataError, match=r"^large.csv has 1.0 GiB; at most 1 GiB is read"):
        inspect(path)


def test_a_packed_bomb_is_refused_while_it_unpacks(tmp_path, monkeypatch):
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb") as file:
        for _ in range(64):
            file.write(table(12, header=False).encode() * 400)
    monkeypatch.setattr(text_blocks, "LARGEST_BYTES", 2**21)
    path = write(tmp_path, "bomb.csv.gz", buffer.getvalue())
    assert path.stat().st_size < 2**17
    with pytest.raises(DataError, match=r"^bomb.csv.gz unpacks to more than 1 GiB"):
        read(path)


def test_too_many_cells_are_refused_at_the_first_look(tmp_path, monkeypatch):
    monkeypatch.setattr(table_sample, "MOST_CELLS", 50_000)
    path = write(tmp_path, "large.csv", table(30_000))
    with pytest.raises(DataError, match=r"30,000 rows of 3 columns; at most 50,000 cells"):
        inspect(path)


def test_too_many_cells_are_refused_while_a_packed_file_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "MOST_CELLS", 50_000)
    path = write(tmp_path, "large.csv.gz", gzip.compress(table(30_000).encode()))
    with pytest.raises(DataError, match=r"more than 16,666 rows of 3 columns"):
        read(path)


def test_progress_rises_to_one_and_a_stop_is_obeyed(tmp_path):
    path = write(tmp_path, "long.csv", table(60_000))
    done: list[float] = []
    inspect(path).read("", done.append, lambda: False)
    assert done == sorted(done)
    assert len(done) > 3
    assert done[-1] == 1.0
    done.clear()
    with pytest.raises(Cancelled):
        inspect(path).read("", done.append, lambda: len(done) >= 2)
    assert len(done) == 2


@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
@given(data=st.data())
@settings(max_examples=40)
def test_bytes_are_read_as_numbers_at_once(delimiter, data):
    columns = data.draw(st.integers(1, 5))
    rows = data.draw(
        st.lists(
            st.lists(st.integers(0, 255), min_size=columns, max_size=columns),
            min_size=1,
            max_size=8,
        )
    )
    text = "".join(delimiter.join(map(str, row)) + "\n" for row in rows)
    name = {",": "comma", ";": "semicolon", "|": "bar", "\t": "tab"}[delimiter]
    found = small_numbers(text.encode(), Dialect(name), columns)
    assert found is not None
    assert found.tolist() == rows


@pytest.mark.parametrize(
    "text",
    "256,1\n 999,1\n 1000,1\n 1,\n ,1\n -1,1\n 1.0,1\n 1,1 1\t,1\n 1,1\n\n 1,1,1,1\n 1\n1\n 1,x\n "
    "1,\x001\n \n".split(" "),
)
def test_what_is_not_bytes_alone_is_left_to_the_slower_ways(text):
    assert small_numbers(text.encode(), Dialect(), 2) is None


def test_the_largest_byte_is_read():
    found = small_numbers(b"255,0\n007,200\n", Dialect(), 2)
    assert found is not None
    assert found.tolist() == [[255, 0], [7, 200]]


def test_numbers_alone_are_read_and_infinite_ones_are_missing():
    found = plain_numbers(b"1,2.5\n-1e3,inf\n1e31,nan\n", Dialect(), 2)
    np.testing.assert_array_equal(found, [[1, 2.5], [-1000, np.nan], [np.nan, np.nan]])
    comma = Dialect("semicolon", ",")
    np.testing.assert_array_equal(plain_numbers(b"1,5;2\n", comma, 2), [[1.5, 2]])
    for text in (b"1,x\n", b"1\n", b"1,2\n1,2,3\n", b"1_0,2\n", b"1,\n"):
        assert plain_numbers(text, Dialect(), 2) is None


SMALL = [data for data in WRITTEN.values() if len(data) < 2000]


@given(
    st.sampled_from(SMALL),
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 30), st.binary(max_size=3)),
        min_size=1,
        max_size=9,
    ),
)
@settings(max_examples=150)
def test_any_damage_is_told_in_a_sentence(tmp_path_factory, data, cuts):
    octets = bytearray(data.encode() if isinstance(data, str) else data)
    for share, length, instead in cuts:
        place = round(share * len(octets))
        octets[place : place + length] = instead
    path = write(tmp_path_factory.mktemp("damaged"), "damaged.csv", bytes(octets))
    assert what_the_user_sees(path).endswith((".", "]"))


@given(
    st.lists(
        st.tuples(
            st.floats(-1e9, 1e9, width=32),
            st.one_of(st.none(), st.integers(-300, 300)),
            st.sampled_from(["a", "b,c", 'd"e', "f g", "h;i", "ü"]),
        ),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from([("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("bar", "|")]),
    st.sampled_from([".", ","]),
    st.integers(1, 3),
)
@settings(max_examples=60)
def test_what_is_written_is_read_again(rows, separator, decimal, blocks):
    delimiter, mark = separator

    def cell(value: object) -> str:
        if value is None:
            return ""
        text = value if isinstance(value, str) else repr(value).replace(".", decimal)
        return '"' + text.replace('"', '""') + '"' if set(text) & set(mark + '"') else text

    plan = Plan("a.csv", Dialect(delimiter, decimal), ("x", "y", "z"), (0, 1), (), 2, True)
    reader = Reader(plan)
    line = 1
    for part in np.array_split(np.arange(len(rows)), blocks):
        if len(part):
            text = "".join(mark.join(map(cell, rows[place])) + "\n" for place in part)
            reader.add(TextBlock(text.encode(), line))
            line += len(part)
    cells = reader.cells()
    expected = np.array([[x, np.nan if y is None else y] for x, y, _ in rows], np.float32)
    np.testing.assert_array_equal(np.asarray(cells.numbers, np.float32), expected)
    assert [cells.target.values[code] for code in cells.target.codes] == [row[2] for row in rows]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", "comma"),
        ("a;b\n1,5;2,5\n", "semicolon"),
        ("a\tb c\n1\t2\n", "tab"),
        ("1.0, 2.0, x\n2.0, 3.0, y\n", "comma"),
        ("  1.5   2\n 2.5\t3\n", "space"),
        ("a|b,c\nd|e\n", "bar"),
        ("5.1 3.5 setosa\n4.9 3.0 setosa\n", "space"),
    ],
)
def test_the_delimiter_is_what_makes_the_rows_equally_long(text, delimiter):
    assert sniff_delimiter(text) == delimiter
