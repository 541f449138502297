"""Pooling in formulas: one number of many forward, its error to where it came from backward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.stage import EXAMPLE, INPUT, NEURON, Matrix, Stage, computing
from playground.nn.explain.writing import Lines, entry, extent, factor, figure, shape, sub
from playground.nn.record import LayerRecord

Square: TypeAlias = Callable[[int], tuple[NDArray[np.intp], tuple[int, int]]]
"""Returns the numbers that an output looks at, (rows, columns), and where its square begins."""

_WRITTEN = 9


def explain_pooling(
    how: Literal["largest", "mean"], square: Square, done: LayerRecord, symbols: Symbols
) -> Explanation:
    """Return the step of a layer whose outputs are each the largest or the mean of a square."""
    number, source = symbols.number("P"), symbols.of(done.source)
    given = Matrix(source, "what the layer reads", done.inputs, INPUT, EXAMPLE, done.source)
    made = Matrix(f"P{number}", "outputs", done.a, NEURON, EXAMPLE, done.name)
    backward: tuple[Stage, ...] = ()
    if done.grad_a is not None and done.grad_inputs is not None:
        backward = (_back(how, square, done, number, source, symbols.names.words(done.source)),)
    return Explanation(made.symbol, (_forward(how, square, done, given, made),), backward)


def _forward(
    how: Literal["largest", "mean"], square: Square, done: LayerRecord, given: Matrix, made: Matrix
) -> Stage:
    x, y = given.values, made.values
    largest = how == "largest"

    def arithmetic(row: int, column: int) -> Lines:
        pixels = square(row)[0].ravel()
        values = x[pixels, column]
        written = [factor(value) for value in values[:_WRITTEN]]
        if len(values) > _WRITTEN:
            written.append("…")
        name = f"{entry(made.symbol)}{sub(row)}"
        if largest:
            return (
                f"{name} = max of {len(values)} numbers",
                f"= max({', '.join(written)})",
                f"= {figure(y[row, column])}",
            )
        return (
            f"{name} = Σ {entry(given.symbol)} / {len(values)}",
            f"= ({' + '.join(written)}) / {len(values)}",
            f"= {figure(y[row, column])}",
        )

    words = (
        "The largest number of each square is handed on: that the pattern was found matters more "
        "than the very pixel."
        if largest
        else "The mean of each square is handed on."
    )
    return computing(
        "forward",
        done.name,
        "largest of each square" if largest else "mean of each square",
        f"{made.symbol} = {'max' if largest else 'mean'} of the squares of {given.symbol}",
        f"{shape(x)} → {shape(y)}",
        words,
        extent(y, "output"),
        (given, made),
        arithmetic,
    )


def _back(
    how: Literal["largest", "mean"],
    square: Square,
    done: LayerRecord,
    number: int,
    source: str,
    words: str,
) -> Stage:
    grad, back, x = done.grad_a, done.grad_inputs, done.inputs
    assert grad is not None
    assert back is not None
    largest = how == "largest"
    readers: dict[int, list[tuple[int, NDArray[Any]]]] = {}
    for unit in range(len(grad)):
        pixels = square(unit)[0].ravel()
        for pixel in pixels:
            readers.setdefault(int(pixel), []).append((unit, pixels))

    def arithmetic(row: int, column: int) -> Lines:
        name = f"∂L/∂{entry(source)}{sub(row)}"
        terms = []
        for unit, pixels in readers.get(row, ()):
            values = x[pixels, column]
            if not largest:
                terms.append(f"{factor(grad[unit, column])} / {len(pixels)}")
            elif pixels[int(values.argmax())] == row:
                terms.append(figure(grad[unit, column]))
        if not terms:
            why = "not the largest of its square" if row in readers else "in no square"
            return (f"{name} = 0, it was {why}.",)
        return (f"{name} = {' + '.join(terms)}", f"= {figure(back[row, column])}")

    return computing(
        "backward",
        done.name,
        f"back to {words}",
        f"d{source} = dP{number} at the largest" if largest else f"d{source} = dP{number} / size²",
        f"{shape(grad)} → {shape(back)}",
        "Only the largest of a square had a part in the answer, so all of the error goes to it."
        if largest
        else "Every number of a square had the same part in the mean, so the error is shared out.",
        extent(back, "slope", zeros=True),
        (
            Matrix(f"dP{number}", "∂L/∂outputs", grad, NEURON, EXAMPLE, done.name),
            Matrix(f"d{source}", "∂L/∂inputs", back, INPUT, EXAMPLE, done.source),
        ),
        arithmetic,
    )
