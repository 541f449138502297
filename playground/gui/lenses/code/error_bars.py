"""How badly each class comes back, through the code and through PCA of the same size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter

from playground.gui.look.colors import Colors
from playground.gui.look.marking import named
from playground.gui.widgets.as_table import ShowAsTable
from playground.gui.widgets.plot_area import PlotArea, Ticks, axis_ticks
from playground.gui.widgets.readings import Readings
from playground.wording import metric

_MOST_NAMES = 16
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class ErrorByClass(PlotArea):
    """Two bars for each class: its mean squared error through the code, and through PCA.

    The mouse or the arrow keys read a class.
    """

    def __init__(self) -> None:
        super().__init__("class")
        named(
            self,
            "errorByClass",
            "Error by class",
            "The mean squared error of the test part, class by class: blue through the code, grey "
            "through PCA with as many directions.",
            topic="pca",
        )
        self.title, self.above = "Error by class, test part", 22
        self.names: Sequence[str] = ()
        self.code, self.principal = np.empty(0), np.empty(0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        ShowAsTable(self, self._figures)

    def show_errors(
        self, names: Sequence[str], code: np.ndarray, principal: np.ndarray, figure: str
    ) -> None:
        """Show other errors; the figure sums them up."""
        self.names, self.code, self.principal, self.figure = names, code, principal, figure
        finite = np.concatenate([code, principal])
        finite = finite[np.isfinite(finite)]
        self.high = QPointF(max(len(names), 1), max(float(finite.max(initial=0)), 1e-9) * 1.08)
        self.setAccessibleDescription(self.reading or figure)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(330, 104)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, 76)

    def ticks(self) -> tuple[Ticks, Ticks]:
        every = -(-len(self.names) // _MOST_NAMES)
        across = [(at + 0.5, name) for at, name in enumerate(self.names) if at % every == 0]
        return across, axis_ticks(0, self.high.y(), 3)

    def draw(self, painter: QPainter, colors: Colors, plot: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for index in range(len(self.names)):
            for errors, ink, left in (
                (self.code, colors.accent, 0.14),
                (self.principal, colors.ghost, 0.52),
            ):
                if np.isfinite(errors[index]):
                    color = QColor(ink)
                    color.setAlphaF(1.0 if self.pointed in (None, index) else 0.55)
                    corner = self.place(index + left, float(errors[index]))
                    painter.fillRect(QRectF(corner, self.place(index + left + 0.34, 0)), color)

    def hit(self, place: QPointF) -> int | None:
        return self.bin_at(place, len(self.names)) if self.names else None

    def sentence(self, index: int) -> str:
        code, principal = metric(float(self.code[index])), metric(float(self.principal[index]))
        return f"{self.names[index]}: {code} through the code, {principal} through PCA"

    def paint(self, painter: QPainter, colors: Colors) -> None:
        super().paint(painter, colors)
        if self.hasFocus():
            painter.setPen(QColor(colors.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or not self.names:
            super().keyPressEvent(event)
            return
        before = -1 if self.pointed is None and step > 0 else self.pointed or 0
        self.pointed = min(max(before + step, 0), len(self.names) - 1)
        self.setAccessibleDescription(self.reading)
        self.update()

    def _figures(self) -> Readings:
        rows = [
            (name, metric(float(code)), metric(float(principal)))
            for name, code, principal in zip(self.names, self.code, self.principal, strict=True)
        ]
        return Readings(self.title, ("class", "through the code", "through PCA"), rows)
