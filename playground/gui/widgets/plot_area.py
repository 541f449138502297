"""What the small plots share: a title, a plot with two axes, a line that reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.colors import Colors
from playground.gui.look.spoken import Role, reads_as
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.widgets.ticks import round_ticks
from playground.wording import number

_TITLE, _TICKS, _CAPTION = 20, 15, 15
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

Ticks = Sequence[tuple[float, str]]


class PlotArea(QWidget):
    """A plot whose child says what is in it: :meth:`draw` paints within :meth:`plot_rect`.

    What :meth:`hit` finds under the mouse is read under the plot in :meth:`sentence`.

    Attributes
    ----------
    title, figure, figure_ink
        Above the plot, on the left in bold and on the right in a colour of the theme.
    measures
        What the axes measure, under the plot; without it there is no such line.
    low, high
        The values at the lower left and the upper right corner.
    pointed
        What is pointed at, by its position, or None.
    above, gutter
        The room for the title and, on the left, for the ticks, in pixels.
    """

    def __init__(self, measures: str) -> None:
        super().__init__()
        self.title = self.figure = ""
        self.figure_ink = "muted"
        self.measures = measures
        self.low, self.high = QPointF(0, 0), QPointF(1, 1)
        self.pointed: int | None = None
        self.above, self.gutter = _TITLE + 6, 40
        self.setMouseTracking(True)
        reads_as(self, Role.Chart)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def ticks(self) -> tuple[Ticks, Ticks]:
        """Return the places and texts of the ticks across and up."""
        return (), ()

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        """Paint what the plot shows."""

    def hit(self, place: QPointF) -> int | None:
        """Return the position of what can be read at a place of the widget."""
        return None

    def sentence(self, index: int) -> str:
        """Return what there is to say of it."""
        return ""

    @property
    def reading(self) -> str:
        """The sentence about what is pointed at, or an empty one."""
        return "" if self.pointed is None else self.sentence(self.pointed)

    def bin_at(self, place: QPointF, bins: int) -> int | None:
        """Return which of so many bins, equally wide, a place of the widget is in."""
        plot = self.plot_rect()
        if not plot.contains(place):
            return None
        return min(int((place.x() - plot.left()) / plot.width() * bins), bins - 1)

    def plot_rect(self) -> QRectF:
        """Return where values are drawn, in the widget's pixels."""
        below = _TICKS + (_CAPTION if self.measures else 0)
        return QRectF(
            self.gutter,
            self.above,
            max(self.width() - self.gutter - 12, 10),
            max(self.height() - self.above - below, 10),
        )

    def place(self, x: float, y: float) -> QPointF:
        """Return where a pair of values is, in the widget's pixels."""
        plot, span = self.plot_rect(), self.high - self.low
        return QPointF(
            plot.left() + (x - self.low.x()) / span.x() * plot.width(),
            plot.bottom() - (y - self.low.y()) / span.y() * plot.height(),
        )

    def line(self, x: NDArray[Any], y: NDArray[Any]) -> QPolygonF:
        """Return the line through pairs of values, in the widget's pixels."""
        if not x.size:  # the memory of an empty polygon is nowhere
            return QPolygonF()
        plot, span = self.plot_rect(), self.high - self.low
        across = plot.left() + (x - self.low.x()) / span.x() * plot.width()
        up = plot.bottom() - (y - self.low.y()) / span.y() * plot.height()
        if not len(x):
            return QPolygonF()  # pyqtgraph writes into memory that an empty one lacks
        polygon: QPolygonF = pg.functions.arrayToQPolygonF(across, up)
        return polygon

    def sizeHint(self) -> QSize:
        return QSize(330, 190)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 118)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint(painter, colors_of(self))
        painter.end()

    def paint(self, painter: QPainter, colors: Colors) -> None:
        """Paint the whole plot."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = self.plot_rect()
        painter.setFont(ui_font(SMALL_PX))
        self.draw_heading(painter, colors, QRectF(2, 0, self.width() - 14, _TITLE))
        painter.setFont(ui_font(SMALL_PX))
        self._draw_ticks(painter, colors, plot)
        painter.save()
        self.draw(painter, colors, plot)
        painter.restore()

    def draw_heading(self, painter: QPainter, colors: Colors, line: QRectF) -> None:
        """Paint what stands above the plot."""
        painter.setFont(ui_font(12, bold=True))
        painter.setPen(QColor(colors.text))
        painter.drawText(line, _LEFT, self.title)
        painter.setFont(ui_font(SMALL_PX))
        painter.setPen(QColor(getattr(colors, self.figure_ink)))
        painter.drawText(line, _RIGHT, self.figure)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.point_at(None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.point_at(event.position())

    def point_at(self, place: QPointF | None) -> None:
        """Read what is at a place of the widget, or nothing."""
        pointed = None if place is None else self.hit(place)
        if pointed != self.pointed:
            self.pointed = pointed
            self.setAccessibleDescription(self.reading)
            self.update()

    def _draw_ticks(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        across, up = self.ticks()
        grid = QPen(QColor(colors.border), 1)
        metrics = painter.fontMetrics()
        for value, text in up:
            y = round(self.place(self.low.x(), value).y()) + 0.5
            painter.setPen(grid)
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(colors.muted))
            painter.drawText(QRectF(0, y - 8, plot.left() - 5, 16), _RIGHT, text)
        painter.setPen(QColor(colors.muted))
        for value, text in across:
            width = metrics.horizontalAdvance(text)
            x = self.place(value, self.low.y()).x() - width / 2
            x = min(max(x, plot.left() - 6), self.width() - width - 1)
            painter.drawText(QRectF(x, plot.bottom() + 1, width + 1, _TICKS), _LEFT, text)
        caption = QRectF(0, plot.bottom() + _TICKS - 1, self.width(), _CAPTION)
        painter.setPen(QColor(colors.muted))
        elide = Qt.TextElideMode.ElideRight
        words = metrics.elidedText(self.reading or self.measures, elide, round(caption.width()))
        painter.drawText(caption, Qt.AlignmentFlag.AlignCenter, words)


def axis_ticks(low: float, high: float, most: int = 5) -> Ticks:
    """Return about so many round values of an axis with their texts."""
    return [(value, number(value, 6)) for value in round_ticks(low, high, most)]
