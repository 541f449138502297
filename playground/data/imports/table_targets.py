"""The column of a table that is predicted: classes, or numbers."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.imports.delimited import Cells, Plan, TextColumn
from playground.data.imports.dialect import BEYOND, Rows
from playground.data.imports.picture_files import natural_order
from playground.data.imports.table_sample import MOST_ODD
from playground.data.imports.wording import short
from playground.data.tasks import Classification, Regression
from playground.errors import DataError
from playground.wording import counted, fixed, grouped

MOST_CLASSES = 100
MOST_EXACT = 2**53
"""Beyond it float64 takes neighbouring whole numbers for the same."""
MOST_WHOLE_CLASSES = 20
"""So many different whole numbers are classes unless the user says otherwise."""

_LONG = re.compile(r"\s*[-+]?\d{16,}\s*")

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Target:
    """What is to be predicted of each row read.

    Parameters
    ----------
    values
        Labels (rows,), or float32 (rows, 1).
    valid
        The rows that have one.
    class_names
        Empty for regression.
    notes
        What was done to the column.
    """

    values: Any
    valid: Mask
    class_names: tuple[str, ...]
    notes: tuple[str, ...]


def named_by_digits(rows: Rows, column: int, options: Any) -> bool:
    """Return whether classes have numbers of more digits than a number keeps apart."""
    classes = options.task != Regression.kind
    return classes and any(_LONG.fullmatch(row[column]) for row in rows)


def find_target(cells: Cells, plan: Plan, options: Any) -> Target:
    """Return the column to predict as the user wants it, or as it looks.

    Raises
    ------
    DataError
        When it cannot be predicted so.
    """
    name = plan.names[plan.target]
    column = cells.target
    if isinstance(column, TextColumn):
        if options.task == Regression.kind:
            example = next(iter(column.values), "")
            raise DataError(
                f"Column “{name}” holds texts such as “{example}”; regression predicts numbers: "
                "choose classification, or another column to predict."
            )
        if column.too_many or len(column.values) > MOST_CLASSES:
            many = (
                f"more than {grouped(len(column.values))}"
                if column.too_many
                else len(column.values)
            )
            raise _too_many_classes(name, f"{many} different texts")
        order = ordered(column)
        place = np.zeros(len(order) + 1, np.int64)
        place[order] = np.arange(len(order))
        codes = column.codes
        said = _target_notes(name, codes < 0)
        classes = tuple(column.values[code] for code in order)
        return Target(place[codes], codes >= 0, classes, said)
    odd = cells.odd.get(plan.target)
    if odd is not None and odd.count > MOST_ODD * len(column):
        raise DataError(
            f"Column “{name}” holds numbers, but texts in {grouped(odd.count)} of "
            f"{grouped(len(column))} rows, such as “{short(odd.example)}” in line "
            f"{grouped(odd.line)}: mend them, or predict another column."
        )
    valid = np.isfinite(column)
    said = _target_notes(name, ~valid)
    if not valid.any():
        holds = f"holds only numbers {BEYOND}" if plan.target in cells.beyond else "is empty"
        raise DataError(f"Column “{name}” {holds}; choose another column to predict.")
    known = column[valid]
    different = np.unique(known)
    few = (
        len(different) <= MOST_WHOLE_CLASSES
        and bool((different == np.floor(different)).all())
        and len(known) >= 2 * len(different)
    )
    if options.task == Classification.kind or (options.task == "auto" and few):
        if len(different) > MOST_CLASSES:
            raise _too_many_classes(name, f"{grouped(len(different))} different numbers")
        if np.abs(different).max() > MOST_EXACT:
            raise DataError(
                f"Column “{name}” holds whole numbers of more than 15 digits, too many to tell "
                "classes apart by: write a letter before each, or predict another column."
            )
        if options.task == "auto":
            said = (
                f"“{name}” holds {len(different)} different whole numbers: they are taken as "
                "classes.",
                *said,
            )
        labels = np.searchsorted(different, np.where(valid, column, different[0]))
        return Target(labels.astype(np.int64), valid, tuple(map(_plain, different)), said)
    largest = float(np.abs(known).max())
    power = math.floor(math.log10(largest)) if largest > 0 else 0
    unit = 10.0**power if options.scale_target and (power >= 2 or power <= -3) else 1.0
    said = (f"“{name}” is predicted as a number (regression).", *said)
    if unit != 1.0:
        by = f"divided by {fixed(unit, 0)}" if power > 0 else f"multiplied by {fixed(1 / unit, 0)}"
        said = (*said, f"The numbers to predict are {by}, so that training copes with them.")
    values = (np.where(valid, column, 0.0) / unit).astype(np.float32)[:, np.newaxis]
    return Target(values, valid, (), said)


def _target_notes(name: str, missing: Mask) -> tuple[str, ...]:
    count = int(missing.sum())
    return (f"{counted(count, 'row')} without “{name}” left out.",) if count else ()


def _too_many_classes(name: str, what: str) -> DataError:
    return DataError(
        f"Column “{name}” holds {what}; at most {MOST_CLASSES} classes can be told apart: choose "
        "another column to predict."
    )


def ordered(column: TextColumn) -> list[int]:
    """Return the texts' codes in the texts' order, "class 2" before "class 10"."""
    return sorted(range(len(column.values)), key=lambda code: natural_order(column.values[code]))


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.10g}"
