"""Prepared covers with a hole for every tile, so that a column's values are one enlarged image."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap

from playground.gui.lenses.diagram.layout import Place
from playground.gui.look.colormaps import Table
from playground.gui.look.colors import Colors

_COVERED_FROM = 4.0
LARGEST = 4_000_000
"""Pixels of a block that is prepared; a larger one is painted tile by tile."""


def radius_of(place: Place) -> float:
    """Return how round a tile's corners are."""
    return 1.0 if place.is_picture or place.grid is not None else min(place.side * 0.14, 5.0)


def block_box(place: Place) -> QRect:
    """Return the whole pixels that a column's tiles touch."""
    return QRectF(place.x, place.y, place.width, place.height).toAlignedRect()


class TileCovers:
    """Covers of the columns in view, each drawn once for its place."""

    def __init__(self) -> None:
        self._covers: dict[str, tuple[tuple[Any, ...], QPixmap]] = {}

    def paint(
        self,
        painter: QPainter,
        name: str,
        painted: Table,
        place: Place,
        colors: Colors,
        ratio: float,
        outlined: bool,
    ) -> bool:
        """Paint a column's tiles; return whether that was possible (not for huge ones).

        Its cover is kept by its name. ``painted`` has each tile's colour; tiles that are
        ``outlined`` have a border, so that one in the ground's colour is seen.
        """
        box = block_box(place)
        if box.width() * box.height() * ratio * ratio > LARGEST:
            return False
        # Blue, green, red: the format that Qt enlarges without a conversion.
        ground = QColor(colors.central)
        pixels = np.full((place.rows * place.columns, 4), 255, np.uint8)
        pixels[:, :3] = ground.blue(), ground.green(), ground.red()
        pixels[: place.count] = painted[:, (2, 1, 0, 3)]
        image = QImage(
            pixels.data, place.columns, place.rows, 4 * place.columns, QImage.Format.Format_RGB32
        )
        half = (place.pitch - place.side) / 2
        cells = QRectF(
            place.x - half, place.y - half, place.columns * place.pitch, place.rows * place.pitch
        )
        painter.save()
        painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawImage(cells, image)
        if place.side >= _COVERED_FROM and place.side < place.pitch:
            cover = self.cover(name, place, colors, ratio, outlined)
            painter.drawPixmap(box.topLeft(), cover)
        painter.restore()
        return True

    def cover(
        self, name: str, place: Place, colors: Colors, ratio: float, outlined: bool
    ) -> QPixmap:
        """Return the ground's colour over a column's block, with a hole for every tile."""
        key = (place, colors, ratio, outlined)
        known = self._covers.get(name)
        if known is None or known[0] != key:
            known = self._covers[name] = (key, _drawn(*key))
        return known[1]


def _drawn(place: Place, colors: Colors, ratio: float, outlined: bool) -> QPixmap:
    box = block_box(place)
    cover = QPixmap(box.size() * ratio)
    cover.setDevicePixelRatio(ratio)
    cover.fill(Qt.GlobalColor.transparent)
    painter = QPainter(cover)
    painter.fillRect(QRect(QPoint(), box.size()), QColor(colors.central))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-box.x(), -box.y())
    radius, side = radius_of(place), place.side
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for x, y in place.corners().tolist():
        path.addRoundedRect(QRectF(x, y, side, side), radius, radius)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
    painter.fillPath(path, Qt.GlobalColor.black)
    if outlined and side >= 2 * _COVERED_FROM:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setPen(QPen(QColor(colors.border), 1))
        for x, y in place.corners().tolist():
            tile = QRectF(x + 0.5, y + 0.5, side - 1, side - 1)
            painter.drawRoundedRect(tile, radius, radius)
    painter.end()
    return cover
