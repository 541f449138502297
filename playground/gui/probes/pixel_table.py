"""One picture as the table of numbers that a network gets, beside the picture itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.gui.look.heat import is_bright
from playground.gui.look.marking import named
from playground.gui.look.theme import SMALL_PX, colors_of
from playground.gui.widgets.cell_texts import paint_texts
from playground.gui.widgets.cells import CellBlock
from playground.gui.widgets.ink_image import ink_image, ink_pixels
from playground.wording import fixed

_PADDING = 12
_PICTURE = 96
_TITLE = 22
_LARGEST = 460
_ROOMY = 26
_TINY_PX = 8


class PixelTable(QWidget):
    """A pop-up that lives as long as its parent and takes no focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip)
        named(self, "pixelTable", "Pixel values")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._values = np.zeros((1, 1), np.float32)
        self._ink = np.zeros((1, 1), np.float32)

    @property
    def texts(self) -> list[list[str]]:
        """The numbers as written, row by row."""
        return cell_texts(self._values, self._cell)[0]

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

    def sizeHint(self) -> QSize:
        rows, columns = self._values.shape
        width = _PICTURE + columns * self._cell + 3 * _PADDING
        return QSize(width, _TITLE + max(rows * self._cell, _PICTURE) + 2 * _PADDING)

    def paintEvent(self, event: QPaintEvent) -> None:
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
            f"The network sees {rows * columns} numbers{cell_texts(self._values, cell)[1]}",
        )
        top = _PADDING + _TITLE
        image = ink_image(self._ink, colors)
        painter.drawImage(QRectF(_PADDING, top, _PICTURE, _PICTURE * rows / columns), image)
        left = _PICTURE + 2 * _PADDING
        painter.drawImage(QRectF(left, top, columns * cell, rows * cell), image)
        bright = is_bright(ink_pixels(self._ink, colors))
        cells = CellBlock(left, top, rows, columns, cell, cell)
        paint_texts(painter, cells, self.texts, bright, pixels=text_px(cell))


def text_px(cell: int) -> int:
    """Return the size of numbers in square cells of so many pixels."""
    return SMALL_PX if cell >= _ROOMY else _TINY_PX


def cell_texts(values: NDArray[np.floating], cell: int) -> tuple[list[list[str]], str]:
    """Return numbers (height, width) as they fit into cells, and what they are counted in.

    Two decimals where the cells are wide; else whole numbers, of hundredths or tenths where the
    greatest is no more than 1 or 10, which the second text says: ``", in hundredths"``.
    """
    largest = float(np.abs(np.nan_to_num(values)).max(initial=0.0))
    if largest < 10 and cell >= _ROOMY:
        digits, scale, unit = 2, 1, ""
    elif largest >= 10:
        digits, scale, unit = 0, 1, ""
    else:
        digits, scale = 0, 100 if largest <= 1 else 10
        unit = ", in hundredths" if largest <= 1 else ", in tenths"
    rounded = np.round(np.asarray(values, np.float64) * scale, digits)
    levels, places = np.unique(rounded, return_inverse=True)
    texts = [fixed(level, digits) for level in levels.tolist()]
    rows: list[list[int]] = [row.tolist() for row in places.reshape(rounded.shape)]
    return [[texts[place] for place in row] for row in rows], unit
