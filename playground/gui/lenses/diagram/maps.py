"""Paints the maps of a layer as small pictures, and the frames of what a pixel of them sees."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from playground.gui.lenses.diagram.columns import Column
from playground.gui.lenses.diagram.layout import Box, Place
from playground.gui.look import colormaps
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.heat import Floats, Pixels, greatest_size, image_of, signed_pixels

_OUTLINED_FROM = 8.0
_SMALL = 7.0


def map_pixels(column: Column, dark: bool) -> Pixels:
    """Return the colours of a column's maps, one below the other: (maps · rows, columns)."""
    tiles = column.tiles
    painted = colormaps.colored(tiles.a, tiles.table(dark), tiles.low, tiles.scale)
    assert column.maps is not None
    pixels: Pixels = painted.view(np.uint32).reshape(-1, column.maps[2])
    return pixels


def kernel_pixels(kernels: Floats, dark: bool) -> Pixels:
    """Return the colours of kernels (maps, maps read, size, size), on one scale for the layer.

    Each map's stand in a square, in the order of the maps that they read, a pixel apart; the
    squares one below the other.
    """
    maps, read, size, _ = kernels.shape
    across = math.ceil(math.sqrt(read))
    down, step = math.ceil(read / across), size + 1
    pixels = np.zeros((maps, down * across, step, step), np.uint32)
    pixels[:, :read, :size, :size] = signed_pixels(kernels, greatest_size(kernels), dark)
    grid = pixels.reshape(maps, down, across, step, step).transpose(0, 1, 3, 2, 4)
    squares: Pixels = grid.reshape(maps, down * step, across * step)[:, :-1, :-1]
    return squares.reshape(-1, squares.shape[2])


def paint_maps(
    painter: QPainter,
    column: Column,
    place: Place,
    kernels: Floats | None,
    colors: Colors,
    view: tuple[float, float],
    sharp: float,
) -> None:
    """Paint a column's maps that can be seen in a view of that width and height.

    Parameters
    ----------
    painter, column, place, colors, view
        On what, what, and where.
    kernels
        (maps, maps read, size, size), to be shown instead of the values.
    sharp
        Where it is above 0, pictures are enlarged to so many pixels for each of the view's: a
        viewer of files would blur them.
    """
    dark, pixels = colors is DARK, None
    if kernels is not None:
        pixels = kernel_pixels(kernels, dark)
    elif column.filled:
        pixels = map_pixels(column, dark)
    image = None if pixels is None else image_of(pixels)
    high = 0 if image is None else image.height() // place.count
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    shrunk = image is not None and high > place.box(0)[3]
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrunk)
    outlined = image is None or kernels is not None or column.tiles.signed
    painter.setPen(QColor(colors.border))
    for tile in range(place.count):
        x, y, width, height = place.box(tile)
        if x + width < 0 or y + height < 0 or x > view[0] or y > view[1]:
            continue
        where = QRectF(x, y, width, height)
        if image is None:
            painter.fillRect(where, QColor(colors.track))
        else:
            if kernels is not None:
                where = QRectF(*place.tile(tile), place.side, place.side)
                where.setHeight(place.side * high / image.width())
            _draw(painter, where, image, QRectF(0, tile * high, image.width(), high), sharp)
        if outlined and place.side >= _OUTLINED_FROM:
            painter.drawRect(where)
    painter.restore()


def _draw(painter: QPainter, where: QRectF, image: QImage, source: QRectF, sharp: float) -> None:
    times = math.ceil(sharp * where.width() / source.width())
    if times > 1:
        part = image.copy(source.toRect())
        part = part.scaled(part.width() * times, part.height() * times)
        painter.drawImage(where, part)
    else:
        painter.drawImage(where, image, source)


def shades_on(column: Column, colors: Colors) -> Colors:
    """Return the colours that are seen on a column: maps of values from zero up are dark."""
    return DARK if column.maps is not None and not column.tiles.signed else colors


def paint_seen(painter: QPainter, boxes: Sequence[Box], ink: str, colors: Colors) -> None:
    """Frame rectangles of maps or of the input, set off by the ground's colour."""
    path = QPainterPath()
    for x, y, width, height in boxes:
        path.addRoundedRect(QRectF(x - 1, y - 1, width + 2, height + 2), 1.5, 1.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    small = any(min(width, height) < _SMALL for _, _, width, height in boxes)
    painter.setPen(QPen(QColor(colors.central), 2.2 if small else 3.2))
    painter.drawPath(path)
    painter.setPen(QPen(QColor(ink), 1.0 if small else 1.3))
    painter.drawPath(path)
