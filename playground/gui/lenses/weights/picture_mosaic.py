"""The weights of the first layer as pictures: what each neuron looks for among the pixels."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QMargins, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap

from playground.gui.lenses.weights.weight_grid import LEGEND, WeightGrid
from playground.gui.look.colors import Colors
from playground.gui.look.heat import (
    Floats,
    Pixels,
    greatest_size,
    greatest_sizes,
    image_of,
    signed_pixels,
    size_text,
)
from playground.gui.widgets.cells import Cell, CellBlock, Part
from playground.gui.widgets.heat_grid import LEFT, RIGHT
from playground.wording import number

_LEAST_TILE = 24
_WIDEST_TILE = 170
_ZOOMS = 4
_SMOOTH_BELOW = 2.0
_NAMED_TILE = 24
_ROOMY_TILE = 76
_MARGIN = 4


class PictureMosaic(WeightGrid):
    """A block a neuron, side by side, with its number below it where there is room."""

    def __init__(self) -> None:
        spoken = "Weights of each neuron of the first layer as a picture"
        super().__init__("weightPictures", spoken)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._across = 1
        self._tall = 1.0
        self._names = QPixmap()
        self._names_of: tuple[object, ...] = ()

    def measure(self) -> None:
        """Choose the greatest zoom at which all pictures are in view, if there is one."""
        picture = self.table.picture if self.table is not None else None
        if picture is None or not self.weights.size:
            self.place([])
            return
        height, width = picture
        count = len(self.weights)
        room = QMargins(_MARGIN, _MARGIN, _MARGIN, LEGEND)
        view = self.viewport().rect().marginsRemoved(room).size()
        longer = max(height, width)
        least = max(math.ceil(_LEAST_TILE / longer), 1)
        steps = range(max(_WIDEST_TILE // longer, least) * _ZOOMS, least * _ZOOMS - 1, -1)
        for zoom in (step / _ZOOMS for step in steps):
            gap = math.ceil(3 / zoom) * zoom
            below = QFontMetrics(self.small).ascent() if zoom * width >= _NAMED_TILE else 0
            tall, wide = zoom * height + max(below + 1, gap), zoom * width + gap
            self._across = min(max(int((view.width() + gap) / wide), 1), count)
            if math.ceil(count / self._across) * tall <= view.height():
                break
        self._tall = tall
        taken = round(self._across * wide - gap)
        left = _MARGIN
        if count > self._across:
            left += max(view.width() - taken, 0) // 2
        blocks = []
        for place in range(count):
            row, column = divmod(place, self._across)
            corner = left + round(column * wide), _MARGIN + round(row * tall)
            blocks.append(CellBlock(*corner, height, width, zoom, zoom))
        self.place(blocks, room, below=round(tall - zoom * height))

    def row_of(self, cell: Cell) -> int:
        return cell.block

    def row_rect(self, place: int) -> QRect:
        return self.block_rect(place)

    def walked(self, cell: Cell, down: int, right: int) -> Cell:
        """Return the same pixel of the picture beside, below or above."""
        place = cell.block + down * self._across + right
        return cell._replace(block=place) if 0 <= place < len(self.blocks) else cell

    def sentence(self, cell: Cell) -> str:
        """Return what there is to say of a pixel, and of its neuron: the bias and the norm."""
        row = int(self.order[cell.block])
        with np.errstate(all="ignore"):
            norm = math.sqrt(float(np.square(self.weights[row], dtype=np.float64).sum()))
        bias = "" if self.biases is None else f" · b = {number(float(self.biases[row]))}"
        said = self.said_of(cell, cell.row * self.blocks[0].columns + cell.column)
        return f"{said}{bias} · ‖w‖ = {number(norm)}"

    def pixels(self, block: int, part: Part) -> Pixels:
        return self._colored(range(block, block + 1))[part]

    def paint_cells(self, painter: QPainter, colors: Colors) -> None:
        """Draw the pictures in view from one image of them all."""
        height, width, zoom = self.blocks[0].rows, self.blocks[0].columns, self.blocks[0].width
        places = self._places_in_view()
        image = image_of(self._colored(places))
        smooth = zoom < _SMOOTH_BELOW and zoom % 1 != 0
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        source, target = QRect(0, 0, width, height), QRect(self.blocks[0].whole)
        shift = self.offset()
        for place in places:
            target.moveTo(self.blocks[place].left, self.blocks[place].top - shift.y())
            painter.drawImage(target, image, source)
            source.translate(0, height)
        if width * zoom >= _NAMED_TILE:
            painter.drawPixmap(0, 0, self._named(colors, places))
            if width * zoom >= _ROOMY_TILE:
                self._draw_figures(painter, colors, places)

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        """Draw the scale under the pictures."""
        body = self.body()
        line = QRect(self.blocks[0].left, body.bottom() + 6, self.viewport().width(), 16)
        self.draw_legend(painter, colors, line, "picture")

    def _places_in_view(self) -> range:
        seen = self.body().translated(self.offset() - QPoint(0, _MARGIN))
        first, last = int(seen.top() / self._tall), int(seen.bottom() / self._tall) + 1
        return range(first * self._across, min(last * self._across, len(self.blocks)))

    def _colored(self, places: range) -> Pixels:
        """Return the colours of some neurons' pictures, one below the other."""
        weights = self.weights[self.order[places.start : places.stop]]
        scale: float | Floats = self.scale
        if self.own_scale:
            scale = greatest_sizes(weights)[:, np.newaxis]
        pixels = signed_pixels(weights, scale, self.dark)
        return pixels.reshape(-1, self.blocks[0].columns)

    def _named(self, colors: Colors, places: range) -> QPixmap:
        """Return the neurons' numbers, painted anew where they have changed place."""
        view, ratio = self.viewport().size(), self.devicePixelRatioF()
        key = (self.table, view, ratio, self.offset().y(), colors, self.order.tobytes())
        if key != self._names_of:
            self._names_of = key
            self._names = QPixmap(view * ratio)
            self._names.setDevicePixelRatio(ratio)
            self._names.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._names)
            painter.setFont(self.small)
            painter.setPen(QColor(colors.muted))
            assert self.table is not None
            for place in places:
                name = self.table.row_labels[int(self.order[place])]
                painter.drawText(self._below(place), LEFT, name)
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
            painter.drawText(self._below(place), RIGHT, text)

    def _below(self, place: int) -> QRect:
        """Return where there is room for text below a picture."""
        picture, metrics = self.block_rect(place), QFontMetrics(self.small)
        height = metrics.ascent() + metrics.descent()
        return QRect(picture.left(), picture.bottom(), picture.width(), height)
