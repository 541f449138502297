"""What all rows of the lens share: an axis of steps, words beside it, and the line at one step."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QEvent, QLineF, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.colors import Colors
from playground.gui.look.theme import SMALL_PX, colors_of, text_scale, ui_font

MARGIN = 14
"""The room behind the last step, in pixels."""

_GUTTER, _APART = 96, 8
_WORDS = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


def gutter() -> int:
    """Return the room for words before the first step, in pixels."""
    return round(_GUTTER * text_scale())


def paint_words(painter: QPainter, room: QRect, title: str, caption: str, colors: Colors) -> QRect:
    """Write a row's title, and its caption below where that fits; return what room they took."""
    painter.setFont(ui_font(SMALL_PX, bold=True))
    painter.setPen(QColor(colors.text))
    taken = QFontMetrics(painter.font()).boundingRect(room, _WORDS, title)
    painter.drawText(room, _WORDS, title)
    painter.setFont(ui_font(SMALL_PX))
    below = room.adjusted(0, taken.height() + 1, 0, 0)
    wanted = painter.fontMetrics().boundingRect(below, _WORDS, caption)
    if caption and wanted.bottom() <= room.bottom() + 1:
        painter.setPen(QColor(colors.muted))
        painter.drawText(below, _WORDS, caption)
        taken = taken.united(wanted)
    return taken


def paint_line(painter: QPainter, line: QLineF, colors: Colors, *, lit: bool) -> None:
    """Draw the line at the step that is pointed at, so that it stands off from any ground."""
    for ink, width in ((colors.central, 3.5), (colors.accent if lit else colors.text, 1.5)):
        painter.setPen(QPen(QColor(ink), width))
        painter.drawLine(line)


class StepRow(QWidget):
    """One row over the axis of steps; a child paints it in :meth:`draw`, anew after :meth:`renew`.

    ``step_chosen`` carries a step that is clicked or dragged to, and ``pointed`` what there is to
    say of what the mouse is over.

    Attributes
    ----------
    title, caption
        The words beside it.
    steps, step
        How many steps there are, and the one that is pointed at, counted from 0.
    above, below
        Free pixels.
    line_ends
        How far above the lower edge the line ends.
    """

    line_ends = 0

    step_chosen = Signal(int)
    pointed = Signal(str)

    def __init__(self, title: str, caption: str = "", *, least: int, fixed: bool = False) -> None:
        super().__init__()
        self.title, self.caption = title, caption
        self.steps, self.step, self.lit = 1, 0, False
        self.taken = QRect()
        self._painted: QPixmap | None = None
        self._look: tuple[Colors, int] | None = None
        self.above = self.below = 3
        self.setMouseTracking(True)
        if fixed:
            self.setFixedHeight(least)
        else:
            self.setMinimumHeight(least)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @abstractmethod
    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        """Paint what there is over the axis."""

    def sentence(self, step: int, place: QPointF) -> str:
        """Return what there is to say of a step, at a place of the widget."""
        return ""

    def set_step(self, steps: int, step: int, *, lit: bool) -> None:
        """Point at a step of so many; the line is ``lit`` where the keys move it."""
        if steps != self.steps:
            self._painted = None
        if (steps, step, lit) != (self.steps, self.step, self.lit):
            self.steps, self.step, self.lit = steps, step, lit
            self.update()

    def renew(self) -> None:
        """Paint it anew: it shows something else."""
        self._painted = None
        self.update()

    @property
    def plot(self) -> QRectF:
        """Where the steps are, in the widget's pixels."""
        left = gutter()
        tall = self.height() - self.above - self.below
        return QRectF(left, self.above, max(self.width() - left - MARGIN, 10), tall)

    def middle(self, step: float) -> float:
        """Return how far to the right the middle of a step is."""
        plot = self.plot
        return plot.left() + (step + 0.5) * plot.width() / self.steps

    def step_at(self, x: float) -> int:
        """Return the step nearest to a place across."""
        plot = self.plot
        step = int((x - plot.left()) / plot.width() * self.steps)
        return min(max(step, 0), self.steps - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, ratio, plot = colors_of(self), self.devicePixelRatioF(), self.plot
        look = colors, gutter()
        if self._painted is None or self._look != look:
            self._look = look
            self._painted = QPixmap(self.size() * ratio)
            self._painted.setDevicePixelRatio(ratio)
            self._painted.fill(Qt.GlobalColor.transparent)
            onto = QPainter(self._painted)
            onto.setRenderHint(QPainter.RenderHint.Antialiasing)
            room = QRect(0, self.above - 1, gutter() - _APART, self.height() - self.above)
            self.taken = paint_words(onto, room, self.title, self.caption, colors)
            self.draw(onto, colors, plot)
            onto.end()
        painter = QPainter(self)
        painter.drawPixmap(QPointF(0, 0), self._painted)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = self.middle(self.step)
        paint_line(painter, QLineF(x, 0, x, self.height() - self.line_ends), colors, lit=self.lit)
        self.draw_over(painter, colors, plot)
        painter.end()

    def draw_over(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        """Paint what lies over the line."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._painted = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.step_chosen.emit(self.step_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        step = self.step_at(place.x())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.step_chosen.emit(step)
        inside = place.x() >= self.plot.left()
        self.pointed.emit(self.sentence(step, place) if inside else "")

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit("")
