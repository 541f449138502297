"""Weighted sums at every step of a sequence, forward and backward, in formulas."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from playground.nn.explain.stage import Matrix, Origin, Stage, computing
from playground.nn.explain.writing import (
    Lines,
    entry,
    extent,
    figure,
    place,
    shape,
    sub,
    sum_of_products,
)
from playground.nn.record import LayerRecord


def all_units(matrix: Matrix, step: int) -> NDArray[np.intp]:
    """Return the rows that hold a step's numbers."""
    units, steps = matrix.shape
    return np.arange(units) * steps + step


def weighed(
    done: LayerRecord,
    title: str,
    explanation: str,
    weights: Matrix,
    given: Matrix,
    added: Matrix,
    made: Matrix,
) -> Stage:
    """Return the stage of made = weights·given + added, the same at every step."""
    w, x, b = weights.values, given.by_step, added.values

    def arithmetic(row: int, column: int) -> Lines:
        mine, step = divmod(row, made.steps)
        return sum_of_products(
            f"{entry(made.symbol)}{place(row, made.shape)}",
            w[mine],
            x[:, step, column],
            lambda i: (
                f"{entry(weights.symbol)}{sub(mine, i)}",
                f"{entry(given.symbol)}{sub(i, step)}",
            ),
            plus=(f"{entry(added.symbol)}{sub(mine)}", float(b[mine, 0])),
            terms="inputs",
        )

    def origins(row: int, column: int) -> dict[str, Origin]:
        mine, step = divmod(row, made.steps)
        return {
            weights.symbol: Origin(np.array([mine])),
            given.symbol: Origin(all_units(given, step)),
            added.symbol: Origin(np.array([mine])),
        }

    return computing(
        "forward",
        done.name,
        title,
        f"{made.symbol} = {weights.symbol}·{given.symbol} + {added.symbol}",
        f"{shape(w)}·{shape(given.values, given.shape)} + {shape(b)} → "
        f"{shape(made.values, made.shape)}",
        explanation,
        extent(done.there(made.values), "number"),
        (weights, given, added, made),
        arithmetic,
        origins,
    )


def sums_back(
    done: LayerRecord, ways: Sequence[tuple[Matrix, Matrix]], back: Matrix, source: str
) -> Stage:
    """Return the stage of back = Σ weightsᵀ·grad over the ways that an input went.

    Parameters
    ----------
    done
        What ran.
    ways
        The weights and ∂L/∂ what they made, for each way.
    back
        ∂L/∂ what was given.
    source
        Whose it is, in words.
    """

    def arithmetic(row: int, column: int) -> Lines:
        mine, step = divmod(row, back.steps)
        name = f"{entry(back.symbol)}{place(row, back.shape)}"
        factors = [(w.values[:, mine], g.by_step[:, step, column]) for w, g in ways]
        letters = [(entry(weights.symbol), entry(grad.symbol)) for weights, grad in ways]
        if len(ways) == 1:
            (w, g), (letter, slope) = factors[0], letters[0]
            return sum_of_products(
                name,
                w,
                g,
                lambda i: (f"{letter}{sub(i, mine)}", f"{slope}{sub(i, step)}"),
                terms="units",
            )
        parts = [float(w @ g) for w, g in factors]
        return (
            f"{name} = the sum of",
            *(
                f"Σ {letter}·{slope} = {figure(part)}"
                for (letter, slope), part in zip(letters, parts, strict=True)
            ),
            f"= {figure(sum(parts))}",
        )

    def origins(row: int, column: int) -> dict[str, Origin]:
        mine, step = divmod(row, back.steps)
        return {
            matrix.symbol: origin
            for weights, grad in ways
            for matrix, origin in (
                (weights, Origin(np.arange(len(weights.values)), np.array([mine]))),
                (grad, Origin(all_units(grad, step))),
            )
        }

    several = (
        f"An input went {len(ways)} ways, so the errors of all of them add up. "
        if len(ways) > 1
        else ""
    )
    return computing(
        "backward",
        done.name,
        f"back to {source}",
        f"{back.symbol} = "
        + " + ".join(f"{weights.symbol}ᵀ·{grad.symbol}" for weights, grad in ways),
        ", ".join(
            f"{shape(weights.values.T)}·{shape(grad.values, grad.shape)}" for weights, grad in ways
        )
        + f" → {shape(back.values, back.shape)}",
        f"{several}An input feeds every unit at its own step, so its share of the error is the sum "
        "over all of them, each weighed by the weight it went through.",
        extent(done.there(back.values), "slope"),
        (*(matrix for way in ways for matrix in way), back),
        arithmetic,
        origins,
    )
