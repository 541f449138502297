"""Ten pictures with their classes, as the network would get them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.theme import SMALL_PX, colors_of
from playground.gui.widgets.ink_image import ink_image

_COLUMNS = 5
_GAP_PX = 10
_CAPTION_PX = 18
_LARGEST_PX = 100


class ExamplePictures(QWidget):
    """Shows pictures in rows of five, each over its class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Examples")
        self._pictures: list[NDArray[np.float32]] = []
        self._labels: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_pictures(self, pictures: Sequence[NDArray[np.float32]], labels: Sequence[str]) -> None:
        """Show pictures, each (height, width) with ink from 0 to 1, and their classes."""
        self._pictures = list(pictures)
        self._labels = tuple(labels)
        self.setAccessibleDescription(", ".join(self._labels))
        self.update()

    def count(self) -> int:
        """Return how many pictures are shown."""
        return len(self._pictures)

    def sizeHint(self) -> QSize:
        width = _COLUMNS * (_LARGEST_PX + _GAP_PX) - _GAP_PX
        return QSize(width, 2 * (_LARGEST_PX + _CAPTION_PX + _GAP_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(_COLUMNS * 40, 2 * (40 + _CAPTION_PX + _GAP_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        font = self.font()
        font.setPixelSize(SMALL_PX + 1)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        wide = (self.width() - _GAP_PX * (_COLUMNS - 1)) // _COLUMNS
        high = self.height() // 2 - _CAPTION_PX - _GAP_PX
        side = max(min(wide, high, _LARGEST_PX), 8)
        for index, picture in enumerate(self._pictures):
            row, column = divmod(index, _COLUMNS)
            left = column * (side + _GAP_PX)
            top = row * (side + _CAPTION_PX + _GAP_PX)
            image = ink_image(picture, colors)
            spot = QRectF(left, top, side, side)
            painter.fillRect(spot, QColor(colors.canvas))
            painter.drawImage(_inside(spot, image), image)
            label = self._labels[index] if index < len(self._labels) else ""
            painter.setPen(QColor(colors.text))
            shown = metrics.elidedText(label, Qt.TextElideMode.ElideRight, side)
            place = QRectF(left, top + side, side, _CAPTION_PX)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, shown)
        painter.end()


def _inside(spot: QRectF, image: QImage) -> QRectF:
    """Return the largest rectangle of an image's shape in the middle of a square."""
    scale = spot.width() / max(image.width(), image.height())
    inside = QRectF(0, 0, image.width() * scale, image.height() * scale)
    inside.moveCenter(spot.center())
    return inside
