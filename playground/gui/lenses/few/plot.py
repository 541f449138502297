"""How much is read right after few examples, a line with its spread for each way to begin."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPen

from playground.analysis.few_examples import Trials
from playground.gui.look.colors import Colors
from playground.gui.look.marking import named
from playground.gui.look.run_colors import run_color, run_pen
from playground.gui.widgets.plot_area import PlotArea, Ticks
from playground.wording import counted, percent

_APART = 0.05
_NEAR_PX = 14.0


class FewExamplesPlot(PlotArea):
    """The mean over the draws that all ways have, and as a bar one standard deviation each way."""

    def __init__(self) -> None:
        super().__init__("training examples of each class")
        named(self, "fewExamplesPlot", "Read right after few examples")
        self.title = "Test part read right"
        self._comparison: Trials | None = None
        self._points: list[tuple[int, int, QPointF, float]] = []

    def show_comparison(self, comparison: Trials | None) -> None:
        """Show what is known so far, or nothing."""
        self._comparison, self._points, self.pointed = comparison, [], None
        if comparison is not None:
            for way in range(len(comparison.ways)):
                for count in range(len(comparison.counts)):
                    scores = comparison.at(way, count)
                    if len(scores):
                        across = count + _APART * (way - (len(comparison.ways) - 1) / 2)
                        place = QPointF(across, float(scores.mean()))
                        self._points.append((way, count, place, float(scores.std())))
            lowest = min((place.y() - spread for *_, place, spread in self._points), default=0.0)
            self.low = QPointF(-0.3, max(np.floor(10 * lowest) / 10, 0.0))
            self.high = QPointF(len(comparison.counts) - 0.7, 1.0)
        self.setAccessibleDescription("; ".join(map(self.sentence, range(len(self._points)))))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(460, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 140)

    def ticks(self) -> tuple[Ticks, Ticks]:
        if self._comparison is None:
            return (), ()
        across = [(float(place), str(n)) for place, n in enumerate(self._comparison.counts)]
        up = [(share / 10, percent(share / 10, 0)) for share in range(11)]
        return across, [tick for tick in up if tick[0] >= self.low.y() - 1e-9]

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        if self._comparison is None:
            return
        for way in range(len(self._comparison.ways)):
            points = [point for point in self._points if point[0] == way]
            pen = run_pen(way + 1, colors, 2.0)
            painter.setPen(pen)
            painter.drawPolyline([self.place(at.x(), at.y()) for _, _, at, _ in points])
            for _, _, at, spread in points:
                pen.setWidthF(1.0)
                painter.setPen(pen)
                top = min(at.y() + spread, self.high.y())
                painter.drawLine(self.place(at.x(), at.y() - spread), self.place(at.x(), top))
                painter.setBrush(run_color(way + 1, colors))
                painter.setPen(QPen(QColor(colors.central), 1))
                painter.drawEllipse(self.place(at.x(), at.y()), 3.5, 3.5)

    def hit(self, place: QPointF) -> int | None:
        away = [
            (self.place(at.x(), at.y()) - place).manhattanLength() for *_, at, _ in self._points
        ]
        nearest = int(np.argmin(away)) if away else None
        return nearest if nearest is not None and away[nearest] <= _NEAR_PX else None

    def sentence(self, index: int) -> str:
        assert self._comparison is not None
        way, count, at, spread = self._points[index]
        examples = counted(self._comparison.counts[count], "example")
        return (
            f"{self._comparison.ways[way].title}, {examples} a class: {percent(at.y())} "
            f"± {percent(spread)}"
        )
