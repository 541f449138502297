"""Neurons named in a line of text, such as "3, 5–7": how a layer's settings say which they mean.

A person counts them from 1, as everywhere in the window; settings and files from 0.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.errors import FieldError

Run: TypeAlias = tuple[int, int]
"""The first and the last of neurons that stand side by side."""

_LARGEST = 10**9
_ITEM = re.compile(r"\s*(\d{1,10})\s*(?:[-–—]\s*(\d{1,10})\s*)?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Units(fields.Text):
    """A text that names neurons; kept in one form, ascending and without repetition."""

    longest: int = 4000

    def check(self, value: Any, path: str) -> str:
        """Return the numbers in ascending order, without repetition."""
        try:
            runs = _runs(super().check(value, path))
        except ValueError:
            raise self._refuse(value, path) from None
        return super().check(_write(runs), path)

    def written(self, value: str) -> str:
        """Return the neurons as a person counts them, from 1."""
        return _write((first + 1, last + 1) for first, last in _runs(value))

    def parse(self, text: str, path: str) -> str:
        """Return the neurons that a person named, counted from 1."""
        try:
            runs = [(first - 1, last - 1) for first, last in _runs(text)]
        except ValueError:
            raise self._refuse(text, path) from None
        if any(first < 0 for first, _ in runs):
            raise self._refuse(text, path)
        return self.check(_write(runs), path)

    def _refuse(self, value: Any, path: str) -> FieldError:
        return self.refuse('neurons by number, counted from 1, such as "3, 5–7"', value, path)


def declare_units(label: str, help: str) -> Any:
    """Declare a field that names neurons, none at first."""
    return fields.declare(Units(label=label, help=help), "")


def units_in(text: str, units: int) -> NDArray[np.intp]:
    """Return the named neurons of a layer of so many, ascending; numbers beyond them are left out.

    Raises
    ------
    ValueError
        Where the text names no neurons, which :class:`Units` refuses with a sentence.
    """
    runs = _joined(_runs(text))
    runs = [(first, min(last, units - 1)) for first, last in runs if first < units]
    if not runs:
        return np.empty(0, np.intp)
    return np.concatenate([np.arange(first, last + 1, dtype=np.intp) for first, last in runs])


def with_unit(text: str, unit: int) -> str:
    """Return the text with one more neuron named."""
    return _write([*_runs(text), (unit, unit)])


def without_unit(text: str, unit: int) -> str:
    """Return the text without one neuron."""
    rest: list[Run] = []
    for first, last in _runs(text):
        if first <= unit <= last:
            rest += [(first, unit - 1), (unit + 1, last)]
        else:
            rest.append((first, last))
    return _write(run for run in rest if run[0] <= run[1])


def _runs(text: str) -> list[Run]:
    """Return the runs that a text names; a ``ValueError`` where it is no such text."""
    runs = []
    for item in text.split(",") if text.strip() else ():
        match = _ITEM.fullmatch(item)
        first, last = sorted(map(int, match.groups(default=match[1]))) if match else (0, math.inf)
        if last > _LARGEST:
            raise ValueError(f"{text!r} names no neurons.")
        runs.append((first, int(last)))
    return runs


def _joined(runs: Iterable[Run]) -> list[Run]:
    """Return runs in ascending order, those that overlap or touch made one."""
    joined: list[Run] = []
    for first, last in sorted(runs):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _write(runs: Iterable[Run]) -> str:
    """Return runs in their one form: three neighbours or more are a range."""
    items = []
    for first, last in _joined(runs):
        if last - first >= 2:
            items.append(f"{first}–{last}")
        else:
            items += [str(unit) for unit in range(first, last + 1)]
    return ", ".join(items)
