"""The row of answers: the classes' probabilities as a ribbon, or a number as a line."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from playground.analysis.steps.answers import AnswersInTime
from playground.gui.lenses.time.step_row import StepRow, gutter
from playground.gui.look.colormaps import class_colors
from playground.gui.look.colors import Colors
from playground.gui.look.heat import is_bright
from playground.gui.look.theme import SMALL_PX, ui_font
from playground.gui.widgets.cell_texts import INKS
from playground.gui.widgets.plot_area import Ticks, axis_ticks
from playground.wording import listed, nth, number, percent

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEAST, _MOST_LISTED = 52, 3
_WORTH_TELLING = 0.005
_TICK_ROOM = 5

Floats = NDArray[np.floating[Any]]


class AnswerRow(StepRow):
    """The answer after each step."""

    def __init__(self) -> None:
        super().__init__("Answer", least=_LEAST)
        self.answers: AnswersInTime | None = None
        self.names: tuple[str, ...] = ()
        self._target: float | None = None

    def show_answers(
        self, answers: AnswersInTime | None, names: tuple[str, ...], target: float | None
    ) -> None:
        """Show other answers; ``target`` is the number that is right, where one is known."""
        self.answers, self.names, self._target = answers, names, target
        self.renew()

    def sentence(self, step: int, place: QPointF) -> str:
        answers = self.answers
        if answers is None or step >= answers.steps:
            return ""
        before = f"{'Ending at' if answers.ending else 'After'} step {nth(step)}: "
        if answers.shares is None:
            return before + number(float(answers.outputs[0, step]))
        shares = np.nan_to_num(answers.shares[step])
        told = [at for at in np.argsort(-shares).tolist() if shares[at] >= _WORTH_TELLING]
        return before + listed(
            [f"{self.names[at]} {percent(float(shares[at]))}" for at in told[:_MOST_LISTED]]
        )

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        answers = self.answers
        if answers is None or answers.steps != self.steps:
            return
        if answers.shares is None:
            self._draw_line(painter, colors, plot, answers.outputs[0])
        else:
            self._draw_ticks(painter, colors, plot, 0, 1, ((0, "0 %"), (0.5, "50 %"), (1, "100 %")))
            self._draw_ribbon(painter, colors, plot, np.nan_to_num(answers.shares))

    def _draw_ribbon(self, painter: QPainter, colors: Colors, plot: QRectF, shares: Floats) -> None:
        """Stack the shares (steps, classes) from the first class up."""
        tops = plot.bottom() - np.cumsum(shares, axis=1) * plot.height()
        lows = np.hstack([np.full((len(shares), 1), plot.bottom()), tops[:, :-1]])
        across = [plot.left(), *map(self.middle, range(len(shares))), plot.right()]
        edges = [np.pad(each, ((1, 1), (0, 0)), "edge") for each in (tops, lows)]
        inks = class_colors(shares.shape[1])
        seen = np.flatnonzero(shares.max(axis=0) * plot.height() >= 0.5).tolist()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        borders = []
        for label in seen:
            upper, lower = (each[:, label].tolist() for each in edges)
            above, below = ([QPointF(x, y) for x, y in zip(across, side, strict=True)]
                            for side in (upper, lower))  # fmt: skip
            painter.setBrush(QColor(*inks[label].tolist()))
            painter.drawPolygon(QPolygonF([*above, *below[::-1]]))
            borders.append(QPolygonF(above))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.central), 0))
        for border in borders[:-1]:
            painter.drawPolyline(border)
        painter.setFont(ui_font(SMALL_PX + 1, bold=True))
        bright = is_bright(inks.view(np.uint32)[:, 0])
        for label, spot in self._spots(painter, shares, tops, lows).items():
            painter.setPen(QColor(INKS[int(bright[label])]))
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, self.names[label])

    def _spots(
        self, painter: QPainter, shares: Floats, tops: Floats, lows: Floats
    ) -> dict[int, QRectF]:
        """Return where in its area each class that has room for its name is written."""
        metrics, spots = QFontMetricsF(painter.font()), {}
        wide = self.plot.width() / len(shares)
        for label, name in enumerate(self.names):
            needed = int(np.ceil((metrics.horizontalAdvance(name) + 6) / wide))
            tall = (lows - tops)[:, label] >= metrics.height()
            edges = np.flatnonzero(np.diff(np.concatenate([[0], tall.astype(int), [0]])))
            runs = [(a, b) for a, b in edges.reshape(-1, 2).tolist() if b - a >= needed]
            if runs:
                first, end = max(runs, key=lambda run: shares[run[0] : run[1], label].sum())
                inside = np.arange(first, end)
                middle = float(np.average(inside, weights=shares[first:end, label]))
                step = round(middle)
                y = (lows[step, label] + tops[step, label]) / 2
                spots[label] = QRectF(self.middle(middle) - 60, y - 10, 120, 20)
        return spots

    def _draw_line(self, painter: QPainter, colors: Colors, plot: QRectF, values: Floats) -> None:
        finite = values[np.isfinite(values)].tolist()
        finite += [] if self._target is None else [self._target]
        low, high = min(finite, default=0.0), max(finite, default=1.0)
        margin = (high - low) * 0.08 or 0.5
        low, high = low - margin, high + margin
        self._draw_ticks(painter, colors, plot, low, high, axis_ticks(low, high, 3))

        def up(value: float) -> float:
            return plot.bottom() - (value - low) / (high - low) * plot.height()

        if self._target is not None:
            painter.setPen(QPen(QColor(colors.good), 1.2, Qt.PenStyle.DashLine))
            y = up(self._target)
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setPen(QPen(QColor(colors.accent), 2))
        painter.drawPolyline(
            QPolygonF(
                [
                    QPointF(self.middle(step), up(value))
                    for step, value in enumerate(values.tolist())
                    if np.isfinite(value)
                ]
            )
        )

    def _draw_ticks(
        self,
        painter: QPainter,
        colors: Colors,
        plot: QRectF,
        low: float,
        high: float,
        ticks: Ticks,
    ) -> None:
        """Write the ticks beside the axis, where the words of the row leave room."""
        painter.setFont(ui_font(SMALL_PX))
        tall = painter.fontMetrics().height()
        for value, text in ticks:
            y = plot.bottom() - (value - low) / (high - low) * plot.height()
            top = min(max(y - tall / 2, 0), self.height() - tall)
            wide = painter.fontMetrics().horizontalAdvance(text)
            place = QRectF(gutter() - _TICK_ROOM - wide, top, wide, tall)
            if not place.intersects(QRectF(self.taken)):
                painter.setPen(QColor(colors.muted))
                painter.drawText(place, _RIGHT, text)
