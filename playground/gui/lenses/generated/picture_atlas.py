"""Many small pictures as one image, from which each is painted at any size."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from playground.gui.look.colors import Colors
from playground.gui.widgets.ink_image import ink_image


class PictureAtlas:
    """Pictures below each other, coloured once for a theme.

    Parameters
    ----------
    pictures
        (n, height, width): 0 paper to 1 ink.
    """

    def __init__(self, pictures: NDArray[np.floating[Any]]) -> None:
        self.pictures = pictures
        self._images: dict[Colors, QImage] = {}

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def aspect(self) -> float:
        """How tall a picture is for its width."""
        _, height, width = self.pictures.shape
        return float(height / width)

    def paint(self, painter: QPainter, place: QRect, index: int, colors: Colors) -> None:
        """Paint a picture in a place."""
        _, height, width = self.pictures.shape
        if colors not in self._images:
            self._images[colors] = ink_image(self.pictures.reshape(-1, width), colors)
        part = QRect(0, index * height, width, height)
        painter.drawImage(place, self._images[colors], part)
