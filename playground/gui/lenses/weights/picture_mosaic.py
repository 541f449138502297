"""The weights of a layer that reads pictures as pictures: what each neuron or map looks for."""

from __future__ import annotations

import math
from dataclasses import dataclass

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
from playground.gui.widgets.heat_grid import CENTER, LEFT, RIGHT
from playground.wording import nth, number

_LEAST_TILE, _LEAST_IN_STACK = 24, 9
_WIDEST_TILE = 170
_ZOOMS = 4
_SMOOTH_BELOW = 2.0
_NAMED_TILE, _NAMED_STACK = 24, 10
_ROOMY_TILE = 76
_MARGIN = 4
_APART = 3


@dataclass(frozen=True)
class _Arrangement:
    """How stacks of pictures stand: each piece below the one before, or ``lying`` beside it.

    ``zoom`` is a weight's side, ``wide`` and ``tall`` lead from stack to stack, ``across`` of which
    stand side by side; ``name`` is the room for a number left of a lying stack, or below it, and
    ``fits`` tells whether all are in view.
    """

    lying: bool
    fits: bool
    zoom: float
    across: int
    wide: float
    tall: float
    name: float


class PictureMosaic(WeightGrid):
    """A stack of pictures a neuron or map, side by side, with its number where there is room.

    A stack has a block for each map that the layer reads, one where it reads the picture itself.
    """

    def __init__(self) -> None:
        spoken = "Weights of each neuron or map of a layer as pictures"
        super().__init__("weightPictures", spoken)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack = 1
        self._laid = _Arrangement(False, True, 1.0, 1, 1.0, 1.0, 0.0)
        self._names = QPixmap()
        self._names_of: tuple[object, ...] = ()

    @property
    def _named_from(self) -> int:
        """How wide a picture has to be for its neuron's number below."""
        return _NAMED_TILE if self._stack == 1 else _NAMED_STACK

    def measure(self) -> None:
        """Choose the way and the greatest zoom at which all pictures are in view, if there is one.

        Stacks stand, or lie where that makes them larger.
        """
        picture = self.table.picture if self.table is not None else None
        if picture is None or not self.weights.size:
            self.place([])
            return
        self._stack, height, width = picture
        metrics = QFontMetrics(self.small)
        room = QMargins(_MARGIN, _MARGIN, _MARGIN, LEGEND)
        laid = self._laid = self._arranged(room, height, width, lying=False)
        if self._stack > 1:
            standing, lying = (QMargins(room), QMargins(room))
            standing.setLeft(_MARGIN + metrics.horizontalAdvance(_over(0)) + 8)
            lying.setTop(_MARGIN + metrics.height())
            ways = [
                (self._arranged(standing, height, width, lying=False), standing),
                (self._arranged(lying, height, width, lying=True), lying),
            ]
            laid, room = max(ways, key=lambda way: (way[0].fits, way[0].zoom))
            self._laid = laid
        view = self.viewport().rect().marginsRemoved(room).size()
        count, zoom = len(self.weights), laid.zoom
        left = room.left()
        if count > laid.across:
            left += max(view.width() - round(laid.across * laid.wide), 0) // 2
        step = zoom * (width if laid.lying else height) + _APART
        blocks = []
        for place in range(count):
            row, column = divmod(place, laid.across)
            across, down = column * laid.wide + laid.name * laid.lying, row * laid.tall
            for piece in range(self._stack):
                shift = piece * step
                x, y = (across + shift, down) if laid.lying else (across, down + shift)
                corner = left + round(x), room.top() + round(y)
                blocks.append(CellBlock(*corner, height, width, zoom, zoom))
        self.place(blocks, room, below=0 if laid.lying else round(laid.name))

    def _arranged(self, room: QMargins, height: int, width: int, *, lying: bool) -> _Arrangement:
        """Return the greatest stacks of pictures (height, width) that fit; else the least."""
        assert self.table is not None
        view = self.viewport().rect().marginsRemoved(room).size()
        count, longer, metrics = len(self.weights), max(height, width), QFontMetrics(self.small)
        label = max(map(metrics.horizontalAdvance, self.table.row_labels)) + 6
        least = max(math.ceil((_LEAST_TILE if self._stack == 1 else _LEAST_IN_STACK) / longer), 1)
        steps = range(max(_WIDEST_TILE // longer, least) * _ZOOMS, least * _ZOOMS - 1, -1)
        for zoom in (step / _ZOOMS for step in steps):
            gap = math.ceil(3 / zoom) * zoom
            between = (self._stack - 1) * _APART
            if lying:
                name: float = label
                wide = label + self._stack * zoom * width + between + 2 * gap
                tall = zoom * height + gap
            else:
                below = metrics.ascent() if zoom * width >= self._named_from else 0
                name = max(below + 1, gap)
                wide, tall = zoom * width + gap, self._stack * zoom * height + between + name
            across = min(max(int((view.width() + gap) / wide), 1), count)
            fits = wide <= view.width() and math.ceil(count / across) * tall <= view.height()
            if fits:
                break
        return _Arrangement(lying, fits, zoom, across, wide, tall, name)

    def row_of(self, cell: Cell) -> int:
        return cell.block // self._stack

    def row_rect(self, place: int) -> QRect:
        first = place * self._stack
        return self.block_rect(first).united(self.block_rect(first + self._stack - 1))

    def walked(self, cell: Cell, down: int, right: int) -> Cell:
        """Return the same pixel of the picture beside, below or above."""
        place, piece = divmod(cell.block, self._stack)
        across = self._laid.across
        row, column = divmod(place, across)
        if self._laid.lying:
            further, piece = divmod(piece + right, self._stack)
            row, column = row + down, column + further
        else:
            further, piece = divmod(piece + down, self._stack)
            row, column = row + further, column + right
        place = row * across + column
        outside = self._laid.lying and not 0 <= column < across
        if outside or not 0 <= place < len(self.order):
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
        if width * zoom >= self._named_from or self._laid.lying:
            painter.drawPixmap(0, 0, self._named(colors, places))
            if width * zoom >= _ROOMY_TILE and not self._laid.lying:
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
        """Write which map each picture of a stack looks at: left of the first, or above it."""
        first, second, across = self.blocks[0], self.blocks[1], self._laid.across
        tall = painter.fontMetrics().height() - 2
        if self._laid.lying:
            widest = painter.fontMetrics().horizontalAdvance(_over(0)) + 8
            every = math.ceil(widest / (second.left - first.left))
            stacks = range(min(across, len(self.order)))
        else:
            every = math.ceil(tall / (second.top - first.top))
            stacks = range(0, len(self.order), across)
        for stack in stacks:
            for piece in range(0, self._stack, every):
                picture = self.block_rect(stack * self._stack + piece)
                middle, align = picture.center(), RIGHT
                place = QRect(0, middle.y() - tall // 2, picture.left() - 6, tall)
                if self._laid.lying:
                    place, align = QRect(middle.x() - 40, _MARGIN - 2, 80, tall), CENTER
                painter.drawText(place, align, _over(piece))

    def _places_in_view(self) -> range:
        laid = self._laid
        seen = self.body().translated(self.offset() - QPoint(0, self.room.top()))
        first, last = int(seen.top() / laid.tall), int(seen.bottom() / laid.tall) + 1
        return range(first * laid.across, min(last * laid.across, len(self.order)))

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
            widest = max(map(painter.fontMetrics().horizontalAdvance, self.table.row_labels)) + 2
            every = 1 if self._laid.lying else math.ceil(widest / self._laid.wide)
            for place in (one for one in places if one % self._laid.across % every == 0):
                name = self.table.row_labels[int(self.order[place])]
                align = RIGHT if self._laid.lying else LEFT
                painter.drawText(self._beside(place), align | Qt.TextFlag.TextDontClip, name)
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
            painter.drawText(self._beside(place), RIGHT, text)

    def _beside(self, place: int) -> QRect:
        """Return where there is room for text: below a stack, or left of one that lies."""
        picture, metrics = self.row_rect(place), QFontMetrics(self.small)
        height = metrics.ascent() + metrics.descent()
        if self._laid.lying:
            middle = picture.center().y() - height // 2
            return QRect(picture.left() - 86, middle, 80, height)
        return QRect(picture.left(), picture.bottom(), picture.width(), height)


def _over(piece: int) -> str:
    """Return which map a picture of a stack looks at: the first one says what the numbers are."""
    return f"over {nth(piece)}" if piece == 0 else nth(piece)
