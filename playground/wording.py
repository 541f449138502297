"""How numbers are written and typed: a true minus sign, one mark for thousands, one for decimals.

And how things are counted and words are listed.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

_SMALLEST_PLAIN, _LARGEST_PLAIN = 1e-4, 1e6

_marks = str.maketrans({",": ",", ".": "."})


def write_with(thousands: str, decimal: str) -> None:
    """Write every number from now on with these marks: the window gives those of its locale."""
    _marks.update(str.maketrans({",": thousands, ".": decimal}))


def written(plain: str) -> str:
    """Return a number that Python has written, ``-1,797.5``, as a person reads it.

    It gets a true minus sign, which zero goes without, and the marks of :func:`write_with`.
    """
    plain = plain.lstrip("-") if not plain.strip("-0.") else plain.replace("-", "−")
    return plain.translate(_marks)


def typed(text: str, *, whole: bool = False) -> str:
    """Return a number that a person has typed as Python reads it, without any grouping.

    Comma and point both begin the decimals of a number that need not be whole and has one of them.
    """
    text = "".join(text.split()).replace("−", "-")
    if whole or ("," in text and "." in text):
        text = text.replace(",".translate(_marks), "")
    return text.replace(",", ".")


def grouped(count: int) -> str:
    """Return a whole number with a mark between thousands, ``1,797``."""
    return written(f"{count:,}")


def number(value: float, digits: int = 4, *, groups: bool = True) -> str:
    """Return so many significant digits without idle zeros: ``0.0312``, ``1,797``, ``−3.1e−7``.

    ``groups`` sets a mark between thousands.
    """
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    if value == 0 or _SMALLEST_PLAIN <= abs(value) < _LARGEST_PLAIN:
        mark = "," if groups else ""
        text = _without_zeros(f"{value:{mark}.{max(digits - 1 - int(power), 0)}f}")
    else:
        text = f"{_without_zeros(mantissa)}e{int(power)}"
    return written(text)


def brief(value: float) -> str:
    """Return the same in three digits."""
    return number(value, 3)


def plus(value: float) -> str:
    """Return the same in four digits, with a plus sign where it is positive."""
    return f"+{number(value)}" if value > 0 else number(value)


def fixed(value: float, decimals: int) -> str:
    """Return a number with so many decimals, ``"−0.40"``; what rounds to zero has no sign."""
    return written(f"{value:,.{decimals}f}") if math.isfinite(value) else "–"


def percent(share: float, decimals: int = 1) -> str:
    """Return a share of one as a percentage, ``"95.1 %"``."""
    return f"{fixed(100 * share, decimals)} %" if math.isfinite(share) else "–"


def metric(value: float) -> str:
    """Return a figure that changes while it is read: three decimals, or three digits."""
    steady = value == 0 or 0.01 <= abs(value) < 100 or not math.isfinite(value)
    return fixed(value, 3) if steady else number(value, 3)


def short(value: float) -> str:
    """Return a value in about three digits, for the narrow space beside a tile."""
    if abs(value) >= 10_000:
        return number(value, 1)
    return fixed(value, 2 if abs(value) < 100 else 0)


def scientific(value: float) -> str:
    """Return two digits and a power of ten, ``"1.2e−5"``."""
    mantissa, _, power = f"{value:.1e}".partition("e")
    return written(f"{_without_zeros(mantissa)}e{int(power)}") if value else "0"


def duration(seconds: float, decimals: int = 0) -> str:
    """Return a time in words: ``8 s``, ``2 min 5 s``, ``1 h 10 min``; decimals below a minute.

    With decimals no time is none: ``0.012 s``.
    """
    if decimals and 0 < seconds < 1:
        return f"{number(seconds, 2)} s"
    if seconds < 60:
        return f"{fixed(seconds, decimals)} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def ago(seconds: float) -> str:
    """Return how long ago something was, in its largest unit: ``12 s ago``, ``3 min ago``."""
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return f"{int(seconds)} s ago"


def counted(count: int, noun: str) -> str:
    """Return ``1 sum``, ``1,320 sums`` or ``10 classes``."""
    plural = noun + ("es" if noun.endswith("s") else "s")
    return f"{grouped(count)} {noun if count == 1 else plural}"


def nth(index: int) -> str:
    """Return the number by which a person counts what stands at an index: from 1."""
    return grouped(index + 1)


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return words as a sentence lists them: ``"a, b and c"``."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def aligned(rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> list[str]:
    """Return a table's lines, its columns below each other; those of ``right`` end alike."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            word.rjust(width) if place in right else word.ljust(width)
            for place, (word, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _without_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
