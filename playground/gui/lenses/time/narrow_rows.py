"""The narrow rows: what is read in words, and the colours of the pen."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from playground.analysis.steps.answers import AnswersInTime
from playground.gui.lenses.time.step_row import StepRow
from playground.gui.look.colors import Colors
from playground.gui.look.heat import image_of
from playground.gui.look.theme import SMALL_PX, ui_font
from playground.gui.look.time_colors import time_table
from playground.gui.widgets.class_markers import class_color
from playground.wording import nth

_CENTER = Qt.AlignmentFlag.AlignCenter


class ReadsRow(StepRow):
    """A box for each stretch of steps with the same answer, and what that is in words."""

    def __init__(self) -> None:
        super().__init__("Reads", least=22, fixed=True)
        self._runs: list[tuple[int, int, int]] = []
        self._names: tuple[str, ...] = ()
        self._verb = ""

    def show_answers(
        self, answers: AnswersInTime | None, names: tuple[str, ...], *, foretells: bool
    ) -> None:
        """Show other answers, each of the example or of what comes next."""
        self._runs = [] if answers is None or answers.shares is None else answers.runs()
        self._names, self._verb = names, "expects" if foretells else "reads"
        self.title = self._verb.capitalize()
        self.renew()

    @property
    def sentences(self) -> list[str]:
        """What each box says."""
        return [
            f"{self._verb} {self._names[label]} · "
            + (f"steps {nth(first)} to {nth(last)}" if last > first else f"step {nth(first)}")
            for label, first, last in self._runs
        ]

    def sentence(self, step: int, place: QPointF) -> str:
        for said, (_, first, last) in zip(self.sentences, self._runs, strict=True):
            if first <= step <= last:
                return said[0].upper() + said[1:]
        return ""

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        wide = plot.width() / self.steps
        painter.setFont(ui_font(SMALL_PX, bold=True))
        metrics = painter.fontMetrics()
        for said, (label, first, last) in zip(self.sentences, self._runs, strict=True):
            box = QRectF(plot.left() + first * wide, plot.top(), (last + 1 - first) * wide, 16)
            painter.setPen(QPen(class_color(label), 1.2))
            painter.setBrush(QColor(colors.control))
            painter.drawRoundedRect(box.adjusted(0.8, 0.6, -0.8, -0.6), 3, 3)
            short = self._names[label]
            fitting = (text for text in (said, said.partition(" · ")[0], short)
                       if metrics.horizontalAdvance(text) + 6 <= box.width())  # fmt: skip
            painter.setPen(QColor(colors.text))
            painter.drawText(box, _CENTER, next(fitting, ""))


class PenRow(StepRow):
    """The colour that the pen's line has at each step."""

    def __init__(self) -> None:
        super().__init__("Pen", least=15, fixed=True)

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        inks = np.ascontiguousarray(time_table(self.steps)).view(np.uint32)[:, 0]
        strip = QRectF(plot.left(), plot.center().y() - 2, plot.width(), 4)
        painter.drawImage(strip.toRect(), image_of(inks[np.newaxis]))
