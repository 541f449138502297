"""Damaged and odd files for the imports' tests, and what a user sees of a file."""

import bz2
import gzip
import io
import struct
import zipfile
from pathlib import Path

import numpy as np

from playground.data.imports.inspect import inspect
from playground.errors import DataError


def what_the_user_sees(path: Path) -> str:
    """Return the first sentence that refuses a file, or what became of it and the notes."""
    try:
        found = inspect(path)
    except DataError as error:
        return str(error)
    preview = found.preview()
    refusal = ""
    try:
        dataset = found.read(found.title, lambda done: None, lambda: False)
    except DataError as error:
        refusal = str(error)
    if refusal:
        if preview.columns and preview.counted.startswith("in all"):
            assert preview.problems == (refusal,)
        return refusal
    assert preview.problems == ()
    inputs = np.asarray(dataset.inputs)
    assert inputs.dtype == np.float32
    assert np.isfinite(inputs).all()
    classes = "/".join(dataset.class_names[:6]) or "number"
    notes = [note for note in preview.notes if not note.startswith("Seen ")]
    return " ".join(
        [f"[{dataset.kind.kind}: {len(dataset)}×{dataset.features} → {classes}]", *notes]
    )


def table(rows: int = 12, *, header: bool = True, end: str = "\n", delimiter: str = ",") -> str:
    """Return a sound table: two numbers and a class, red or blue."""
    lines = ["width", "height", "colour"], *rows_of(rows)
    return "".join(delimiter.join(line) + end for line in (lines if header else lines[1:]))


def rows_of(rows: int) -> list[list[str]]:
    return [[f"{row}.5", f"{row * row}", ("red", "blue")[row % 2]] for row in range(rows)]


def with_line(number: int, line: str, rows: int = 12) -> str:
    """Return the sound table with one line, counted from 1, replaced."""
    lines = table(rows).splitlines()
    lines[number - 1] = line
    return "\n".join(lines) + "\n"


def column(cells: list[str], name: str = "extra") -> str:
    """Return the sound table with a column in front."""
    front = [name, *cells]
    lines = table(len(cells)).splitlines()
    return "".join(f"{a},{b}\n" for a, b in zip(front, lines, strict=True))


def target(cells: list[str], name: str = "label") -> str:
    """Return a table with a column of running halves and a target."""
    return f"x,z,{name}\n" + "".join(
        f"{row}.5,{row % 3},{cell}\n" for row, cell in enumerate(cells)
    )


def pixels(rows: int = 12, side: int = 8, highest: int = 16, *, header: str = "pixel") -> str:
    """Return pictures as a table, labels in front."""
    count = side * side
    lines = [",".join(["label", *(f"{header}{place}" for place in range(count))])] if header else []
    for row in range(rows):
        values = [(row * 7 + place * 5) % (highest + 1) for place in range(count)]
        lines.append(",".join(map(str, [row % 2, *values])))
    return "\n".join(lines) + "\n"


def zipped(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def idx(array: np.ndarray, code: int = 0x08) -> bytes:
    """Return an array as an IDX file."""
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, code, array.ndim]) + sizes + array.tobytes()


