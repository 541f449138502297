"""The embedding in formulas: which token's numbers each step gets, and what they learn."""

from __future__ import annotations

import numpy as np

from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.stage import (
    EXAMPLE,
    INPUT,
    NEURON,
    Matrix,
    Origin,
    Stage,
    computing,
    weight_slopes,
)
from playground.nn.explain.steps import sums_back
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


def explain_embedding(done: LayerRecord, symbols: Symbols) -> Explanation:
    """Return an embedding's step: E = W·X at every step, and back."""
    n, source, name = symbols.number("E"), symbols.of(done.source), done.name
    words = symbols.names.words
    weights = Matrix(
        f"Wₑ{n}", f"numbers of the tokens, {words(name)}", done.tensors["weights"], NEURON, INPUT,
        name,
    )  # fmt: skip
    given = Matrix(source, "tokens", done.inputs, INPUT, EXAMPLE, done.source, done.input_shape)
    made = Matrix(f"E{n}", "embedded", done.a, NEURON, EXAMPLE, name, done.output_shape)
    backward: list[Stage] = []
    if done.grad_a is not None:
        grad = Matrix(f"dE{n}", "∂L/∂e", done.grad_a, NEURON, EXAMPLE, name, done.output_shape)
        slopes = done.gradients["weights"]
        backward.append(
            weight_slopes(
                "slopes of the tokens' numbers",
                "A token's numbers stand at every step that has the token, so their slopes add up "
                "over all of these; a token that does not occur learns nothing.",
                grad,
                given,
                Matrix(f"dWₑ{n}", "∂L/∂w", slopes, NEURON, INPUT, name),
            )
        )
        if done.grad_inputs is not None:
            back = Matrix(
                f"d{source}", "∂L/∂inputs", done.grad_inputs, INPUT, EXAMPLE, done.source,
                done.input_shape,
            )  # fmt: skip
            backward.append(sums_back(done, [(weights, grad)], back, words(done.source)))
    return Explanation(
        made.symbol, (_picked(done, weights, given, made),), tuple(backward), {"weights": f"Wₑ{n}"}
    )


def _picked(done: LayerRecord, weights: Matrix, given: Matrix, made: Matrix) -> Stage:
    w, x, of = weights.values, given.by_step, done.output_shape

    def arithmetic(row: int, column: int) -> Lines:
        mine, step = divmod(row, done.positions)
        here = x[:, step, column]
        (tokens,) = np.nonzero(here)
        name = f"e{place(row, of)}"
        if not len(tokens):
            return (f"{name} = 0: there is no token at step {step + 1}.",)
        if len(tokens) == 1 and here[tokens[0]] == 1:
            token = int(tokens[0])
            return (
                f"{name} = {entry(weights.symbol)}{sub(mine, token)}: step {step + 1} has token "
                f"{token + 1}",
                f"= {figure(w[mine, token])}",
            )
        return sum_of_products(
            name,
            w[mine],
            here,
            lambda i: (
                f"{entry(weights.symbol)}{sub(mine, i)}",
                f"{entry(given.symbol)}{sub(i, step)}",
            ),
            terms="inputs",
        )

    def origins(row: int, column: int) -> dict[str, Origin]:
        mine, step = divmod(row, done.positions)
        tokens = np.flatnonzero(x[:, step, column])
        return {
            weights.symbol: Origin(np.array([mine]), tokens),
            given.symbol: Origin(np.arange(len(x)) * done.positions + step),
        }

    return computing(
        "forward",
        done.name,
        "each token's numbers",
        f"{made.symbol} = {weights.symbol}·{given.symbol}",
        f"{shape(w)}·{shape(given.values, given.shape)} → {shape(made.values, of)}",
        "A step has a one in the row of its token and zeros else, so the product picks the "
        "token's column: the same token gets the same numbers wherever it stands.",
        extent(done.there(made.values), "number"),
        (weights, given, made),
        arithmetic,
        origins,
    )
