"""The part of the plane's picture that training does not change: points, axes and legend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QLinearGradient,
    QPainter,
    QPen,
    QPixmap,
)

from playground.data.dataset import Dataset
from playground.data.judged import MADE, REAL, unjudged
from playground.data.own.painted import FEATURES, PaintedPoints, class_names
from playground.gui.look.colormaps import colored, diverging
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.theme import SMALL_PX, ui_font
from playground.gui.widgets.class_markers import paint_marker, stamp
from playground.gui.widgets.plane_axes import PlaneAxes
from playground.wording import fixed, number

_FEW = 20
_OVER = 4.0
"""Pixels that a point may reach over the square's edge."""

_KEY = 23
"""Pixels that a class's marker takes in the legend, with the space around it."""


@dataclass(frozen=True, eq=False)
class PlaneScene:
    """What lies on the plane.

    Parameters
    ----------
    points
        float32 of shape (n, 2); there may be none.
    targets
        Labels of shape (n,), or the values of a regression, (n, 1).
    held_back
        Which points are kept for testing; shape (n,).
    class_names
        Empty for regression.
    feature_names
        The axes' names.
    value_range
        What both axes show.
    """

    points: NDArray[np.float32]
    targets: NDArray[np.generic]
    held_back: NDArray[np.bool_]
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    value_range: tuple[float, float]

    @classmethod
    def of(cls, dataset: Dataset, held_back: NDArray[np.bool_]) -> PlaneScene:
        """Return a data set's points."""
        names, features, shown = dataset.class_names, dataset.feature_names, dataset.value_range
        points = np.asarray(dataset.inputs)
        return cls(points, dataset.targets, held_back, names, features, shown)

    @classmethod
    def of_painted(
        cls, painted: PaintedPoints, held_back: NDArray[np.bool_], like: Dataset | None
    ) -> PlaneScene:
        """Return painted points, of which there may be none yet."""
        plain = None if like is None else unjudged(like)
        names, labels = class_names(painted.classes, plain), painted.labels
        if like is not None and like is not plain:  # whatever is painted is real
            if REAL in like.class_names:
                names = like.class_names
                labels = np.full_like(labels, names.index(REAL))
            else:
                names = (*names, MADE)
        features = FEATURES if like is None else like.feature_names
        shown = painted.value_range
        return cls(painted.points, labels, held_back, names, features, shown)

    def added_to(self, other: PlaneScene) -> NDArray[np.bool_] | slice | None:
        """Return which points have only to be painted over those of another scene to get this one.

        They are new at the end, or went over to the other side of the split; None where points
        are gone, elsewhere, or of another class.
        """
        count = len(other.points)
        if (
            len(self.points) < count
            or not np.array_equal(self.points[:count], other.points)
            or not np.array_equal(self.targets[:count], other.targets)
        ):
            return None
        new = np.ones(len(self.points), np.bool_)
        new[:count] = self.held_back[:count] != other.held_back
        return new

    @property
    def largest(self) -> float:
        """The size that ends the colours of a field."""
        return max(float(np.abs(self.targets).max(initial=0)), 1e-6)


def paint_layer(
    size: QSize, ratio: float, scene: PlaneScene, axes: PlaneAxes, colors: Colors
) -> QPixmap:
    """Return a see-through picture as large as the widget.

    Training examples are filled shapes, others (``held_back``) outlines.
    """
    layer = QPixmap(size * ratio)
    layer.setDevicePixelRatio(ratio)
    layer.fill(Qt.GlobalColor.transparent)
    painter = _ScenePainter(layer, scene, axes, colors)
    painter.draw_axes()
    painter.draw_legend()
    painter.setClipRect(_reached(axes))
    painter.draw_points(slice(None))
    painter.end()
    return layer


def repaint_part(
    layer: QPixmap, part: QRectF, scene: PlaneScene, axes: PlaneAxes, colors: Colors
) -> None:
    """Paint a part of the layer anew, whose points have changed.

    The points must still be as many or as few as before for the size of their markers.
    """
    part = part & _reached(axes)
    painter = _ScenePainter(layer, scene, axes, colors)
    painter.setClipRect(part)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.fillRect(part, Qt.GlobalColor.transparent)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.draw_axes()
    x, y = _places(axes, scene.points).T
    reach = 1.3 * painter.radius + 3
    near = (part.left() - reach < x) & (x < part.right() + reach)
    near &= (part.top() - reach < y) & (y < part.bottom() + reach)
    painter.draw_points(near)
    painter.end()


def paint_over(
    layer: QPixmap,
    which: NDArray[np.bool_] | slice,
    scene: PlaneScene,
    axes: PlaneAxes,
    colors: Colors,
) -> None:
    """Paint some of the points on top of what the layer holds."""
    painter = _ScenePainter(layer, scene, axes, colors)
    painter.setClipRect(_reached(axes))
    painter.draw_points(which)
    painter.end()


def point_radius(points: int, side: float) -> float:
    """Return how large a point is painted: a few points large, many small."""
    if points <= _FEW:
        return 6.5
    return min(max(side / 95, 2.6), 5.0) * (1.0 if points <= 1000 else 0.75)


def _reached(axes: PlaneAxes) -> QRectF:
    """Return where points are painted."""
    return axes.square.adjusted(-_OVER, -_OVER, _OVER, _OVER)


def _places(axes: PlaneAxes, points: NDArray[np.float32]) -> NDArray[np.float64]:
    corner = axes.to_pixels(axes.low, axes.low)
    scale = axes.square.width() / axes.span
    offset = (points.astype(np.float64) - axes.low) * scale
    return np.stack([corner.x() + offset[:, 0], corner.y() - offset[:, 1]], axis=1)


