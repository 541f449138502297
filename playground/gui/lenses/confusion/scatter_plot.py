"""Predicted against true values: exact answers lie on the diagonal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen

from playground.analysis.answers.part_answers import PartAnswers
from playground.gui.look.colors import Colors
from playground.gui.look.marking import named
from playground.gui.look.theme import colors_of
from playground.gui.widgets.plot_area import PlotArea, Ticks, axis_ticks
from playground.wording import fixed, grouped

_NEAR_PX = 10.0
_BEYOND = 1.0
"""How many spans of the targets the plot may reach beyond them."""

_DOT = np.array(
    [
        [0.0, 0.6, 0.9, 0.6, 0.0],
        [0.6, 1.0, 1.0, 1.0, 0.6],
        [0.9, 1.0, 1.0, 1.0, 0.9],
        [0.6, 1.0, 1.0, 1.0, 0.6],
        [0.0, 0.6, 0.9, 0.6, 0.0],
    ]
)
_SMALL_DOT = np.array([[0.3, 0.7, 0.3], [0.7, 1.0, 0.7], [0.3, 0.7, 0.3]])
_MANY = 1_500


class ScatterPlot(PlotArea):
    """Paints a regression's answers; ``example_requested`` carries a clicked one's data-set row."""

    example_requested = Signal(int)

    def __init__(self) -> None:
        super().__init__("predicted value upwards, true value to the right")
        named(
            self,
            "scatterPlot",
            "Predicted against true values",
            "Each dot is an example; on the diagonal the prediction is exact. Click a dot to look "
            "at it.",
        )
        self.title = "Predicted against true"
        self._values: NDArray[np.float64] = np.empty((2, 0))
        self._rows: NDArray[np.int64] = np.empty(0, np.int64)
        self._dots = QImage()
        self._drawn_for: tuple[object, ...] = ()
        self._selected: int | None = None

    def set_answers(self, answers: PartAnswers | None) -> None:
        """Show other answers."""
        self.pointed = None
        if answers is None:
            self._values, self._rows = np.empty((2, 0)), np.empty(0, np.int64)
            self.figure = ""
        else:
            there = answers.answered
            self._values = np.stack([answers.targets[there], answers.predicted[there]])
            self._rows = answers.indices[there]
            self._fit(answers.targets)
        self._drawn_for = ()
        self.update()

    def set_selected(self, index: int | None) -> None:
        """Frame an example, a row of the data set, or none."""
        self._selected = index
        self.update()

    def dot(self, rank: int) -> QPointF:
        """Return where the dot of an answer is, in the widget's pixels."""
        return QPointF(*self._points()[:, rank].tolist())

    def ticks(self) -> tuple[Ticks, Ticks]:
        marks = axis_ticks(self.low.x(), self.high.x())
        return marks, marks

    def sizeHint(self) -> QSize:
        return QSize(400, 330)

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        painter.setPen(QPen(QColor(colors.faint), 1, Qt.PenStyle.DashLine))
        painter.drawLine(plot.bottomLeft(), plot.topRight())
        state = (self.size(), self.devicePixelRatioF(), colors_of(self))
        if state != self._drawn_for:
            self._drawn_for = state
            self._dots = self._stamped(QColor(colors.accent), plot)
        painter.drawImage(plot.adjusted(-3, -3, 3, 3), self._dots)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        chosen = np.flatnonzero(self._rows == self._selected)
        framed = [(int(rank), colors.warning) for rank in chosen]
        if self.pointed is not None:
            framed.append((self.pointed, colors.text))
        for rank, color in framed:
            painter.setPen(QPen(QColor(color), 2))
            painter.drawEllipse(self.dot(rank), 5, 5)

    def hit(self, place: QPointF) -> int | None:
        """Return the nearest answer that is near."""
        if not self._values.shape[1]:
            return None
        x, y = self._points()
        away = np.hypot(x - place.x(), y - place.y())
        nearest = int(away.argmin())
        return nearest if away[nearest] <= _NEAR_PX else None

    def sentence(self, index: int) -> str:
        true, predicted = self._values[:, index].tolist()
        return (
            f"Example {self._rows[index]}: true {fixed(true, 3)}, predicted "
            f"{fixed(predicted, 3)}, error {fixed(predicted - true, 3)}"
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        rank = self.hit(event.position())
        if event.button() == Qt.MouseButton.LeftButton and rank is not None:
            self.example_requested.emit(int(self._rows[rank]))

    def _fit(self, targets: NDArray[np.float64]) -> None:
        """Show all targets, and the predictions as far as they are not far beyond them."""
        low, high = float(targets.min()), float(targets.max())
        span = high - low or max(abs(high), 1.0)
        predicted = self._values[1]
        if len(predicted):
            low = min(low, max(float(predicted.min()), low - _BEYOND * span))
            high = max(high, min(float(predicted.max()), high + _BEYOND * span))
        margin = 0.04 * (high - low or span)
        low, high = low - margin, high + margin
        outside = int(np.count_nonzero((predicted < low) | (predicted > high)))
        self.low, self.high = QPointF(low, low), QPointF(high, high)
        self.figure = f"{grouped(outside)} outside, at the edge" if outside else ""

    def _points(self) -> NDArray[np.float64]:
        """Return the dots' places in the widget's pixels, (2, answers)."""
        plot, low, high = self.plot_rect(), self.low.x(), self.high.x()
        x, y = (self._values.clip(low, high) - low) / (high - low)
        return np.stack([plot.left() + x * plot.width(), plot.bottom() - y * plot.height()])

    def _stamped(self, color: QColor, plot: QRectF) -> QImage:
        """Return all dots on a transparent ground, three pixels wider than the plot each side."""
        ratio = self.devicePixelRatioF()
        width, height = round((plot.width() + 6) * ratio), round((plot.height() + 6) * ratio)
        x, y = self._points()
        column = np.rint((x - plot.left() + 3) * ratio).astype(np.intp)
        row = np.rint((y - plot.top() + 3) * ratio).astype(np.intp)
        few = self._values.shape[1] <= _MANY
        dot = _DOT if few else _SMALL_DOT
        strength = 0.75 if few else 0.35
        reach = len(dot) // 2
        clear = np.zeros(width * height)  # how much of the ground is seen through, as a logarithm
        for down in range(-reach, reach + 1):
            for right in range(-reach, reach + 1):
                cover = strength * dot[down + reach, right + reach]
                r, c = row + down, column + right
                inside = (r >= 0) & (r < height) & (c >= 0) & (c < width)
                hits = np.bincount(r[inside] * width + c[inside], minlength=width * height)
                clear += hits * np.log1p(-cover)
        alpha = np.rint(255 * (1 - np.exp(clear))).astype(np.uint8)
        pixels = np.empty((height, width, 4), np.uint8)
        pixels[...] = (color.red(), color.green(), color.blue(), 0)
        pixels[..., 3] = alpha.reshape(height, width)
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
        return image.copy()
