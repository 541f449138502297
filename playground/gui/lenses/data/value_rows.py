"""An example of a table or a plane: each feature's value, and what the network is given for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.data.dataset import Dataset
from playground.gui.look.theme import SMALL_PX, colors_of, ui_font
from playground.gui.look.wording import number
from playground.gui.widgets.painted_area import PaintedArea

_ROW = 21
_MOST_ROWS = 12
_FIGURES = 88
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ValueRows(PaintedArea):
    """A row a feature: its name, the value in the data, and the value the network sees."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("valueRows", "The example's values", parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._font = ui_font(SMALL_PX)
        self._names: tuple[str, ...] = ()
        self._raw: NDArray[np.floating] = np.zeros(0)
        self._seen: NDArray[np.floating] = np.zeros(0)
        self.setFixedHeight(_ROW)

    def texts(self, first: int, last: int) -> list[tuple[str, str, str]]:
        """Return name, value, and what the network sees, of some features."""
        return [
            (name, number(float(raw)), number(float(seen)))
            for name, raw, seen in zip(
                self._names[first:last], self._raw[first:last], self._seen[first:last], strict=True
            )
        ]

    def set_values(
        self, dataset: Dataset, raw: NDArray[np.floating], seen: NDArray[np.floating]
    ) -> None:
        """Show an example, (features,), as it is and as the network sees it."""
        self._names, self._raw, self._seen = dataset.feature_names, raw, seen
        self.setFixedHeight((min(len(raw), _MOST_ROWS) + 1) * _ROW)
        self.setAccessibleDescription(
            "; ".join(
                f"{name} {value}, seen as {seen}" for name, value, seen in self.texts(0, _MOST_ROWS)
            )
        )
        self.measure()
        self.viewport().update()

    def measure(self) -> None:
        """Let rows that find no place be scrolled to."""
        bar = self.verticalScrollBar()
        bar.setRange(0, max((len(self._raw) + 1) * _ROW - self.viewport().height(), 0))
        bar.setPageStep(max(self.viewport().height(), 1))
        bar.setSingleStep(_ROW)

    def sizeHint(self) -> QSize:
        return QSize(360, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(220, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self.viewport())
        painter.setFont(self._font)
        width = min(self.viewport().width(), 420)
        offset = self.verticalScrollBar().value()
        painter.setPen(QColor(colors.muted))
        head = QRect(0, -offset, width, _ROW)
        painter.drawText(head, _RIGHT, "network sees")
        painter.drawText(head.adjusted(0, 0, -_FIGURES, 0), _RIGHT, "value")
        metrics = painter.fontMetrics()
        first = max(offset // _ROW - 1, 0)
        last = first + self.viewport().height() // _ROW + 2
        for place, (name, raw, seen) in enumerate(self.texts(first, last), start=first):
            row = QRect(0, (place + 1) * _ROW - offset, width, _ROW)
            painter.setPen(QColor(colors.border))
            painter.drawLine(row.topLeft(), row.topRight())
            painter.setPen(QColor(colors.text))
            room = width - 2 * _FIGURES - 6
            elided = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
            painter.drawText(row, _LEFT, elided)
            painter.drawText(row.adjusted(0, 0, -_FIGURES, 0), _RIGHT, raw)
            painter.drawText(row, _RIGHT, seen)
        painter.end()
