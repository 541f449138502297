"""The weights of the first layer as pictures: what each neuron looks for among the pixels."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from playground.gui.lenses.weights.layer_table import LayerTable
from playground.gui.lenses.weights.weight_grid import LEGEND, Cell, WeightGrid
from playground.gui.look.colors import Colors
from playground.gui.look.heat import (
    Floats,
    Pixels,
    draw_signed_scale,
    greatest_size,
    greatest_sizes,
    image_of,
    signed_pixels,
    size_text,
)
from playground.wording import number

_LEAST_TILE = 24
_WIDEST_TILE = 170
_ZOOMS = 4
_SMOOTH_BELOW = 2.0
_NAMED_TILE = 24
_ROOMY_TILE = 76
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class PictureMosaic(WeightGrid):
    """One picture a neuron, side by side, with its number below it where there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("weightPictures")
        self.setAccessibleName("Weights of each neuron of the first layer as a picture")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._zoom = 1.0
        self._across = 1
        self._gap = (1, 1)
        self._left = 0
        self._tall = 0
        self._names = QPixmap()
        self._names_of: tuple[object, ...] = ()

    def more_of(self, row: int) -> str:
        """Return the neuron's bias and the length of its weights."""
        with np.errstate(all="ignore"):
            norm = math.sqrt(float(np.square(self.weights[row], dtype=np.float64).sum()))
        bias = "" if self.biases is None else f" · b = {number(float(self.biases[row]))}"
        return f"{bias} · ‖w‖ = {number(norm)}"

    def measure(self) -> None:
        """Choose the greatest zoom at which all pictures are in view, if there is one."""
        table = self.table
        bar = self.verticalScrollBar()
        if table is None or table.picture is None:
            bar.setRange(0, 0)
            return
        height, width = table.picture
        count = len(table.rows)
        room = self.viewport().size() - QSize(8, LEGEND + 4)
        longer = max(height, width)
        least = max(math.ceil(_LEAST_TILE / longer), 1)
        steps = range(max(_WIDEST_TILE // longer, least) * _ZOOMS, least * _ZOOMS - 1, -1)
        for zoom in (step / _ZOOMS for step in steps):
            self._zoom = zoom
            below = QFontMetrics(self.font_).ascent() if zoom * width >= _NAMED_TILE else 0
            gap = math.ceil(3 / zoom)
            self._gap = (max(math.ceil((below + 1) / zoom), gap), gap)
            across = max(int((room.width() + gap * zoom) / self._pitch()[1]), 1)
            self._across = min(across, count)
            self._tall = math.ceil(math.ceil(count / self._across) * self._pitch()[0])
            if self._tall <= room.height():
                break
        taken = round(self._across * self._pitch()[1] - self._gap[1] * self._zoom)
        self._left = 4 + (max(room.width() - taken, 0) // 2 if count > self._across else 0)
        bar.setRange(0, max(self._tall - room.height(), 0))
        bar.setPageStep(max(room.height(), 1))
        bar.setSingleStep(round(self._pitch()[0]))
        self.viewport().update()

    def body(self) -> QRect:
        """Return the part of the viewport that shows pictures."""
        return QRect(0, 0, self.viewport().width(), self.viewport().height() - LEGEND)

    def row_rect(self, place: int) -> QRect:
        """Return where a neuron's picture is."""
        height, width = self._picture()
        return self._rect(place, 0, 0, height, width)

    def cell_rect(self, place: int, column: int) -> QRect:
        """Return where a pixel is."""
        down, right = divmod(column, self._picture()[1])
        return self._rect(place, down, right, 1, 1)

    def cell_at(self, point: QPoint) -> Cell | None:
        """Return the picture and the pixel under a point."""
        if not self.order.size or not self.body().contains(point):
            return None
        height, width = self._picture()
        inside = point - self._corner()
        row, down = divmod(math.floor(inside.y() / self._zoom), height + self._gap[0])
        column, right = divmod(math.floor(inside.x() / self._zoom), width + self._gap[1])
        place = row * self._across + column
        if down >= height or right >= width or not 0 <= column < self._across:
            return None
        return (place, down * width + right) if 0 <= place < len(self.order) else None

    def walked(self, cell: Cell, down: int, right: int) -> Cell:
        """Return the same pixel of the picture beside, below or above."""
        place = cell[0] + down * self._across + right
        return (place if 0 <= place < len(self.order) else cell[0], cell[1])

    def paint_table(self, painter: QPainter, table: LayerTable, colors: Colors) -> None:
        """Draw the pictures in view as one image, then their numbers and the scale."""
        pitch = self._pitch()[0]
        first = int(self.offset().y() / pitch)
        last = min(first + int(self.body().height() / pitch) + 2, self._rows())
        places = self.order[first * self._across : last * self._across]
        painter.save()
        painter.setClipRect(self.body())
        image = image_of(self._tiled(self.weights[places], last - first))
        corner = QPointF(self._corner()) + QPointF(0, first * pitch)
        smooth = self._zoom < _SMOOTH_BELOW and self._zoom % 1 != 0
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(QRectF(corner, QSizeF(image.size()) * self._zoom), image)
        if self._picture()[1] * self._zoom >= _NAMED_TILE:
            named = range(first * self._across, min(last * self._across, len(self.order)))
            painter.drawPixmap(0, 0, self._named(table, colors, named))
            if self.row_rect(0).width() >= _ROOMY_TILE:
                self._draw_figures(painter, colors, named)
        painter.restore()
        below = min(self._tall + 6, self.viewport().height() - LEGEND + 4)
        line = QRect(self._left, below, self.viewport().width() - self._left, 16)
        painter.setPen(QColor(colors.muted))
        if self.own_scale:
            painter.drawText(line, _LEFT, "Each picture has its own scale, symmetric around 0.")
        else:
            draw_signed_scale(painter, line, self.scale, self.is_dark())

    def _pitch(self) -> tuple[float, float]:
        """Return how far apart the pictures stand, down and across."""
        height, width = self._picture()
        return (height + self._gap[0]) * self._zoom, (width + self._gap[1]) * self._zoom

    def _corner(self) -> QPoint:
        """Return where the first picture begins."""
        return QPoint(self._left, 4 - self.offset().y())

    def _rect(self, place: int, down: int, right: int, height: int, width: int) -> QRect:
        """Return where some of a picture's pixels are."""
        row, column = divmod(place, self._across)
        tall, wide = self._pitch()
        top, left = row * tall + down * self._zoom, column * wide + right * self._zoom
        start = QPoint(round(left), round(top))
        stop = QPoint(round(left + width * self._zoom) - 1, round(top + height * self._zoom) - 1)
        return QRect(self._corner() + start, self._corner() + stop)

    def _picture(self) -> tuple[int, int]:
        return (self.table.picture if self.table is not None else None) or (1, 1)

    def _rows(self) -> int:
        return math.ceil(len(self.order) / self._across)

    def _tiled(self, weights: Floats, rows: int) -> Pixels:
        """Return the colours of some neurons' pictures in rows, with clear gaps."""
        height, width = self._picture()
        scale: float | Floats = self.scale
        if self.own_scale:
            scale = greatest_sizes(weights)[:, np.newaxis]
        colored = signed_pixels(weights, scale, self.is_dark())
        tiles = np.zeros(
            (rows * self._across, height + self._gap[0], width + self._gap[1]), np.uint32
        )
        tiles[: len(weights), :height, :width] = colored.reshape(-1, height, width)
        grid = tiles.reshape(rows, self._across, *tiles.shape[1:]).swapaxes(1, 2)
        return grid.reshape(rows * tiles.shape[1], self._across * tiles.shape[2])

    def _named(self, table: LayerTable, colors: Colors, places: range) -> QPixmap:
        """Return the neurons' numbers, painted anew where they have changed place."""
        view, ratio = self.viewport().size(), self.devicePixelRatioF()
        key = (table, view, ratio, self.offset().y(), colors, self.order.tobytes())
        if key != self._names_of:
            self._names_of = key
            self._names = QPixmap(view * ratio)
            self._names.setDevicePixelRatio(ratio)
            self._names.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._names)
            painter.setFont(self.font_)
            painter.setPen(QColor(colors.muted))
            for place in places:
                name = table.row_labels[int(self.order[place])]
                painter.drawText(self._below(place), _LEFT, name)
            painter.end()
        return self._names

    def _draw_figures(self, painter: QPainter, colors: Colors, places: range) -> None:
        """Write each picture's bias, or its scale where it has one of its own."""
        painter.setPen(QColor(colors.muted))
        for place in places:
            neuron = int(self.order[place])
            if self.own_scale:
                text = f"±{size_text(greatest_size(self.weights[neuron]))}"
            elif self.biases is not None:
                text = f"b {size_text(float(self.biases[neuron]))}"
            else:
                return
            painter.drawText(self._below(place), _RIGHT, text)

    def _below(self, place: int) -> QRect:
        """Return where there is room for text below a picture."""
        picture, metrics = self.row_rect(place), QFontMetrics(self.font_)
        height = metrics.ascent() + metrics.descent()
        return QRect(picture.left(), picture.bottom(), picture.width(), height)
