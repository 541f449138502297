"""Paints around the tiles of all layers: what stands still is one pixmap, the rest a few calls."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
)

from playground.gui.lenses.layer_tiles import LayerTiles
from playground.gui.lenses.tile_layout import TileBlock, layout
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.heat import image_of
from playground.gui.look.theme import SMALL_PX, ui_font
from playground.gui.widgets.heat_grid import CENTER, LEFT, RIGHT
from playground.wording import short

_SCALE_TOP = 9
_BAR_WIDTH = 88
_BAR_HEIGHT = 8


class Mosaic:
    """What stands around the tiles of all layers, and between them."""

    def __init__(self) -> None:
        self.layers: Sequence[LayerTiles] = ()
        self.blocks: list[TileBlock] = []
        self._size = QSize()
        self._cover = QPixmap()
        self._cover_of: tuple[object, ...] = ()
        self._colors = DARK

    @property
    def _dark(self) -> bool:
        return self._colors is DARK

    def arrange(self, layers: Sequence[LayerTiles], size: QSize) -> None:
        """Lay the layers out in a view of a size."""
        self.layers = layers
        small, body = QFontMetrics(ui_font(SMALL_PX)), QFontMetrics(ui_font(bold=True))
        shapes = []
        for layer in layers:
            widest = max((body.horizontalAdvance(name) for name in layer.names), default=0)
            value = small.horizontalAdvance("−00.00")
            shapes.append(layer.shape(min(widest, 110), value, size.height() - 90))
        self.blocks = layout(shapes, size.width(), size.height()) if shapes else []
        self._size = size
        for block in self.blocks:
            self._size = self._size.expandedTo(QSize(block.tiles.right(), block.tiles.bottom()))
        self._cover_of = ()

    def cover(self, colors: Colors, ratio: float) -> QPixmap:
        """Return all that does not depend on values, with holes where the tiles are."""
        if (colors, ratio) != self._cover_of:
            self._cover_of = (colors, ratio)
            self._colors = colors
            self._cover = QPixmap(self._size * ratio)
            self._cover.setDevicePixelRatio(ratio)
            self._cover.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._cover)
            painter.fillRect(QRect(QPoint(), self._size), QColor(colors.central))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for left, right in pairwise(self.blocks):
                self._draw_flow(painter, left, right)
            for layer, block in zip(self.layers, self.blocks, strict=True):
                self._draw_title(painter, layer, block)
                self._draw_scale(painter, layer, block)
                self._draw_sockets(painter, layer, block)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
            for block in self.blocks:
                self._cut_holes(painter, block)
            painter.end()
        return self._cover

    def draw_values(self, painter: QPainter) -> None:
        """Draw the numbers, names and bars that go with the values."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for layer, block in zip(self.layers, self.blocks, strict=True):
            self._draw_ends(painter, layer, block)
            if layer.named and block.pitch >= 9:
                self._draw_named(painter, layer, block)
            elif block.shape.after and block.pitch >= 14:
                self._draw_values(painter, layer, block)

    def _radius(self, block: TileBlock) -> float:
        side = block.pitch - block.gap
        if side < 8 or block.gap == 0:
            return 0.0
        return min(side * 0.15, 1.5 if block.shape.tight else 5.0)

    def _cut_holes(self, painter: QPainter, block: TileBlock) -> None:
        """Make the cover transparent where the block's tiles are."""
        radius = self._radius(block)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, radius > 0)
        if not block.gap:
            for cells in block.maps:
                painter.fillRect(cells.whole, Qt.GlobalColor.black)
            return
        path = QPainterPath()
        for index in range(block.shape.count):
            path.addRoundedRect(QRectF(block.tile(index)), radius, radius)
        painter.fillPath(path, Qt.GlobalColor.black)

    def _draw_flow(self, painter: QPainter, left: TileBlock, right: TileBlock) -> None:
        """Shade the way from one layer to the next: every tile reaches every tile."""
        if right.slot.top() != left.slot.top():
            return
        x0 = left.tiles.right() + 1 + left.shape.after + 6
        x1 = right.tiles.left() - right.shape.before - 6
        if x1 - x0 < 10:
            return
        color = QColor(self._colors.border)
        gradient = QLinearGradient(x0, 0, x1, 0)
        for stop, alpha in ((0.0, 0), (0.3, 70), (0.7, 70), (1.0, 0)):
            color.setAlpha(alpha)
            gradient.setColorAt(stop, color)
        middle = (x0 + x1) / 2
        path = QPainterPath(QPointF(x0, left.tiles.top()))
        path.cubicTo(
            QPointF(middle, left.tiles.top()),
            QPointF(middle, right.tiles.top()),
            QPointF(x1, right.tiles.top()),
        )
        path.lineTo(x1, right.tiles.bottom() + 1)
        path.cubicTo(
            QPointF(middle, right.tiles.bottom() + 1),
            QPointF(middle, left.tiles.bottom() + 1),
            QPointF(x0, left.tiles.bottom() + 1),
        )
        painter.fillPath(path, gradient)

    def _draw_title(self, painter: QPainter, layer: LayerTiles, block: TileBlock) -> None:
        metrics = QFontMetrics(ui_font())
        room = block.slot.width() - 8
        bottom = block.tiles.top() - 8
        fitting = max((bottom - block.slot.top()) // metrics.height(), 1)
        parts = layer.label.heading.split(" · ")
        ways = ([" · ".join(parts)], [layer.label.title, layer.label.size], parts)
        lines = next(
            (
                lines
                for lines in ways
                if len(lines) <= fitting and max(map(metrics.horizontalAdvance, lines)) <= room
            ),
            ways[min(fitting, 2) - 1],
        )
        painter.setFont(ui_font())
        painter.setPen(QColor(self._colors.muted))
        centre = self._extent(block).center().x()
        for line in reversed(lines):
            text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, room)
            width = metrics.horizontalAdvance(text)
            x = min(max(centre - width // 2, block.slot.left() + 4), block.slot.right() - 4 - width)
            painter.drawText(x, bottom - metrics.descent(), text)
            bottom -= metrics.height()

    def _extent(self, block: TileBlock) -> QRect:
        """Return the tiles with what stands to their right."""
        return block.tiles.adjusted(0, 0, block.shape.after if block.shape.after > 80 else 0, 0)

    def _scale_rect(self, block: TileBlock) -> QRect:
        width = min(max(block.tiles.width(), 60), 150, block.slot.width() - 8)
        left = block.tiles.center().x() + 1 - width // 2
        left = min(max(left, block.slot.left() + 4), block.slot.right() - 4 - width)
        return QRect(left, block.tiles.bottom() + _SCALE_TOP, width, 4)

    def _draw_scale(self, painter: QPainter, layer: LayerTiles, block: TileBlock) -> None:
        bar = image_of(layer.table(self._dark).view(np.uint32).T)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._scale_rect(block), bar)

    def _draw_ends(self, painter: QPainter, layer: LayerTiles, block: TileBlock) -> None:
        """Write what the first and the last colour of the layer's scale stand for."""
        rect = self._scale_rect(block).translated(0, 5)
        rect.setHeight(QFontMetrics(ui_font(SMALL_PX)).height())
        painter.setFont(ui_font(SMALL_PX))
        painter.setPen(QColor(self._colors.muted))
        low, high = short(layer.low), short(layer.scale)
        if not layer.signed:
            low = "0"
        if rect.width() >= 90:
            painter.drawText(rect, LEFT, low)
            painter.drawText(rect, RIGHT, high)
        else:
            text = f"±{high}" if layer.signed else f"{low} … {high}"
            painter.drawText(rect.adjusted(-20, 0, 20, 0), CENTER, text)

    def _draw_sockets(self, painter: QPainter, layer: LayerTiles, block: TileBlock) -> None:
        """Outline the tiles, so that one at zero still shows; and the tracks of the bars."""
        if layer.signed and block.gap >= 2:
            painter.setPen(QPen(QColor(self._colors.border), 1))
            radius = self._radius(block) + 0.5
            for index in range(block.shape.count):
                tile = QRectF(block.tile(index)).adjusted(-0.5, -0.5, 0.5, 0.5)
                painter.drawRoundedRect(tile, radius, radius)
        if layer.named and layer.has_bars and block.pitch >= 9:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._colors.track))
            for index in range(block.shape.count):
                painter.drawRoundedRect(self._bar(block, block.tile(index), 1.0), 4, 4)
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _bar(self, block: TileBlock, tile: QRect, share: float) -> QRectF:
        left = block.tiles.right() + 1 + block.shape.after - _BAR_WIDTH
        height = min(_BAR_HEIGHT, block.pitch - 4)
        middle = tile.top() + tile.height() / 2
        return QRectF(left, middle - height / 2, max(share * _BAR_WIDTH, 2.0), height)

    def _draw_named(self, painter: QPainter, layer: LayerTiles, block: TileBlock) -> None:
        colors = self._colors
        chosen = layer.is_output and not layer.given_back
        answers = chosen and layer.count > 1 and np.isfinite(layer.a).any()
        best = int(np.nan_to_num(layer.a, nan=-np.inf).argmax()) if answers else -1
        shares = np.minimum(np.fmax(layer.a, 0), 1).tolist()
        after = block.tiles.right() + 9
        for index, (name, share) in enumerate(zip(layer.names, shares, strict=True)):
            tile = block.tile(index)
            row = QRect(after, tile.top() - 2, block.shape.after - 8, tile.height() + 4)
            painter.setFont(ui_font(bold=True) if index == best else ui_font())
            painter.setPen(QColor(colors.text if index == best else colors.muted))
            if layer.is_output:
                painter.drawText(row, LEFT, name)
            else:
                room = QRect(row)
                room.setRight(tile.left() - 8)
                room.setLeft(tile.left() - 8 - block.shape.before)
                fitted = painter.fontMetrics().elidedText(
                    name, Qt.TextElideMode.ElideRight, room.width()
                )
                painter.drawText(room, RIGHT, fitted)
            if layer.has_bars:
                good = index == best or (layer.count == 1 and share > 0.5)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(colors.good if good else colors.accent))
                painter.drawRoundedRect(self._bar(block, tile, share), 4, 4)
                painter.setBrush(Qt.BrushStyle.NoBrush)
            else:
                painter.setFont(ui_font(SMALL_PX))
                painter.drawText(
                    row, RIGHT if layer.is_output else LEFT, short(float(layer.a[index]))
                )

    def _draw_values(self, painter: QPainter, layer: LayerTiles, block: TileBlock) -> None:
        painter.setFont(ui_font(SMALL_PX))
        painter.setPen(QColor(self._colors.muted))
        height = QFontMetrics(ui_font(SMALL_PX)).height()
        left = block.tiles.right() + 7
        for index in range(layer.count):
            middle = block.tile(index).center().y() + 1
            row = QRect(left, middle - height // 2, block.shape.after - 6, height)
            painter.drawText(row, LEFT, short(float(layer.a[index])))
