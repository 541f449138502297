"""The part of the plane of codes that a moving pen does not change: grid, examples, classes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPixmap

from playground.analysis.codes.plane import CodeCloud, DecodedGrid, PlaneLook
from playground.data.dataset import Dataset
from playground.gui.lenses.code.window_on_plane import PlaneWindow
from playground.gui.look.colormaps import class_colors
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.theme import ui_font
from playground.gui.widgets.class_markers import class_color, marker
from playground.gui.widgets.ink_image import ink_image

_CELL_PX = 29
"""How far the pictures of the grid are from each other, at least."""

FAR_PX = 1e5
"""What reaches farther than this is not painted: Qt would write millions of dots to there."""

_FAINT = 0.3
_SHORT = 2
"""So many letters at most stand for an example; a longer class name is shown as a shape."""

_TEXT_PX, _RING_PX = 11, 11
_CONTRAST = 4.5

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class CodeScene:
    """What lies on the plane, and which of it is shown.

    Attributes
    ----------
    dataset
        The data.
    look
        The examples and the grid.
    backdrop
        The grid as a picture.
    """

    dataset: Dataset
    look: PlaneLook
    backdrop: QImage | None

    @classmethod
    def of(cls, dataset: Dataset, look: PlaneLook, colors: Colors) -> CodeScene:
        """Return the scene, its grid painted."""
        backdrop = None if look.grid is None else _backdrop(dataset, look.grid, colors)
        return cls(dataset, look, backdrop)

    @property
    def cloud(self) -> CodeCloud:
        """Where the examples lie."""
        return self.look.cloud

    def color(self, label: int) -> QColor:
        """Return the colour of a class on the plane."""
        return on_canvas(label if self.dataset.labelled else 0)

    def labels(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the classes of examples, 0 where there are none."""
        if not self.dataset.labelled:
            return np.zeros(len(rows), np.int64)
        return np.asarray(self.dataset.targets[rows], np.int64)


def cell_px(dataset: Dataset) -> int:
    """Return how far the grid's pictures of a data set are from each other; 0 without any."""
    return max(_CELL_PX, max(dataset.image_shape) + 4) if dataset.kind.pictures else 0


