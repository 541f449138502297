"""How the probes write a number: a true minus sign, a dash for what is not a number."""

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
