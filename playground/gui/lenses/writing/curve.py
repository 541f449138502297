"""How much of what a network writes is read as asked, over the epochs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy

from playground.gui.look.colors import Colors
from playground.gui.look.marking import named
from playground.gui.widgets.plot_area import PlotArea, Ticks
from playground.gui.widgets.ticks import epoch_ticks
from playground.wording import number, percent

Point = tuple[float, float]
"""An epoch and a share."""


class ReadAsAskedCurve(PlotArea):
    """A line over the epochs, and the share that the judge reads of people's own as a dotted one.

    Attributes
    ----------
    points
        Of the line, in the order of the epochs.
    people
        How much of what people wrote is read, None where it is not known.
    """

    def __init__(self) -> None:
        super().__init__("epoch")
        named(
            self,
            "readAsAskedCurve",
            "Read as asked",
            "How much of what the network wrote the judge reads as asked. The dotted line is how "
            "much it reads of what people wrote from whom nothing was learned.",
        )
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.title, self.above = "Read as asked", 22
        self.points: Sequence[Point] = ()
        self.people: float | None = None
        self._now: float | None = None
        self.high = QPointF(1, 1)

    def show_points(self, points: Sequence[Point], now: float | None, people: float | None) -> None:
        """Show shares, the one of the epoch that the window shows marked."""
        self.points, self._now, self.people = points, now, people
        self.high = QPointF(max([1.0, *(epoch for epoch, _ in points)]), 1.0)
        told = [f"written {percent(points[-1][1])}"] if points else []
        if people is not None:
            told.append(f"by people {percent(people)}")
        self.figure = " · ".join(told)
        self.pointed = None
        self.setAccessibleDescription("; ".join(map(self.sentence, range(len(points)))))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(330, 104)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 96)

    def ticks(self) -> tuple[Ticks, Ticks]:
        most = max(int(self.plot_rect().width() // 60), 2)
        across = [(tick, number(tick, 6)) for tick in epoch_ticks(0, self.high.x(), most)]
        return across, [(share, percent(share, 0)) for share in (0.0, 0.5, 1.0)]

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        if self.people is not None:
            painter.setPen(QPen(QColor(colors.muted), 1.3, Qt.PenStyle.DotLine))
            left, right = (self.place(at, self.people) for at in (self.low.x(), self.high.x()))
            painter.drawLine(left, right)
        if not self.points:
            return
        epochs, shares = np.array(self.points).T
        painter.setPen(QPen(QColor(colors.good), 1.5))
        painter.drawPolyline(self.line(epochs, shares))
        for index, point in enumerate(self.points):
            lit = index == self.pointed or point[0] == self._now
            painter.setBrush(QColor(colors.good if lit else colors.central))
            painter.drawEllipse(self.place(*point), 3, 3)

    def hit(self, place: QPointF) -> int | None:
        if not self.points or not self.plot_rect().contains(place):
            return None
        away = [abs(self.place(*point).x() - place.x()) for point in self.points]
        return int(np.argmin(away))

    def sentence(self, index: int) -> str:
        epoch, share = self.points[index]
        return f"Epoch {number(round(epoch, 1), 6)}: {percent(share)} read as asked"
