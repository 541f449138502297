"""Where things stand on the plane's picture: its square, its scale and its ticks."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from playground.gui.widgets.ticks import round_ticks

LEFT, TOP, RIGHT, BOTTOM = 30.0, 22.0, 8.0, 32.0


@dataclass(frozen=True)
class PlaneAxes:
    """A square of the widget that shows ``low`` to ``high`` on both axes, x₂ upwards."""

    square: QRectF
    low: float
    high: float

    @classmethod
    def fit(cls, width: float, height: float, low: float, high: float) -> PlaneAxes:
        """Return the largest square, on whole pixels, that leaves room for the ticks."""
        side = max(math.floor(min(width - LEFT - RIGHT, height - TOP - BOTTOM)), 20)
        left = math.floor(LEFT + max(width - LEFT - RIGHT - side, 0) / 2)
        return cls(QRectF(left, TOP, side, side), low, high)

    @property
    def span(self) -> float:
        """How much of each axis is shown."""
        return self.high - self.low

    @property
    def middle(self) -> tuple[float, float]:
        """The point in the middle."""
        return ((self.low + self.high) / 2,) * 2

    def to_pixels(self, x1: float, x2: float) -> QPointF:
        """Return the place of a point in the widget."""
        scale = self.square.width() / self.span
        return QPointF(
            self.square.left() + (x1 - self.low) * scale,
            self.square.bottom() - (x2 - self.low) * scale,
        )

    def to_values(self, place: QPointF) -> tuple[float, float]:
        """Return the point at a place in the widget, the nearest one shown."""
        scale = self.span / self.square.width()
        x1 = self.low + (place.x() - self.square.left()) * scale
        x2 = self.low + (self.square.bottom() - place.y()) * scale
        return self.clamped(x1), self.clamped(x2)

    def clamped(self, value: float) -> float:
        """Return the nearest value shown."""
        return min(max(value, self.low), self.high)

    def ticks(self) -> list[float]:
        """Return about five round values for each axis."""
        return round_ticks(self.low, self.high, 4)
