"""One picture as the table of numbers that a network gets, beside the picture itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.gui.probes.ink_image import ink_image
from playground.gui.theme import SMALL_PX, colors_of

_PADDING = 12
_PICTURE = 96
_TITLE = 22
_LARGEST = 460


class PixelTable(QWidget):
    """A pop-up that lives as long as its parent and takes no focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip)
        self.setObjectName("pixelTable")
        self.setAccessibleName("Pixel values")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._values = np.zeros((1, 1), np.float32)
        self._ink = np.zeros((1, 1), np.float32)

    @property
    def texts(self) -> list[list[str]]:
        """The numbers as written, row by row."""
        digits = 0 if np.abs(self._values).max() >= 10 or self._cell < 26 else 2
        scale = 100 if digits == 0 and np.abs(self._values).max() <= 1 else 1
        rows = (self._values * scale).tolist()
        return [[f"{value:.{digits}f}" for value in row] for row in rows]

    def set_values(self, values: NDArray[np.float32], ink: NDArray[np.float32]) -> None:
        """Show numbers of shape (height, width), shaded by ``ink``, 0 paper to 1."""
        self._values = values
        self._ink = ink
        size = self.sizeHint()
        if size != self.size():
            self.setFixedSize(size)
        self.update()

    def open_above(self, corner: QPoint) -> None:
        """Show it with its lower right corner at a place on the screen, or below it near the top.

        It is moved so that the whole table stays on the screen.
        """
        box = QRect(QPoint(0, 0), self.sizeHint())
        box.moveBottomRight(corner - QPoint(0, 6))
        available = self.screen().availableGeometry()
        if box.top() < available.top():
            box.moveTop(corner.y() + 80)
        box.moveLeft(max(box.left(), available.left()))
        self.move(box.topLeft())
        self.show()

    @property
    def _cell(self) -> int:
        return max(min(36, _LARGEST // max(self._values.shape)), 14)

    def sizeHint(self) -> QSize:  # noqa: D102
        rows, columns = self._values.shape
        width = _PICTURE + columns * self._cell + 3 * _PADDING
        return QSize(width, _TITLE + max(rows * self._cell, _PICTURE) + 2 * _PADDING)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        colors, cell = colors_of(self), self._cell
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors.card))
        painter.setPen(QColor(colors.border))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        rows, columns = self._values.shape
        painter.setPen(QColor(colors.text))
        painter.drawText(
            QRectF(_PADDING, _PADDING - 4, self.width() - 2 * _PADDING, _TITLE),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            f"The network sees {rows * columns} numbers",
        )
        top = _PADDING + _TITLE
        image = ink_image(self._ink, colors)
        painter.drawImage(QRectF(_PADDING, top, _PICTURE, _PICTURE * rows / columns), image)
        left = _PICTURE + 2 * _PADDING
        painter.drawImage(QRectF(left, top, columns * cell, rows * cell), image)
        font = self.font()
        font.setPixelSize(SMALL_PX if cell >= 26 else 8)
        painter.setFont(font)
        for y, row in enumerate(self.texts):
            for x, text in enumerate(row):
                ink = self._ink[y, x]
                shade = colors.canvas if ink > 0.45 else "#ffffff" if ink > 0.15 else "#c8ced8"
                painter.setPen(QColor(shade))
                box = QRectF(left + x * cell, top + y * cell, cell, cell)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
