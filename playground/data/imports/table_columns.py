"""What a table's columns mean: features, classes or numbers to predict, and what is left out."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.drawing.drawing import Drawing
from playground.data.imports.delimited import Cells, Plan
from playground.data.imports.dialect import BEYOND
from playground.data.imports.pixels import drawing_of, ink_rows
from playground.data.imports.table_sample import MOST_ODD
from playground.data.imports.table_targets import find_target, ordered
from playground.data.imports.wording import names_of, short
from playground.data.kinds import DataKind, Pictures, PlanePoints, TableRows, pixel_names
from playground.data.rows import ByteRows
from playground.data.tasks import Classification, Regression, Task
from playground.errors import DataError
from playground.wording import counted, grouped

FEWEST_ROWS = 10
MOST_CATEGORIES = 20
"""A column of so many different texts becomes a feature for each."""
_MOST_LOPSIDED = 20.0
_PIXEL = re.compile(r"(pixel|px)[ _-]?\d+([ _x-]\d+)?|\d+x\d+")

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Features:
    """What a network learns from, as in :class:`playground.data.dataset.Dataset`.

    ``kept`` says which of the rows read these are.
    """

    inputs: Floats | ByteRows
    feature_names: tuple[str, ...]
    input_shape: tuple[int, ...]
    kept: Mask
    value_range: tuple[float, float]
    kind: DataKind
    drawing: Drawing | None = None


@dataclass(frozen=True, eq=False)
class Meaning:
    """What a table says, ready to become a data set.

    Parameters
    ----------
    features, targets, class_names, task
        What is learned from, and what is learned.
    notes
        What was done to the table.
    """

    features: Features
    targets: NDArray[np.int64] | Floats
    class_names: tuple[str, ...]
    task: Task
    notes: tuple[str, ...]


def interpret(
    cells: Cells, plan: Plan, options: Any, side: int | None, *, whole: bool = True
) -> Meaning:
    """Return what was read as features and targets.

    Parameters
    ----------
    cells, plan
        What was read, and which columns these are.
    options
        What the user chose; see :mod:`playground.data.imports.table_options`.
    side
        The pictures' width and height, or None to read rows of numbers.
    whole
        Whether these are all rows; if not, it is no mistake that they are few.

    Raises
    ------
    DataError
        When nothing can be learned from it, in one sentence.
    """
    notes: list[str] = []
    target = find_target(cells, plan, options)
    if side is not None:
        features = _pictures(cells, plan, side, target.valid, notes)
    else:
        features = _table(cells, plan, options, target.valid, notes)
    kept = features.kept
    count = int(kept.sum())
    if whole and count < FEWEST_ROWS:
        usable = f", of which {count} can be used" if count < len(cells) else ""
        raise DataError(
            f"{plan.name} has {counted(len(cells), 'row')}{usable}; at least {FEWEST_ROWS} are "
            "needed to train and to test."
        )
    targets, class_names = target.values[kept], target.class_names
    if target.class_names:
        used = np.unique(targets)
        if len(used) < 2 and whole:
            raise DataError(
                f"Column “{plan.names[plan.target]}” holds one class only, "
                f"“{class_names[int(used[0])]}”; learning to tell classes apart takes two or more."
            )
        targets = np.searchsorted(used, targets).astype(np.int64)
        class_names = tuple(class_names[int(label)] for label in used)
    task = Classification() if target.class_names else Regression()
    return Meaning(features, targets, class_names, task, (*target.notes, *notes))


def _pictures(cells: Cells, plan: Plan, side: int, kept: Mask, notes: list[str]) -> Features:
    pixels = cells.numbers
    if pixels.dtype != np.uint8:
        there = np.isfinite(pixels).all(axis=1)
        missing = int((kept & ~there).sum())
        if missing:
            notes.append(f"{counted(missing, 'row')} with missing pixels left out.")
        kept = kept & there
    if not kept.all():
        pixels = pixels[kept]
    inputs = ink_rows(plan.name, pixels, ": read it as a table instead")
    names = pixel_names(side, side)
    return Features(
        inputs, names, (1, side, side), kept, (0.0, 1.0), Pictures(), drawing_of(side, side)
    )


def _table(cells: Cells, plan: Plan, options: Any, kept: Mask, notes: list[str]) -> Features:
    columns: list[tuple[int, list[str], Floats]] = []
    empty: list[str] = []
    beyond: list[str] = []
    same, free, mixed = [], [], []
    for place, position in enumerate(plan.numbers):
        name, values = plan.names[position], cells.numbers[:, place]
        odd = cells.odd.get(position)
        if odd is not None and odd.count > MOST_ODD * len(cells):
            mixed.append(name)
        elif values.dtype != np.uint8 and np.isnan(values).all():
            (beyond if position in cells.beyond else empty).append(name)
        elif len(values) > 1 and np.nanmin(values) == np.nanmax(values):
            same.append(name)
        else:
            columns.append((position, [name], values[:, np.newaxis]))
            if odd is not None:
                notes.append(
                    f"“{name}” holds {counted(odd.count, 'text')} among its numbers, "
                    f"such as “{short(odd.example)}” in line {grouped(odd.line)}: taken as missing."
                )
    for position, texts in cells.texts.items():
        name = plan.names[position]
        if texts.too_many or len(texts.values) > MOST_CATEGORIES:
            free.append(name)
        elif not texts.values:
            empty.append(name)
        elif len(texts.values) == 1:
            same.append(name)
        else:
            order = ordered(texts)
            one_hot = (texts.codes[:, np.newaxis] == np.array(order)).astype(np.float32)
            one_hot[texts.codes < 0] = np.nan
            titles = [f"{name} = {texts.values[code]}" for code in order]
            columns.append((position, titles, one_hot))
            notes.append(f"“{name}” holds {len(order)} different texts: each becomes a feature.")
    for left_out, why in (
        (empty, "empty"),
        (beyond, f"numbers {BEYOND}"),
        (same, "the same in every row"),
        (free, f"text with more than {MOST_CATEGORIES} different values"),
        (mixed, "numbers and texts mixed"),
    ):
        if left_out:
            notes.append(f"Left out: {names_of(left_out)} ({why}).")
    if not columns:
        raise DataError(
            f"{plan.name} has no column left to learn from; each is empty, the same in every row, "
            "free text, or left out."
        )
    columns.sort(key=lambda column: column[0])
    names = tuple(title for _, titles, _ in columns for title in titles)
    inputs, kept = _filled(columns, options.missing, kept, plan, notes)
    numeric = all(len(titles) == 1 for _, titles, _ in columns)
    plane = len(names) == 2 and numeric and _square(inputs)
    kind = PlanePoints() if plane else TableRows()
    return Features(inputs, names, (len(names),), kept, outer_range(inputs), kind)


def _filled(
    columns: list[tuple[int, list[str], Floats]],
    way: str,
    kept: Mask,
    plan: Plan,
    notes: list[str],
) -> tuple[Floats, Mask]:
    """Return the kept rows of all columns beside each other, without a missing value."""
    width = sum(values.shape[1] for _, _, values in columns)
    missing = np.zeros(len(kept), np.int64)
    for _, _, values in columns:
        if values.dtype != np.uint8:
            missing += np.isnan(values[:, 0])
    holes = missing[kept]
    count, total = int((holes > 0).sum()), int(holes.sum())
    if count and way == "rows":
        if count == len(holes):
            raise DataError(
                f"{plan.name}: every row misses a value; fill them with the mean or zero, or leave "
                "out the columns that miss most."
            )
        kept = kept & (missing == 0)
        notes.append(f"{counted(count, 'row')} with missing values left out.")
    elif count:
        notes.append(
            f"{counted(total, 'missing value')} in {counted(count, 'row')} replaced by "
            + ("the column's mean." if way == "mean" else "zero.")
        )
    inputs = np.empty((int(kept.sum()), width), np.float32)
    place = 0
    for _, _, values in columns:
        part = inputs[:, place : place + values.shape[1]]
        part[:] = values[kept]
        if way != "rows" and values.dtype != np.uint8:
            part[np.isnan(part)] = 0
            if way == "mean":
                there = ~np.isnan(values[kept])
                means = part.sum(axis=0, dtype=np.float64) / np.maximum(there.sum(axis=0), 1)
                np.copyto(part, means, where=~there, casting="same_kind")
        place += values.shape[1]
    return inputs, kept


def outer_range(inputs: Floats) -> tuple[float, float]:
    """Return the range of all values, rounded outwards to a tenth of its power of ten."""
    if not inputs.size:
        return 0.0, 1.0
    low, high = float(inputs.min()), float(inputs.max())
    if low == high:
        return low - 1.0, high + 1.0
    step = 10.0 ** (math.floor(math.log10(high - low)) - 1)
    digits = max(0, -round(math.log10(step)))
    # 7.9 as float32 lies a trifle above 7.9, and its range still ends there.
    return (
        round(math.floor(low / step + 1e-4) * step, digits),
        round(math.ceil(high / step - 1e-4) * step, digits),
    )


def picture_side(names: Sequence[str], cells: Cells, plan: Plan, *, header: bool) -> int | None:
    """Return the side of the square pictures that the rows look like, or None.

    They do where all features are named like pixels, or where a table without names has 784 or 64
    features, and their values are those of pixels.
    """
    count = len(plan.numbers)
    side = math.isqrt(count)
    if plan.texts or side * side != count or side < 4 or not len(cells):
        return None
    if header:
        if not all(_PIXEL.fullmatch(names[column].lower()) for column in plan.numbers):
            return None
    elif side not in (8, 28):
        return None
    values = cells.numbers
    if values.dtype != np.uint8:
        finite = values[np.isfinite(values).all(axis=1)]
        if not finite.size or finite.min() < 0 or finite.max() > (255 if header else 1):
            return None
    return side


def _square(inputs: Floats) -> bool:
    """Return whether two features have ranges alike enough for one plane."""
    if not len(inputs):
        return True
    spans = np.abs(inputs).max(axis=0)
    return bool(spans.min() > 0 and spans.max() / spans.min() <= _MOST_LOPSIDED)
