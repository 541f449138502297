"""Noise in formulas: what a step adds, and the error that goes back as it comes."""

from __future__ import annotations

from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.stage import EXAMPLE, NEURON, Matrix, computing
from playground.nn.explain.writing import Lines, entry, extent, factor, figure, place, shape
from playground.nn.record import LayerRecord


def explain_noise(deviation: float, done: LayerRecord, symbols: Symbols) -> Explanation:
    """Return the step of a layer that adds noise of a deviation: N = X + E."""
    number, source, of = symbols.number("N"), symbols.of(done.source), done.output_shape
    words, s = symbols.names.words(done.source), figure(deviation)
    given, drawn, made = (
        Matrix(symbol, title, values, NEURON, EXAMPLE, name, of)
        for symbol, title, values, name in (
            (source, "what the layer is given", done.inputs, done.source),
            (f"E{symbols.number('E')}", "ε, drawn", done.kept["noise"], done.name),
            (f"N{number}", "outputs", done.a, done.name),
        )
    )

    def added(row: int, column: int) -> Lines:
        at = place(row, of)
        x, noise, result = (each.values[row, column] for each in (given, drawn, made))
        return (
            f"n{at} = {entry(source)}{at} + ε{at}",
            f"= {figure(x)} + {factor(noise)} = {figure(result)}",
        )

    forward = computing(
        "forward",
        done.name,
        "noise",
        f"{made.symbol} = {source} + {drawn.symbol}",
        f"{shape(given.values, of)} + {shape(drawn.values, of)} → {shape(made.values, of)}",
        f"Each number is shaken by an ε from N(0, {s}²), by the very draw that the step will make: "
        "whoever reads this cannot rely on single numbers. A prediction adds nothing.",
        extent(done.there(made.values), "output"),
        (given, drawn, made),
        added,
    )
    if done.grad_a is None or done.grad_inputs is None:
        return Explanation(made.symbol, (forward,))
    grad = Matrix(f"d{made.symbol}", "∂L/∂outputs", done.grad_a, NEURON, EXAMPLE, done.name, of)
    back = Matrix(f"d{source}", "∂L/∂inputs", done.grad_inputs, NEURON, EXAMPLE, done.source, of)

    def handed_back(row: int, column: int) -> Lines:
        at = place(row, of)
        name = f"{entry(back.symbol)}{at} = {entry(grad.symbol)}{at}"
        return name, f"= {figure(back.values[row, column])}"

    backward = computing(
        "backward",
        done.name,
        f"back to {words}",
        f"{back.symbol} = {grad.symbol}",
        f"{shape(grad.values, of)} → {shape(back.values, of)}",
        "What is added does not depend on the number that it is added to, so the error goes back "
        "as it comes.",
        extent(done.there(back.values), "slope"),
        (grad, back),
        handed_back,
    )
    return Explanation(made.symbol, (forward,), (backward,))
