"""What a stage of a step is: a formula, the arrays in it, and the arithmetic of one number."""

from __future__ import annotations

import math
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
MAP, TAP, STEP = "map", "weight", "step"
"""What the rows or the columns of a matrix count; ``ONE`` where there is a single one."""


def units_of(shape: tuple[int, ...]) -> str:
    """Return what the units of a layer's output are."""
    return MAP if len(shape) == 3 else NEURON


def places_of(shape: tuple[int, ...]) -> str:
    """Return what a unit of a layer's output has many of, nothing where it is a single number."""
    return {2: "step", 3: "place"}[len(shape)] if math.prod(shape[1:]) > 1 else ""


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
        What the rows number, or the columns where they are weights, where that is a picture:
        (maps, rows, columns), a sequence: (units, steps), or what gates read: (inputs, gates). Of a
        sequence the rows count what ``rows`` says at each step, and share the index of the step
        besides.
    """

    symbol: str
    title: str
    values: Array
    rows: str
    columns: str
    layer: str = ""
    shape: tuple[int, ...] = ()

    @property
    def steps(self) -> int:
        """How many steps each unit has in the rows, 0 where they are no sequence."""
        return self.shape[1] if len(self.shape) == 2 and self.columns == EXAMPLE else 0

    @property
    def by_step(self) -> Array:
        """The values as (units, steps, examples), with a single step where there are none."""
        return self.values.reshape(-1, max(self.steps, 1), self.values.shape[1])


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
    (units, inputs), batch = slopes.values.shape, grad.values.shape[1]
    errors, terms = _terms(grad, units)
    numbers = given.values.reshape(inputs, -1)[:, terms]

    def arithmetic(row: int, column: int) -> Lines:
        def names(term: int) -> tuple[str, str]:
            step, example = divmod(int(terms[term]), batch)
            at = (step,) if grad.steps else ()
            of = f"[{example + 1}]" if batch > 1 else ""
            return (
                f"{entry(grad.symbol)}{sub(row, *at)}{of}",
                f"{entry(given.symbol)}{sub(column, *at)}{of}",
            )

        return sum_of_products(
            f"{entry(slopes.symbol)}{sub(row, column)}",
            errors[row],
            numbers[column],
            names,
            divisor=batch,
            terms=terms_of(grad) if grad.steps else "examples",
        )

    product = f"{grad.symbol}·{given.symbol}ᵀ"
    shapes = f"{shape(grad.values)}·{shape(given.values.T)}"
    if grad.steps:
        product = f"Σₜ {grad.symbol}ₜ·{given.symbol}ₜᵀ"
        shapes = f"{shape(grad.values, grad.shape)}, {shape(given.values, given.shape)}"
    over, number = (" / m", f" / {batch}") if batch > 1 else ("", "")
    return computing(
        "backward",
        slopes.layer,
        title,
        f"{slopes.symbol} = {product}{over}",
        f"{shapes}{number} → {shape(slopes.values)}",
        explanation,
        extent(slopes.values, "slope"),
        (grad, given, slopes),
        arithmetic,
    )


def bias_slopes(title: str, explanation: str, grad: Matrix, slopes: Matrix) -> Stage:
    """Return the stage of ∂L/∂ the biases that are added to sums, at every place or step alike."""
    batch = grad.values.shape[1]
    by_unit, _ = _terms(grad, len(slopes.values))
    anywhere = {"place": ",ᵢ,ⱼ", "step": ",ₜ"}.get(places_of(grad.shape), "")

    def arithmetic(row: int, column: int) -> Lines:
        result, each = (f"{entry(matrix.symbol)}{sub(row)}" for matrix in (slopes, grad))
        terms = terms_of(grad) if anywhere else ""
        return sum_of(result, by_unit[row], each + anywhere, divisor=batch, terms=terms)

    def origins(row: int, column: int) -> dict[str, Origin]:
        places = len(grad.values) // len(slopes.values)
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


def _terms(grad: Matrix, units: int) -> tuple[Array, NDArray[np.intp]]:
    """Return the slopes of each unit, (units, terms), and which of its places and examples each is.

    A step behind the end of its sequence has no slope for any unit, and is no term of a sum.
    """
    by_unit = grad.values.reshape(units, -1)
    sloped = np.flatnonzero(np.any(by_unit, axis=0))
    terms = sloped if grad.steps and sloped.size else np.arange(by_unit.shape[1])
    return by_unit[:, terms], terms


def terms_of(grad: Matrix) -> str:
    """Return what the terms of a sum over all of a unit are called: ``places and examples``."""
    places = places_of(grad.shape)
    many = grad.values.shape[1] > 1 or not places
    return " and ".join([f"{places}s"] * bool(places) + ["examples"] * many)
