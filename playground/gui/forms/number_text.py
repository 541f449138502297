"""How numbers read in an editor, and which number comes next when the user steps."""

from __future__ import annotations

import math

from playground.fields import Number
from playground.wording import typed, written

_MANTISSAS = (1, 2, 5)
_SMALLEST_OFFERED = 1e-6


def number_text(value: float) -> str:
    """Return a short plain reading: ``32``, ``0.001``, ``1e−4``, ``2.5e−5``."""
    if value == int(value) and abs(value) < 1e9:
        return written(str(int(value)))
    if abs(value) < 1e-3 or abs(value) >= 1e9:
        mantissa, _, exponent = f"{value:.5e}".partition("e")
        return written(f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}")
    return written(f"{value:.6g}")


def shown(declared: Number, value: float | None) -> str:
    """Return a field's value as its editor shows it, with its unit."""
    if value is None:
        return declared.none_text
    unit = declared.unit
    if declared.square:
        return f"{number_text(value)}×{number_text(value)}"
    if not unit:
        return number_text(value)
    if value == 1 and unit.endswith("s") and len(unit) > 1:
        unit = unit[:-1]
    return f"{number_text(value)}{'' if unit == '°' else ' '}{unit}"


def plain_word(declared: Number, text: str) -> str:
    """Return typed text without its unit, grouping and decimal comma, ready to be parsed."""
    word = text.strip()
    for unit in (declared.unit, declared.unit.removesuffix("s")):
        if unit and word.lower().endswith(unit.lower()):
            word = word[: -len(unit)].rstrip()
            break
    if any(letter.isdigit() for letter in word):
        return typed(word, whole=declared.whole)
    return word.replace("−", "-")


def offered(declared: Number) -> tuple[float | None, ...]:
    """Return the values that an editor's list offers: the declared ones, or whole decades."""
    values: tuple[float | None, ...] = declared.choices
    if not values and declared.logarithmic:
        low = max(declared.low, _SMALLEST_OFFERED)
        first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(declared.high))
        values = tuple(float(f"1e{exponent}") for exponent in range(first, last + 1))
    if declared.none_text:
        values = (*values, None)
    return values


def stepped(declared: Number, value: float | None, up: bool, large: bool = False) -> float:
    """Return the next value up or down, within the field's bounds.

    Logarithmic fields go through 1, 2, 5, 10 …; whole ones by 1 or, for a large step, 10; others
    by about a twentieth of their range.
    """
    if value is None:
        known = [number for number in offered(declared) if number is not None]
        if known:
            return known[0] if up else known[-1]
        return max(declared.low, 0.0) if math.isfinite(declared.low) else 0.0
    if declared.logarithmic:
        new = _one_two_five(declared, value, up)
        for _ in range(2 if large else 0):
            new = _one_two_five(declared, new, up)
    else:
        size = _step_size(declared) * (10 if large else 1)
        new = value + (size if up else -size)
        if not declared.whole:
            new = float(f"{round(new / size) * size:.10g}")
    return min(max(new, declared.low), declared.high)


def _one_two_five(declared: Number, value: float, up: bool) -> float:
    if value <= 0:
        smallest = min((c for c in declared.choices if c > 0), default=_SMALLEST_OFFERED)
        return smallest if up else value
    exponent = math.floor(math.log10(value))
    ladder = [
        float(f"{mantissa}e{power}")
        for power in range(exponent - 1, exponent + 2)
        for mantissa in _MANTISSAS
    ]
    if up:
        return next(rung for rung in ladder if rung > value * (1 + 1e-9))
    below = next(rung for rung in reversed(ladder) if rung < value * (1 - 1e-9))
    return 0.0 if declared.low <= 0 and below < _SMALLEST_OFFERED / 10 else below


def _step_size(declared: Number) -> float:
    if declared.whole:
        return 1.0
    span = declared.high - declared.low
    if not math.isfinite(span):
        return 0.1
    twentieth = span / 20
    power = math.floor(math.log10(twentieth))
    rungs = (float(f"{mantissa}e{power}") for mantissa in (*_MANTISSAS, 10))
    return next(rung for rung in rungs if rung * 1.0001 >= twentieth)
