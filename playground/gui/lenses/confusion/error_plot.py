"""How a regression's errors are spread around zero."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from playground.analysis.answers.part_answers import PartAnswers
from playground.analysis.answers.residuals import error_counts
from playground.gui.look.colors import Colors
from playground.gui.look.marking import named
from playground.gui.widgets.plot_area import PlotArea, Ticks, axis_ticks
from playground.wording import counted, grouped, metric


class ErrorPlot(PlotArea):
    """Paints how many answers have which error."""

    def __init__(self) -> None:
        super().__init__("predicted − true")
        named(
            self,
            "errorPlot",
            "Errors, predicted minus true",
            "Predicted minus true. Purely random errors are spread evenly around 0; a peak beside "
            "0 means that the answers are too high or too low overall.",
        )
        self.title = "Number of examples by error"
        self._counts = np.zeros(1, np.int64)
        self.low, self.high = QPointF(-1, 0), QPointF(1, 1)

    def set_answers(self, answers: PartAnswers | None) -> None:
        """Show other answers."""
        reach, self._counts = 1.0, np.zeros(1, np.int64)
        if answers is not None:
            reach, self._counts = error_counts(answers.targets, answers.predicted)
        self.low = QPointF(-reach, 0)
        self.high = QPointF(reach, max(int(self._counts.max()), 1) * 1.08)
        self.update()

    def ticks(self) -> tuple[Ticks, Ticks]:
        most = int(self._counts.max())
        up = [(0.0, "0")] + ([(float(most), f"{grouped(most)}")] if most else [])
        return axis_ticks(self.low.x(), self.high.x()), up

    def hit(self, place: QPointF) -> int | None:
        return self.bin_at(place, len(self._counts))

    def sentence(self, index: int) -> str:
        if index >= len(self._counts):
            return ""
        low, high = metric(self._edge(index)), metric(self._edge(index + 1))
        return f"error {low} to {high}: {counted(int(self._counts[index]), 'example')}"

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        color = QColor(colors.accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for index, count in enumerate(self._counts.tolist()):
            if count:
                corner = self.place(self._edge(index), count)
                other = self.place(self._edge(index + 1), 0)
                color.setAlphaF(1.0 if index == self.pointed else 0.7)
                painter.fillRect(QRectF(corner, other).adjusted(0.5, 0, -0.5, 0), color)
        painter.setPen(QPen(QColor(colors.muted), 1))
        middle = round(plot.center().x()) + 0.5
        painter.drawLine(QPointF(middle, plot.top()), QPointF(middle, plot.bottom()))

    def _edge(self, index: int) -> float:
        return self.low.x() + (self.high.x() - self.low.x()) * index / len(self._counts)
