"""Round numbers for the axes of small plots."""

from __future__ import annotations

import math

from playground.wording import number, scientific

_FEW = 3


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """Return about ``most`` round values from ``low`` to ``high``, two or more where there are."""
    rough = (high - low) / max(most, 1)
    if not rough > 0 or not math.isfinite(rough):
        return [low]
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(
        (nice * power for nice in (1, 2, 3, 5) if nice * power >= rough * 0.999), 10 * power
    )
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    if first >= last and most <= _FEW:
        return round_ticks(low, high, 2 * _FEW)
    return [index * step for index in range(first, last + 1)]


def epoch_ticks(low: float, high: float, most: int) -> list[float]:
    """Return about ``most`` epochs, whole ones where there are two or more."""
    return round_ticks(low, high, min(most, max(int(high - low), 2)))


def power_ticks(low: float, high: float, most: int) -> list[int]:
    """Return at most about ``most`` whole powers of ten between two exponents."""
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    every = max(math.ceil((last - first + 1) / max(most, 1)), 1)
    return [power for power in range(first, last + 1) if power % every == 0]


def power_text(power: int) -> str:
    """Return a power of ten, ``1e−6``, or plainly where that is as short."""
    return number(10.0**power) if -2 <= power <= 2 else scientific(10.0**power)
