"""The plane: what the network answers everywhere, the data's points, and the probe on top."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.data.dataset import Dataset
from playground.errors import ShapeError
from playground.gui.look.colors import DARK, Colors
from playground.gui.look.marking import named
from playground.gui.look.spoken import Role, reads_as
from playground.gui.look.theme import colors_of
from playground.gui.probes import plane_field
from playground.gui.probes.plane_layer import (
    PlaneScene,
    paint_layer,
    paint_over,
    point_radius,
    repaint_part,
)
from playground.gui.widgets.plane_axes import PlaneAxes
from playground.wording import fixed

_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_STEP, _FINE_STEP = 1 / 60, 1 / 300
PROBE_TIP = (
    "Colours show the network's answer at every point of the plane, markers the examples; click to "
    "ask about one point."
)


class PlanePlot(QWidget):
    """Click, drag, or press the arrow keys (with Shift in fine steps) to move the probe.

    ``point_requested`` carries the pair (x₁, x₂) that the user asks for.
    """

    point_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        reads_as(self, Role.Chart)
        named(self, "planePlot", "Plane with the network's answers", PROBE_TIP)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._scene: PlaneScene | None = None
        self._sentence = ""
        self._brush: tuple[QPointF, float] | None = None
        self._answers: NDArray[np.floating] | None = None
        self._field: QImage | None = None
        self._layer: QPixmap | None = None
        self._painted_in: Colors | None = None
        self._point: tuple[float, float] | None = None
        self._ring = False

    def set_data(self, dataset: Dataset, held_back: NDArray[np.bool_]) -> None:
        """Show a data set's points, those held back from training as outlines."""
        self._scene = PlaneScene.of(dataset, held_back)
        self._answers = self._field = self._layer = self._point = None
        self.update()

    def set_scene(self, scene: PlaneScene, part: QRectF | None = None) -> None:
        """Show other points on the same plane, with the same answers under them.

        Parameters
        ----------
        part
            Where the points differ from those shown, in pixels; anywhere without it.
        """
        before, self._scene = self._scene, scene
        layer, axes, colors = self._layer, self.axes(), colors_of(self)
        side = axes.square.width()
        if (
            before is None
            or layer is None
            or self._painted_in is not colors
            or before.class_names != scene.class_names
            or before.held_back.any() != scene.held_back.any()
            or point_radius(len(before.points), side) != point_radius(len(scene.points), side)
        ):
            self._layer = None
            self.update()
        elif (added := scene.added_to(before)) is not None:
            paint_over(layer, added, scene, axes, colors)
            self._update_part(part)
        elif part is not None:
            repaint_part(layer, part, scene, axes, colors)
            self._update_part(part)
        else:
            self._layer = None
            self.update()

    def _update_part(self, part: QRectF | None) -> None:
        if part is None:
            self.update()
        else:
            self.update(part.toAlignedRect().adjusted(-1, -1, 1, 1))

    def set_sentence(self, sentence: str) -> None:
        """Write a sentence on the plane, or take it away."""
        if sentence != self._sentence:
            self._sentence = sentence
            self.update()

    def set_brush(self, place: QPointF | None, radius: float = 0.0) -> None:
        """Show how far a brush reaches around a place in the widget, in pixels; or no brush."""
        for brush in (self._brush, None if place is None else (place, radius)):
            if brush is not None:
                reach = brush[1] + 3
                around = QRectF(-reach, -reach, 2 * reach, 2 * reach).translated(brush[0])
                self.update(around.toAlignedRect())
        self._brush = None if place is None else (place, radius)

    def grid(self) -> NDArray[np.float32]:
        """Return the points for :meth:`set_answers`, float32 of shape (n, 2)."""
        return plane_field.grid(self._shown())

    def set_answers(self, answers: NDArray[np.floating] | None) -> None:
        """Show the network's answers at the points of :meth:`grid`.

        Parameters
        ----------
        answers
            Shape (n, classes), a share for each class; (n, 1) for regression, or for two classes
            the second one's share. ``None`` shows the bare points.

        Raises
        ------
        ShapeError
            When they are not as many as the points.
        """
        if answers is not None and len(answers) != plane_field.SIDE**2:
            raise ShapeError(
                f"The surface expects {plane_field.SIDE**2} answers; {len(answers)} came: ask the "
                "network for every point of the grid."
            )
        self._answers = answers
        self._field = None
        self.update()

    def set_point(self, point: tuple[float, float] | None) -> None:
        """Put the probe on a point, or take it away."""
        self._point = point
        if point is None or self._scene is None:
            self.setAccessibleDescription("No point chosen")
        else:
            pairs = zip(self._scene.feature_names, point, strict=True)
            self.setAccessibleDescription(
                ", ".join(f"{name} = {fixed(value, 2)}" for name, value in pairs)
            )
        self.update()

    def axes(self) -> PlaneAxes:
        """Return where the plane is in the widget."""
        return PlaneAxes.fit(self.width(), self.height(), *self._shown())

    def _shown(self) -> tuple[float, float]:
        return (-1.0, 1.0) if self._scene is None else self._scene.value_range

    def sizeHint(self) -> QSize:
        return QSize(290, 306)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 196)

    def paintEvent(self, event: QPaintEvent) -> None:
        scene = self._scene
        if scene is None:
            return
        colors, ratio, axes = colors_of(self), self.devicePixelRatioF(), self.axes()
        if self._painted_in is not colors:
            self._painted_in = colors
            self._field = self._layer = None
        if self._field is None and self._answers is not None:
            self._field = self._field_image(scene, self._answers, colors)
        layer = self._layer
        if layer is None or layer.size() != self.size() * ratio:
            layer = self._layer = paint_layer(self.size(), ratio, scene, axes, colors)
        painter = QPainter(self)
        if self._field is None:
            painter.fillRect(axes.square, QColor(colors.central))
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(axes.square, self._field)
        painter.drawPixmap(0, 0, layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._point is not None:
            self._paint_probe(painter, axes, colors)
        if self._sentence:
            self._paint_sentence(painter, axes, colors)
        if self._brush is not None:
            self._paint_brush(painter, colors)
        if self._ring and self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(axes.square)

    def _field_image(
        self, scene: PlaneScene, answers: NDArray[np.floating], colors: Colors
    ) -> QImage:
        if not scene.class_names:
            return plane_field.value_image(answers, scene.largest, colors is DARK)
        if answers.shape[1] == 1:
            answers = np.hstack([1 - answers, answers])
        return plane_field.class_image(answers, colors)

    def _paint_probe(self, painter: QPainter, axes: PlaneAxes, colors: Colors) -> None:
        assert self._point is not None
        x1, x2 = (axes.clamped(value) for value in self._point)
        centre, square = axes.to_pixels(x1, x2), axes.square
        line = QColor(colors.text)
        line.setAlphaF(0.4)
        painter.setPen(QPen(line, 1))
        for from_, to in (
            (QPointF(square.left(), centre.y()), centre - QPointF(8, 0)),
            (centre + QPointF(8, 0), QPointF(square.right(), centre.y())),
            (QPointF(centre.x(), square.top()), centre - QPointF(0, 8)),
            (centre + QPointF(0, 8), QPointF(centre.x(), square.bottom())),
        ):
            painter.drawLine(from_, to)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((colors.central, 4.5), (colors.text, 2.0)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawEllipse(centre, 7, 7)

    def _paint_brush(self, painter: QPainter, colors: Colors) -> None:
        assert self._brush is not None
        place, radius = self._brush
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((colors.central, 3.0), (colors.text, 1.2)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawEllipse(place, radius, radius)

    def _paint_sentence(self, painter: QPainter, axes: PlaneAxes, colors: Colors) -> None:
        """Write in the middle of a bare plane, and at the foot of one with points."""
        assert self._scene is not None
        inside = axes.square.adjusted(12, 8, -12, -8)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter
        bare = not len(self._scene.points)
        flags |= Qt.AlignmentFlag.AlignVCenter if bare else Qt.AlignmentFlag.AlignBottom
        around = painter.boundingRect(inside, flags, self._sentence).adjusted(-8, -4, 8, 4)
        ground = QColor(colors.card)
        ground.setAlphaF(0.92)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(around, 6, 6)
        painter.setPen(QColor(colors.text))
        painter.drawText(inside, flags, self._sentence)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ring = False
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._ask(self.axes().to_values(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        axes = self.axes()
        step = key_step(event, axes)
        if step is None:
            super().keyPressEvent(event)
            return
        x1, x2 = self._point or axes.middle
        self._ask((axes.clamped(x1 + step[0]), axes.clamped(x2 + step[1])))

    def _ask(self, point: tuple[float, float]) -> None:
        if self._scene is not None:
            self.set_point(point)
            self.point_requested.emit(point)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._ring = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()


def key_step(event: QKeyEvent, axes: PlaneAxes) -> tuple[float, float] | None:
    """Return how far an arrow key leads on the plane, with Shift in fine steps."""
    step = _STEPS.get(Qt.Key(event.key()))
    if step is None:
        return None
    fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
    length = axes.span * (_FINE_STEP if fine else _STEP)
    return step[0] * length, step[1] * length
