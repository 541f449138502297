"""Reads picture files, for the canvas and for the command line; needs no application object."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QFile, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from playground.data.drawing.pictures import MOST_PIXELS
from playground.data.imports.picture_files import SUFFIXES
from playground.errors import DataError, FileError
from playground.wording import grouped

FILE_LIMIT = 64 * 2**20
"""Bytes of a picture file."""

LONGEST_SIDE = 20_000
"""Pixels of a picture's width or height."""

_BYTES_PER_PIXEL = 4
_LONGEST_READ = 512
_BRIGHTNESS = np.array([0.299, 0.587, 0.114], np.float32)
"""How bright red, green and blue appear (ITU-R BT.601)."""

_ROWS_AT_A_TIME = 256


def read_grey(path: str | os.PathLike[str], longest: int | None = None) -> NDArray[np.uint8]:
    """Return a picture's brightness.

    Parameters
    ----------
    path
        A picture in one of the formats of :data:`SUFFIXES`, whatever its name. Transparent places
        count as white paper, and a photograph is turned as its camera was held.
    longest
        A longer side than this is reduced to it, smoothly and with the aspect kept.

    Returns
    -------
    uint8 of shape (height, width): 0 black to 255 white.

    Raises
    ------
    DataError
        Where there is no such file, or no picture in it, or one too large.
    """
    name = Path(path).name or str(path)
    with _opened(path) as reader:
        extent = reader.size()
        if longest is not None and max(extent.width(), extent.height()) > longest:
            reader.setScaledSize(
                extent.scaled(longest, longest, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(
                    QSize(1, 1)
                )
            )
        # For formats that tell their size only while they are unpacked.
        QImageReader.setAllocationLimit(MOST_PIXELS * _BYTES_PER_PIXEL // 2**20 + 1)
        image = reader.read()
        if image.isNull():
            reason = reader.errorString().rstrip(".")
            raise DataError(f"{name} cannot be read as a picture ({reason}); save it as PNG.")
    return grey_of(image)


@contextmanager
def _opened(path: str | os.PathLike[str]) -> Iterator[QImageReader]:
    """Give a reader of a picture file, once its size and header are known to be within limits."""
    name = Path(path).name or str(path)
    try:
        size = os.stat(path).st_size
    except (OSError, ValueError):
        raise DataError(f"There is no picture {str(path)!r}; check its name and folder.") from None
    if not os.path.isfile(path):
        raise DataError(f"{name} is a folder or a device, not a picture; choose a picture file.")
    if size > FILE_LIMIT:
        raise DataError(
            f"{name} has {grouped(size)} bytes, and a picture may have {grouped(FILE_LIMIT)}; make "
            "it smaller."
        )
    file = QFile()
    try:
        # Opened here: a name that is no valid text would reach Qt as another one.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise DataError(f"{name} cannot be read ({error.strerror}); ask its owner.") from None
    file.open(descriptor, QFile.OpenModeFlag.ReadOnly, QFile.FileHandleFlag.AutoCloseHandle)
    content = QImageReader.imageFormat(file)
    reader = QImageReader(file, content)
    try:
        _check(reader, content, name)
        yield reader
    finally:
        reader.setDevice(None)  # type: ignore[arg-type]  # it lets go of the file while that is there
        file.close()


def _check(reader: QImageReader, content: QByteArray, name: str) -> None:
    """Refuse what is no picture, whatever its name, or one too large by its header.

    Qt reads more than pictures: an SVG would have it open the files that its maker names.
    """
    if f".{content.toStdString()}" not in SUFFIXES:
        raise DataError(
            f"{name} cannot be read as a picture (its content is of no format that is read); save "
            "it as PNG."
        )
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    extent = reader.size()
    pixels = extent.width() * extent.height()
    if max(extent.width(), extent.height()) > LONGEST_SIDE:
        raise DataError(
            f"{name} is {grouped(extent.width())}×{grouped(extent.height())} pixels large, and a "
            f"side may have {grouped(LONGEST_SIDE)}; make it smaller."
        )
    if pixels > MOST_PIXELS:
        raise DataError(
            f"{name} has {grouped(pixels)} pixels, and a picture may have {grouped(MOST_PIXELS)}; "
            "make it smaller."
        )


def grey_of(image: QImage) -> NDArray[np.uint8]:
    """Return the brightness of an image laid on white, (height, width)."""
    image = image.convertToFormat(QImage.Format.Format_RGBA8888_Premultiplied)
    # A row of four bytes a pixel has no padding.
    shape = (image.height(), image.width(), _BYTES_PER_PIXEL)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(shape)
    grey = np.empty(shape[:2], np.uint8)
    for start in range(0, len(grey), _ROWS_AT_A_TIME):
        rows = pixels[start : start + _ROWS_AT_A_TIME]
        paper = 255 - rows[:, :, 3]
        grey[start : start + len(rows)] = np.rint(rows[:, :, :3] @ _BRIGHTNESS + paper).clip(0, 255)
    return grey


def as_png(image: QImage) -> bytes:
    """Return an image as the bytes of a PNG file.

    Raises
    ------
    FileError
        Where Qt has no room for it.
    """
    encoded = QByteArray()
    buffer = QBuffer(encoded)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise FileError("The picture cannot be written as PNG; make it smaller.")
    return bytes(encoded.data())


class PictureFileReader:
    """Reads the pictures of a folder; it may be used in any thread.

    See :class:`playground.data.imports.picture_samples.PictureReader`.
    """

    def size_of(self, path: Path) -> tuple[int, int]:
        """Return height and width in pixels; (0, 0) where only decoding would tell."""
        with _opened(path) as reader:
            extent = reader.size()
        return max(extent.height(), 0), max(extent.width(), 0)

    def grey(self, path: Path) -> NDArray[np.uint8]:
        """Return the brightness, the longer side reduced to 512 pixels."""
        return read_grey(path, _LONGEST_READ)
