"""Pooling in formulas: one number of many forward, its error to where it came from backward."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.stage import (
    EXAMPLE,
    INPUT,
    NEURON,
    Matrix,
    Origin,
    Stage,
    computing,
)
from playground.nn.explain.writing import (
    Lines,
    entry,
    extent,
    factor,
    figure,
    place,
    shape,
    sub,
    sum_of,
)
from playground.nn.record import LayerRecord
from playground.nn.window import Window

How = Literal["largest", "mean"]

_WRITTEN = 9


def explain_pooling(how: How, window: Window, done: LayerRecord, symbols: Symbols) -> Explanation:
    """Return the step of a layer whose outputs are each the largest or the mean in a window."""
    number, source = symbols.number("P"), symbols.of(done.source)
    read, of = done.input_shape, done.output_shape
    given = Matrix(source, "what the layer reads", done.inputs, INPUT, EXAMPLE, done.source, read)
    made = Matrix(f"P{number}", "outputs", done.a, NEURON, EXAMPLE, done.name, of)
    squares = Squares(window)
    backward: tuple[Stage, ...] = ()
    if done.grad_a is not None and done.grad_inputs is not None:
        grad = Matrix(f"dP{number}", "∂L/∂outputs", done.grad_a, NEURON, EXAMPLE, done.name, of)
        back = Matrix(
            f"d{source}", "∂L/∂inputs", done.grad_inputs, INPUT, EXAMPLE, done.source, read
        )
        words = symbols.names.words(done.source)
        backward = (_back(how, squares, done.inputs, grad, back, words),)
    return Explanation(made.symbol, (_forward(how, squares, given, made),), backward)


def explain_step_mean(done: LayerRecord, symbols: Symbols) -> Explanation:
    """Return the step of a layer whose outputs are the means of units over the steps there are."""
    number, source, there = symbols.number("P"), symbols.of(done.source), done.kept.get("there")
    read, name = done.input_shape, done.name
    steps, batch = read[1], done.a.shape[1]
    given = Matrix(source, "what the layer reads", done.inputs, INPUT, EXAMPLE, done.source, read)
    made = Matrix(f"P{number}", "outputs", done.a, NEURON, EXAMPLE, name)
    counts = np.full(batch, steps) if there is None else np.maximum(there.sum(axis=0), 1)
    every = "every step" if there is None else "every step that the example has"

    def mean(row: int, column: int) -> Lines:
        count = int(counts[column])
        return sum_of(
            f"{entry(made.symbol)}{sub(row)}",
            given.by_step[row, :count, column],
            f"{entry(source)}{sub(row)},ₜ",
            divisor=count,
            terms="steps",
        )

    forward = computing(
        "forward",
        name,
        "mean over the steps",
        f"{made.symbol} = mean of {source} over the steps",
        f"{shape(given.values, read)} → {shape(done.a)}",
        f"The mean of each unit over {every} is handed on: how much of it there was, whenever.",
        extent(done.a, "output"),
        (given, made),
        mean,
        lambda row, _: {source: Origin(np.arange(row * steps, (row + 1) * steps))},
    )
    if done.grad_a is None or done.grad_inputs is None:
        return Explanation(made.symbol, (forward,))
    grad = Matrix(f"dP{number}", "∂L/∂outputs", done.grad_a, NEURON, EXAMPLE, name)
    back = Matrix(f"d{source}", "∂L/∂inputs", done.grad_inputs, INPUT, EXAMPLE, done.source, read)

    def shared(row: int, column: int) -> Lines:
        unit, step = divmod(row, steps)
        slope, count = f"{entry(back.symbol)}{place(row, read)}", int(counts[column])
        if step >= count:
            return (f"{slope} = 0: this example has no step {step + 1}.",)
        return (
            f"{slope} = {entry(grad.symbol)}{sub(unit)} / {count}",
            f"= {factor(grad.values[unit, column])} / {count}",
            f"= {figure(back.values[row, column])}",
        )

    backward = computing(
        "backward",
        name,
        f"back to {symbols.names.words(done.source)}",
        f"{back.symbol} = {grad.symbol} / steps",
        f"{shape(grad.values)} → {shape(back.values, read)}",
        f"{every.capitalize()} had the same part in the mean, so the error is shared out.",
        extent(done.there(back.values), "slope"),
        (grad, back),
        shared,
        lambda row, _: {grad.symbol: Origin(np.array([row // steps]))},
    )
    return Explanation(made.symbol, (forward,), (backward,))


class Squares:
    """What each output looks at: a square of its map, or all of it."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._pixels = window.height * window.width
        self._places = window.rows * window.columns
        self.count = len(self.of(0))
        self.what = "map" if self.count == self._pixels else "square"

    def of(self, output: int) -> NDArray[np.intp]:
        """Return the numbers that an output looks at."""
        mine, at = divmod(output, self._places)
        seen = self._window.pixels(*divmod(at, self._window.columns))
        return seen[seen >= 0] + mine * self._pixels

    def around(self, number: int) -> NDArray[np.intp]:
        """Return the outputs that look at a number."""
        mine, pixel = divmod(number, self._pixels)
        places, _ = self._window.seen_from(*divmod(pixel, self._window.width))
        return places + mine * self._places


