"""Writes numbers and sums out the way a teacher would on the board."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import SupportsFloat, TypeAlias

import numpy as np
from numpy.typing import NDArray

from playground.nn.arrays import Array
from playground.wording import counted, grouped, number

Lines: TypeAlias = tuple[str, ...]
"""An arithmetic written out, a line each."""

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
_POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_WRITTEN = 4  # terms of a sum that are written out


def figure(value: SupportsFloat, digits: int = 4) -> str:
    """Return a number in so many significant digits, such as ``−0.0312`` or ``3.1·10⁻⁷``."""
    text = number(float(value), digits, groups=False)
    mantissa, _, power = text.partition("e")
    if not power.strip("−").isdigit():
        return text
    lead = "" if mantissa == "1" else f"{mantissa}·"
    return f"{lead}10{power.translate(_SUPERSCRIPTS)}"


def factor(value: SupportsFloat, digits: int = 4) -> str:
    """Return a number as it stands in a product: in brackets if it is negative or has a power."""
    text = figure(value, digits)
    return f"({text})" if text.startswith("−") or text[-1] in _POWERS else text


def sub(*numbers: int) -> str:
    """Return indices below the line, counted from 1: ``₄,₁₈`` for 3 and 17."""
    return ",".join(str(number + 1).translate(_SUBSCRIPTS) for number in numbers)


def place(number: int, shape: tuple[int, ...]) -> str:
    """Return which feature it is below the line: ``₁₇``, of a picture map, row and column."""
    return sub(*map(int, np.unravel_index(number, shape))) if len(shape) > 1 else sub(number)


def sup(number: int) -> str:
    """Return a power above the line, such as ``¹²``."""
    return str(number).translate(_SUPERSCRIPTS)


def shape(array: Array, rows: tuple[int, ...] = ()) -> str:
    """Return ``(10, 64)``, or ``(8·28·28, 64)`` where the rows number the features of a picture."""
    first = "·".join(map(str, rows or array.shape[:1]))
    return f"({', '.join((first, *map(str, array.shape[1:])))})"


def entry(symbol: str) -> str:
    """Return what one number of an array is called: ``a`` of ``A1``, ``∂L/∂a`` of ``dA1``."""
    slope = "∂L/∂" if symbol.startswith("d") else ""
    return slope + symbol.removeprefix("d").rstrip("0123456789").lower()


def span(values: Array) -> str:
    """Return ``from −0.31 to 2.4``, or what is wrong with the values."""
    if not values.size:
        return "empty"
    low, high = float(values.min()), float(values.max())
    if values.size == 1:
        return figure(low, 3)
    if not (math.isfinite(low) and math.isfinite(high)):
        return "no longer finite: the weights have grown without bound"
    return f"all {figure(low, 3)}" if low == high else f"from {figure(low, 3)} to {figure(high, 3)}"


def extent(values: Array, noun: str, *, zeros: bool = False) -> str:
    """Return ``320 sums, from −0.31 to 2.4.``, and with ``zeros`` how many are 0, if any."""
    count = int((values == 0).sum()) if zeros else 0
    off = f"; {grouped(count)} of them are 0" if count else ""
    return f"{counted(values.size, noun)}, {span(values)}{off}."


def sum_of_products(
    result: str,
    left: Array,
    right: Array,
    names: Callable[[int], tuple[str, str]],
    *,
    plus: tuple[str, float] | None = None,
    divisor: int = 1,
    terms: str = "terms",
) -> Lines:
    """Write ``result = (Σ left·right + plus) / divisor`` out: symbols, numbers, value.

    Parameters
    ----------
    result
        The name of what is computed.
    left, right
        (terms,) each.
    names
        Gives the two factors' names for a term's place.
    plus
        Name and value of what is added, such as a bias.
    divisor
        What the sum is divided by; 1 is not written.
    terms
        What the terms are called in a long sum.
    """
    products = np.asarray(left) * np.asarray(right)
    total = (float(products.sum()) + (plus[1] if plus else 0.0)) / divisor
    over = f" / {divisor}" if divisor != 1 else ""
    if len(products) <= _WRITTEN:
        symbols = ["·".join(names(index)) for index in range(len(products))]
        numbers = [f"{factor(a)}·{factor(b)}" for a, b in zip(left, right, strict=True)]
        if plus:
            symbols.append(plus[0])
            numbers.append(factor(plus[1]))
        bracket = ("(", ")") if over and len(symbols) > 1 else ("", "")
        return (
            f"{result} = {bracket[0]}{' + '.join(symbols)}{bracket[1]}{over}",
            f"= {bracket[0]}{' + '.join(numbers)}{bracket[1]}{over}",
            f"= {figure(total)}",
        )
    a, b = names(0)
    a, b = _bare(a), _bare(b)
    largest = _largest(products)
    lines = [f"{result} = {'(' if over and plus else ''}Σ {a}·{b}"]
    lines[0] += (f" + {plus[0]}" if plus else "") + (")" if over and plus else "") + over
    lines[0] += f", {grouped(len(products))} {terms}. The largest:"
    for index in largest:
        first, second = names(int(index))
        lines.append(
            f"{first}·{second} = {factor(left[index])}·{factor(right[index])}"
            f" = {figure(products[index])}"
        )
    rest = float(np.delete(products, largest).sum())
    lines.append(f"the other {grouped(len(products) - len(largest))} together = {figure(rest)}")
    if plus:
        lines.append(f"{plus[0]} = {figure(plus[1])}")
    sum_text = f"{figure(total * divisor)}{over} = " if over else ""
    lines.append(f"{result} = {sum_text}{figure(total)}")
    return tuple(lines)


def _bare(name: str) -> str:
    """Return a factor's name without the place of its term: ``w`` of ``w₃,₀``."""
    return name.removesuffix("[1]").rstrip("₀₁₂₃₄₅₆₇₈₉,")


def sum_of(
    result: str, values: Sequence[float] | Array, name: str, *, divisor: int, terms: str = ""
) -> Lines:
    """Write the mean ``result = Σ values / divisor`` out.

    ``terms`` is what they are called in a sum so long that its first ones tell little.
    """
    total = float(np.sum(values)) / divisor
    over = f" / {divisor}" if divisor != 1 else ""
    if len(values) == 1:
        return f"{result} = {name}", f"= {figure(total)}"
    if terms and len(values) > _WRITTEN:
        largest = _largest(np.asarray(values))
        rest = float(np.delete(values, largest).sum())
        return (
            f"{result} = Σ {name}{over}, {grouped(len(values))} {terms}. The largest:",
            ", ".join(figure(values[index]) for index in largest),
            f"the other {grouped(len(values) - _WRITTEN)} together = {figure(rest)}",
            f"{result} = {f'{figure(total * divisor)}{over} = ' if over else ''}{figure(total)}",
        )
    shown = [factor(value) for value in values[:_WRITTEN]]
    if len(values) > _WRITTEN:
        shown.append("…")
    bracket = ("(", ")") if over else ("", "")
    return (
        f"{result} = Σ {name}{over}",
        f"= {bracket[0]}{' + '.join(shown)}{bracket[1]}{over}",
        f"= {figure(total)}",
    )


def _largest(values: Array) -> NDArray[np.intp]:
    """Return where the values of the greatest size are."""
    sizes = np.nan_to_num(np.abs(values), nan=np.inf)
    return np.argsort(-sizes, kind="stable")[:_WRITTEN]
