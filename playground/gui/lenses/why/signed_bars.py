"""A signed bar with its number for every feature of a row of a table or a point."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QResizeEvent

from playground.analysis.why.attribution import largest
from playground.gui.lenses.why.wording import aligned
from playground.gui.look.colors import Colors
from playground.gui.look.heat import Floats
from playground.gui.widgets.figure_table import Entry, FigureTable, Heading, Index

MOST_ROWS = 12
_ROW = 22
_BAR = 8.0
_NARROWEST = 120
_WIDEST_NAME = 0.47
_HEADINGS = (Heading(widest="0", left=True), Heading(), Heading(widest="0"))


class SignedBars(FigureTable):
    """Blue to the right above zero, orange to the left below.

    ``pointed`` carries the feature that the mouse or the arrow keys have come upon, or −1. Where
    there are more than :data:`MOST_ROWS` features, those with the largest numbers are shown:
    ``rows``, from top to bottom.
    """

    pointed = Signal(int)

    def __init__(self) -> None:
        super().__init__("", "", _HEADINGS, row_px=_ROW)
        self.setMinimumWidth(_NARROWEST)
        self.setFixedHeight(self.whole_height(1))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._names: Sequence[str] = ()
        self._values: Floats = np.zeros(0)
        self.rows: tuple[int, ...] = ()
        self._figures: list[str] = []
        self._limit = 1.0
        self._pointed = -1
        self.row_pointed.connect(self._on_row_pointed)

    def set_values(self, names: Sequence[str], values: Floats, limit: float) -> None:
        """Show values (features,) under their names; ±limit fills half of a row."""
        self._names, self._values, self._limit = names, values, limit
        rows = largest(values, MOST_ROWS)
        if len(rows) != len(self.rows):
            self._pointed = -1
            self.setFixedHeight(self.whole_height(len(rows)))
        self.rows = rows
        self._figures = [aligned(float(values[row]), limit) for row in rows]
        spoken = zip((names[row] for row in rows), self._figures, strict=True)
        self.setAccessibleDescription(", ".join(f"{name} {text}" for name, text in spoken))
        self.cells.show(len(rows), self._cell)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self._on_row_pointed(current.row())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._on_row_pointed(-1)

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        titles = max((metrics.horizontalAdvance(self._names[row]) for row in self.rows), default=0)
        figures = max(map(metrics.horizontalAdvance, self._figures), default=0)
        self.setColumnWidth(0, min(titles + 4, int(self.width() * _WIDEST_NAME)))
        self.setColumnWidth(2, figures + 4)

    def _cell(self, row: int, column: int) -> Entry:
        feature = self.rows[row]
        name, ground = self._names[feature], "hover" if feature == self._pointed else ""
        if column == 0:
            return Entry(name, ink="muted", ground=ground)
        if column == 2:
            return Entry(self._figures[row], ground=ground)
        share = float(np.nan_to_num(self._values[feature])) / self._limit

        def draw(painter: QPainter, cell: QRectF, colors: Colors) -> None:
            middle, half = cell.center(), cell.width() / 2 - 5
            painter.fillRect(QRectF(middle.x(), cell.top(), 1, cell.height()), QColor(colors.faint))
            length = min(max(share, -1.0), 1.0) * half
            bar = QRectF(middle.x(), middle.y() - _BAR / 2, length, _BAR).normalized()
            painter.fillRect(bar, QColor(colors.accent if share >= 0 else colors.warning))

        return Entry(ground=ground, draw=draw)

    @Slot(int)
    def _on_row_pointed(self, row: int) -> None:
        feature = self.rows[row] if 0 <= row < len(self.rows) else -1
        if feature != self._pointed:
            self._pointed = feature
            self.pointed.emit(feature)
            self.viewport().update()
