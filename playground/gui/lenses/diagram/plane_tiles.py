"""Small pictures of every neuron's response over the plane, for its tile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from playground.data.dataset import Dataset
from playground.gui.lenses.diagram.columns import Column
from playground.gui.lenses.diagram.layout import Place
from playground.gui.lenses.diagram.tile_covers import LARGEST, TileCovers, block_box
from playground.gui.look.colormaps import class_colors, colored, diverging
from playground.gui.look.colors import DARK, Colors
from playground.gui.probes.plane_field import class_image

SIDE = 28
"""Cells along either side of a response."""

_LEAST_SIDE = 6.0

Responses = Mapping[str, NDArray[np.float32]]
_Key = tuple[Place, Colors, float]


class PlaneTiles:
    """The pictures of all columns, composed anew when answers arrive or something moves.

    Attributes
    ----------
    responses
        By column, (units, SIDE²), row by row from the top; empty where they are not known.
    """

    def __init__(self) -> None:
        self.responses: Responses = {}
        self._pictures: dict[str, tuple[_Key, QPixmap]] = {}
        self._covers = TileCovers()

    def take(self, responses: Responses) -> None:
        """Take new answers of all columns."""
        self.responses = responses
        self._pictures.clear()

    def paint(
        self,
        painter: QPainter,
        column: Column,
        place: Place,
        dataset: Dataset,
        colors: Colors,
        ratio: float,
    ) -> bool:
        """Paint a column's responses in the places of its tiles; return whether they are known."""
        values = self.responses.get(column.name)
        box = block_box(place)
        if values is None or len(values) != place.count or place.side < _LEAST_SIDE:
            return False
        if box.width() * box.height() * ratio * ratio > LARGEST:
            return False
        key = (place, colors, ratio)
        known = self._pictures.get(column.name)
        if known is None or known[0] != key:
            strip = response_strip(column, values, dataset, colors)
            cover = self._covers.cover(column.name, *key, outlined=True)
            known = self._pictures[column.name] = (key, _composed(strip, cover, key))
        painter.drawPixmap(box.topLeft(), known[1])
        return True


def response_strip(
    column: Column, values: NDArray[np.float32], dataset: Dataset, colors: Colors
) -> QImage:
    """Return a column's responses (units, SIDE²) in the plane probe's colours, one below the other.

    The answer's tiles look as the plane itself does. In other columns zero is the ground, negative
    orange and positive blue, on one scale for the column: the activation's bound, else the
    column's largest response.
    """
    tiles, dark = column.tiles, colors is DARK
    if tiles.is_output and dataset.task.classifies and tiles.has_bars:
        return _strip(_shares_colored(values, colors))
    bound = max(abs(tiles.label.low), abs(tiles.label.high))
    if tiles.is_output and not (dataset.task.classifies or tiles.given_back):
        bound = max(float(np.abs(dataset.targets).max()), 1e-6)
    elif not np.isfinite(bound):
        finite = np.abs(values[np.isfinite(values)])
        bound = max(float(finite.max(initial=0.0)), 1e-6)
    return _strip(colored(values, diverging(dark), -bound, bound)[..., :3])


def _shares_colored(values: NDArray[np.float32], colors: Colors) -> NDArray[Any]:
    """Return the colours of shares of one: as on the plane for a single output unit.

    Of several, each tile shows its own class: the class's colour where it is sure, else the ground.
    """
    if len(values) == 1:
        shares = np.stack([1 - values[0], values[0]], axis=1)
        image = class_image(shares, colors).convertToFormat(QImage.Format.Format_RGBX8888)
        flat = np.frombuffer(image.constBits(), np.uint8).copy()  # outlives the image
        return flat.reshape(1, -1, 4)[..., :3]
    ground = QColor(colors.central)
    base = np.array([ground.red(), ground.green(), ground.blue()], np.float32)
    own = class_colors(len(values))[:, np.newaxis, :3].astype(np.float32)
    weights = np.clip(np.nan_to_num(values), 0, 1)[..., np.newaxis]
    return base + weights * (own - base)


def _strip(painted: NDArray[Any]) -> QImage:
    """Return one image of pictures below each other, from colours (units, side², 3)."""
    side = round(painted.shape[1] ** 0.5)
    pixels = np.full((len(painted) * side, side, 4), 255, np.uint8)
    pixels[..., :3] = painted.reshape(-1, side, 3)[..., ::-1]
    image = QImage(pixels.data, side, len(pixels), 4 * side, QImage.Format.Format_RGB32)
    return image.copy()


def _composed(strip: QImage, cover: QPixmap, key: _Key) -> QPixmap:
    """Return a column's block: every response in its tile's place, under the tiles' cover."""
    place, colors, ratio = key
    box = block_box(place)
    picture = QPixmap(box.size() * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor(colors.central))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.translate(-box.x(), -box.y())
    side = strip.width()
    for unit in range(place.count):
        target = QRectF(*place.tile(unit), place.side, place.side)
        painter.drawImage(target, strip, QRectF(0, unit * side, side, side))
    painter.drawPixmap(box.topLeft(), cover)
    painter.end()
    return picture
