"""How the window writes a number: a true minus sign, a dash for what is not a number."""

from __future__ import annotations

import math


def signed(value: float, decimals: int) -> str:
    """Return a number with so many decimals, ``"−0.40"``; what rounds to zero has no sign."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:.{decimals}f}"
    if not text.strip("-0."):
        text = text.lstrip("-")
    return text.replace("-", "−")


def percent(share: float) -> str:
    """Return a share of one as a percentage, ``"95.1 %"``."""
    return f"{100 * share:.1f} %" if math.isfinite(share) else "–"


def number(value: float) -> str:
    """Return a value in at most four significant digits, with a true minus sign."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    return f"{value:.4g}".replace("-", "−")


def short_number(value: float) -> str:
    """Return a value in about three digits, for the narrow space beside a tile."""
    if not math.isfinite(value):
        return "—"
    text = f"{value + 0.0:.2f}" if 0.005 <= abs(value) < 100 else f"{value:.0f}"
    if abs(value) < 0.005:
        text = "0.00"
    if abs(value) >= 10_000:
        text = f"{value:.0e}"
    return text.replace("-", "−")


def grouped(count: int) -> str:
    """Return a count with its thousands parted: ``10 000``."""
    return f"{count:,}".replace(",", "\u202f")


def plus(value: float) -> str:
    """Return a number in four significant digits with its sign, also a plus."""
    return f"+{number(value)}" if value > 0 else number(value)


def brief(value: float) -> str:
    """Return a value in three significant digits, or whole below a million."""
    return signed(value, 0) if 1e3 <= abs(value) < 1e6 else number(float(f"{value:.3g}"))


def plus_brief(value: float) -> str:
    """Return a value in three significant digits with its sign, also a plus."""
    return f"+{brief(value)}" if value > 0 else brief(value)


def number_text(value: float) -> str:
    """Return a metric in about four digits, with a true minus sign."""
    size = abs(value)
    text = f"{value:.3f}" if 0.01 <= size < 100 or size == 0 else f"{value:.3g}"
    return text.replace("-", "−")


def percent_text(value: float) -> str:
    """Return a share of one as a percentage, such as ``96.9 %``."""
    return f"{100 * value:.1f} %"
