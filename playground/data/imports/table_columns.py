"""What a table's columns mean: features, classes or numbers to predict, and what is left out."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.drawing.drawing import OPTDIGITS, Drawing
from playground.data.imports.delimited import Cells, Plan
from playground.data.imports.table_sample import MOST_ODD
from playground.data.imports.table_targets import find_target, ordered
from playground.data.imports.wording import names_of, rows_of, short
from playground.data.kinds import DataKind, Pictures, PlanePoints, TableRows
from playground.data.published.mnist import DRAWING
from playground.data.rows import ByteRows
from playground.data.tasks import Classification, Regression, Task
from playground.errors import DataError

FEWEST_ROWS = 10
MOST_CATEGORIES = 20
"""A column of so many different texts becomes a feature for each."""
_MOST_LOPSIDED = 20.0
_PIXEL = re.compile(r"(pixel|px)[ _-]?\d+([ _x-]\d+)?|\d+x\d+")

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Meaning:
    """What a table says, ready to become a data set.

    Parameters
    ----------
    inputs, targets, class_names, feature_names, input_shape, kind, task, value_range, drawing
        As in :class:`playground.data.dataset.Dataset`.
    kept
        Which of the rows read these are.
    notes
        What was done to the table.
    """

    inputs: Floats | ByteRows
    targets: NDArray[np.int64] | Floats
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    input_shape: tuple[int, ...]
    kind: DataKind
    task: Task
    value_range: tuple[float, float]
    kept: Mask
    notes: tuple[str, ...]
    drawing: Drawing | None = None


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
            f"{plan.name} has {rows_of(len(cells))}{usable}; at least {FEWEST_ROWS} are needed to "
            "train and to test."
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
    return Meaning(
        inputs=features.inputs,
        targets=targets,
        class_names=class_names,
        feature_names=features.names,
        input_shape=features.shape,
        kind=features.kind,
        task=Classification() if target.class_names else Regression(),
        value_range=features.value_range,
        kept=kept,
        notes=(*target.notes, *notes),
        drawing=features.drawing,
    )


@dataclass(frozen=True, eq=False)
class _Features:
    inputs: Floats | ByteRows
    names: tuple[str, ...]
    shape: tuple[int, ...]
    kept: Mask
    value_range: tuple[float, float]
    kind: DataKind
    drawing: Drawing | None = field(default=None)


def _pictures(cells: Cells, plan: Plan, side: int, kept: Mask, notes: list[str]) -> _Features:
    pixels = cells.numbers
    if pixels.dtype != np.uint8:
        there = np.isfinite(pixels).all(axis=1)
        missing = int((kept & ~there).sum())
        if missing:
            notes.append(f"{rows_of(missing)} with missing pixels left out.")
        kept = kept & there
    if not kept.all():
        pixels = pixels[kept]
    lowest, highest = (float(pixels.min()), float(pixels.max())) if len(pixels) else (0.0, 0.0)
    if lowest < 0 or highest > 255:
        raise DataError(
            f"{plan.name}: pixels expect values from 0 to 255; {lowest:g} to {highest:g} came: "
            "read it as a table instead."
        )
    # The 8×8 digits count 0 to 16 pixels a block; pictures are bytes, or shares of ink already.
    scale = 1.0 if highest <= 1 else 16.0 if side == 8 and highest <= 16 else 255.0
    if pixels.dtype == np.uint8:
        inputs: Floats | ByteRows = ByteRows(pixels, 1 / scale)
    else:
        inputs = np.asarray(pixels / np.float32(scale), np.float32)
    places = range(1, side + 1)
    return _Features(
        inputs,
        tuple(f"row {row}, column {column}" for row in places for column in places),
        (1, side, side),
        kept,
        (0.0, 1.0),
        Pictures(),
        {28: DRAWING, 8: OPTDIGITS}.get(side),
    )


def _table(cells: Cells, plan: Plan, options: Any, kept: Mask, notes: list[str]) -> _Features:
    columns: list[tuple[int, list[str], Floats]] = []
    empty, same, free, mixed = [], [], [], []
    for place, position in enumerate(plan.numbers):
        name, values = plan.names[position], cells.numbers[:, place]
        odd = cells.odd.get(position)
        if odd is not None and odd.count > MOST_ODD * len(cells):
            mixed.append(name)
        elif values.dtype != np.uint8 and np.isnan(values).all():
            empty.append(name)
        elif len(values) > 1 and np.nanmin(values) == np.nanmax(values):
            same.append(name)
        else:
            columns.append((position, [name], values[:, np.newaxis]))
            if odd is not None:
                notes.append(
                    f"“{name}” holds {odd.count:,} text{'s' * (odd.count != 1)} among its numbers, "
                    f"such as “{short(odd.example)}” in line {odd.line:,}: taken as missing."
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
    return _Features(inputs, names, (len(names),), kept, outer_range(inputs), kind)


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
        notes.append(f"{rows_of(count)} with missing values left out.")
    elif count:
        notes.append(
            f"{total:,} missing value{'s' * (total != 1)} in {rows_of(count).lower()} replaced by "
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
