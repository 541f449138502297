"""Three pictures of the way through a network that gives back its input: seen, back, the error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.colors import DARK, Colors
from playground.gui.look.heat import image_of, signed_pixels
from playground.gui.look.marking import named
from playground.gui.look.spoken import Role, reads_as
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.widgets.ink_image import ink_image

_CAPTION = 16
_ARROW = 20
_CAPTIONS = ("seen", "comes back", "error")
_TIPS = (
    "What the network sees.",
    "What comes back of it.",
    "What is too bright in blue, what is too dark in orange.",
)

Picture = NDArray[np.floating]


class ThreePictures(QWidget):
    """Shows what it is given.

    Parameters
    ----------
    name, spoken
        As in :func:`~playground.gui.look.marking.named`.
    widest
        The longest side of a picture.
    captioned
        Whether there are words under the pictures.
    """

    def __init__(self, name: str, spoken: str, widest: int, *, captioned: bool) -> None:
        super().__init__()
        named(self, name, spoken)
        reads_as(self, Role.Graphic)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._widest, self._below = widest, _CAPTION if captioned else 0
        self._shown: tuple[Picture, Picture, Picture] | None = None
        self._scale = 1.0

    def set_pictures(self, seen: Picture, back: Picture, error: Picture, scale: float) -> None:
        """Show pictures (height, width), 0 paper to 1 ink; an error of ``scale`` is the largest."""
        self._shown, self._scale = (seen, back, error), scale
        self.update()

    def heightForWidth(self, width: int) -> int:
        return round(self._side(width)) + self._below

    def sizeHint(self) -> QSize:
        width = 3 * self._widest + 2 * _ARROW
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.heightForWidth(160))

    def _side(self, width: int) -> float:
        return float(min(self._widest, (width - 2 * _ARROW) // 3))

    def _square(self, index: int) -> QRectF:
        side = self._side(self.width())
        gap = (self.width() - 3 * side) / 2
        return QRectF(round(index * (side + gap)), 0, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setFont(ui_font(SMALL_PX, fixed=True))
        metrics = QFontMetricsF(painter.font())
        for index, caption in enumerate(_CAPTIONS):
            square = self._square(index)
            painter.fillRect(square, QColor(colors.canvas))
            image = self._image(index, colors)
            if image is not None:
                painter.drawImage(_within(square, image), image)
            if self._below:
                painter.setPen(QColor(colors.muted))
                left = square.center().x() - metrics.horizontalAdvance(caption) / 2
                left = min(max(left, 0.0), self.width() - metrics.horizontalAdvance(caption))
                painter.drawText(QPointF(left, square.bottom() + 3 + metrics.ascent()), caption)
        self._paint_arrow(painter, colors)

    def _image(self, index: int, colors: Colors) -> QImage | None:
        if self._shown is None:
            return None
        if index < 2:
            return ink_image(self._shown[index], colors)
        return image_of(signed_pixels(self._shown[2], self._scale, colors is DARK))

    def _paint_arrow(self, painter: QPainter, colors: Colors) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.muted), 1.5))
        first, second = self._square(0), self._square(1)
        middle, half = (first.right() + second.left()) / 2, _ARROW / 2 - 4
        tip = QPointF(middle + half, first.center().y())
        painter.drawLine(QPointF(middle - half, tip.y()), tip)
        for side in (-4, 4):
            painter.drawLine(tip, QPointF(tip.x() - 4, tip.y() + side))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        under = next((i for i in range(3) if self._square(i).contains(at)), None)
        self.setToolTip("" if under is None else _TIPS[under])


def _within(square: QRectF, image: QImage) -> QRectF:
    """Return where an image lies in a square, whole and in the middle."""
    size = image.size().toSizeF().scaled(square.size(), Qt.AspectRatioMode.KeepAspectRatio)
    box = QRectF(QPointF(0, 0), size)
    box.moveCenter(square.center())
    return box
