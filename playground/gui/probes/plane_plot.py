"""The plane: what the network answers everywhere, the data's points, and the probe on top."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
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
from playground.gui.probes import plane_field
from playground.gui.probes.numbers import signed
from playground.gui.probes.plane_axes import PlaneAxes
from playground.gui.probes.plane_layer import largest_target, paint_layer
from playground.gui.theme import DARK, Colors, colors_of

_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_STEP, _FINE_STEP = 1 / 60, 1 / 300


class PlanePlot(QWidget):
    """Click, drag, or press the arrow keys (with Shift in fine steps) to move the probe.

    ``point_requested`` carries the pair (x₁, x₂) that the user asks for.
    """

    point_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("planePlot")
        self.setAccessibleName("Plane with the network's answers")
        self.setToolTip(
            "Colours show what the network would answer at every place, points the examples; "
            "click to ask for one place."
        )
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._dataset: Dataset | None = None
        self._held_back = np.zeros(0, np.bool_)
        self._answers: NDArray[np.floating] | None = None
        self._field: QImage | None = None
        self._layer: QPixmap | None = None
        self._painted_in: Colors | None = None
        self._point: tuple[float, float] | None = None
        self._ring = False

    def set_data(self, dataset: Dataset, held_back: NDArray[np.bool_]) -> None:
        """Show a data set's points, those held back for testing as outlines."""
        self._dataset, self._held_back = dataset, held_back
        self._answers = self._field = self._layer = self._point = None
        self.update()

    def grid(self) -> NDArray[np.float32]:
        """Return the points for :meth:`set_answers`, float32 of shape (n, 2)."""
        low_high = (-1.0, 1.0) if self._dataset is None else self._dataset.value_range
        return plane_field.grid(low_high)

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
        if point is None or self._dataset is None:
            self.setAccessibleDescription("No point chosen")
        else:
            pairs = zip(self._dataset.feature_names, point, strict=True)
            self.setAccessibleDescription(
                ", ".join(f"{name} = {signed(value, 2)}" for name, value in pairs)
            )
        self.update()

    def axes(self) -> PlaneAxes:
        """Return where the plane is in the widget."""
        low, high = (-1.0, 1.0) if self._dataset is None else self._dataset.value_range
        return PlaneAxes.fit(self.width(), self.height(), low, high)

    def sizeHint(self) -> QSize:  # noqa: D102
        return QSize(290, 306)

    def minimumSizeHint(self) -> QSize:  # noqa: D102
        return QSize(180, 196)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102
        dataset = self._dataset
        if dataset is None:
            return
        colors, ratio, axes = colors_of(self), self.devicePixelRatioF(), self.axes()
        if self._painted_in is not colors:
            self._painted_in = colors
            self._field = self._layer = None
        if self._field is None and self._answers is not None:
            self._field = self._field_image(dataset, self._answers, colors)
        layer = self._layer
        if layer is None or layer.size() != self.size() * ratio:
            layer = self._layer = paint_layer(
                self.size(), ratio, dataset, self._held_back, axes, colors, self.font()
            )
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
        if self._ring and self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(axes.square)

    def _field_image(
        self, dataset: Dataset, answers: NDArray[np.floating], colors: Colors
    ) -> QImage:
        if dataset.task == "regression":
            return plane_field.value_image(answers, largest_target(dataset), colors is DARK)
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

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._layer = None
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102
        self._ring = False
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._ask(self.axes().to_values(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        axes = self.axes()
        fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        length = axes.span * (_FINE_STEP if fine else _STEP)
        middle = (axes.low + axes.high) / 2
        x1, x2 = self._point or (middle, middle)
        self._ask((axes.clamped(x1 + step[0] * length), axes.clamped(x2 + step[1] * length)))

    def _ask(self, point: tuple[float, float]) -> None:
        if self._dataset is not None:
            self.set_point(point)
            self.point_requested.emit(point)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: D102
        super().focusInEvent(event)
        self._ring = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: D102
        super().focusOutEvent(event)
        self.update()
