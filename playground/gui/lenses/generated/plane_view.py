"""The pair on the plane: what the discriminator believes, and what the generator makes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.analysis.generated.plane import OnPlane
from playground.gui.look.colormaps import class_colors
from playground.gui.look.colors import Colors
from playground.gui.look.marking import named
from playground.gui.look.spoken import Role, reads_as
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.probes.plane_field import class_image
from playground.gui.widgets.pen_way_painting import line_pen
from playground.gui.widgets.plane_axes import PlaneAxes
from playground.wording import number

_FAINT, _DENSEST = 0.6, 0.8
_RADIUS, _ARROW_PX, _LONGEST_PX, _TIP_PX = 2.0, 12.0, 30.0, 4.0

Floats = NDArray[np.floating[Any]]


class PlaneView(QWidget):
    """Paints the parts that are switched on.

    Parameters
    ----------
    name, spoken
        Its object name, and what it is called aloud.

    Attributes
    ----------
    parts
        The names of the parts that are painted.
    """

    def __init__(self, name: str, spoken: str) -> None:
        super().__init__()
        named(self, name, spoken)
        reads_as(self, Role.Chart)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.parts: frozenset[str] = frozenset()
        self._found: OnPlane | None = None
        self._real: Floats = np.zeros((0, 2))
        self._range = (-1.0, 1.0)
        self._layer: tuple[tuple[PlaneAxes, float], QPixmap] | None = None

    def show_real(self, points: Floats, value_range: tuple[float, float]) -> None:
        """Show the true points (n, 2), and how far the axes reach."""
        self._real, self._range, self._layer = points, value_range, None
        self.update()

    def show_pair(self, found: OnPlane | None) -> None:
        """Show what both networks make of the plane."""
        self._found = found
        if found is not None:
            self.setAccessibleDescription(
                f"{len(found.rows)} made points over {len(self._real)} true ones. The "
                f"discriminator believes {number(100 * float(found.believed.mean()), 3)} % of "
                "the made ones on average."
            )
        self.update()

    def set_parts(self, parts: frozenset[str]) -> None:
        """Paint only these parts."""
        self.parts = parts
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 180)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, found = colors_of(self), self._found
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(ui_font(SMALL_PX))
        axes = PlaneAxes.fit(self.width(), self.height(), *self._range)
        if found is not None and "field" in self.parts:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            shares = np.stack([1 - found.field, found.field], axis=1)
            painter.drawImage(axes.square, class_image(shares, colors))
        self._paint_axes(painter, axes, colors)
        painter.setClipRect(axes.square)
        made, real = (QColor(*ink) for ink in class_colors(2).tolist())
        real.setAlphaF(_FAINT)
        if found is not None and "grid" in self.parts:
            self._paint_grid(painter, axes, found.grid, made)
        if "true points" in self.parts:
            painter.drawPixmap(0, 0, self._true_points(axes, real))
        if found is not None and "made points" in self.parts:
            self._paint_points(painter, axes, found.rows, made)
        if found is not None and "arrows" in self.parts:
            self._paint_arrows(painter, axes, colors, found)
        painter.end()

    def _paint_axes(self, painter: QPainter, axes: PlaneAxes, colors: Colors) -> None:
        square = axes.square
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.drawRect(square.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.setPen(QColor(colors.muted))
        middle = Qt.AlignmentFlag.AlignCenter
        for tick in axes.ticks():
            at, text = axes.to_pixels(tick, tick), number(tick, 3)
            painter.drawText(QRectF(at.x() - 20, square.bottom() + 2, 40, 14), middle, text)
            beside = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(square.left() - 34, at.y() - 7, 29, 14), beside, text)

    def _true_points(self, axes: PlaneAxes, ink: QColor) -> QPixmap:
        """Return the true points as a see-through picture, which training does not change."""
        ratio = self.devicePixelRatioF()
        key = (axes, ratio)
        if self._layer is None or self._layer[0] != key:
            layer = QPixmap(self.size() * ratio)
            layer.setDevicePixelRatio(ratio)
            layer.fill(Qt.GlobalColor.transparent)
            painter = QPainter(layer)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_points(painter, axes, self._real, ink)
            painter.end()
            self._layer = key, layer
        return self._layer[1]

    def _paint_points(
        self, painter: QPainter, axes: PlaneAxes, points: Floats, ink: QColor
    ) -> None:
        """Paint all points in one go: a line of no length with round ends is a dot."""
        painter.setPen(line_pen(ink, 2 * _RADIUS))
        painter.drawPoints([QPointF(x, y) for x, y in _pixels(axes, points).tolist()])

    def _paint_grid(self, painter: QPainter, axes: PlaneAxes, grid: Floats, made: QColor) -> None:
        """Paint the cells of the warped grid, the stronger the more of the noise lands there."""
        places = _pixels(axes, grid.reshape(-1, 2)).reshape(grid.shape)
        corners = np.stack(
            [places[:-1, :-1], places[:-1, 1:], places[1:, 1:], places[1:, :-1]], axis=2
        ).reshape(-1, 4, 2)
        x, y = corners[..., 0], corners[..., 1]
        area = np.abs(((x * np.roll(y, -1, 1)) - (np.roll(x, -1, 1) * y)).sum(axis=1)) / 2
        even = axes.square.width() ** 2 / len(area)
        ink, line = QColor(made), QColor(made)
        line.setAlphaF(0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # or seams would show
        strengths = _DENSEST * even / (even + 4 * area)
        for cell, strength in zip(corners.tolist(), strengths.tolist(), strict=True):
            ink.setAlphaF(float(strength))
            painter.setBrush(ink)
            painter.drawPolygon([QPointF(x, y) for x, y in cell])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(line, 0.7))
        for lines in (places, places.transpose(1, 0, 2)):
            for along in lines:
                painter.drawPolyline([QPointF(x, y) for x, y in along.tolist()])

    def _paint_arrows(
        self, painter: QPainter, axes: PlaneAxes, colors: Colors, found: OnPlane
    ) -> None:
        """Paint where each made point is pulled, the usual arrow as long as fits the view."""
        starts = _pixels(axes, found.rows[: len(found.pull)])
        pull = found.pull * np.array([1.0, -1.0])
        lengths = np.linalg.norm(pull, axis=1, keepdims=True)
        usual = float(np.median(lengths)) if len(lengths) else 0.0
        if not usual > 0 or not np.isfinite(lengths).all():
            return
        ends = starts + pull / lengths.clip(1e-12) * np.minimum(
            _ARROW_PX * lengths / usual, _LONGEST_PX
        )
        painter.setPen(QPen(QColor(colors.text), 1.1))
        lines = []
        for (x, y), (to_x, to_y) in zip(starts.tolist(), ends.tolist(), strict=True):
            shaft = QLineF(x, y, to_x, to_y)
            lines.append(shaft)
            if shaft.length() > _TIP_PX:
                for turn in (150.0, -150.0):
                    tip = QLineF.fromPolar(_TIP_PX, shaft.angle() + turn)
                    lines.append(tip.translated(shaft.p2()))
        painter.drawLines(lines)


def _pixels(axes: PlaneAxes, points: Floats) -> NDArray[np.float64]:
    """Return where points (n, 2) are in the widget."""
    corner, scale = axes.to_pixels(axes.low, axes.low), axes.square.width() / axes.span
    offset = (np.asarray(points, np.float64) - axes.low) * scale
    return np.stack([corner.x() + offset[:, 0], corner.y() - offset[:, 1]], axis=1)
