"""Tells what a file holds by looking into it, not at its name."""

from __future__ import annotations

import os
from pathlib import Path

from playground.data.imports.found import Found
from playground.data.imports.idx_files import find_idx
from playground.data.imports.idx_heads import is_idx
from playground.data.imports.tables import find_table
from playground.data.published.idx import head_of
from playground.errors import DataError
from playground.files.packed import opened

_PICTURE = "a single picture: to ask a network about it, read it as a picture instead"
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"BM", _PICTURE),
    (b"PK\x03\x04", "a ZIP archive or a spreadsheet: unpack it, or save the table in it as CSV"),
    (b"PK\x05\x06", "an empty ZIP archive: choose another file"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet: save the table in it as CSV"),
    (b"\x1f\x9d", "packed with compress: unpack it first"),
    (b"BZh", "packed with bzip2: unpack it first"),
    (b"\xfd7zXZ", "packed with xz: unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd: unpack it first"),
    (b"\x93NUMPY", "a NumPy array: save it as CSV with numpy.savetxt"),
    (b"PAR1", "a Parquet table: save it as CSV"),
    (b"\x89HDF", "an HDF5 file: save its table as CSV"),
    (b"MATLAB", "a Matlab file: save its table as CSV"),
    (b"SQLite format 3", "a database: save its table as CSV"),
    (b"%PDF", "a PDF document: a table has to be saved as CSV"),
    (b"{", "JSON: save the table as CSV"),
    (b"[", "JSON: save the table as CSV"),
    (b"<", "a web page or XML: save the table in it as CSV"),
    (b"@relation", "an ARFF file: save the table as CSV"),
)
_TABLES = {".csv", ".tsv", ".tab"}
_MOST_FILES = 500


def inspect(path: Path) -> Found:
    """Return what could become of a file, or of the IDX files or the table in a folder.

    Folders of pictures are for :func:`playground.data.imports.picture_folders.find_pictures`.

    Raises
    ------
    DataError
        When it holds nothing that can be imported; the sentence says what to do instead.
    """
    if os.path.isdir(path):
        return inspect(_file_in(path))
    if not os.path.exists(path):
        raise DataError(f"There is no file {path}; it may have been moved or renamed.")
    if not os.path.isfile(path):
        raise DataError(f"{path.name} is neither a file nor a folder; choose one of these.")
    if is_idx(path):
        return find_idx(path)
    with opened(path) as file:
        begin = file.read(32)
    for mark, what in _OTHERS:
        if begin.lower().startswith(mark.lower()) and not _is_cells(begin, mark):
            raise DataError(f"{path.name} is {what}.")
    return find_table(path)


def _file_in(folder: Path) -> Path:
    """Return the file of a folder that holds its examples: pictures in IDX, or the one table."""
    try:
        files = [file for file in sorted(folder.iterdir())[:_MOST_FILES] if os.path.isfile(file)]
    except OSError as error:
        raise DataError(
            f"The folder {folder.name} could not be read ({error.strerror or error})."
        ) from None
    heads = {file: head_of(file) for file in files if file.suffix.lower() not in _TABLES}
    pictures = [file for file, head in heads.items() if head is not None and len(head.shape) > 1]
    tables = [file for file in files if _TABLES & {suffix.lower() for suffix in file.suffixes}]
    found = pictures or tables
    training = [file for file in found if "train" in file.name.lower()]
    if len(found) == 1 or len(training) == 1 or (pictures and training):
        return (training or found)[0]
    if not found:
        raise DataError(
            f"The folder {folder.name} holds no pictures, no table (CSV) and no IDX files; choose "
            "another one."
        )
    names = ", ".join(file.name for file in found[:3]) + (", …" if len(found) > 3 else "")
    raise DataError(
        f"The folder {folder.name} holds {len(found)} such files ({names}): choose one."
    )


def _is_cells(begin: bytes, mark: bytes) -> bool:
    """Return whether a mark made of letters is but the beginning of a table's first cell."""
    rest = begin[len(mark) :]
    return mark in (b"BM", b"BZh", b"PAR1", b"GIF8", b"MATLAB") and all(
        9 <= byte < 128 for byte in rest
    )
