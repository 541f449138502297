"""Upsampling in formulas: each pixel repeated, and the errors of its square added up."""

from __future__ import annotations

from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.pooling import Squares
from playground.nn.explain.stage import EXAMPLE, INPUT, NEURON, Matrix, Origin, computing
from playground.nn.explain.writing import Lines, entry, extent, figure, place, shape, sum_of
from playground.nn.record import LayerRecord
from playground.nn.window import Window


def explain_upsample(window: Window, done: LayerRecord, symbols: Symbols) -> Explanation:
    """Return the step of a layer that makes each pixel a square of its like."""
    number, source = symbols.number("U"), symbols.of(done.source)
    read, of, squares = done.input_shape, done.output_shape, Squares(window)
    side = f"{window.spread}×{window.spread}"
    given = Matrix(source, "what the layer reads", done.inputs, INPUT, EXAMPLE, done.source, read)
    made = Matrix(f"U{number}", "outputs", done.a, NEURON, EXAMPLE, done.name, of)

    def repeated(row: int, column: int) -> Lines:
        (pixel,) = squares.of(row)
        name = f"{entry(made.symbol)}{place(row, of)}"
        return (
            f"{name} = {entry(source)}{place(int(pixel), read)}",
            f"= {figure(made.values[row, column])}",
        )

    forward = computing(
        "forward",
        done.name,
        "pixels repeated",
        f"{made.symbol} = {source}, each pixel {side} times",
        f"{shape(given.values, read)} → {shape(made.values, of)}",
        f"Each pixel becomes a square of {side} of its like: the maps grow, and nothing is added.",
        extent(made.values, "output"),
        (given, made),
        repeated,
        lambda row, _: {source: Origin(squares.of(row))},
    )
    if done.grad_a is None or done.grad_inputs is None:
        return Explanation(made.symbol, (forward,))
    grad = Matrix(f"dU{number}", "∂L/∂outputs", done.grad_a, NEURON, EXAMPLE, done.name, of)
    back = Matrix(f"d{source}", "∂L/∂inputs", done.grad_inputs, INPUT, EXAMPLE, done.source, read)

    def added_up(row: int, column: int) -> Lines:
        return sum_of(
            f"{entry(back.symbol)}{place(row, read)}",
            grad.values[squares.around(row), column],
            f"{entry(grad.symbol)} over its square",
            divisor=1,
            terms="pixels",
        )

    backward = computing(
        "backward",
        done.name,
        f"back to {symbols.names.words(done.source)}",
        f"{back.symbol} = Σ {grad.symbol} over each square",
        f"{shape(grad.values, of)} → {shape(back.values, read)}",
        "All pixels of a square are one number, so their errors add up.",
        extent(back.values, "slope"),
        (grad, back),
        added_up,
        lambda row, _: {grad.symbol: Origin(squares.around(row))},
    )
    return Explanation(made.symbol, (forward,), (backward,))
