"""A small histogram: stacked bars, a colour for each series."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from playground.data.summary import Histogram
from playground.gui.look.colors import Colors


def paint_histogram(
    painter: QPainter,
    box: QRectF,
    histogram: Histogram,
    fills: Sequence[QColor],
    colors: Colors,
    mark: float | None = None,
) -> None:
    """Paint a histogram into a box, and a line at a ``mark``, outside it at the nearest end.

    ``fills`` has a colour for each series, the lowest first, or one for all of them together.
    """
    bins = histogram.counts.shape[1]
    pitch = box.width() / bins
    unit = box.height() / max(int(histogram.counts.sum(axis=0).max()), 1)
    counts = histogram.counts
    if len(fills) == 1:
        counts = counts.sum(axis=0, keepdims=True)
    tops = np.cumsum(counts, axis=0)
    painter.save()
    for series, fill in enumerate(fills):
        for place in np.flatnonzero(counts[series]).tolist():
            tall = int(counts[series, place]) * unit
            top = box.bottom() - int(tops[series, place]) * unit
            painter.fillRect(QRectF(box.left() + place * pitch, top, pitch - 0.5, tall), fill)
    painter.setPen(QPen(QColor(colors.border), 1))
    painter.drawLine(box.bottomLeft(), box.bottomRight())
    if mark is not None and np.isfinite(mark):
        share = (mark - histogram.low) / (histogram.high - histogram.low)
        x = box.left() + min(max(share, 0.0), 1.0) * box.width()
        painter.setPen(QPen(QColor(colors.text), 1))
        painter.drawLine(QPointF(x, box.top() - 2), QPointF(x, box.bottom()))
    painter.restore()
