"""Paints the neurons of one column as tiles, with the marks of what surgery did to them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from playground.gui import colormaps
from playground.gui.lenses.diagram.columns import Column
from playground.gui.lenses.diagram.layout import Place
from playground.gui.lenses.layer_tiles import short_number
from playground.gui.theme import DARK, SMALL_PX, Colors, ui_font

_ROUNDED_FROM = 9.0
_MOST_ROUNDED = 700
_GRID_FROM = 5.0
_VALUE_FROM = 33.0
_LOCK_FROM = 17.0
_ICE = {True: "#8fd8f2", False: "#1793b8"}  # dark, light


def tile_colors(column: Column, colors: Colors) -> colormaps.Table:
    """Return every tile's colour, uint8 (count, 4), RGBA; grey without values."""
    tiles = column.tiles
    if not column.filled:
        grey = QColor(colors.track)
        return np.tile(
            np.array([grey.red(), grey.green(), grey.blue(), 255], np.uint8), (column.count, 1)
        )
    return colormaps.colored(tiles.a, tiles.table(colors is DARK), tiles.low, tiles.scale)


def radius_of(place: Place) -> float:
    """Return how round a tile's corners are."""
    return 1.0 if place.is_picture else min(place.side * 0.14, 5.0)


def paint_column(
    painter: QPainter,
    column: Column,
    place: Place,
    colors: Colors,
    view: tuple[float, float],
    responses: Sequence[QPixmap] = (),
) -> None:
    """Paint the tiles that can be seen.

    Parameters
    ----------
    painter
        Of the view.
    column, place
        The neurons with their values, and where they stand in the view.
    colors
        The theme.
    view
        Width and height; tiles outside are left out.
    responses
        A picture for each tile, in its place instead of a colour.
    """
    painted = tile_colors(column, colors)
    corners = place.corners()
    if len(responses) == place.count:
        paint_responses(painter, place, responses, colors)
        _paint_marks(painter, column, place, colors)
        return
    seen = np.flatnonzero(((corners > -place.side) & (corners < np.asarray(view))).all(axis=1))
    if place.side < _ROUNDED_FROM or len(seen) > _MOST_ROUNDED or place.is_picture:
        _paint_image(painter, painted, place, colors)
    else:
        _paint_rounded(painter, painted, corners, seen, column, place, colors)
    _paint_marks(painter, column, place, colors)


def _paint_image(painter: QPainter, painted: colormaps.Table, place: Place, colors: Colors) -> None:
    """Paint a grid as one enlarged image, its gaps as lines of the ground's colour."""
    pixels = np.zeros((place.rows * place.columns, 4), np.uint8)
    pixels[: place.count] = painted
    image = QImage(
        pixels.data, place.columns, place.rows, 4 * place.columns, QImage.Format.Format_RGBA8888
    )
    wide, tall = place.columns * place.pitch, place.rows * place.pitch
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.drawImage(QRectF(place.x, place.y, wide, tall), image)
    gap = place.pitch - place.side
    ground = QColor(colors.central)
    if place.pitch >= _GRID_FROM and gap > 0:
        half = gap / 2
        lines = [
            QLineF(x := place.x + index * place.pitch - half, place.y, x, place.y + tall)
            for index in range(1, place.columns + 1)
        ] + [
            QLineF(place.x, y := place.y + index * place.pitch - half, place.x + wide, y)
            for index in range(1, place.rows + 1)
        ]
        painter.setPen(QPen(ground, gap))
        painter.drawLines(lines)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    if place.is_picture:
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(place.x - 1, place.y - 1, place.width + 2, place.height + 2))


def _paint_rounded(
    painter: QPainter,
    painted: colormaps.Table,
    corners: np.ndarray,
    seen: np.ndarray,
    column: Column,
    place: Place,
    colors: Colors,
) -> None:
    radius, side = radius_of(place), place.side
    outlined = not column.filled or column.tiles.signed
    painter.setPen(QPen(QColor(colors.border), 1) if outlined else Qt.PenStyle.NoPen)
    silenced, ground = column.silenced, QColor(colors.central)
    for unit in seen.tolist():
        red, green, blue, _ = painted[unit].tolist()
        painter.setBrush(ground if unit in silenced else QColor(red, green, blue))
        x, y = corners[unit].tolist()
        painter.drawRoundedRect(QRectF(x, y, side, side), radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if not column.filled or side < _VALUE_FROM:
        return
    painter.setFont(ui_font(SMALL_PX))
    for unit in seen.tolist():
        light = painted[unit, :3] @ np.array([0.299, 0.587, 0.114])
        dark_ink = light > 140 and unit not in silenced
        painter.setPen(QColor("#101216" if dark_ink else "#ffffff"))
        if unit in silenced:
            painter.setPen(QColor(colors.muted))
        x, y = corners[unit].tolist()
        text = short_number(float(column.tiles.a[unit]))
        painter.drawText(QRectF(x - 4, y, side + 8, side), Qt.AlignmentFlag.AlignCenter, text)


def paint_responses(
    painter: QPainter, place: Place, responses: Sequence[QPixmap], colors: Colors
) -> None:
    """Paint a picture in the place of every tile, with an outline."""
    painter.setPen(QPen(QColor(colors.border), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = radius_of(place)
    for unit, picture in enumerate(responses):
        box = QRectF(*place.tile(unit), place.side, place.side)
        painter.drawPixmap(box, picture, QRectF(picture.rect()))
        painter.drawRoundedRect(box, radius, radius)


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


def _paint_marks(painter: QPainter, column: Column, place: Place, colors: Colors) -> None:
    """Cross out what is silenced, and put ice around what is frozen."""
    side, radius = place.side, radius_of(place)
    if column.silenced:
        painter.setPen(QPen(QColor(colors.muted), 1.4 if side >= _ROUNDED_FROM else 1))
        for unit in column.silenced:
            x, y = place.tile(unit)
            if side < _ROUNDED_FROM:
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
            painter.setPen(QPen(ice, 1.8 if side >= _ROUNDED_FROM else 1))
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
    x, y = place.tile(unit)
    away = 3.5 if place.side >= _ROUNDED_FROM else 2.0
    box = QRectF(x - away, y - away, place.side + 2 * away, place.side + 2 * away)
    radius = radius_of(place) + away - 0.5
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colors.central), width + 2.5))
    painter.drawRoundedRect(box.adjusted(0.8, 0.8, -0.8, -0.8), radius, radius)
    painter.setPen(QPen(QColor(color), width))
    painter.drawRoundedRect(box, radius, radius)
