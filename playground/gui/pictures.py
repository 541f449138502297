"""Reads picture files, for the canvas and for the command line; needs no application object."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QImageReader

from playground.errors import DataError

FILE_LIMIT = 64 * 2**20
"""Bytes of a picture file."""

PIXEL_MEMORY_MIB = 256
"""Memory that a picture may take once it is unpacked, as QImageReader counts it."""


def read_grey(path: str | os.PathLike[str]) -> NDArray[np.float32]:
    """Return a picture's brightness.

    Parameters
    ----------
    path
        A picture in any format that Qt reads, such as PNG, JPEG or BMP. Transparent places count
        as white paper, and a photograph is turned as its camera was held.

    Returns
    -------
    float32 of shape (height, width): 0 black to 1 white.

    Raises
    ------
    DataError
        Where there is no such file, or no picture in it, or one too large.
    """
    name = Path(path).name or str(path)
    try:
        size = Path(path).stat().st_size
    except OSError:
        raise DataError(f"There is no picture {str(path)!r}; check its name and folder.") from None
    if not Path(path).is_file():
        raise DataError(f"{name} is a folder or a device, not a picture; choose a picture file.")
    if size > FILE_LIMIT:
        raise DataError(
            f"{name} has {size:,} bytes, and a picture may have {FILE_LIMIT:,}; choose a smaller "
            "one."
        )
    QImageReader.setAllocationLimit(PIXEL_MEMORY_MIB)
    reader = QImageReader(str(path))
    # A picture's content says what it is: its name may be wrong.
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    image = reader.read()
    if image.isNull():
        reason = reader.errorString().rstrip(".")
        raise DataError(f"{name} cannot be read as a picture ({reason}); save it as PNG.")
    return _on_white_paper(image)


def _on_white_paper(image: QImage) -> NDArray[np.float32]:
    """Return the brightness of an image laid on white, (height, width)."""
    image = image.convertToFormat(QImage.Format.Format_RGBA8888_Premultiplied)
    # A row of four bytes a pixel has no padding.
    shape = (image.height(), image.width(), 4)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(shape).astype(np.float32)
    paper = 255.0 - pixels[:, :, 3]
    # ITU-R BT.601: how bright red, green and blue appear.
    grey = pixels[:, :, :3] @ np.array([0.299, 0.587, 0.114], np.float32) + paper
    return np.asarray(grey / 255.0, np.float32)
