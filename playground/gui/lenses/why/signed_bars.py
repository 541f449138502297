"""A signed bar with its number for every feature of a row of a table or a point."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.gui.lenses.why.wording import aligned
from playground.gui.look.colors import Colors
from playground.gui.widgets.figure_table import Entry, FigureTable, Heading, Index

MOST_ROWS = 12
_ROW = 22
_BAR = 8.0
_WIDEST_NAME = 0.47
_HEADINGS = (Heading(widest="0", left=True), Heading(), Heading(widest="0"))


class SignedBars(FigureTable):
    """Blue to the right above zero, orange to the left below.

    ``pointed`` carries the feature that the mouse or the arrow keys have come upon, or −1. Where
    there are more than :data:`MOST_ROWS` features, those with the largest numbers are shown.
    """

    pointed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "", _HEADINGS, row_px=_ROW, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._names: Sequence[str] = ()
        self._values: NDArray[np.floating] = np.zeros(0)
        self._rows: list[int] = []
        self._figures: list[str] = []
        self._limit = 1.0
        self._pointed = -1
        self.row_pointed.connect(self._on_row_pointed)

    @property
    def rows(self) -> tuple[int, ...]:
        """The features shown, from top to bottom."""
        return tuple(self._rows)

    def set_values(self, names: Sequence[str], values: NDArray[np.floating], limit: float) -> None:
        """Show values (features,) under their names; ±limit fills half of a row."""
        self._names, self._values, self._limit = names, values, limit
        rows = np.arange(len(values))
        if len(rows) > MOST_ROWS:
            largest = np.argsort(-np.abs(np.nan_to_num(values)), kind="stable")[:MOST_ROWS]
            rows = np.sort(largest)
        if len(rows) != len(self._rows):
            self._pointed = -1
        self._rows = rows.tolist()
        self._figures = [aligned(float(values[row]), limit) for row in self._rows]
        spoken = zip((names[row] for row in self._rows), self._figures, strict=True)
        self.setAccessibleDescription(", ".join(f"{name} {text}" for name, text in spoken))
        self.cells.show(len(self._rows), self._cell)
        self.updateGeometry()
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(200, self.whole_height(max(len(self._rows), 1)))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

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
        titles = max((metrics.horizontalAdvance(self._names[row]) for row in self._rows), default=0)
        figures = max(map(metrics.horizontalAdvance, self._figures), default=0)
        self.setColumnWidth(0, min(titles + 4, int(self.width() * _WIDEST_NAME)))
        self.setColumnWidth(2, figures + 4)

    def _cell(self, row: int, column: int) -> Entry:
        feature = self._rows[row]
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
        feature = self._rows[row] if 0 <= row < len(self._rows) else -1
        if feature != self._pointed:
            self._pointed = feature
            self.pointed.emit(feature)
            self.viewport().update()
