"""A plot's axis in the picture's calm: one level of ticks, plain numbers, no line."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtCore import QRectF

from playground.wording import number

_OVERHANG = 22.0  # the first and the last tick's text reach beyond the plot


class CalmAxis(pg.AxisItem):
    """An axis with one level of ticks, about ``spacing`` pixels apart, that never split epochs."""

    def __init__(self, orientation: str, spacing: float, percent: bool = False) -> None:
        super().__init__(orientation)
        self._spacing = spacing
        self._percent = percent
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=0, tickAlpha=255, maxTickLevel=0, maxTextLevel=0)

    def set_percent(self, percent: bool) -> None:
        """Write shares of one as percentages, or numbers as they are."""
        if percent != self._percent:
            self._percent = percent
            self.picture = None
            self.update()

    def boundingRect(self) -> QRectF:
        return super().boundingRect().adjusted(-_OVERHANG, -_OVERHANG, _OVERHANG, _OVERHANG)

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        rough = (maxVal - minVal) / max(size / self._spacing, 1.0)
        if not rough > 0 or not math.isfinite(rough):
            return [(1.0, 0.0)]
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(nice * power for nice in (1, 2, 2.5, 5, 10) if nice * power >= rough * 0.999)
        return [(max(step, 1.0) if self.orientation == "bottom" else step, 0.0)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self.logMode:
            return [number(10.0**value) for value in values]
        if self._percent:
            return [f"{number(100 * value, 6)} %" for value in values]
        return [number(value, 10) for value in values]

    def logTickValues(
        self, minVal: float, maxVal: float, size: float, stdTicks: object
    ) -> list[tuple[float | None, list[float]]]:
        low, high = math.floor(minVal), math.ceil(maxVal)
        decades = max(maxVal - minVal, 1e-9)
        room = max(size / self._spacing, 1.0)
        if decades > room:
            every = math.ceil(decades / room)
            return [(None, [float(power) for power in range(low, high + 1) if power % every == 0])]
        digits: tuple[float, ...] = (1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9)
        if decades >= 0.5:
            some: tuple[tuple[float, ...], ...] = ((1, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,))
            digits = next(one for one in some if decades * len(one) <= room or one == (1,))
        ticks = [power + math.log10(digit) for power in range(low, high + 1) for digit in digits]
        return [(None, [tick for tick in ticks if minVal <= tick <= maxVal])]
