"""Which stretch of a plane of numbers a widget shows, and how it is zoomed and moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF

from playground.analysis.codes.plane import Corners

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class PlaneWindow:
    """A stretch of the plane, and the pixels that show it; up is up.

    Attributes
    ----------
    left, bottom, right, top
        The values at the edges.
    """

    left: float = -1.0
    bottom: float = -1.0
    right: float = 1.0
    top: float = 1.0

    @classmethod
    def between(cls, corners: Corners) -> PlaneWindow:
        """Return the window between two corners."""
        (left, bottom), (right, top) = (corner.tolist() for corner in corners)
        return cls(left, bottom, right, top)

    @property
    def corners(self) -> Corners:
        """The lower left and the upper right corner, (2,) each."""
        return np.array([self.left, self.bottom]), np.array([self.right, self.top])

    def pixels(self, places: Floats, size: QSizeF) -> Floats:
        """Return where places (n, 2) are in a widget of a size, (n, 2)."""
        low, high = self.corners
        with np.errstate(all="ignore"):
            shares = (np.asarray(places, np.float64) - low) / (high - low)
        return np.stack([shares[:, 0], 1 - shares[:, 1]], axis=1) * (size.width(), size.height())

    def place(self, at: QPointF, size: QSizeF) -> tuple[float, float]:
        """Return which place a point of the widget shows."""
        across, up = at.x() / size.width(), 1 - at.y() / size.height()
        return (
            self.left + across * (self.right - self.left),
            self.bottom + up * (self.top - self.bottom),
        )

    def rect(self, low: Floats, high: Floats, size: QSizeF) -> QRectF:
        """Return where a stretch of the plane is in the widget."""
        corners = self.pixels(np.stack([low, high]), size).tolist()
        return QRectF(QPointF(*corners[0]), QPointF(*corners[1])).normalized()

    def zoomed(self, factor: float, at: tuple[float, float]) -> PlaneWindow:
        """Return the window that shows things so many times larger around a place."""
        left, bottom, right, top = (
            about + (edge - about) / factor
            for edge, about in zip(
                (self.left, self.bottom, self.right, self.top), at * 2, strict=True
            )
        )
        return PlaneWindow(left, bottom, right, top)

    def moved(self, across: float, up: float) -> PlaneWindow:
        """Return the window moved by values."""
        return PlaneWindow(self.left + across, self.bottom + up, self.right + across, self.top + up)
