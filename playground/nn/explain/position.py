"""Positions in formulas: a number that is added at each step, and what it learns."""

from __future__ import annotations

import numpy as np

from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.stage import EXAMPLE, NEURON, STEP, Matrix, Origin, Stage, computing
from playground.nn.explain.writing import (
    Lines,
    entry,
    extent,
    factor,
    figure,
    place,
    shape,
    sum_of,
)
from playground.nn.record import LayerRecord


def explain_position(done: LayerRecord, symbols: Symbols) -> Explanation:
    """Return the step of a layer that adds positions: T = X + p, and the slopes of p."""
    n, source, name, of = symbols.number("T"), symbols.of(done.source), done.name, done.output_shape
    added = Matrix(f"p{n}", "positions", done.kept["added"].reshape(of), NEURON, STEP, name)
    forward = _sum(done, source, added, f"T{n}")
    if "positions" not in done.tensors:
        return Explanation(f"T{n}", (forward,))
    backward: tuple[Stage, ...] = ()
    if done.grad_a is not None:
        grad = Matrix(f"dT{n}", "∂L/∂outputs", done.grad_a, NEURON, EXAMPLE, name, of)
        backward = (_slopes(done, grad, f"dp{n}"),)
    return Explanation(f"T{n}", (forward,), backward, {"positions": f"p{n}"})


def _sum(done: LayerRecord, source: str, added: Matrix, product: str) -> Stage:
    x, p, y, of = done.inputs, added.values, done.a, done.output_shape

    def arithmetic(row: int, column: int) -> Lines:
        at = place(row, of)
        return (
            f"t{at} = {entry(source)}{at} + p{at}",
            f"= {figure(x[row, column])} + {factor(p[divmod(row, of[1])])}",
            f"= {figure(y[row, column])}",
        )

    def origins(row: int, column: int) -> dict[str, Origin]:
        unit, step = divmod(row, of[1])
        return {
            source: Origin(np.array([row])),
            added.symbol: Origin(np.array([unit]), np.array([step])),
        }

    whose = "learned" if "positions" in done.tensors else "sines and cosines of longer and longer "
    whose += "" if "positions" in done.tensors else "waves, which nothing changes"
    return computing(
        "forward",
        done.name,
        "the steps told apart",
        f"{product} = {source} + {added.symbol}",
        f"{shape(x, of)} + {shape(p)} → {shape(y, of)}",
        "Every step gets numbers of its own, the same for every example, by which it is known "
        f"later. They are {whose}.",
        extent(done.there(y), "number"),
        (
            Matrix(source, "inputs of the layer", x, NEURON, EXAMPLE, done.source, of),
            added,
            Matrix(product, "outputs", y, NEURON, EXAMPLE, done.name, of),
        ),
        arithmetic,
        origins,
    )


def _slopes(done: LayerRecord, grad: Matrix, symbol: str) -> Stage:
    batch = grad.values.shape[1]
    slopes = Matrix(symbol, "∂L/∂p", done.gradients["positions"], NEURON, STEP, done.name)

    def arithmetic(row: int, column: int) -> Lines:
        at = place(row * done.positions + column, grad.shape)
        values = grad.values[row * done.positions + column]
        return sum_of(f"∂L/∂p{at}", values, f"∂L/∂t{at}", divisor=batch, terms="examples")

    over = " / m" if batch > 1 else ""
    return computing(
        "backward",
        done.name,
        "slopes of the positions",
        f"{symbol} = {'Σ ' * (batch > 1)}{grad.symbol}{over}",
        f"{shape(grad.values, grad.shape)} → {shape(slopes.values)}",
        "A position is added to every example alike, so its slope is the mean of theirs."
        if batch > 1
        else "A position is added as it is, so it has the slope of the sum.",
        extent(slopes.values, "slope"),
        (grad, slopes),
        arithmetic,
        lambda row, column: {grad.symbol: Origin(np.array([row * done.positions + column]))},
    )
