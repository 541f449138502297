"""How an example of each kind of data is painted into a square."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from playground.data.dataset import Dataset
from playground.data.kinds import DATA_KINDS, Pictures, PlanePoints, Sequences, TableRows
from playground.data.summary import largest_target
from playground.gui.look.colormaps import colored, diverging
from playground.gui.look.colors import DARK, Colors
from playground.gui.widgets.class_markers import class_color, paint_marker
from playground.gui.widgets.ink_image import ink_image
from playground.gui.widgets.pen_way_painting import paint_pen_way
from playground.registry import Companions

PaintExample: TypeAlias = Callable[[QPainter, QRectF, Dataset, int, Colors], None]


def draw_inside(painter: QPainter, square: QRectF, picture: QImage) -> None:
    """Draw a picture in the middle of a square, as large as it fits in its own shape."""
    scale = square.width() / max(picture.width(), picture.height())
    inside = QRectF(0, 0, picture.width() * scale, picture.height() * scale)
    inside.moveCenter(square.center())
    painter.drawImage(inside, picture)


def _paint_pixels(
    painter: QPainter, square: QRectF, dataset: Dataset, index: int, colors: Colors
) -> None:
    draw_inside(painter, square, ink_image(dataset.ink(dataset.inputs[index]), colors))


def _paint_way(
    painter: QPainter, square: QRectF, dataset: Dataset, index: int, colors: Colors
) -> None:
    """Paint the way of a pen, a picture read part by part, or a row for each feature."""
    way = dataset.pen_way(dataset.inputs[index])
    if way is None and dataset.drawing is not None:
        _paint_pixels(painter, square, dataset, index, colors)
    elif way is None:
        painter.drawImage(square, ink_image(dataset.ink(dataset.inputs[index]), colors))
    else:
        paint_pen_way(painter, square, way, colors)


def _paint_target(
    painter: QPainter, square: QRectF, dataset: Dataset, index: int, colors: Colors
) -> None:
    """Paint the shape of the example's class, or the colour of its target."""
    ground = QColor(colors.card)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(square, 4, 4)
    label = int(dataset.targets[index]) if dataset.labelled else 0
    color = class_color(label)
    if not dataset.labelled:
        largest, table = largest_target(dataset), diverging(colors is DARK)
        color = QColor(*colored(dataset.targets[index, 0], table, -largest, largest).tolist())
    paint_marker(painter, square.center(), square.width() * 0.24, label, color=color, ground=ground)


PAINTERS: Companions[PaintExample] = Companions(
    "painter",
    DATA_KINDS,
    {
        Pictures.kind: _paint_pixels,
        PlanePoints.kind: _paint_target,
        TableRows.kind: _paint_target,
        Sequences.kind: _paint_way,
    },
)
