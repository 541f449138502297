"""The curves of many runs in one plot, on the test part."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from playground.data.tasks import Metric
from playground.gui.look.colors import Colors
from playground.gui.look.marking import named
from playground.gui.look.run_colors import run_color, run_pen
from playground.gui.widgets.plot_area import PlotArea, Ticks, axis_ticks
from playground.gui.widgets.ticks import epoch_ticks
from playground.training.runs import Run
from playground.wording import metric as metric_text
from playground.wording import number, percent

_WITHIN_PX = 14.0


@dataclass(frozen=True, eq=False)
class RunLine:
    """A run's curve since it began: ``epochs`` and ``values`` (n,), all finite."""

    run: Run
    epochs: NDArray[np.float64]
    values: NDArray[np.float64]


class RunsPlot(PlotArea):
    """A line for each run; ``run_pointed`` carries the one under the mouse, or None."""

    run_pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__("epoch")
        named(self, "runsPlot", "Curves of all runs, on the test part")
        self.title, self.above = "All runs", 34
        self.lines: Sequence[RunLine] = ()
        self.highlighted: Run | None = None
        self._metric: Metric | None = None
        self._now: float | None = None
        self._places = np.zeros((2, 0))
        self._owners = np.zeros(0, np.intp)

    def show_lines(self, lines: Sequence[RunLine], metric: Metric | None) -> None:
        """Draw other curves, of a metric or of the loss."""
        self.lines = [line for line in lines if len(line.epochs)]
        self._metric = metric
        if self.lines:
            self._places = np.hstack([(line.epochs, line.values) for line in self.lines])
            sizes = [len(line.epochs) for line in self.lines]
            self._owners = np.repeat(np.arange(len(sizes)), sizes)
            first, last = self._places[0].min(), self._places[0].max()
            self.low = QPointF(first, self._lowest())
            self.high = QPointF(last if last > first else first + 1, self._highest())
        else:
            self._places, self._owners = np.zeros((2, 0)), np.zeros(0, np.intp)
        self.point_at(None)
        self.update()

    def highlight(self, run: Run | None) -> None:
        """Draw a run's curve above the others, which grow pale."""
        if run is not self.highlighted:
            self.highlighted = run
            self.update()

    def show_epoch(self, epoch: float | None) -> None:
        """Mark the epoch that the window shows."""
        if epoch != self._now:
            self._now = epoch
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, 190)

    def ticks(self) -> tuple[Ticks, Ticks]:
        if not self.lines:
            return (), ()
        plot = self.plot_rect()
        most = max(int(plot.width() // 60), 2)
        across = [
            (tick, number(tick, 6)) for tick in epoch_ticks(self.low.x(), self.high.x(), most)
        ]
        rows = max(int(plot.height() // 26), 2)
        if self._metric is None or not self._metric.share:
            return across, axis_ticks(self.low.y(), self.high.y(), rows)
        up = axis_ticks(100 * self.low.y(), 100 * self.high.y(), rows)
        return across, [(value / 100, f"{text} %") for value, text in up]

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        if self._now is not None and self.low.x() <= self._now <= self.high.x():
            painter.setPen(QPen(QColor(colors.faint), 1))
            top, bottom = self.place(self._now, self.high.y()), self.place(self._now, self.low.y())
            painter.drawLine(top, bottom)
        painter.setClipRect(plot.adjusted(-4, -4, 4, 4))
        for line in sorted(self.lines, key=lambda line: line.run is self.highlighted):
            chosen = line.run is self.highlighted
            pen = run_pen(line.run.number, colors, 2.5 if chosen else 1.5)
            if self.highlighted is not None and not chosen:
                pale = pen.color()
                pale.setAlpha(90)
                pen.setColor(pale)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            way = self.line(line.epochs, line.values)
            painter.drawPolyline(way)
            painter.setPen(QPen(pen.color(), 1.5))
            if line.run.origin is not None:
                painter.setBrush(QColor(colors.central))
                painter.drawEllipse(way.first(), 3.5, 3.5)
            painter.setBrush(pen.color())
            painter.drawEllipse(way.last(), 2.5, 2.5)
        if self.pointed is not None:
            owner = self.lines[self._owners[self.pointed]].run
            painter.setBrush(run_color(owner.number, colors))
            painter.setPen(QPen(QColor(colors.central), 1))
            painter.drawEllipse(self.place(*self._places[:, self.pointed]), 4, 4)

    def hit(self, place: QPointF) -> int | None:
        if not self.lines or not self.plot_rect().contains(place):
            return None
        plot, span = self.plot_rect(), self.high - self.low
        across = plot.left() + (self._places[0] - self.low.x()) / span.x() * plot.width()
        up = plot.bottom() - (self._places[1] - self.low.y()) / span.y() * plot.height()
        far = np.hypot(across - place.x(), up - place.y())
        nearest = int(far.argmin())
        return nearest if far[nearest] <= _WITHIN_PX else None

    def point_at(self, place: QPointF | None) -> None:
        before = self.pointed
        super().point_at(place)
        if self.pointed != before:
            now = None if self.pointed is None else self.lines[self._owners[self.pointed]].run
            self.run_pointed.emit(now)

    def sentence(self, index: int) -> str:
        epoch, value = self._places[:, index]
        share = self._metric is not None and self._metric.share
        text = percent(value) if share else metric_text(value)
        return f"{self.lines[self._owners[index]].run.title}, epoch {number(epoch, 10)}: {text}"

    def _lowest(self) -> float:
        """Return the lower end: where curves differ, not where they all began."""
        if self._metric is None or (self._metric.low is not None and not self._metric.share):
            return 0.0
        least = min(float(line.values[-1]) for line in self.lines)
        return max(math.floor(10 * least - 1.0) / 10, -1.0 if self._metric.low is None else 0.0)

    def _highest(self) -> float:
        if self._metric is not None and self._metric.high is not None:
            return self._metric.high
        most = max(float(np.quantile(line.values, 0.9)) for line in self.lines)
        return 1.1 * most if most > 0 else 1.0
