"""What a stage of a step is: a formula, the arrays in it, and the arithmetic of one number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from playground.nn.arrays import Array
from playground.nn.explain.writing import (
    Lines,
    entry,
    extent,
    shape,
    sub,
    sum_of,
    sum_of_products,
)

Phase = Literal["batch", "forward", "loss", "backward", "update", "outcome"]


class Origin(NamedTuple):
    """Which rows of a matrix a number is computed from, and which columns where not all."""

    rows: NDArray[np.intp]
    columns: NDArray[np.intp] | None = None


Origins: TypeAlias = Callable[[int, int], Mapping[str, Origin]]

NEURON, INPUT, EXAMPLE, STATISTIC, ONE = "neuron", "input", "example", "statistic", ""
MAP, TAP = "map", "weight"
"""What the rows or the columns of a matrix count; ``ONE`` where there is a single one."""


def units_of(shape: tuple[int, ...]) -> str:
    """Return what the units of a layer's output are."""
    return MAP if len(shape) > 1 else NEURON


@dataclass(frozen=True, eq=False)
class Matrix:
    """One array of a stage, always with two axes.

    Attributes
    ----------
    symbol, title
        ``W1``, ``weights of Dense 1``.
    values
        float64 (rows, columns).
    rows, columns
        What each axis counts: ``neuron``, ``input``, ``example``, ``statistic``, ``map``,
        ``weight`` (of a map's kernels, row by row) or nothing. Two matrices of a stage that share
        a word share the index.
    layer
        The layer whose neurons or maps the rows are, where they are such.
    shape
        What the rows number, or the columns where they are weights of kernels, where that is a
        picture: (maps, rows, columns).
    """

    symbol: str
    title: str
    values: Array
    rows: str
    columns: str
    layer: str = ""
    shape: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Stage:
    """One thing that a step computes.

    Attributes
    ----------
    phase
        The part of the step.
    layer
        The layer it belongs to, or an empty text.
    label, title
        ``Z1`` for a list, ``weighted sums`` for a heading, which names the layer as well.
    formula
        ``Z1 = W1·X + b1``.
    shapes
        ``(10, 64)·(64, 32) + (10, 1) → (10, 32)``, or an empty text.
    explanation
        What is done and why, in one or two sentences.
    event
        What has come out of it, in one sentence.
    matrices
        The arrays of the formula.
    arithmetic
        Writes out one number of the last matrix, which is then what the stage computes, given its
        row and column.
    table
        Rows of texts, the headings first, where a stage is told in a table.
    origins
        Gives by a matrix's symbol what of it one number of the last matrix is computed from, given
        its row and column; None where they share its indices.
    """

    phase: Phase
    layer: str
    label: str
    title: str
    formula: str
    shapes: str
    explanation: str
    event: str
    matrices: tuple[Matrix, ...] = ()
    arithmetic: Callable[[int, int], Lines] | None = None
    table: tuple[tuple[str, ...], ...] = ()
    origins: Origins | None = None

    @property
    def computed(self) -> Matrix | None:
        """The matrix that the stage computes."""
        return self.matrices[-1] if self.arithmetic else None


def computing(
    phase: Phase,
    layer: str,
    title: str,
    formula: str,
    shapes: str,
    explanation: str,
    event: str,
    matrices: tuple[Matrix, ...],
    arithmetic: Callable[[int, int], Lines],
    origins: Origins | None = None,
) -> Stage:
    """Return the stage in which a layer computes the last of the matrices; it is its label."""
    return Stage(
        *(phase, layer, matrices[-1].symbol, title, formula, shapes, explanation, event, matrices),
        arithmetic,
        origins=origins,
    )


def weight_slopes(
    title: str, explanation: str, grad: Matrix, given: Matrix, slopes: Matrix
) -> Stage:
    """Return the stage of ∂L/∂ the weights that multiply what a layer was given."""
    batch = grad.values.shape[1]

    def arithmetic(row: int, column: int) -> Lines:
        def names(example: int) -> tuple[str, str]:
            at = f"[{example + 1}]" if batch > 1 else ""
            return f"{entry(grad.symbol)}{sub(row)}{at}", f"{entry(given.symbol)}{sub(column)}{at}"

        return sum_of_products(
            f"{entry(slopes.symbol)}{sub(row, column)}",
            grad.values[row],
            given.values[column],
            names,
            divisor=batch,
            terms="examples",
        )

    over, number = (" / m", f" / {batch}") if batch > 1 else ("", "")
    return computing(
        "backward",
        slopes.layer,
        title,
        f"{slopes.symbol} = {grad.symbol}·{given.symbol}ᵀ{over}",
        f"{shape(grad.values)}·{shape(given.values.T)}{number} → {shape(slopes.values)}",
        explanation,
        extent(slopes.values, "slope"),
        (grad, given, slopes),
        arithmetic,
    )


def bias_slopes(title: str, explanation: str, grad: Matrix, slopes: Matrix) -> Stage:
    """Return the stage of ∂L/∂ the biases that are added to a layer's sums, or to maps of them."""
    batch = grad.values.shape[1]
    by_unit = grad.values.reshape(len(slopes.values), -1)
    anywhere = ",ᵢ,ⱼ" if slopes.rows == MAP else ""

    def arithmetic(row: int, column: int) -> Lines:
        result, each = (f"{entry(matrix.symbol)}{sub(row)}" for matrix in (slopes, grad))
        terms = places_and_examples(batch) if anywhere else ""
        return sum_of(result, by_unit[row], each + anywhere, divisor=batch, terms=terms)

    def origins(row: int, column: int) -> dict[str, Origin]:
        places = len(grad.values) // len(by_unit)
        return {grad.symbol: Origin(np.arange(row * places, (row + 1) * places))}

    mean = f"Σ {grad.symbol}" if batch > 1 or anywhere else grad.symbol
    mean += " / m" if batch > 1 else ""
    return computing(
        "backward",
        slopes.layer,
        title,
        f"{slopes.symbol} = {mean}",
        f"{shape(grad.values, grad.shape)} → {shape(slopes.values)}",
        explanation,
        extent(slopes.values, "slope"),
        (grad, slopes),
        arithmetic,
        origins,
    )


def places_and_examples(batch: int) -> str:
    """Return what the terms of a sum over all of a map are called."""
    return "places and examples" if batch > 1 else "places"
