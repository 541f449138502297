"""The stages between gradient and update: what is frozen, the penalties, and clipping."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from playground.analysis.slow_step.passing import Passed
from playground.analysis.slow_step.stage import INPUT, NEURON, Lines, Matrix, Stage
from playground.analysis.slow_step.writing import counted, factor, figure, layer_words, shape, sub
from playground.nn.arrays import Array

Frozen = Mapping[str, NDArray[np.bool_]]
"""By tensor, (rows, columns): what training leaves as it is."""


def frozen_stage(gradients: Mapping[str, Array], frozen: Frozen) -> Stage | None:
    """Return the stage that sets the frozen parameters' slopes to 0, None where none is frozen."""
    rows = [
        (layer_words(name.replace(".", " · ")), str(int(mask.sum())), str(mask.size))
        for name, mask in frozen.items()
        if name in gradients and mask.any()
    ]
    if not rows:
        return None
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


def penalty_stage(
    done: Passed, gradient: Array, frozen: NDArray[np.bool_] | None, l1: float, l2: float
) -> tuple[Stage, Array]:
    """Return the stage that adds the penalties' slopes to dW, and the result."""
    name, k = done.layer.name, done.number
    weights = done.layer.views()["weights"].copy()
    penalty = l2 * weights + l1 * np.sign(weights)
    if frozen is not None:
        penalty = np.where(frozen, 0, penalty)
    total = gradient + penalty

    def arithmetic(row: int, column: int) -> Lines:
        w, g = float(weights[row, column]), float(gradient[row, column])
        place = sub(row, column)
        if frozen is not None and frozen[row, column]:
            return ("This weight is frozen: no penalty moves it.",)
        symbols, numbers = [f"∂L/∂w{place}"], [figure(g)]
        if l2:
            symbols.append(f"λ₂·w{place}")
            numbers.append(f"{factor(l2)}·{factor(w)}")
        if l1:
            symbols.append(f"λ₁·sign(w{place})")
            numbers.append(f"{factor(l1)}·{factor(float(np.sign(w)))}")
        return (
            f"g{place} = {' + '.join(symbols)}",
            f"= {' + '.join(numbers)}",
            f"= {figure(total[row, column])}",
        )

    terms, words = [f"dW{k}"], []
    if l2:
        terms.append(f"λ₂·W{k}")
        words.append("L2 adds ½·λ₂·Σ w² to what is minimized, so λ₂·w to the slope: large weights "
                     "shrink more.")  # fmt: skip
    if l1:
        terms.append(f"λ₁·sign(W{k})")
        words.append("L1 adds λ₁·Σ |w|, so λ₁ towards zero whatever a weight's size.")
    which = " and ".join(["L2"] * bool(l2) + ["L1"] * bool(l1))
    before, after = _norm([gradient]), _norm([total])
    stage = Stage(
        "update",
        name,
        f"G{k}",
        f"{layer_words(name)}: {which} penalty",
        f"G{k} = {' + '.join(terms)}",
        " + ".join([shape(weights)] * len(terms)) + f" → {shape(total)}",
        " ".join(words) + " Biases are left alone.",
        f"The slopes' length goes from {figure(before)} to {figure(after)}.",
        (
            Matrix(f"dW{k}", "∂L/∂w", gradient, NEURON, INPUT, name),
            Matrix(f"W{k}", f"weights of {layer_words(name)}", weights, NEURON, INPUT, name),
            Matrix(f"G{k}", "slopes with penalty", total, NEURON, INPUT, name),
        ),
        2,
        arithmetic,
    )
    return stage, total


def clip_stage(gradients: Mapping[str, Array], clip_norm: float) -> tuple[Stage, dict[str, Array]]:
    """Return the stage that shortens a gradient longer than ``clip_norm``, and the result."""
    norm = _norm(gradients.values())
    clipped = norm > clip_norm
    ratio = clip_norm / norm if clipped else 1.0
    after = {name: gradient * ratio for name, gradient in gradients.items()}
    rows = [
        (
            layer_words(name.replace(".", " · ")),
            figure(_norm([gradients[name]])),
            figure(_norm([after[name]])),
        )
        for name in gradients
    ]
    stage = Stage(
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
    return stage, after


def _norm(arrays: Iterable[Array]) -> float:
    total = sum(float(np.vdot(array, array)) for array in arrays)
    return math.sqrt(total) if total >= 0 else math.nan
