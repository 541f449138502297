"""Picture files become brightness, whatever their format, transparency or orientation."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from playground.errors import DataError
from playground.gui import pictures
from playground.gui.pictures import read_grey


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


@pytest.mark.parametrize("suffix", ["png", "bmp", "jpg", "ppm"])
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
