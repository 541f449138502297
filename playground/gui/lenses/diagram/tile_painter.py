"""Paints the neurons of one column as tiles, with the marks of what surgery did to them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from playground.gui.lenses.diagram.columns import Column
from playground.gui.lenses.diagram.layout import Place
from playground.gui.lenses.diagram.tile_covers import TileCovers, radius_of
from playground.gui.look.colormaps import Table, colored
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.heat import is_bright
from playground.gui.look.theme import SMALL_PX, ui_font
from playground.gui.widgets.cell_texts import INKS
from playground.wording import short

_LARGE_FROM = 9.0
VALUE_FROM = 33.0
_LOCK_FROM = 17.0
_ICE = {True: "#8fd8f2", False: "#1793b8"}  # dark, light


def tile_colors(column: Column, colors: Colors) -> Table:
    """Return every tile's colour, uint8 (count, 4), RGBA; grey without values."""
    tiles = column.tiles
    if not column.filled:
        grey = QColor(colors.track)
        return np.tile(
            np.array([grey.red(), grey.green(), grey.blue(), 255], np.uint8), (column.count, 1)
        )
    return colored(tiles.a, tiles.table(colors is DARK), tiles.low, tiles.scale)


def paint_column(
    painter: QPainter,
    column: Column,
    place: Place,
    colors: Colors,
    view: tuple[float, float],
    ratio: float,
    covers: TileCovers | None,
) -> None:
    """Paint the tiles that can be seen in a view of that width and height.

    ``ratio`` is the device's pixels for each of the view's. Prepared covers are for speed: without
    them every tile is a shape of its own.
    """
    painted = tile_colors(column, colors)
    outlined = (not column.filled or column.tiles.signed) and not place.is_picture
    written = column.filled and place.side >= VALUE_FROM and not place.is_picture
    if (
        written
        or covers is None
        or not covers.paint(painter, column.name, painted, place, colors, ratio, outlined)
    ):
        corners = place.corners()
        inside = (corners > -place.side) & (corners < np.asarray(view))
        seen = np.flatnonzero(inside.all(axis=1))
        _paint_shapes(painter, painted, corners, seen, place, colors, outlined)
        if written:
            _write_values(painter, painted, corners, seen, column, place)


def _paint_shapes(
    painter: QPainter,
    painted: Table,
    corners: NDArray[np.float64],
    seen: NDArray[np.intp],
    place: Place,
    colors: Colors,
    outlined: bool,
) -> None:
    radius, side = radius_of(place), place.side
    painter.setPen(QPen(QColor(colors.border), 1) if outlined else Qt.PenStyle.NoPen)
    for unit in seen.tolist():
        red, green, blue, _ = painted[unit].tolist()
        painter.setBrush(QColor(red, green, blue))
        x, y = corners[unit].tolist()
        painter.drawRoundedRect(QRectF(x, y, side, side), radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _write_values(
    painter: QPainter,
    painted: Table,
    corners: NDArray[np.float64],
    seen: NDArray[np.intp],
    column: Column,
    place: Place,
) -> None:
    """Write every tile's value into it, in black or in white."""
    side = place.side
    bright = is_bright(np.ascontiguousarray(painted).view(np.uint32)[:, 0]).astype(int).tolist()
    painter.setFont(ui_font(SMALL_PX))
    for unit in seen.tolist():
        if unit in column.silenced:
            continue
        painter.setPen(QColor(INKS[bright[unit]]))
        x, y = corners[unit].tolist()
        text = short(float(column.tiles.a[unit]))
        painter.drawText(QRectF(x - 4, y, side + 8, side), Qt.AlignmentFlag.AlignCenter, text)


def paint_probe_point(
    painter: QPainter, place: Place, shares: tuple[float, float], colors: Colors
) -> None:
    """Mark the probe's point on every tile; shares are from the left and from the top."""
    if place.side < 22 or not all(0 <= share <= 1 for share in shares):
        return
    painter.setPen(QPen(QColor(colors.central), 1))
    painter.setBrush(QColor(colors.text))
    for unit in range(place.count):
        x, y = place.tile(unit)
        at = QPointF(x + shares[0] * place.side, y + shares[1] * place.side)
        painter.drawEllipse(at, 2.4, 2.4)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_marks(painter: QPainter, column: Column, place: Place, colors: Colors) -> None:
    """Cross out what is silenced, and put ice around what is frozen."""
    side, radius = place.side, radius_of(place)
    if column.silenced:
        painter.setPen(QPen(QColor(colors.muted), 1.4 if side >= _LARGE_FROM else 1))
        for unit in column.silenced:
            x, y = place.tile(unit)
            painter.fillRect(QRectF(x, y, side, side), QColor(colors.central))
            box = QRectF(x, y, side, side).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(box, radius, radius)
            edge = side * 0.24
            box = box.adjusted(edge, edge, -edge, -edge)
            painter.drawLine(box.topLeft(), box.bottomRight())
            painter.drawLine(box.topRight(), box.bottomLeft())
    if column.frozen:
        ice = QColor(_ICE[colors is DARK])
        for unit in column.frozen:
            x, y = place.tile(unit)
            painter.setPen(QPen(ice, 1.8 if side >= _LARGE_FROM else 1))
            painter.drawRoundedRect(QRectF(x, y, side, side), radius, radius)
            if side >= _LOCK_FROM:
                _paint_lock(painter, QPointF(x + side - 1, y + 1), ice, colors)


def _paint_lock(painter: QPainter, at: QPointF, ice: QColor, colors: Colors) -> None:
    """Paint a small padlock on a tile's upper right corner."""
    painter.setPen(QPen(QColor(colors.central), 2))
    painter.setBrush(ice)
    body = QRectF(at.x() - 4.5, at.y() - 1.5, 9, 6.5)
    painter.drawRoundedRect(body, 1.5, 1.5)
    painter.setPen(QPen(ice, 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(QRectF(at.x() - 2.6, at.y() - 5, 5.2, 6.5), 0, 180 * 16)


def paint_frame(
    painter: QPainter, place: Place, unit: int, color: str, width: float, colors: Colors
) -> None:
    """Paint a frame around one tile, set off from it by the ground's colour."""
    away = 3.5 if place.pixel >= _LARGE_FROM else 2.0 if place.grid is None else 1.0
    box = QRectF(*place.neuron(unit)).adjusted(-away, -away, away, away)
    radius = radius_of(place) + away - 0.5
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colors.central), width + 2.5))
    painter.drawRoundedRect(box.adjusted(0.8, 0.8, -0.8, -0.8), radius, radius)
    painter.setPen(QPen(QColor(color), width))
    painter.drawRoundedRect(box, radius, radius)
