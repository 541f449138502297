"""The last stages of a step: the learning rate, every tensor's update, and the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from playground.analysis.slow_step.step import TensorStep
from playground.nn.arrays import Array
from playground.nn.explain.move import filled
from playground.nn.explain.stage import Matrix, Stage, computing
from playground.nn.explain.writing import Lines, figure
from playground.nn.optimizers import Optimizer
from playground.nn.schedules import Constant
from playground.wording import counted

_ALL_NUMBERS = 60  # in a tensor whose numbers the outcome shows


def rate_stage(training: Any, rate: float, moved: Sequence[TensorStep]) -> Stage | None:
    """Return the stage that sets the learning rate, None where it is the same for all, always."""
    constant = isinstance(training.schedule, Constant)
    factors = {tensor.title.partition(" · ")[0]: tensor.factor for tensor in moved}
    alike = all(factor == 1 for factor in factors.values())
    if constant and alike:
        return None
    base = training.learning_rate
    formulas, why = [f"α = {figure(rate)}"], []
    if not constant:
        formulas = [f"α = {figure(base)} · {figure(rate / base)} = {figure(rate)}"]
        why.append(
            f"The schedule ({training.schedule.title.lower()}) multiplies the learning rate: "
            f"{training.schedule.formula}."
        )
    if not alike:
        formulas.append("in each layer α · its rate")
        why.append("A layer moves at the learning rate times its own rate, here as the table says.")
    return Stage(
        "update",
        "",
        "α",
        "the learning rate",
        ",   ".join(formulas),
        "",
        " ".join(why),
        f"This step moves with α = {figure(rate)}"
        + ("." if alike else ", and each layer with the share of it that is set there."),
        table=()
        if alike
        else (
            ("layer", "rate", "α · rate"),
            *((layer, figure(factor), figure(rate * factor)) for layer, factor in factors.items()),
        ),
    )


def update_stage(moved: TensorStep, optimizer: Optimizer, rate: float, step: int) -> Stage:
    """Return the stage that moves one tensor, at its share of the rate of a step counted from 1."""
    rate *= moved.factor
    name, symbol, frozen = moved.layer, moved.symbol, moved.frozen
    before, after = moved.before, moved.after
    change = np.abs(after - before)
    held = int(frozen.sum()) if frozen is not None else 0
    made = optimizer.explain(before, moved.gradient, moved.moments, rate, step)
    numbers: dict[str, Array | float | str] = {sign: values for sign, _, values in made.quantities}
    numbers |= {**made.numbers, "w": before, "g": moved.gradient, "w′": after}
    numbers |= {"W": symbol, "e": moved.entry, "α": rate}

    def arithmetic(row: int, column: int) -> Lines:
        if frozen is not None and frozen[row, column]:
            return (f"Frozen: it stays {figure(before[row, column], 6)}.",)
        here = {**numbers, "p": moved.place((row, column))}
        return tuple(filled(line, here, (row, column)) for line in made.lines)

    matrices = (
        moved.matrix(symbol, "before, w", before),
        moved.matrix(f"g({symbol})", "slopes, g", moved.gradient),
        *(moved.matrix(*quantity) for quantity in made.quantities),
        moved.matrix(f"{symbol}′", "after", after),
    )
    free = change if frozen is None else change[~frozen]
    event = f"{counted(free.size, 'number')} moved"
    if free.size > 1:
        event += f", by {figure(free.mean(), 3)} on average and {figure(free.max(), 3)} at most."
    elif free.size:
        event += f" by {figure(free.max(), 3)}."
    if held == after.size:
        event = "All of it is frozen and stays."
    elif held:
        event += f" {held} frozen stay."
    return computing(
        "update",
        name,
        f"new {moved.tensor}",
        filled(made.formula, numbers),
        f"{moved.sizes} → {moved.sizes}",
        filled(made.explanation, numbers),
        event,
        matrices,
        arithmetic,
    )


def outcome_stage(changes: Sequence[TensorStep], loss_before: float, loss_after: float) -> Stage:
    """Return the stage that compares before and after; small tensors with all their numbers."""
    rows: list[tuple[str, ...]] = []
    matrices: list[Matrix] = []
    for change in changes:
        if change.before.size <= _ALL_NUMBERS:
            for when, values in (("before", change.before), ("after", change.after)):
                matrices.append(change.matrix(when, change.title, values))
        moved = np.abs(change.after - change.before)
        rows.append(
            (
                change.title,
                figure(float(np.linalg.norm(change.before))),
                figure(float(np.linalg.norm(change.after))),
                figure(moved.max(), 3),
            )
        )
    return Stage(
        "outcome",
        "",
        "after",
        "before and after",
        f"L: {figure(loss_before, 6)} → {figure(loss_after, 6)}",
        "",
        "The loss of this very batch, measured in the same way before and after. Other examples, "
        "and the next batch, may tell otherwise.",
        _verdict(loss_before, loss_after),
        tuple(matrices),
        table=(("tensor", "length before", "after", "largest change"), *rows),
    )


def _verdict(before: float, after: float) -> str:
    if not (np.isfinite(before) and np.isfinite(after)):
        return "The loss is no longer a finite number: the weights grow without bound."
    if after < before:
        return f"The batch's loss falls by {figure(before - after, 3)}."
    if after > before:
        return (
            f"The batch's loss rises by {figure(after - before, 3)}: the step overshoots, or "
            "follows more than this batch's slope, such as momentum or a penalty."
        )
    return "The batch's loss stays as it is."
