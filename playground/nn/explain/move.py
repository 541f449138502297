"""How an optimizer moves a tensor: sentences and sums with places for the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from playground.nn.arrays import Array
from playground.nn.explain.writing import factor, figure

Numbers: TypeAlias = Mapping[str, Array | float | str]


@dataclass(frozen=True, eq=False)
class Move:
    """One tensor's update, in the quantities of a textbook.

    The texts name numbers in braces: ``{g}`` has four digits, ``{w:6}`` six, and ``{g:x}`` is
    written as a factor. Known beside the move's own numbers are w and g, w′ behind the step, the
    rate α, the tensor's symbol W, its entry's letter e and the place p below the line.

    Attributes
    ----------
    formula, explanation
        The update, and a sentence on why.
    lines
        The arithmetic of one entry, a line each.
    quantities
        Symbol, title and values of the arrays worth showing beside w and g, each of w's shape.
    numbers
        What else the texts name, by name.
    """

    formula: str
    explanation: str
    lines: tuple[str, ...]
    quantities: tuple[tuple[str, str, Array], ...] = ()
    numbers: Numbers = field(default_factory=dict)


class _Number(float):
    def __format__(self, written: str) -> str:
        return factor(self) if written == "x" else figure(self, int(written or 4))


def filled(text: str, numbers: Numbers, at: tuple[int, int] = (0, 0)) -> str:
    """Return a text with the numbers that it names, of an array the one at a place."""
    here = {
        name: value
        if isinstance(value, str)
        else _Number(value if isinstance(value, float) else value[at])
        for name, value in numbers.items()
    }
    return text.format_map(here)
