"""How the inspector writes numbers: so many significant digits, and sums whose lines add up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from playground.wording import written

_SMALLEST_PLAIN = 1e-3
_LARGEST_PLAIN = 1e6
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Figures:
    """Writes numbers in so many significant digits, with a true minus sign.

    Parameters
    ----------
    digits
        How many, from 1.
    """

    def __init__(self, digits: int) -> None:
        self.digits = digits

    @property
    def widest(self) -> str:
        """A text as wide as most numbers are at most."""
        return "−0.0" + "0" * self.digits

    def write(self, value: float | None) -> str:
        """Return ``0.842``, ``−1.32·10⁻⁵``, ``∞``, ``not a number``, or a dash for None."""
        if value is None:
            return "–"
        if math.isnan(value):
            return "not a number"
        if math.isinf(value):
            return "∞" if value > 0 else "−∞"
        if value == 0:
            return "0"
        text = f"{value:.{self.digits - 1}e}"
        mantissa, _, exponent = text.partition("e")
        size = abs(float(text))
        if _SMALLEST_PLAIN <= size < _LARGEST_PLAIN:
            return written(f"{value:.{max(self.digits - 1 - int(exponent), 0)}f}")
        power = str(int(exponent)).translate(_SUPERSCRIPTS)
        return written(f"{mantissa}·10{power}")

    def signed(self, value: float | None) -> str:
        """Return the same with a plus sign where it is positive."""
        text = self.write(value)
        return f"+{text}" if value is not None and value > 0 else text

    def column(self, values: Sequence[float]) -> list[str]:
        """Return numbers to be added up: all with the same decimals, which suit the largest."""
        decimals = self._decimals(values)
        if decimals is None:
            return [self.write(value) for value in values]
        return [written(f"{value:.{decimals}f}") for value in values]

    def remainder(self, parts: Sequence[float], total: float, others: Sequence[float] = ()) -> str:
        """Return what the written parts lack to the written total, empty where they add up.

        Written numbers are rounded, so their sum may miss the written sum in its last digit.
        ``others`` are further numbers of the same column.
        """
        decimals = self._decimals([*parts, total, *others])
        if decimals is None:
            return ""
        told = [Decimal(f"{value:.{decimals}f}") for value in (*parts, total)]
        lacking = told[-1] - sum(told[:-1])
        return written(f"{lacking:.{decimals}f}") if lacking else ""

    def _decimals(self, values: Sequence[float]) -> int | None:
        if not values or not all(math.isfinite(value) for value in values):
            return None
        largest = max(abs(value) for value in values)
        if largest and not _SMALLEST_PLAIN <= largest < _LARGEST_PLAIN:
            return None
        exponent = math.floor(math.log10(largest)) if largest else 0
        return self.digits - 1 - min(exponent, -1)


def in_a_cell(value: float, *, signed: bool = False) -> str:
    """Return a number in about four signs, whatever the digits: ``.22``, ``+1.4``, ``−12``."""
    if value == 0:
        return "0"
    size = abs(value)
    if not math.isfinite(value):
        return "?" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if size >= 999.5:
        text = f"{size:.0e}".replace("e+0", "e").replace("e+", "e")
    else:
        text = f"{size:.{2 if size < 0.995 else 1 if size < 9.95 else 0}f}"
    sign = "−" if value < 0 else "+" if signed and value > 0 else ""
    return sign + written(text).removeprefix("0")