WRITTEN: dict[str, bytes | str] = {
    "comma.csv": table(),
    "semicolon.csv": table(delimiter=";"),
    "tab.tsv": table(delimiter="\t"),
    "bar.txt": table(delimiter="|"),
    "spaces.txt": table(delimiter=" "),
    "many-spaces.txt": "".join(
        "   " + "   ".join(line) + "  \n" for line in [["a", "b", "c"], *rows_of(12)]
    ),
    "mixed-spaces.dat": "".join("\t ".join(line) + "\n" for line in rows_of(12)),
    "no-header.csv": table(header=False),
    "crlf.csv": table(end="\r\n"),
    "old-mac.csv": table(end="\r"),
    "no-last-line-end.csv": table().rstrip("\n"),
    "blank-lines.csv": table().replace("\n", "\n\n") + "\n\n",
    "bom.csv": b"\xef\xbb\xbf" + table().encode(),
    "utf-16.csv": table().encode("utf-16"),
    "utf-16-be.csv": b"\xfe\xff" + table(end="\r\n").encode("utf-16-be"),
    "utf-16-bare.csv": table().encode("utf-16-le"),
    "utf-32.csv": table().encode("utf-32"),
    "latin-1.csv": table().replace("red", "grün").replace("blue", "weiß").encode("latin-1"),
    "utf-8.csv": table().replace("red", "grün").replace("blue", "青"),
    "decimal-comma.csv": table(delimiter=";").replace(".", ","),
    "decimal-comma-tab.tsv": table(delimiter="\t").replace(".", ","),
    "decimal-comma-quoted.csv": "".join(
        f'"{row},5","{row}",{"ab"[row % 2]}\n' for row in range(12)
    ),
    "quoted.csv": "".join(
        ",".join(f'"{cell}"' for cell in line) + "\n" for line in [["a", "b", "c"], *rows_of(12)]
    ),
    "quoted-commas.csv": table().replace("red", '"red, dark"'),
    "quoted-line-ends.csv": table().replace("red", '"red\ndark"'),
    "doubled-quotes.csv": table().replace("red", '"5"" red"'),
    "spaces-behind-commas.csv": table(delimiter=", "),
    "trailing-comma.csv": table(end=",\n"),
    "packed.csv.gz": gzip.compress(table().encode()),
    "packed-without-its-name.csv": gzip.compress(table().encode()),
    "named-otherwise.dat": table(),
    "row-names-of-r.csv": '"a","b","y"\n'
    + "".join(f'"{row + 1}",{row}.5,{row % 5},{"uv"[row % 2]}\n' for row in range(12)),
    "hash-header.csv": "# " + table(),
    "duplicate-names.csv": table().replace("width,height", "size,size"),
    "nameless-columns.csv": table().replace("width,height", ","),
    "long-name.csv": table().replace("width", "w" * 5000),
    "all-text.csv": "taste,smell,edible\n" + "sweet,none,yes\nbitter,almond,no\n" * 6,
    "two-columns.csv": "".join(f"{row},{'ab'[row % 2]}\n" for row in range(12)),
    "thousands-of-columns.csv": ",".join(f"f{place}" for place in range(3000))
    + ",y\n"
    + "".join(
        ",".join(str((row * place) % 300) for place in range(3000)) + f",{'ab'[row % 2]}\n"
        for row in range(12)
    ),
    # Refused:
    "empty.csv": "",
    "blank.csv": " \n \n\n",
    "only-bom.csv": b"\xef\xbb\xbf",
    "header-only.csv": "width,height,colour\n",
    "one-row.csv": table(1),
    "nine-rows.csv": table(9),
    "one-column.csv": "width\n" + "".join(f"{row}\n" for row in range(12)),
    "prose.txt": "It was a dark night.\nNobody was about, and\nthe wind blew.\n" * 5,
    "short-row.csv": with_line(7, "5.5,25"),
    "long-row.csv": with_line(7, "5.5,25,red,1"),
    "one-cell-row.csv": with_line(9, "x"),
    "short-row-late.csv": table(40_000) + "1.5,2\n",
    "short-header.csv": "a\n" + table(header=False),
    "long-header.csv": with_line(1, "a,b,c,d,e"),
    "quote-open.csv": with_line(5, '3.5,9,"blue'),
    "quote-open-late.csv": table(100) + '3.5,9,"blue\n' + "1.5,2,red\n" * 400_000,
    "text-behind-quote.csv": with_line(5, '3.5,9,"blue"ish'),
    "too-many-columns.csv": ",".join(["1"] * 10_001) + "\n",
    "binary.csv": bytes(np.random.default_rng(1).integers(0, 256, 5000, np.uint8)),
    "zeros.csv": bytes(5000),
    "zero-bytes-late.csv": table(3000).encode() + b"1.5,\0\0,red\n",
    "truncated.csv.gz": gzip.compress(table(5000).encode())[:-400],
    "truncated-early.csv.gz": gzip.compress(table().encode())[:14],
    "wrong-checksum.csv.gz": gzip.compress(table().encode())[:-8] + bytes(8),
    "gzip-of-nothing.csv.gz": gzip.compress(b""),
    "not-gzip.csv.gz": b"\x1f\x8b" + b"rubbish" * 20,
    "spreadsheet.xlsx": zipped("xl/workbook.xml", b"<x/>"),
    "table.zip": zipped("train.csv", table().encode()),
    "table.csv.bz2": bz2.compress(table().encode()),
    "array.npy": b"\x93NUMPY\x01\0v\0{'descr'",
    "table.json": '[{"width": 1}]',
    "page.html": "<!DOCTYPE html><table>",
    "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(50),
    "document.pdf": "%PDF-1.7\n",
    "table.parquet": b"PAR1" + bytes(50),
    "weather.arff": "@relation weather\n@attribute a real\n@data\n1,2\n",
    "endless-line.csv": "1," * 3_000_000,
}
"""How tables are written, sound and damaged, by file name."""

