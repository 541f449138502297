"""Where a step looks, as arcs on the drawing itself or over the row of steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.look.colors import DARK, Colors
from playground.gui.look.marking import named
from playground.gui.look.spoken import Role, reads_as
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.look.time_colors import time_table
from playground.gui.widgets.as_table import ShowAsTable
from playground.gui.widgets.example_steps import ExampleInSteps
from playground.gui.widgets.readings import Readings
from playground.gui.widgets.steps_painting import paint_so_far, places_in
from playground.wording import listed, nth, percent

_WORTH_DRAWING, _MOST_TOLD = 0.02, 3
_WIDEST, _NEAR, _LINE = 7.0, 14.0, 24
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_CENTER = Qt.AlignmentFlag.AlignCenter
_WORDS = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop


class LookArcs(QWidget):
    """The example with an arc for each share of one step; the wider, the larger.

    ``step_chosen`` carries a step that is clicked or walked to.

    Attributes
    ----------
    shares
        The shares that are drawn, (steps,).
    step
        The step that looks, or that is looked at.
    """

    step_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        named(self, "lookArcs", "Where a step looks in the drawing")
        reads_as(self, Role.Graphic)
        ShowAsTable(self, self.figures)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(150, 150)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.shares: NDArray[np.floating[Any]] = np.empty(0)
        self.step, self._looked_at = 0, False
        self._example: ExampleInSteps | None = None

    def show_shares(
        self,
        example: ExampleInSteps,
        step: int,
        shares: NDArray[np.floating[Any]],
        *,
        looked_at: bool,
    ) -> None:
        """Draw the shares of a step, or those that the others have for it."""
        self._example, self.step, self.shares, self._looked_at = example, step, shares, looked_at
        self.setAccessibleDescription(self.summary)
        self.update()

    @property
    def summary(self) -> str:
        """Whom the step looks at most, or by whom it is looked at."""
        order = np.argsort(-self.shares, kind="stable")[:_MOST_TOLD].tolist()
        names = {at: f"step {nth(at)}" for at in order} | {self.step: "itself"}
        told = [
            f"{names[at]} {percent(float(self.shares[at]))}"
            for at in order
            if self.shares[at] >= _WORTH_DRAWING
        ]
        verb = "is looked at by" if self._looked_at else "looks at"
        return f"Step {nth(self.step)} {verb} {listed(told) if told else 'none in particular'}"

    def figures(self) -> Readings:
        """Return every share."""
        headings = ("Step", "Looks with" if self._looked_at else "Looked at with")
        rows = [(nth(at), percent(share, 2)) for at, share in enumerate(self.shares.tolist())]
        return Readings(self.accessibleName(), headings, rows)

    def places(self) -> list[QPointF]:
        """Return where each step is painted."""
        example = self._example
        if example is None:
            return []
        if example.is_drawing:
            return places_in(self._square(), example)
        wide = self.width() / example.steps
        line = self.height() - self._words_px - _LINE
        return [QPointF((at + 0.5) * wide, line) for at in range(example.steps)]

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._example is None:
            return
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = self.places()
        self._paint_ground(painter, colors, self._example, places)
        theme = DARK if self._example.is_drawing else colors
        ink = QColor(theme.warning)
        most = float(self.shares.max(initial=0)) or 1.0
        for at in np.argsort(self.shares, kind="stable").tolist():
            share = float(self.shares[at])
            if share >= _WORTH_DRAWING and at != self.step:
                ink.setAlphaF(0.25 + 0.75 * share / most)
                pen = QPen(ink, max(_WIDEST * share / most, 0.8))
                pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                painter.setPen(pen)
                painter.drawPath(_arc(places[self.step], places[at]))
        self._paint_ring(painter, theme.text, places[self.step], ink, most)
        painter.setFont(ui_font(SMALL_PX))
        painter.setPen(QColor(colors.text))
        below = QRectF(0, self.height() - self._words_px, self.width(), self._words_px)
        painter.drawText(below, _WORDS, self.summary.replace(" %", "\N{NO-BREAK SPACE}%"))
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            away = [
                math.hypot(place.x() - event.position().x(), place.y() - event.position().y())
                for place in self.places()
            ]
            reach = max(_NEAR, self._patch / 2 * math.sqrt(2))
            if away and min(away) <= reach:
                self.step_chosen.emit(int(np.argmin(away)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = Qt.Key(event.key()), len(self.shares) - 1
        if key in _KEYS and last >= 0:
            self.step_chosen.emit(min(max(self.step + _KEYS[key], 0), last))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and last >= 0:
            self.step_chosen.emit(0 if key == Qt.Key.Key_Home else last)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _square(self) -> QRectF:
        side = max(min(self.width() - 4, self.height() - self._words_px - 6), 10)
        return QRectF((self.width() - side) / 2, 2, side, side)

    @property
    def _words_px(self) -> int:
        """What room two lines of words take."""
        return 2 * QFontMetrics(ui_font(SMALL_PX)).lineSpacing()

    @property
    def _patch(self) -> float:
        """How wide the part of a picture is that is one step, in pixels; 0 where there is none."""
        example = self._example
        if example is None or example.middles is None:
            return 0.0
        return self._square().width() / math.sqrt(example.steps)

    def _paint_ground(
        self, painter: QPainter, colors: Colors, example: ExampleInSteps, places: Sequence[QPointF]
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if example.is_drawing:
            paint_so_far(painter, self._square(), example, example.steps - 1, colors)
            return
        painter.setFont(ui_font(SMALL_PX))
        metrics, wide = painter.fontMetrics(), self.width() / example.steps
        for at, (place, ink) in enumerate(zip(places, time_table(example.steps), strict=True)):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(*ink.tolist()))
            painter.drawEllipse(place, 3, 3)
            word = example.words(at)
            if metrics.horizontalAdvance(word) + 2 <= wide:
                painter.setPen(QColor(colors.muted))
                box = QRectF(place.x() - wide / 2, place.y() + 3, wide, metrics.height())
                painter.drawText(box, _CENTER, word)

    def _paint_ring(
        self, painter: QPainter, ring: str, place: QPointF, ink: QColor, most: float
    ) -> None:
        """Ring the step, as broad as it looks at itself."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        share = float(self.shares[self.step]) if len(self.shares) else 0.0
        if share >= _WORTH_DRAWING:
            ink.setAlphaF(0.25 + 0.75 * share / most)
            painter.setPen(QPen(ink, max(_WIDEST * share / most, 0.8)))
            painter.drawEllipse(place, 9, 9)
        painter.setPen(QPen(QColor(ring), 2))
        painter.drawEllipse(place, 5.5, 5.5)


def _arc(start: QPointF, end: QPointF) -> QPainterPath:
    """Return a curve between two places, which bends upwards or to the left."""
    along = end - start
    across = QPointF(along.y(), -along.x())
    if across.y() > 0 or (across.y() == 0 and across.x() > 0):
        across = -across
    path = QPainterPath(start)
    path.quadTo((start + end) / 2 + across * 0.35, end)
    return path
