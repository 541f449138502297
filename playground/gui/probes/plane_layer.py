"""The part of the plane's picture that training does not change: points, axes and legend."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QLinearGradient,
    QPainter,
    QPen,
    QPixmap,
)

from playground.data.dataset import Dataset
from playground.gui.colormaps import colored, diverging
from playground.gui.probes.class_markers import class_color, paint_marker, stamp
from playground.gui.probes.numbers import signed
from playground.gui.probes.plane_axes import PlaneAxes
from playground.gui.theme import DARK, SMALL_PX, Colors

_FEW = 20


def paint_layer(
    size: QSize,
    ratio: float,
    dataset: Dataset,
    held_back: NDArray[np.bool_],
    axes: PlaneAxes,
    colors: Colors,
    font: QFont,
) -> QPixmap:
    """Return a see-through picture as large as the widget.

    Training examples are filled shapes, test examples (``held_back``) outlines.
    """
    layer = QPixmap(size * ratio)
    layer.setDevicePixelRatio(ratio)
    layer.fill(Qt.GlobalColor.transparent)
    painter = QPainter(layer)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    small = QFont(font)
    small.setPixelSize(SMALL_PX)
    painter.setFont(small)
    _paint_axes(painter, axes, dataset.feature_names, colors)
    _paint_legend(painter, axes, dataset, bool(held_back.any()), colors)
    painter.save()
    painter.setClipRect(axes.square.adjusted(-4, -4, 4, 4))
    radius = point_radius(len(dataset), axes.square.width())
    if dataset.task == "classification":
        _paint_classes(painter, dataset, held_back, axes, radius, colors, ratio)
    else:
        _paint_values(painter, dataset, held_back, axes, radius, colors)
    painter.restore()
    painter.end()
    return layer


def point_radius(points: int, side: float) -> float:
    """Return how large a point is painted: a few points large, many small."""
    if points <= _FEW:
        return 6.5
    return min(max(side / 95, 2.6), 5.0) * (1.0 if points <= 1000 else 0.75)


def largest_target(dataset: Dataset) -> float:
    """Return the size that ends the colours of a field: the largest target's."""
    return max(float(np.abs(dataset.targets).max()), 1e-6)


def _places(axes: PlaneAxes, points: NDArray[np.float32]) -> NDArray[np.float64]:
    corner = axes.to_pixels(axes.low, axes.low)
    scale = axes.square.width() / axes.span
    offset = (points.astype(np.float64) - axes.low) * scale
    return np.stack([corner.x() + offset[:, 0], corner.y() - offset[:, 1]], axis=1)


def _paint_classes(
    painter: QPainter,
    dataset: Dataset,
    held_back: NDArray[np.bool_],
    axes: PlaneAxes,
    radius: float,
    colors: Colors,
    ratio: float,
) -> None:
    ground = QColor(colors.central)
    edge = QColor(255, 255, 255, 190)
    stamps = [
        [
            stamp(
                radius,
                label,
                color=class_color(label),
                ground=ground,
                hollow=hollow,
                edge=edge,
                ratio=ratio,
            )
            for hollow in (False, True)
        ]
        for label in range(len(dataset.class_names))
    ]
    half = stamps[0][0].width() / ratio / 2
    corners = (_places(axes, np.asarray(dataset.inputs)) - half).tolist()
    kinds = zip(dataset.targets.tolist(), held_back.tolist(), strict=True)
    for (x, y), (label, hollow) in zip(corners, kinds, strict=True):
        painter.drawPixmap(QPointF(x, y), stamps[label][hollow])


def _paint_values(
    painter: QPainter,
    dataset: Dataset,
    held_back: NDArray[np.bool_],
    axes: PlaneAxes,
    radius: float,
    colors: Colors,
) -> None:
    largest = largest_target(dataset)
    table = diverging(colors is DARK)
    fills = colored(dataset.targets[:, 0], table, -largest, largest).tolist()
    outline = QColor(colors.text)
    outline.setAlphaF(0.75)
    thin = QPen(outline, 0.8)
    rows = zip(_places(axes, np.asarray(dataset.inputs)).tolist(), fills, held_back.tolist(), strict=True)
    for (x, y), fill, hollow in rows:
        color = QColor(*fill)
        painter.setPen(QPen(outline, 1.6) if hollow else thin)
        painter.setBrush(QColor(colors.central) if hollow else color)
        painter.drawEllipse(QPointF(x, y), radius, radius)
        if hollow:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(QPointF(x, y), radius - 2, radius - 2)


def _paint_axes(painter: QPainter, axes: PlaneAxes, names: tuple[str, ...], colors: Colors) -> None:
    square = axes.square
    painter.setPen(QPen(QColor(colors.border), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(square.adjusted(-0.5, -0.5, 0.5, 0.5))
    metrics = QFontMetricsF(painter.font())
    for tick in axes.ticks():
        at = axes.to_pixels(tick, tick)
        text = f"{tick:.6g}".replace("-", "−")
        painter.setPen(QColor(colors.muted))
        wide = metrics.horizontalAdvance(text)
        left = min(at.x() - wide / 2, square.right() + 6 - wide)
        painter.drawText(QPointF(left, square.bottom() + 14), text)
        place = QPointF(square.left() - 6 - wide, at.y() + metrics.capHeight() / 2)
        painter.drawText(place, text)
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.drawLine(QPointF(at.x(), square.bottom()), QPointF(at.x(), square.bottom() + 3))
        painter.drawLine(QPointF(square.left() - 3, at.y()), QPointF(square.left(), at.y()))
    painter.setPen(QColor(colors.text))
    below = QRectF(square.left(), square.bottom() + 16, square.width(), 15)
    painter.drawText(below, Qt.AlignmentFlag.AlignCenter, names[0])
    above = metrics.horizontalAdvance(names[1])
    painter.drawText(QPointF(square.left() - above / 2 - 12, square.top() - 8), names[1])


def _paint_legend(
    painter: QPainter, axes: PlaneAxes, dataset: Dataset, tested: bool, colors: Colors
) -> None:
    """Write above the square, from its right edge, what colours and shapes mean."""
    metrics = QFontMetricsF(painter.font())
    ground = QColor(colors.central)
    middle = axes.square.top() - 12
    baseline = middle + metrics.capHeight() / 2
    right = axes.square.right()

    def write(text: str) -> None:
        nonlocal right
        right -= metrics.horizontalAdvance(text)
        painter.setPen(QColor(colors.muted))
        painter.drawText(QPointF(right, baseline), text)

    if tested:
        write("test")
        right -= 9
        painter.setPen(QPen(QColor(colors.muted), 1.6))
        painter.setBrush(ground)
        painter.drawEllipse(QPointF(right, middle), 3.6, 3.6)
        right -= 16
    if dataset.task == "regression":
        largest = largest_target(dataset)
        write(signed(largest, 1))
        gradient = QLinearGradient(right - 66, 0, right - 6, 0)
        table = diverging(colors is DARK)
        for index in range(0, 256, 51):
            gradient.setColorAt(index / 255, QColor(*table[index].tolist()))
        painter.fillRect(QRectF(right - 66, middle - 4, 60, 8), gradient)
        right -= 72
        write(signed(-largest, 1))
        return
    for label in reversed(range(len(dataset.class_names))):
        write(dataset.class_names[label])
        right -= 9
        color = class_color(label)
        paint_marker(painter, QPointF(right, middle), 4, label, color=color, ground=ground)
        right -= 14
