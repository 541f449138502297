"""A few small grey pictures side by side, painted rather than made of widgets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.theme import colors_of

_COLUMNS = 4
_GAP_PX = 4
_WIDEST_PX = 252


class PictureStrip(QWidget):
    """Shows pictures of equal size in rows of four."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: list[QImage] = []
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_pictures(self, pictures: Sequence[NDArray[np.floating]]) -> None:
        """Show pictures, each (height, width) with ink from 0 to 1."""
        self._images = [_image(picture) for picture in pictures]
        self.updateGeometry()
        self.update()

    def count(self) -> int:
        """Return how many pictures are shown."""
        return len(self._images)

    def sizeHint(self) -> QSize:
        return QSize(_WIDEST_PX, self.heightForWidth(_WIDEST_PX))

    def heightForWidth(self, width: int) -> int:
        rows = -(-len(self._images) // _COLUMNS)
        return int(rows * (self._side(width) + _GAP_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        side = self._side(self.width())
        for index, image in enumerate(self._images):
            row, column = divmod(index, _COLUMNS)
            spot = QRectF(column * (side + _GAP_PX), row * (side + _GAP_PX), side, side)
            painter.fillRect(spot, QColor(colors.canvas))
            painter.drawImage(spot, image)
        painter.end()

    def _side(self, width: int) -> float:
        return (min(width, _WIDEST_PX) - _GAP_PX * (_COLUMNS - 1)) / _COLUMNS


def _image(picture: NDArray[np.floating]) -> QImage:
    grey = np.ascontiguousarray(np.clip(picture, 0, 1) * 255, dtype=np.uint8)
    height, width = grey.shape
    return QImage(grey.tobytes(), width, height, width, QImage.Format.Format_Grayscale8).copy()
