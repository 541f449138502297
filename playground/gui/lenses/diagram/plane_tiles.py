"""Small pictures of every neuron's response over the plane, for its tile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPixmap

from playground.data.dataset import Dataset
from playground.gui.colormaps import class_colors
from playground.gui.lenses.diagram.columns import Column
from playground.gui.lenses.diagram.layout import Place
from playground.gui.lenses.diagram.tile_covers import radius_of
from playground.gui.probes.plane_field import class_image, value_image
from playground.gui.theme import DARK, Colors

SIDE = 28
"""Cells along either side of a response."""

_Key = tuple[str, float, Colors, float]

Responses = Mapping[str, NDArray[np.float32]]


class PlaneTiles:
    """The pictures of all columns, as large as the tiles of the moment.

    Attributes
    ----------
    responses
        By column, (units, SIDE²), row by row from the top; empty where they are not known.
    """

    def __init__(self) -> None:
        self.responses: Responses = {}
        self._pictures: dict[_Key, list[QPixmap]] = {}

    def take(self, responses: Responses) -> None:
        """Take new answers of all columns, (units, SIDE²) each."""
        self.responses = responses
        self._pictures.clear()

    def of(
        self, column: Column, place: Place, dataset: Dataset, colors: Colors, ratio: float
    ) -> Sequence[QPixmap]:
        """Return a picture for each tile of a column; none where they are not known."""
        values = self.responses.get(column.name)
        if values is None or len(values) != place.count or place.side < 6:
            return ()
        key = (column.name, place.side, colors, ratio)
        if key not in self._pictures:
            for old in [known for known in self._pictures if known[0] == column.name]:
                del self._pictures[old]
            images = response_images(column, values, dataset, colors)
            self._pictures[key] = [_rounded(image, place, ratio) for image in images]
        return self._pictures[key]


def response_images(
    column: Column, values: NDArray[np.float32], dataset: Dataset, colors: Colors
) -> list[QImage]:
    """Return a column's responses (units, SIDE²) as pictures in the plane probe's colours.

    The answer's tiles look as the plane itself does. In other columns zero is the ground, negative
    orange and positive blue, on one scale for the column: the activation's bound, else the
    column's largest response.
    """
    tiles, dark = column.tiles, colors is DARK
    if tiles.is_output and dataset.task == "regression":
        largest = max(float(np.abs(dataset.targets).max()), 1e-6)
        return [value_image(row[:, np.newaxis], largest, dark) for row in values]
    if tiles.is_output and tiles.has_bars and len(values) == 1:
        shares = np.stack([1 - values[0], values[0]], axis=1)
        return [class_image(shares, colors)]
    if tiles.is_output and tiles.has_bars:
        return [_share_image(row, unit, colors) for unit, row in enumerate(values)]
    bound = max(abs(tiles.label.low), abs(tiles.label.high))
    finite = np.abs(values[np.isfinite(values)])
    if not np.isfinite(bound):
        bound = max(float(finite.max(initial=0.0)), 1e-6)
    return [value_image(row[:, np.newaxis], bound, dark) for row in values]


def _share_image(shares: NDArray[np.float32], unit: int, colors: Colors) -> QImage:
    """Return one class's share over the plane: its colour where it is sure, else the ground."""
    ground = QColor(colors.central)
    base = np.array([ground.red(), ground.green(), ground.blue()], np.float32)
    own = class_colors(unit + 1)[unit, :3].astype(np.float32)
    weight = np.clip(np.nan_to_num(shares), 0, 1)[:, np.newaxis]
    side = round(len(shares) ** 0.5)
    pixels = np.full((side, side, 4), 255, np.uint8)
    pixels[..., :3] = (base + weight * (own - base)).reshape(side, side, 3)
    return QImage(pixels.data, side, side, 4 * side, QImage.Format.Format_RGBX8888).copy()


def _rounded(image: QImage, place: Place, ratio: float) -> QPixmap:
    side = max(round(place.side * ratio), 1)
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    path = QPainterPath()
    radius = radius_of(place) * ratio
    path.addRoundedRect(QRectF(0, 0, side, side), radius, radius)
    painter.setClipPath(path)
    painter.drawImage(QRectF(0, 0, side, side), image)
    painter.end()
    return picture
