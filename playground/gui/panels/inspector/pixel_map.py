"""Signed numbers pixel by pixel: a neuron's weights, or how it changes with each pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from playground.gui.look import colormaps
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.marking import tool_tip
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.panels.inspector.figures import Figures

_SIDE = 144
_SCALE = 76
_BAR = 8


class PixelMap(QWidget):
    """A picture in orange and blue around zero, with its scale; a click asks for the pixel.

    ``pixel_requested`` carries the pixel's number, row by row.
    """

    pixel_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("neuronPicture")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_SIDE + 2)
        self._font = ui_font(SMALL_PX)
        self._values: NDArray[np.floating] = np.zeros((1, 1))
        self._largest = 0.0
        self._figures = Figures(3)
        self._name = ""

    @property
    def values(self) -> NDArray[np.floating]:
        """The numbers shown, (height, width)."""
        return self._values

    def show_values(self, values: NDArray[np.floating], name: str, figures: Figures) -> None:
        """Show numbers (height, width); ``name`` says what one of them is, such as ``w``."""
        self._values, self._name, self._figures = values, name, figures
        finite = values[np.isfinite(values)]
        self._largest = float(np.abs(finite).max()) if finite.size else 0.0
        if name != self.accessibleName():
            self.setAccessibleName(f"{name} by pixel")
        self.update()

    def picture_rect(self) -> QRectF:
        """Return where the picture is."""
        height, width = self._values.shape
        unit = min(_SIDE / height, (self.width() - _SCALE) / width)
        return QRectF(0, 0, unit * width, unit * height)

    def sizeHint(self) -> QSize:
        return QSize(_SIDE + _SCALE, _SIDE + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        table = colormaps.diverging(colors is DARK)
        span = self._largest or 1.0
        pixels = np.ascontiguousarray(colormaps.colored(self._values, table, -span, span))
        height, width = self._values.shape
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
        painter = QPainter(self)
        painter.setFont(self._font)
        box = self.picture_rect()
        painter.drawImage(box, image)
        painter.setPen(QColor(colors.border))
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        self._draw_scale(painter, colors, box, table)
        painter.end()

    def _draw_scale(
        self, painter: QPainter, colors: Colors, box: QRectF, table: colormaps.Table
    ) -> None:
        """Draw what the colours stand for, the greatest number on top, beside the picture."""
        upwards = np.ascontiguousarray(table[::-1])
        bar = QImage(upwards.data, 1, 256, 4, QImage.Format.Format_RGBA8888)
        left = int(box.right()) + 8
        painter.drawImage(QRect(left, int(box.top()), _BAR, int(box.height())), bar)
        painter.setPen(QColor(colors.muted))
        text = QRectF(left + _BAR + 5, box.top(), self.width(), box.height())
        for value, place in (
            (self._figures.signed(self._largest), Qt.AlignmentFlag.AlignTop),
            ("0", Qt.AlignmentFlag.AlignVCenter),
            (self._figures.write(-self._largest), Qt.AlignmentFlag.AlignBottom),
        ):
            painter.drawText(text, place | Qt.AlignmentFlag.AlignLeft, value)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._place(QPointF(event.pos()))
            if place is None:
                QToolTip.hideText()
            else:
                value = self._figures.write(float(self._values[place]))
                text = f"pixel ({place[0]}, {place[1]}): {self._name} = {value}"
                QToolTip.showText(event.globalPos(), tool_tip(text), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self.pixel_requested.emit(place[0] * self._values.shape[1] + place[1])

    def _place(self, point: QPointF) -> tuple[int, int] | None:
        box = self.picture_rect()
        if not box.contains(point):
            return None
        height, width = self._values.shape
        row = min(int(point.y() / box.height() * height), height - 1)
        return row, min(int(point.x() / box.width() * width), width - 1)
