"""The row of memory: how strongly each step still pulls on the answer, and the axis of steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from playground.gui.lenses.time.step_row import StepRow
from playground.gui.look.colors import Colors
from playground.gui.look.theme import SMALL_PX, ui_font
from playground.wording import brief, nth

_AXIS, _TOLD, _EACH = 18, 15, 24
_CENTER = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class MemoryRow(StepRow):
    """A bar for each step; below it the numbers of the steps."""

    line_ends = _AXIS - 2

    def __init__(self) -> None:
        super().__init__("Remembers", least=70)
        self.above, self.below = _TOLD, _AXIS
        self.said = ""
        self.pulls: NDArray[np.floating[Any]] = np.empty(0)
        self._symbol = ""

    def show_pulls(self, pulls: NDArray[np.floating[Any]], symbol: str, caption: str) -> None:
        """Show other pulls, (steps,), the slopes of the score by what ``symbol`` stands for."""
        self.pulls, self._symbol, self.caption = np.nan_to_num(pulls), symbol, caption
        self.renew()

    def say(self, said: str) -> None:
        """Write a sentence above the bars: what is pointed at in any row."""
        if said != self.said:
            self.said = said
            self.renew()

    @property
    def told(self) -> str:
        """What the highest bar is."""
        if not len(self.pulls):
            return ""
        return f"largest |∂score / ∂{self._symbol}| = {brief(float(self.pulls.max()))}"

    def sentence(self, step: int, place: QPointF) -> str:
        if step >= len(self.pulls):
            return ""
        return f"Step {nth(step)}: |∂score / ∂{self._symbol}| = {brief(float(self.pulls[step]))}"

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        painter.setFont(ui_font(SMALL_PX))
        painter.setPen(QColor(colors.muted))
        line = QRectF(plot.left(), 0, plot.width(), _TOLD)
        painter.drawText(line, _RIGHT, self.told)
        metrics = painter.fontMetrics()
        line.setWidth(line.width() - metrics.horizontalAdvance(self.told) - 12)
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(line, _LEFT, metrics.elidedText(self.said, elide, int(line.width())))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(QRectF(plot.left(), plot.bottom() - 1, plot.width(), 1), colors.border)
        painter.setBrush(QColor(colors.accent))
        for step in range(min(len(self.pulls), self.steps)):
            painter.drawRect(self._bar(step, plot))

    def _bar(self, step: int, plot: QRectF) -> QRectF:
        """Return where the bar of a step is."""
        most = float(self.pulls.max(initial=0)) or 1.0
        wide = plot.width() / self.steps
        wide = max(wide - 2.5, wide * 0.7)
        tall = float(self.pulls[step]) / most * (plot.height() - 2)
        return QRectF(self.middle(step) - wide / 2, plot.bottom() - 1 - tall, wide, tall)

    def draw_over(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        """Light the bar at the line; number the steps, that one on a ground of its own."""
        if self.step < len(self.pulls):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.text))
            painter.drawRect(self._bar(self.step, plot))
        painter.setFont(ui_font(SMALL_PX))
        metrics = painter.fontMetrics()
        line = QRectF(0, self.height() - _AXIS + 2, self.width(), _AXIS - 2)
        words = f"step {nth(self.step)}"
        wide = metrics.horizontalAdvance(words) + 10
        left = min(max(self.middle(self.step) - wide / 2, plot.left()), self.width() - wide)
        badge = QRectF(left, line.top(), wide, line.height())
        painter.setPen(QColor(colors.muted))
        for step in self._numbered():
            place = QRectF(self.middle(step) - 20, line.top(), 40, line.height())
            taken = metrics.horizontalAdvance(nth(step)) + 4
            middle = place.center().x()
            if not badge.adjusted(-taken / 2, 0, taken / 2, 0).contains(middle, place.center().y()):
                painter.drawText(place, _CENTER, nth(step))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.primary))
        painter.drawRoundedRect(badge, 3, 3)
        painter.setPen(QColor(colors.on_accent))
        painter.drawText(badge, _CENTER, words)

    def _numbered(self) -> list[int]:
        """Return the steps whose numbers are written: 1, 5, 10 and so on."""
        fits = max(self.plot.width() / _EACH, 1)
        every = next((each for each in (1, 5, 10, 20, 50) if self.steps / each <= fits), 100)
        return [step for step in range(self.steps) if step == 0 or (step + 1) % every == 0]
