"""The weights of a layer that reads pictures as pictures: what each neuron or map looks for."""

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

_LEAST_TILE, _LEAST_IN_STACK = 24, 9
_WIDEST_TILE = 170
_ZOOMS = 4
_SMOOTH_BELOW = 2.0
_NAMED_TILE, _NAMED_STACK = 24, 10
_ROOMY_TILE = 76
_MARGIN = 4
_APART = 3


class PictureMosaic(WeightGrid):
    """A stack of pictures a neuron or map, side by side, its number below where there is room.

    A stack has a block for each map that the layer reads, one where it reads the picture itself.
    """

    def __init__(self) -> None:
        spoken = "Weights of each neuron or map of a layer as pictures"
        super().__init__("weightPictures", spoken)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._across = self._stack = 1
        self._tall = 1.0
        self._names = QPixmap()
        self._names_of: tuple[object, ...] = ()

    @property
    def _named_from(self) -> int:
        """How wide a picture has to be for its neuron's number below."""
        return _NAMED_TILE if self._stack == 1 else _NAMED_STACK

    def measure(self) -> None:
        """Choose the greatest zoom at which all pictures are in view, if there is one."""
        picture = self.table.picture if self.table is not None else None
        if picture is None or not self.weights.size:
            self.place([])
            return
        self._stack, height, width = picture
        count, longer = len(self.weights), max(height, width)
        gutter = 0
        if self._stack > 1:
            gutter = QFontMetrics(self.small).horizontalAdvance(f"over {self._stack}") + 8
        room = QMargins(_MARGIN + gutter, _MARGIN, _MARGIN, LEGEND)
        view = self.viewport().rect().marginsRemoved(room).size()
        least = max(math.ceil((_LEAST_TILE if self._stack == 1 else _LEAST_IN_STACK) / longer), 1)
        steps = range(max(_WIDEST_TILE // longer, least) * _ZOOMS, least * _ZOOMS - 1, -1)
        for zoom in (step / _ZOOMS for step in steps):
            gap = math.ceil(3 / zoom) * zoom
            below = QFontMetrics(self.small).ascent() if zoom * width >= self._named_from else 0
            each = zoom * height + _APART
            tall = (self._stack - 1) * each + zoom * height + max(below + 1, gap)
            wide = zoom * width + gap
            self._across = min(max(int((view.width() + gap) / wide), 1), count)
            if math.ceil(count / self._across) * tall <= view.height():
                break
        self._tall = tall
        taken = round(self._across * wide - gap)
        left = room.left()
        if count > self._across:
            left += max(view.width() - taken, 0) // 2
        blocks = []
        for place in range(count):
            row, column = divmod(place, self._across)
            for piece in range(self._stack):
                corner = left + round(column * wide), _MARGIN + round(row * tall + piece * each)
                blocks.append(CellBlock(*corner, height, width, zoom, zoom))
        self.place(blocks, room, below=round(max(below + 1, gap)))

    def row_of(self, cell: Cell) -> int:
        return cell.block // self._stack

    def row_rect(self, place: int) -> QRect:
        first = place * self._stack
        return self.block_rect(first).united(self.block_rect(first + self._stack - 1))

    def walked(self, cell: Cell, down: int, right: int) -> Cell:
        """Return the same pixel of the picture beside, below or above."""
        place, piece = divmod(cell.block, self._stack)
        further, piece = divmod(piece + down, self._stack)
        place += further * self._across + right
        if not 0 <= place < len(self.order):
            return cell
        return cell._replace(block=place * self._stack + piece)

    def sentence(self, cell: Cell) -> str:
        """Return what there is to say of a weight, and of its neuron: the bias and the norm."""
        row = int(self.order[self.row_of(cell)])
        with np.errstate(all="ignore"):
            norm = math.sqrt(float(np.square(self.weights[row], dtype=np.float64).sum()))
        bias = "" if self.biases is None else f" · b = {number(float(self.biases[row]))}"
        block = self.blocks[cell.block]
        before = cell.block % self._stack * block.rows + cell.row
        said = self.said_of(cell, before * block.columns + cell.column)
        return f"{said}{bias} · ‖w‖ = {number(norm)}"

    def pixels(self, block: int, part: Part) -> Pixels:
        place, piece = divmod(block, self._stack)
        rows = self.blocks[block].rows
        return self._colored(range(place, place + 1))[piece * rows : (piece + 1) * rows][part]

    def paint_cells(self, painter: QPainter, colors: Colors) -> None:
        """Draw the pictures in view from one image of them all."""
        height, width, zoom = self.blocks[0].rows, self.blocks[0].columns, self.blocks[0].width
        places = self._places_in_view()
        image = image_of(self._colored(places))
        smooth = zoom < _SMOOTH_BELOW and zoom % 1 != 0
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        source, target = QRect(0, 0, width, height), QRect(self.blocks[0].whole)
        shift = self.offset()
        for block in self.blocks[places.start * self._stack : places.stop * self._stack]:
            target.moveTo(block.left, block.top - shift.y())
            painter.drawImage(target, image, source)
            source.translate(0, height)
        if width * zoom >= self._named_from:
            painter.drawPixmap(0, 0, self._named(colors, places))
            if width * zoom >= _ROOMY_TILE:
                self._draw_figures(painter, colors, places)

    def paint_around(self, painter: QPainter, colors: Colors) -> None:
        """Draw the scale under the pictures, and beside them which map each one looks at."""
        assert self.table is not None
        body = self.body()
        line = QRect(self.blocks[0].left, body.bottom() + 6, self.viewport().width(), 16)
        self.draw_legend(
            painter, colors, line, self.table.row_word if self._stack > 1 else "picture"
        )
        if self._stack > 1:
            painter.setClipRect(self.viewport().rect().adjusted(0, 0, 0, -LEGEND))
            painter.setPen(QColor(colors.muted))
            self._draw_read(painter)

    def _draw_read(self, painter: QPainter) -> None:
        """Write the number of the map that each picture of a stack looks at, left of the first."""
        tall = painter.fontMetrics().height() - 2
        every = math.ceil(tall / (self.blocks[1].top - self.blocks[0].top))
        for first in range(0, len(self.blocks), self._across * self._stack):
            for piece in range(0, self._stack, every):
                picture = self.block_rect(first + piece)
                place = QRect(0, picture.center().y() - tall // 2, picture.left() - 6, tall)
                painter.drawText(
                    place, RIGHT, f"over {piece + 1}" if piece == 0 else f"{piece + 1}"
                )

    def _places_in_view(self) -> range:
        seen = self.body().translated(self.offset() - QPoint(0, _MARGIN))
        first, last = int(seen.top() / self._tall), int(seen.bottom() / self._tall) + 1
        return range(first * self._across, min(last * self._across, len(self.order)))

    def _colored(self, places: range) -> Pixels:
        """Return the colours of some stacks, one below the other."""
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
        """Return where there is room for text below a stack."""
        picture, metrics = self.row_rect(place), QFontMetrics(self.small)
        height = metrics.ascent() + metrics.descent()
        return QRect(picture.left(), picture.bottom(), picture.width(), height)