class _ScenePainter(QPainter):
    def __init__(self, layer: QPixmap, scene: PlaneScene, axes: PlaneAxes, colors: Colors) -> None:
        super().__init__(layer)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setFont(ui_font(SMALL_PX))
        self.radius = point_radius(len(scene.points), axes.square.width())
        self._scene, self._axes, self._colors = scene, axes, colors

    def draw_points(self, which: NDArray[np.bool_] | slice) -> None:
        """Paint some of the points; without classes all of them, in their targets' colours."""
        scene = self._scene
        if not scene.class_names:
            self._draw_values()
            return
        ground, ratio = QColor(self._colors.central), self.device().devicePixelRatioF()
        edge = QColor(255, 255, 255, 190)
        stamps = [
            [
                stamp(self.radius, label, ground=ground, hollow=hollow, edge=edge, ratio=ratio)
                for hollow in (False, True)
            ]
            for label in range(len(scene.class_names))
        ]
        half = stamps[0][0].width() / ratio / 2
        corners = (_places(self._axes, scene.points[which]) - half).tolist()
        kinds = zip(scene.targets[which].tolist(), scene.held_back[which].tolist(), strict=True)
        for (x, y), (label, hollow) in zip(corners, kinds, strict=True):
            self.drawPixmap(QPointF(x, y), stamps[label][hollow])

    def _draw_values(self) -> None:
        scene, colors, largest = self._scene, self._colors, self._scene.largest
        fills = colored(scene.targets[:, 0], diverging(colors is DARK), -largest, largest).tolist()
        outline = QColor(colors.text)
        outline.setAlphaF(0.75)
        places = _places(self._axes, scene.points).tolist()
        rows = zip(places, fills, scene.held_back.tolist(), strict=True)
        for (x, y), fill, hollow in rows:
            color = QColor(*fill)
            self.setPen(QPen(outline, 1.6 if hollow else 0.8))
            self.setBrush(QColor(colors.central) if hollow else color)
            self.drawEllipse(QPointF(x, y), self.radius, self.radius)
            if hollow:
                self.setPen(Qt.PenStyle.NoPen)
                self.setBrush(color)
                self.drawEllipse(QPointF(x, y), self.radius - 2, self.radius - 2)

    def draw_axes(self) -> None:
        """Paint the square's frame, its ticks, and what the axes measure."""
        square, names = self._axes.square, self._scene.feature_names
        line, muted = QPen(QColor(self._colors.border), 1), QColor(self._colors.muted)
        self.setPen(line)
        self.setBrush(Qt.BrushStyle.NoBrush)
        self.drawRect(square.adjusted(-0.5, -0.5, 0.5, 0.5))
        metrics = QFontMetricsF(self.font())
        for tick in self._axes.ticks():
            at = self._axes.to_pixels(tick, tick)
            text = number(tick, 6)
            self.setPen(muted)
            wide = metrics.horizontalAdvance(text)
            left = min(at.x() - wide / 2, square.right() + 6 - wide)
            self.drawText(QPointF(left, square.bottom() + 14), text)
            place = QPointF(square.left() - 6 - wide, at.y() + metrics.capHeight() / 2)
            self.drawText(place, text)
            self.setPen(line)
            self.drawLine(QPointF(at.x(), square.bottom()), QPointF(at.x(), square.bottom() + 3))
            self.drawLine(QPointF(square.left() - 3, at.y()), QPointF(square.left(), at.y()))
        self.setPen(QColor(self._colors.text))
        below = QRectF(square.left(), square.bottom() + 16, square.width(), 15)
        self.drawText(below, Qt.AlignmentFlag.AlignCenter, names[0])
        above = metrics.horizontalAdvance(names[1])
        self.drawText(QPointF(square.left() - above / 2 - 12, square.top() - 8), names[1])

    def draw_legend(self) -> None:
        """Write above the square, from its right edge, what colours and shapes mean."""
        scene, square = self._scene, self._axes.square
        metrics = QFontMetricsF(self.font())
        ground, muted = QColor(self._colors.central), QColor(self._colors.muted)
        middle, right = square.top() - 12, square.right()
        baseline = middle + metrics.capHeight() / 2

        def write(text: str) -> None:
            nonlocal right
            right -= metrics.horizontalAdvance(text)
            self.setPen(muted)
            self.drawText(QPointF(right, baseline), text)

        if scene.held_back.any():
            write("held back")
            right -= 9
            self.setPen(QPen(muted, 1.6))
            self.setBrush(ground)
            self.drawEllipse(QPointF(right, middle), 3.6, 3.6)
            right -= 16
        if not scene.class_names:
            write(fixed(scene.largest, 1))
            gradient = QLinearGradient(right - 66, 0, right - 6, 0)
            table = diverging(self._colors is DARK)
            for index in range(0, 256, 51):
                gradient.setColorAt(index / 255, QColor(*table[index].tolist()))
            self.fillRect(QRectF(right - 66, middle - 4, 60, 8), gradient)
            right -= 72
            write(fixed(-scene.largest, 1))
            return
        wide = sum(metrics.horizontalAdvance(name) + _KEY for name in scene.class_names)
        if right - wide < square.left():
            return  # the bars under the plane and the classes over it tell the names
        for label in reversed(range(len(scene.class_names))):
            write(scene.class_names[label])
            right -= 9
            paint_marker(self, QPointF(right, middle), 4, label, ground=ground)
            right -= 14
