"""The strip "drawn, cropped, centred, seen": what happens to a drawing before the network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
)

from playground.data.drawing.drawing import Drawing, DrawingForm, PictureStages, Stages
from playground.data.drawing.patches import PicturePatches
from playground.gui.look.colors import Colors
from playground.gui.probes.four_pictures import FourPictures
from playground.gui.probes.pixel_table import PixelTable
from playground.gui.widgets.arrow_keys import CHOOSE
from playground.gui.widgets.ink_image import ink_image

_MARGIN = 5.0
_TIPS = (
    "The whole canvas as you see it.",
    "Only the box around the ink counts, so it does not matter where you draw.",
    "Scaled to the height that the training digits fill, and centred as they are.",
    "What reaches the network: one number for every pixel.",
)


class StagesStrip(FourPictures):
    """A drawing's way to a network that reads pictures.

    Pointing at the last picture, or pressing Space on it, opens a table of its numbers.
    """

    def __init__(self) -> None:
        super().__init__("stagesStrip", "Stages of the drawing", _TIPS[-1])
        self._stages: Stages | None = None
        self._seen: NDArray[np.float32] | None = None
        self.captions = ("drawn", "cropped", "centred", "seen")
        self._field = 32.0
        self._table = PixelTable(self)

    def set_drawing(self, form: DrawingForm) -> None:
        """Take the geometry of the data set that the drawing imitates, where it has pictures."""
        if isinstance(form, PicturePatches):
            form = form.picture
        if isinstance(form, Drawing):
            self._field = float(form.field)
            self.set_shape(form.resolution, form.resolution)

    def set_shape(self, height: int, width: int) -> None:
        """Take the size of the pictures."""
        self.captions = ("drawn", "cropped", "centred", f"{height}×{width} seen")
        self.update()

    def set_stages(
        self, stages: Stages | None, seen: NDArray[np.float32] | None, values: NDArray[np.float32]
    ) -> None:
        """Show a drawing's stages.

        Parameters
        ----------
        stages
            ``None`` where the probe is no drawing.
        seen
            What the network sees, (height, width), 0 paper to 1 ink; ``None`` for nothing.
        values
            The same in the data set's own values, (height, width), for the table of numbers.
        """
        self._stages = stages
        self._seen = seen
        if seen is None:
            self._table.hide()
        else:
            self._table.set_values(values, seen)
        self.setAccessibleDescription("" if seen is None else _spoken(values))
        self.update()

    def paint_picture(self, painter: QPainter, index: int, square: QRectF, colors: Colors) -> None:
        """Paint a stage, where there is one."""
        pictures: list[NDArray[np.float32] | None] = [None, None, None, self._seen]
        if isinstance(self._stages, PictureStages):
            pictures[:3] = [self._stages.drawn, self._stages.cropped, self._stages.centred]
        picture = pictures[index]
        if picture is not None:
            self._paint_stage(painter, index, square, ink_image(picture, colors), colors)

    def _paint_stage(
        self, painter: QPainter, index: int, square: QRectF, image: QImage, colors: Colors
    ) -> None:
        inner = square.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        seen = index == 3
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not seen)
        line = QColor(colors.accent)
        line.setAlphaF(0.75)
        if seen:
            painter.drawImage(square.adjusted(2, 2, -2, -2), image)
        elif index == 0:
            painter.drawImage(square.adjusted(1, 1, -1, -1), image)
        elif index == 1:
            size = image.size().toSizeF() * (inner.width() / self._field)
            box = QRectF(QPointF(0, 0), size)
            box.moveCenter(square.center())
            painter.drawImage(box, image)
            painter.setPen(QPen(line, 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(-1.5, -1.5, 1.5, 1.5))
        else:
            painter.drawImage(inner, image)
            painter.setPen(QPen(line, 1))
            centre = square.center()
            painter.drawLine(QPointF(inner.left(), centre.y()), QPointF(inner.right(), centre.y()))
            painter.drawLine(QPointF(centre.x(), inner.top()), QPointF(centre.x(), inner.bottom()))

    # The table of numbers.

    def _open_table(self) -> None:
        if self._seen is not None and not self._table.isVisible():
            corner = self.square(3).topRight().toPoint()
            self._table.open_above(self.mapToGlobal(corner))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        under = self.index_at(event.position())
        self.setToolTip("" if under is None else _TIPS[under])
        if under == 3:
            self._open_table()
        else:
            self._table.hide()

    def leaveEvent(self, event: QEvent) -> None:
        self._table.hide()
        super().leaveEvent(event)

    def hideEvent(self, event: QEvent) -> None:
        self._table.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in CHOOSE:
            if self._table.isVisible():
                self._table.hide()
            else:
                self._open_table()
        elif event.key() == Qt.Key.Key_Escape and self._table.isVisible():
            self._table.hide()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._table.hide()
        super().focusOutEvent(event)
        self.update()


def _spoken(values: NDArray[np.float32]) -> str:
    """Return how many of the pixels hold ink: what a screen reader can say of a picture."""
    height, width = values.shape
    inked = int((values > values.min()).sum())
    return f"The network sees {height} by {width} pixels, {inked} of them with ink."
