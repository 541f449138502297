"""How a regression's targets are spread, in each part of the data."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from playground.data.preparation import Prepared
from playground.data.summary import DataSummary, Histogram
from playground.gui.lenses.data.histogram_bars import paint_histogram
from playground.gui.look.colors import Colors
from playground.gui.look.marking import named
from playground.gui.widgets.plot_area import PlotArea, Ticks
from playground.wording import brief

_HEIGHT = 130


class TargetSpread(PlotArea):
    """A histogram with its axis; the line is the target of the example in hand."""

    def __init__(self) -> None:
        super().__init__("")
        named(self, "targetSpread", "Distribution of the target")
        self.setFixedHeight(_HEIGHT)
        self.above, self.gutter = 2, 6
        self._prepared: Prepared | None = None
        self._histogram: Histogram | None = None
        self._target: float | None = None

    def set_summary(self, prepared: Prepared, summary: DataSummary | None) -> None:
        """Show a data set's target, or wait for its numbers."""
        self._prepared, self._histogram, self.measures = prepared, None, ""
        if summary is not None and summary.target is not None:
            one, self._histogram = summary.target, summary.target_histogram
            self.measures = (
                f"mean {brief(one.mean)} · median {brief(one.median)} · deviation "
                f"{brief(one.deviation)}"
            )
        self.setAccessibleDescription(self.measures)
        if self._histogram is not None:
            self.low = QPointF(self._histogram.low, 0)
            self.high = QPointF(self._histogram.high, 1)
        self.update()

    def set_target(self, target: float | None) -> None:
        """Mark an example's target, or none."""
        if target != self._target:
            self._target = target
            self.update()

    def ticks(self) -> tuple[Ticks, Ticks]:
        if self._histogram is None:
            return (), ()
        low, high = self._histogram.low, self._histogram.high
        return [(value, brief(value)) for value in (low, (low + high) / 2, high)], ()

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        histogram = self._histogram
        if self._prepared is None or histogram is None:
            return
        fills = [QColor(getattr(colors, part)) for part in self._prepared.parts]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        paint_histogram(painter, plot, histogram, fills, colors, self._target)
