"""Writes the user's drawings as pictures, a folder for each class, as an import reads them."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage

from playground.data.own.drawings import OwnDrawing
from playground.errors import FileError
from playground.gui.pictures import as_png

FOLDER = "my drawings"
SIDE = 280
_LONGEST_NAME = 200
"""Bytes of a folder's name, of which every disk takes 255."""


def write_pictures(drawings: Sequence[OwnDrawing], parent: Path) -> Path:
    """Write a grey PNG for each drawing, ink light on dark, and return the new folder.

    It is a folder of its own inside ``parent``, so nothing that is there is touched.

    Raises
    ------
    FileError
        When the disk does not take them.
    """
    folder, number = parent / FOLDER, 2
    while os.path.exists(folder):
        folder, number = parent / f"{FOLDER} {number}", number + 1
    made: Counter[Path] = Counter()
    try:
        for own in drawings:
            place = folder / _folder_name(own.label)
            place.mkdir(parents=True, exist_ok=True)
            made[place] += 1
            path = place / f"{made[place]:05d}.png"
            levels = np.rint(own.picture(SIDE) * 255).astype(np.uint8)
            height, width = levels.shape
            grey = QImage.Format.Format_Grayscale8
            image = QImage(np.ascontiguousarray(levels).data, width, height, width, grey).copy()
            path.write_bytes(as_png(image))
    except OSError as error:
        raise FileError(
            f"The pictures could not be written into {parent}: {error.strerror or error}; choose "
            "another folder."
        ) from None
    return folder


def _folder_name(label: str) -> str:
    """Return a class's name as every system takes it for a folder."""
    name = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", label).strip(" .") or "_"
    return name.encode(errors="replace")[:_LONGEST_NAME].decode(errors="ignore")