MEANT: dict[str, bytes | str] = {
    "empty-cells.csv": with_line(4, ",4,red"),
    "missing-marks.csv": column(["NA", "?", "nan", "N/A", "inf", "-Inf", *"1234567"], "size"),
    "huge-numbers.csv": column(["1e300", "-1e999", *map(str, range(11))], "size"),
    "underscores.csv": column(["1_000", *map(str, range(11, 30))], "size"),
    "few-texts-in-numbers.csv": column(["about 7", *map(str, range(11, 30))], "size"),
    "texts-among-numbers-late.csv": table(30_000).replace("25.5", "x", 1) + "abc,1,red\n" * 100,
    "mostly-missing.csv": column(["", *["1"] * 2, *[""] * 12], "size"),
    "every-row-misses.csv": "a,b,y\n"
    + "".join(
        f"{'' if row % 2 else row},{row if row % 2 else ''},{'uv'[row % 2]}\n" for row in range(14)
    ),
    "empty-column.csv": column([""] * 12),
    "constant-column.csv": column(["7"] * 12),
    "constant-text.csv": column(["same"] * 12),
    "only-constants.csv": "a,b,y\n" + "1,2,u\n1,2,v\n" * 8,
    "categories.csv": column(["S", "M", "L"] * 4, "size"),
    "categories-missing.csv": column(["S", "M", "L", "", "?", "S"] * 3, "size"),
    "free-text.csv": column([f"Name {row}" for row in range(30)], "name"),
    "numbers-and-texts.csv": column([f"{row}" if row % 2 else f"t{row}" for row in range(60)], "m"),
    "yes-no.csv": column(["yes", "no"] * 8, "member"),
    "id.csv": column([str(row) for row in range(100, 112)], "id"),
    "passenger-id.csv": column([str(row) for row in range(100, 112)], "PassengerId"),
    "pandas-index.csv": column([str(row) for row in range(12)], ""),
    "id-repeats.csv": column(["1", "2", "3", "3"] * 3, "id"),
    "one-class.csv": target(["only"] * 12),
    "one-class-number.csv": target(["1"] * 12),
    "classes-as-numbers.csv": target(["3", "1", "7"] * 5),
    "classes-as-halves.csv": target(["0.5", "1"] * 6),
    "true-false.csv": target(["True", "False"] * 6),
    "zero-one-floats.csv": target(["0.0", "1.0"] * 6),
    "negative-classes.csv": target(["-1", "1"] * 6),
    "large-class-numbers.csv": target(["20230101", "20230102"] * 6),
    "none-is-a-class.csv": target(["none", "some"] * 6),
    "missing-targets.csv": target(["a", "b", "", "NA", *"ab" * 6]),
    "missing-number-targets.csv": target(["1.5", "", "nan", *map(str, range(20, 40))]),
    "target-empty.csv": target([""] * 12),
    "target-text-few.csv": target(["oops", *map(str, range(25))]),
    "target-text-many.csv": target([str(row) for row in range(3000)] + ["bad"] * 900),
    "too-many-classes.csv": target([f"class {row % 101}" for row in range(303)]),
    "hundred-classes.csv": target([f"class {row % 100}" for row in range(300)]),
    "far-too-many-classes.csv": target([f"class {row}" for row in range(5000)]),
    "twenty-one-numbers.csv": target([str(row % 21) for row in range(105)]),
    "prices.csv": target([str(150_000 + 7_000 * row) for row in range(30)], "price"),
    "tiny-targets.csv": target([f"{row}e-6" for row in range(30)]),
    "species-in-the-middle.csv": "a,species,b\n"
    + "".join(f"{row}.5,{'uv'[row % 2]},{row % 7}\n" for row in range(12)),
    "plane.csv": "x,y,label\n" + "".join(f"{row}.5,{-row},{'uv'[row % 2]}\n" for row in range(12)),
    "lopsided-plane.csv": "x,y,label\n"
    + "".join(f"{row}.5,{row * 1000},{'uv'[row % 2]}\n" for row in range(12)),
    "kaggle.csv": pixels(12, 28, 255),
    "kaggle-test.csv": "\n".join(line.partition(",")[2] for line in pixels(12, 28).splitlines()),
    "mnist-without-header.csv": pixels(12, 28, 255, header=""),
    "one-by-one.csv": pixels(12, 28, 255).replace("pixel", "1x"),
    "digits-named.csv": pixels(12, 8, 16),
    "pixels-floats.csv": pixels(12, 8, 1).replace(",1", ",0.25"),
    "pixels-too-bright.csv": pixels(12, 8, 16) + "1," + ",".join(["900"] * 64) + "\n",
    "pixels-missing.csv": pixels(12, 8, 16) + "1," + ",".join([""] * 64) + "\n",
    "pixels-not-square.csv": "\n".join(
        line.rpartition(",")[0] for line in pixels(12, 8, 16).splitlines()
    ),
}
"""What the cells of sound tables mean, by file name."""