def _forward(how: How, squares: Squares, given: Matrix, made: Matrix) -> Stage:
    x, y, what = given.values, made.values, squares.what

    def arithmetic(row: int, column: int) -> Lines:
        values = x[squares.of(row), column]
        written = [factor(value) for value in values[:_WRITTEN]]
        if len(values) > _WRITTEN:
            written.append("…")
        name, result = f"{entry(made.symbol)}{place(row, made.shape)}", figure(y[row, column])
        if how == "largest":
            numbers = ", ".join(map(figure, values[:_WRITTEN]))
            return (
                f"{name} = max of the {len(values)} numbers of its {what}",
                f"= max({numbers}{', …' if len(values) > _WRITTEN else ''})",
                f"= {result}",
            )
        return (
            f"{name} = Σ {entry(given.symbol)} / {len(values)} over its {what}",
            f"= ({' + '.join(written)}) / {len(values)}",
            f"= {result}",
        )

    words = {
        "largest": f"The largest number of each {what} is handed on: that the pattern was found "
        "matters more than the very pixel.",
        "mean": f"The mean of each {what} is handed on.",
    }
    return computing(
        "forward",
        made.layer,
        f"{how} of each {what}",
        f"{made.symbol} = {'max' if how == 'largest' else 'mean'} of the {what}s of {given.symbol}",
        f"{shape(x, given.shape)} → {shape(y, made.shape)}",
        words[how],
        extent(y, "output"),
        (given, made),
        arithmetic,
        lambda row, _: {given.symbol: Origin(squares.of(row))},
    )


def _back(
    how: How, squares: Squares, x: NDArray[np.floating], grad: Matrix, back: Matrix, words: str
) -> Stage:
    what, slopes = squares.what, grad.values

    def arithmetic(row: int, column: int) -> Lines:
        name = f"{entry(back.symbol)}{place(row, back.shape)}"
        readers = squares.around(row).tolist()
        if how == "largest":
            chosen = [
                each
                for each in readers
                if (pixels := squares.of(each))[int(x[pixels, column].argmax())] == row
            ]
            share = ""
        else:
            chosen, share = readers, f" / {squares.count}"
        if not chosen:
            why = f"not the largest of its {what}" if readers else f"in no {what}"
            return (f"{name} = 0: it was {why}.",)
        names = [f"{entry(grad.symbol)}{place(each, grad.shape)}{share}" for each in chosen]
        numbers = [f"{factor(slopes[each, column])}{share}" for each in chosen]
        return (
            f"{name} = {' + '.join(names)}",
            *[f"= {' + '.join(numbers)}"] * (len(chosen) > 1 or bool(share)),
            f"= {figure(back.values[row, column])}",
        )

    formula, why = {
        "largest": (
            f"{back.symbol} = {grad.symbol} at the largest",
            f"Only the largest of a {what} had a part in the answer, so all of the error goes to "
            "it.",
        ),
        "mean": (
            f"{back.symbol} = {grad.symbol} / {squares.count}",
            f"Every number of a {what} had the same part in the mean, so the error is shared out.",
        ),
    }[how]
    return computing(
        "backward",
        grad.layer,
        f"back to {words}",
        formula,
        f"{shape(slopes, grad.shape)} → {shape(back.values, back.shape)}",
        why,
        extent(back.values, "slope", zeros=True),
        (grad, back),
        arithmetic,
        lambda row, _: {grad.symbol: Origin(squares.around(row))},
    )
