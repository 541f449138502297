"""Picture files become brightness, whatever their format, transparency or orientation."""

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from playground.errors import DataError
from playground.gui import pictures
from playground.gui.pictures import PictureFileReader, read_grey


def picture(path: Path, rows: list[list[str]], kind: QImage.Format) -> Path:
    image = QImage(len(rows[0]), len(rows), kind)
    for y, row in enumerate(rows):
        for x, colour in enumerate(row):
            image.setPixelColor(x, y, QColor(colour))
    assert image.save(str(path))
    return path


def test_rows_and_columns_keep_their_places(tmp_path: Path) -> None:
    rows = [["black", "white", "#808080"], ["white", "white", "black"]]
    path = picture(tmp_path / "a.png", rows, QImage.Format.Format_RGB32)
    grey = read_grey(path)
    assert grey.dtype == np.uint8
    assert grey.tolist() == [[0, 255, 128], [255, 255, 0]]


def test_colours_count_as_bright_as_they_look(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", [["red", "lime", "blue"]], QImage.Format.Format_RGB32)
    assert read_grey(path).tolist() == [[76, 150, 29]]


def test_transparent_places_are_white_paper(tmp_path: Path) -> None:
    rows = [["transparent", "black", "#80000000"]]
    path = picture(tmp_path / "a.png", rows, QImage.Format.Format_ARGB32)
    assert read_grey(path).tolist() == [[255, 0, 127]]


@pytest.mark.parametrize("suffix", ["png", "bmp", "jpg", "ppm", "pgm", "pbm", "webp"])
@pytest.mark.parametrize(
    "kind",
    [
        QImage.Format.Format_Mono,
        QImage.Format.Format_Grayscale8,
        QImage.Format.Format_Grayscale16,
        QImage.Format.Format_RGB32,
    ],
)
def test_formats_and_depths_are_read_alike(
    suffix: str, kind: QImage.Format, tmp_path: Path
) -> None:
    image = QImage(33, 17, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    for x in range(8, 24):
        for y in range(4, 12):
            image.setPixelColor(x, y, QColor("black"))
    path = tmp_path / f"a.{suffix}"
    assert image.convertToFormat(kind).save(str(path))
    grey = read_grey(path)
    assert grey.shape == (17, 33)
    assert grey[6, 12] < 25
    assert grey[15, 30] > 230


def test_a_wrong_suffix_does_not_matter(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", [["black", "white"]], QImage.Format.Format_RGB32)
    renamed = path.rename(tmp_path / "a.jpg")
    assert read_grey(renamed).tolist() == [[0, 255]]


def test_a_missing_picture_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no picture '.*gone.png'; check its name"):
        read_grey(tmp_path / "gone.png")


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is a folder or a device, not a picture"):
        read_grey(tmp_path)


@pytest.mark.parametrize("data", [b"", b"hello", b"\x89PNG\r\n\x1a\n" + bytes(30)])
def test_a_file_that_is_no_picture_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"a\.png cannot be read as a picture \(.+\); save it as"):
        read_grey(path)


def tiff() -> bytes:
    """Return a black and a white pixel as TIFF 6.0 has them."""
    fields = ((256, 2), (257, 1), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, 1))
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in (*fields, (279, 2)))
    return b"II*\0" + struct.pack("<I", 10) + b"\0\xff" + struct.pack("<H", 9) + entries + bytes(4)


GIF = b"GIF87a\2\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\2\0\1\0\0\2\2\x44\x0a\0;"
"""A black and a white pixel."""


@pytest.mark.parametrize("data", [tiff(), GIF, b"P2 2 1 255 0 255", b"P3 2 1 1 0 0 0 1 1 1"])
def test_formats_that_qt_does_not_write_are_read_too(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(data)
    assert read_grey(tmp_path / "a.png").tolist() == [[0, 255]]


NO_PICTURES = [
    '<svg {sizes}><image {sizes} xlink:href="{other}"/></svg>',
    '<?xml version="1.0"?><svg {sizes}><image {sizes} xlink:href="{other}"/></svg>',
    '<!-- {other} --><svg {sizes}><image {sizes} xlink:href="file://{other}"/></svg>',
]
SIZES = (
    'width="20" height="20" xmlns="http://www.w3.org/2000/svg" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"'
)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("text", NO_PICTURES)
@pytest.mark.parametrize("other", ["picture", "pipe"])
def test_a_drawing_that_names_other_files_is_no_picture(
    other: str, text: str, packed: bool, tmp_path: Path
) -> None:
    there = tmp_path / "other.png"
    if other == "picture":
        picture(there, [["black"]], QImage.Format.Format_RGB32)
    elif os.name == "nt":
        pytest.skip("Windows has no pipes in folders")
    else:
        os.mkfifo(there)
    data = text.format(sizes=SIZES, other=there).encode()
    for suffix in (".png", ".svg", ""):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(gzip.compress(data) if packed else data)
        for read in (read_grey, PictureFileReader().size_of):
            with pytest.raises(DataError, match=r"cannot be read as a picture .* save it as PNG"):
                read(path)


@pytest.mark.parametrize("suffix", ["ico", "xpm", "xbm", "icns"])
def test_a_format_that_is_not_offered_is_not_read(suffix: str, tmp_path: Path) -> None:
    image = QImage(16, 16, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    assert image.save(str(tmp_path / f"a.{suffix}"))
    path = (tmp_path / f"a.{suffix}").rename(tmp_path / "a.png")
    with pytest.raises(DataError, match="cannot be read as a picture"):
        read_grey(path)


def test_a_large_file_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = picture(tmp_path / "a.png", [["black"]], QImage.Format.Format_RGB32)
    monkeypatch.setattr(pictures, "FILE_LIMIT", 10)
    monkeypatch.setattr(pictures, "QImageReader", None)
    with pytest.raises(DataError, match="and a picture may have 10; make it smaller"):
        read_grey(path)


def test_a_tall_picture_is_read_whole(tmp_path: Path) -> None:
    image = QImage(3, 1000, QImage.Format.Format_Grayscale8)
    image.fill(QColor("white"))
    image.setPixelColor(1, 999, QColor("black"))
    path = tmp_path / "a.png"
    assert image.save(str(path))
    assert np.argwhere(read_grey(path) == 0).tolist() == [[999, 1]]


def test_a_picture_that_unpacks_to_too_much_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    image = QImage(9000, 9000, QImage.Format.Format_Mono)
    image.fill(0)
    assert image.save(str(path))
    assert path.stat().st_size < 100_000
    with pytest.raises(DataError, match="has 81,000,000 pixels, and a picture may have 64,000,000"):
        read_grey(path)