_PICTURES = (np.arange(20 * 64) % 17).astype(np.uint8).reshape(20, 8, 8)
_LABELS = np.arange(20, dtype=np.uint8) % 3
_HUGE = bytes([0, 0, 8, 3]) + struct.pack(">3I", 2**31, 28, 28)

_SOUND = {"a-images-idx3-ubyte": idx(_PICTURES), "a-labels-idx1-ubyte": idx(_LABELS)}


def _with(pictures: bytes | None = None, labels: bytes | None = None) -> dict[str, bytes]:
    given = dict(zip(_SOUND, (pictures, labels), strict=True))
    return {name: data if given[name] is None else given[name] for name, data in _SOUND.items()}


PAIRS: dict[str, dict[str, bytes]] = {
    "sound": _SOUND,
    "labels first": dict(reversed(_SOUND.items())),
    "packed": {f"{name}.gz": gzip.compress(data) for name, data in _SOUND.items()},
    "one packed": _with() | {"a-labels-idx1-ubyte": gzip.compress(idx(_LABELS))},
    "named with points": {
        "a-images.idx3-ubyte": idx(_PICTURES),
        "a-labels.idx1-ubyte": idx(_LABELS),
    },
    "other names": {"digits.bin": idx(_PICTURES), "answers.bin": idx(_LABELS)},
    "train and test": {
        f"{part}-{name[2:]}": data for part in ("train", "t10k") for name, data in _SOUND.items()
    },
    "pictures in a row": _with(idx(_PICTURES.reshape(20, 64))),
    "one channel": _with(idx(_PICTURES.reshape(20, 1, 8, 8))),
    "channel last": _with(idx(_PICTURES.reshape(20, 8, 8, 1))),
    "not square": _with(idx(_PICTURES.reshape(20, 4, 16))),
    "floats 0 to 1": _with(idx((_PICTURES / 16).astype(">f4"), 0x0D)),
    "doubles 0 to 255": _with(idx((_PICTURES * 15.9375).astype(">f8"), 0x0E)),
    "labels of 32 bits": _with(labels=idx(_LABELS.astype(">i4"), 0x0C)),
    "labels as floats": _with(labels=idx(_LABELS.astype(">f4"), 0x0D)),
    "negative labels": _with(labels=idx((_LABELS.astype(">i2") - 1).astype(">i2"), 0x0B)),
    # Refused:
    "pictures alone": {"a-images-idx3-ubyte": idx(_PICTURES)},
    "labels alone": {"a-labels-idx1-ubyte": idx(_LABELS)},
    "pictures alone, other name": {"digits.bin": idx(_PICTURES)},
    "fewer labels": _with(labels=idx(_LABELS[:-1])),
    "fewer pictures, labels first": dict(reversed(_with(idx(_PICTURES[:-1])).items())),
    "cut off": _with(idx(_PICTURES)[:-100]),
    "cut off early": _with(idx(_PICTURES)[:300]),
    "cut off in the sizes": _with(idx(_PICTURES)[:9]),
    "cut off labels": _with(labels=idx(_LABELS)[:-2]),
    "too long": _with(idx(_PICTURES) + b"x"),
    "packed and cut off": _with(gzip.compress(idx(_PICTURES))[:-30]),
    "packed, wrong checksum": _with(gzip.compress(idx(_PICTURES))[:-8] + bytes(8)),
    "says it is huge": _with(_HUGE, bytes([0, 0, 8, 1]) + struct.pack(">I", 2**31)),
    "packed, says it is huge": _with(
        gzip.compress(_HUGE), bytes([0, 0, 8, 1]) + struct.pack(">I", 2**31)
    ),
    "huge pictures": _with(bytes([0, 0, 8, 3]) + struct.pack(">3I", 20, 5000, 5000)),
    "no examples": _with(idx(_PICTURES[:0]), idx(_LABELS[:0])),
    "wrong type": _with(bytes([0, 0, 7, 3]) + bytes(100)),
    "no type": _with(b"label,pixel0\n1,2\n"),
    "empty": _with(b""),
    "colours": _with(idx(np.zeros((20, 8, 8, 3), np.uint8))),
    "rows of 60": _with(idx(np.zeros((20, 60), np.uint8))),
    "negative pixels": _with(idx(_PICTURES.astype(np.int8) - np.int8(9), 0x09)),
    "bright pixels": _with(idx((_PICTURES * 100.0).astype(">f4"), 0x0D)),
    "NaN": _with(idx(np.full((20, 8, 8), np.nan, ">f4"), 0x0D)),
    "too few": _with(idx(_PICTURES[:9]), idx(_LABELS[:9])),
    "one class": _with(labels=idx(_LABELS * 0)),
    "labels with fractions": _with(labels=idx((_LABELS / 2).astype(">f4"), 0x0D)),
    "too many classes": _with(
        idx(np.zeros((200, 8, 8), np.uint8)), idx(np.arange(200, dtype=np.uint8))
    ),
    "test files of another size": {
        **{f"train-{name[2:]}": data for name, data in _SOUND.items()},
        "t10k-images-idx3-ubyte": idx(np.zeros((20, 9, 9), np.uint8)),
        "t10k-labels-idx1-ubyte": idx(_LABELS),
    },
}
"""Folders of IDX files: the first is the one that is opened."""


def write(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path
