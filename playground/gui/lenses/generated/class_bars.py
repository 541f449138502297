"""How often each class is made, beside its share of the real examples."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from playground.gui.look.colors import Colors
from playground.gui.look.marking import named
from playground.gui.widgets.plot_area import PlotArea, Ticks
from playground.gui.widgets.ticks import round_ticks
from playground.wording import percent

RARE = 0.25
"""Made less often than this part of its real share, a class counts as missing."""

_WIDTH = 0.68


class ClassBars(PlotArea):
    """A bar a class: green, or orange where it is missing; a dashed line is its real share.

    Attributes
    ----------
    names, made, real
        The classes, and the shares of both.
    """

    def __init__(self) -> None:
        super().__init__("class")
        named(
            self,
            "classCoverage",
            "What it makes",
            "How often each class is made, as an independent reader reads it. The dashed line is "
            "the class's share of the real examples.",
            topic="coverage",
        )
        self.title, self.above = "What it makes", 24
        self.names: Sequence[str] = ()
        self.made: Sequence[float] = ()
        self.real: Sequence[float] = ()

    def show_shares(
        self, names: Sequence[str], made: Sequence[float], real: Sequence[float]
    ) -> None:
        """Show the share of each class in what is made, and in the data."""
        self.names, self.made, self.real = names, made, real
        highest = max([0.1, *made, *real])
        self.high = QPointF(1, 1.08 * highest)
        self.measures = self.said
        self.figure = "- - real" if names else ""
        self.setAccessibleDescription("; ".join(map(self.sentence, range(len(names)))))
        self.update()

    @property
    def missing(self) -> list[str]:
        """The classes that are hardly made."""
        return [name for place, name in enumerate(self.names) if self._is_rare(place)]

    @property
    def said(self) -> str:
        """Which classes are missing, in words."""
        missing = self.missing
        if not self.names:
            return "not read yet"
        return f"missing: {', '.join(missing)}" if missing else "every class is made"

    def _is_rare(self, place: int) -> bool:
        return self.made[place] < RARE * self.real[place]

    def sizeHint(self) -> QSize:
        return QSize(260, 150)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 96)

    def ticks(self) -> tuple[Ticks, Ticks]:
        up = round_ticks(0, self.high.y(), 2)
        return (), [(share, percent(share, 0)) for share in up]

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        if not self.names:
            return
        each = plot.width() / len(self.names)
        painter.setPen(Qt.PenStyle.NoPen)
        for place, share in enumerate(self.made):
            rare = self._is_rare(place)
            painter.setBrush(QColor(colors.warning if rare else colors.good))
            top = self.place(0, share).y()
            left = plot.left() + (place + (1 - _WIDTH) / 2) * each
            tall = max(plot.bottom() - top, 1.0)
            painter.drawRect(QRectF(left, plot.bottom() - tall, _WIDTH * each, tall))
        pen = QPen(QColor(colors.text), 1.2, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([2.5, 2.0])
        painter.setPen(pen)
        for place, share in enumerate(self.real):
            y, left = self.place(0, share).y(), plot.left() + place * each
            painter.drawLine(QPointF(left, y), QPointF(left + each, y))
        metrics, centre = painter.fontMetrics(), Qt.AlignmentFlag.AlignCenter
        for place, name in enumerate(self.names):
            rare = self._is_rare(place)
            painter.setPen(QColor(colors.warning if rare else colors.text))
            box = QRectF(plot.left() + place * each, plot.bottom() + 1, each, 14)
            short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(each))
            painter.drawText(box, centre, short)

    def hit(self, place: QPointF) -> int | None:
        return self.bin_at(place, len(self.names)) if self.names else None

    def sentence(self, index: int) -> str:
        told = f"{self.names[index]}: {percent(self.made[index])} of what is made"
        return f"{told}, {percent(self.real[index])} of the real ones"
