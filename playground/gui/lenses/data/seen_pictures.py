"""A picture as the data hold it and, standardized, as the network sees it, and words beside."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.colors import DARK
from playground.gui.look.heat import greatest_size, image_of, signed_pixels
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.widgets.ink_image import ink_image

_SIDE = 72
_CAPTION = 16
_GAP = 12

FULL_COLOR = 3.0
"""Deviations from the mean beyond which a colour grows no stronger: few values lie there."""


class SeenPictures(QWidget):
    """One picture, or two with the second in orange and blue around 0."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("seenPictures")
        self.setAccessibleName("The example before and after preparation")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_SIDE + _CAPTION)
        self._font = ui_font(SMALL_PX)
        self._ink: NDArray[np.floating] = np.zeros((1, 1))
        self._seen: NDArray[np.floating] | None = None
        self._words = ""

    def set_pictures(
        self, ink: NDArray[np.floating], seen: NDArray[np.floating] | None, words: str
    ) -> None:
        """Show ink (height, width), 0 to 1, and standardized values where there are any."""
        self._ink, self._seen, self._words = ink, seen, words
        self.setAccessibleDescription(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        pictures: list[tuple[str, QImage]] = [("in the data", ink_image(self._ink, colors))]
        if self._seen is not None:
            pixels = signed_pixels(
                self._seen, min(greatest_size(self._seen), FULL_COLOR), colors is DARK
            )
            pictures.append(("standardized", image_of(pixels)))
        painter = QPainter(self)
        painter.setFont(self._font)
        painter.setPen(QColor(colors.muted))
        height, width = self._ink.shape
        unit = _SIDE / max(height, width)
        left = 0
        for caption, image in pictures:
            painter.drawImage(QRectF(left, 0, unit * width, unit * height), image)
            box = QRect(left, round(unit * height), _SIDE + _GAP, _CAPTION)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, caption
            )
            left += _SIDE + _GAP
        beside = QRect(left, 0, self.width() - left, self.height())
        wrapped = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        painter.drawText(beside, wrapped | Qt.TextFlag.TextWordWrap, self._words)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