def paint_scene(
    size: QSize,
    ratio: float,
    scene: CodeScene,
    window: PlaneWindow,
    colors: Colors,
    shown: tuple[bool, bool, bool],
) -> QPixmap:
    """Return a picture as large as the widget.

    Parameters
    ----------
    shown
        Whether the test part, the training part and the decoded grid are.
    """
    layer = QPixmap(size * ratio)
    layer.setDevicePixelRatio(ratio)
    layer.fill(QColor(colors.canvas))
    painter = QPainter(layer)
    tested, trained, grid = shown
    look, whole = scene.look, QSizeF(size)
    if grid and scene.backdrop is not None and look.grid is not None:
        place = window.rect(look.grid.low, look.grid.high, whole)
        edges = place.left(), place.top(), place.right(), place.bottom()
        if all(abs(edge) < FAR_PX for edge in edges):
            painter.setOpacity(_FAINT)
            painter.drawImage(place, scene.backdrop)
            painter.setOpacity(1.0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    cloud = scene.cloud
    if trained:
        labels = scene.labels(cloud.trained)
        stamps = {int(label): _dot(scene.color(int(label)), ratio) for label in np.unique(labels)}
        _stamp_all(painter, window.pixels(cloud.trained_at, whole), labels, stamps)
    if tested:
        labels = scene.labels(cloud.tested)
        stamps = {int(label): _sign(scene, int(label), ratio) for label in np.unique(labels)}
        _stamp_all(painter, window.pixels(cloud.tested_at, whole), labels, stamps)
    if (tested or trained) and cloud.middles is not None:
        _draw_middles(painter, scene, window.pixels(cloud.middles, whole), colors)
    painter.end()
    return layer


@lru_cache(maxsize=64)
def on_canvas(label: int) -> QColor:
    """Return a class's colour, as much lighter as it takes to be read on the canvas."""
    color, ground = class_color(label), _luminance(QColor(DARK.canvas))
    parts, white = class_colors(label + 1)[label, :3].tolist(), 0
    while (_luminance(color) + 0.05) / (ground + 0.05) < _CONTRAST:
        white += 5
        color = QColor(*(round(part + (255 - part) * white / 100) for part in parts))
    return color


def _luminance(color: QColor) -> float:
    """Return the relative luminance (WCAG 2.2)."""
    parts = np.array([color.redF(), color.greenF(), color.blueF()])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def _backdrop(dataset: Dataset, grid: DecodedGrid, colors: Colors) -> QImage:
    """Return the grid's pictures in one, the highest line first."""
    down, across, _ = grid.rows.shape
    rows = grid.rows[::-1]
    height, width = dataset.image_shape
    gap = max(round(max(height, width) / 5), 1)
    ink = np.zeros((down, height + gap, across, width + gap), np.float32)
    top, left = gap // 2, gap // 2
    for row in range(down):
        for column in range(across):
            picture = dataset.ink(rows[row, column])
            ink[row, top : top + height, column, left : left + width] = picture
    return ink_image(ink.reshape(down * (height + gap), -1), colors)


def _stamp_all(
    painter: QPainter,
    places: Floats,
    labels: NDArray[np.int64],
    stamps: dict[int, QPixmap],
) -> None:
    if not len(places):
        return
    first = next(iter(stamps.values()))
    wide, tall = first.width() / first.devicePixelRatio(), first.height() / first.devicePixelRatio()
    finite = np.isfinite(places).all(axis=1)
    corners = (places[finite] - (wide / 2, tall / 2)).round().astype(int).clip(-9999, 9999)
    for (x, y), label in zip(corners.tolist(), labels[finite].tolist(), strict=True):
        painter.drawPixmap(x, y, stamps[label])


def _blank(side: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


def _dot(color: QColor, ratio: float) -> QPixmap:
    """Return the mark of a training example."""
    pixmap = _blank(5, ratio)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    color = QColor(color)
    color.setAlphaF(0.75)
    painter.setBrush(color)
    painter.drawEllipse(QPointF(2.5, 2.5), 1.6, 1.6)
    painter.end()
    return pixmap


def _sign(scene: CodeScene, label: int, ratio: float) -> QPixmap:
    """Return the mark of a test example: its class's short name, or its shape."""
    side = 19
    pixmap, centre = _blank(side, ratio), QPointF(side / 2, side / 2)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    name = _short_name(scene, label)
    path = marker(label) if not name else _letters(name, centre, bold=False)
    if not name:
        painter.translate(centre)
        painter.scale(4, 4)
    pen = QPen(QColor(DARK.canvas), 2.0 if name else 0.5)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, pen)
    painter.fillPath(path, scene.color(label))
    painter.end()
    return pixmap


def _short_name(scene: CodeScene, label: int) -> str:
    names = scene.dataset.class_names
    name = names[label] if scene.dataset.labelled and label < len(names) else ""
    return name if len(name) <= _SHORT else ""


def _letters(name: str, centre: QPointF, *, bold: bool) -> QPainterPath:
    font = ui_font(_TEXT_PX, bold=bold)
    metrics = QFontMetricsF(font)
    path = QPainterPath()
    left = centre.x() - metrics.horizontalAdvance(name) / 2
    path.addText(QPointF(left, centre.y() + metrics.capHeight() / 2), font, name)
    return path


def _draw_middles(painter: QPainter, scene: CodeScene, places: Floats, colors: Colors) -> None:
    """Ring each class's middle, its name inside where it is short, else beside it."""
    ground = QColor(colors.canvas)
    ground.setAlphaF(0.7)
    for label, (x, y) in enumerate(places.tolist()):
        if not np.isfinite((x, y)).all():
            continue
        name, centre, color = _short_name(scene, label), QPointF(x, y), scene.color(label)
        painter.setBrush(ground)
        painter.setPen(QPen(color, 1.8))
        painter.drawEllipse(centre, _RING_PX, _RING_PX)
        if name:
            painter.fillPath(_letters(name, centre, bold=True), color)
            continue
        painter.save()
        painter.translate(centre)
        painter.scale(5, 5)
        painter.fillPath(marker(label), color)
        painter.restore()
        title = scene.dataset.class_names[label]
        beside = centre + QPointF(
            _RING_PX + 5 + QFontMetricsF(ui_font(_TEXT_PX, bold=True)).horizontalAdvance(title) / 2,
            0,
        )
        path = _letters(title, beside, bold=True)
        painter.strokePath(path, QPen(QColor(colors.canvas), 3))
        painter.fillPath(path, color)
