"""The stages between gradient and update: what is frozen, the penalties, and clipping."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from playground.analysis.slow_step.step import TensorStep
from playground.nn.arrays import Array
from playground.nn.explain.stage import Stage, computing
from playground.nn.explain.writing import Lines, factor, figure
from playground.nn.names import LayerNames
from playground.wording import counted

Frozen = Mapping[str, NDArray[np.bool_]]
"""By tensor, (rows, columns): what training leaves as it is."""


def frozen_stage(frozen: Frozen, names: LayerNames) -> Stage:
    """Return the stage that sets the frozen parameters' slopes to 0."""
    rows = [
        (names.tensor(name), str(int(mask.sum())), str(mask.size))
        for name, mask in frozen.items()
        if mask.any()
    ]
    count = sum(int(mask.sum()) for mask in frozen.values())
    return Stage(
        "update",
        "",
        "frozen",
        "frozen parameters",
        "g = 0 where frozen",
        "",
        "You have frozen these parameters: they get no slope, no penalty and no move, and stay as "
        "they are whatever the optimizer does.",
        f"{counted(count, 'parameter')} will stay.",
        table=(("tensor", "frozen", "of"), *rows),
    )


def penalty_stage(moved: TensorStep, l1: float, l2: float) -> Stage:
    """Return the stage that adds the penalties' slopes to those of a layer's weights."""
    name, symbol, entry, frozen = moved.layer, moved.symbol, moved.entry, moved.frozen
    weights, gradient, total = moved.before, moved.slopes, moved.shrunk
    result = f"G{moved.number}"

    def arithmetic(row: int, column: int) -> Lines:
        w, g = float(weights[row, column]), float(gradient[row, column])
        place = moved.place((row, column))
        if frozen is not None and frozen[row, column]:
            return ("This weight is frozen: no penalty moves it.",)
        symbols, numbers = [f"∂L/∂{entry}{place}"], [figure(g)]
        if l2:
            symbols.append(f"λ₂·{entry}{place}")
            numbers.append(f"{factor(l2)}·{factor(w)}")
        if l1:
            symbols.append(f"λ₁·sign({entry}{place})")
            numbers.append(f"{factor(l1)}·{factor(float(np.sign(w)))}")
        return (
            f"g{place} = {' + '.join(symbols)}",
            f"= {' + '.join(numbers)}",
            f"= {figure(total[row, column])}",
        )

    terms, words = [f"d{symbol}"], []
    if l2:
        terms.append(f"λ₂·{symbol}")
        words.append("L2 adds ½·λ₂·Σ w² to what is minimized, so λ₂·w to the slope: large weights "
                     "shrink more.")  # fmt: skip
    if l1:
        terms.append(f"λ₁·sign({symbol})")
        words.append("L1 adds λ₁·Σ |w|, so λ₁ towards zero whatever a weight's size.")
    which = " and ".join(["L2"] * bool(l2) + ["L1"] * bool(l1))
    before, after = _norm([gradient]), _norm([total])
    return computing(
        "update",
        name,
        f"{which} penalty",
        f"{result} = {' + '.join(terms)}",
        " + ".join([moved.sizes] * len(terms)) + f" → {moved.sizes}",
        " ".join(words) + " Biases are left alone.",
        f"The slopes' length goes from {figure(before)} to {figure(after)}.",
        (
            moved.matrix(f"d{symbol}", f"∂L/∂{entry}", gradient),
            moved.matrix(symbol, moved.title, weights),
            moved.matrix(result, "slopes with penalty", total),
        ),
        arithmetic,
    )


def clip_stage(moved: Sequence[TensorStep], clip_norm: float) -> Stage:
    """Return the stage that shortens a gradient longer than ``clip_norm``."""
    norm = _norm(tensor.shrunk for tensor in moved)
    clipped = norm > clip_norm
    ratio = clip_norm / norm if clipped else 1.0
    rows = [
        (
            tensor.title,
            figure(_norm([tensor.shrunk])),
            figure(_norm([tensor.gradient])),
        )
        for tensor in moved
    ]
    return Stage(
        "update",
        "",
        "clip",
        "clipping the gradient",
        f"g ← g · {figure(clip_norm)} / ‖g‖" if clipped else "g stays g",
        f"‖g‖ = √Σ g² = {figure(norm)}",
        "All slopes together are one arrow. One longer than the limit is shortened to it and "
        "keeps its direction.",
        f"The arrow is {figure(norm)} long, limit {figure(clip_norm)}: "
        + (f"every slope is multiplied by {figure(ratio)}." if clipped else "nothing to do."),
        table=(
            ("tensor", "length before", "after"),
            *rows,
            ("all together", figure(norm), figure(norm * ratio)),
        ),
    )


def _norm(arrays: Iterable[Array]) -> float:
    total = sum(float(np.vdot(array, array)) for array in arrays)
    return math.sqrt(total) if total >= 0 else math.nan
