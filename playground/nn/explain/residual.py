"""The residual block in formulas: two ways forward that are added, and two ways back."""

from __future__ import annotations

from playground.nn.arrays import Array
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.stage import (
    EXAMPLE,
    INPUT,
    NEURON,
    Matrix,
    Stage,
    computing,
    weight_slopes,
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
    sum_of_products,
)
from playground.nn.record import LayerRecord


def explain_residual(last_inside: str, done: LayerRecord, symbols: Symbols) -> Explanation:
    """Return a block's step: what came past its layers, plus what they made of it, and back."""
    r, source, branch = symbols.number("R"), symbols.of(done.source), symbols.of(last_inside)
    projected = "projection" in done.tensors
    past = f"(P{r}·{source})" if projected else source
    given = Matrix(
        source, "inputs of the block", done.inputs, INPUT, EXAMPLE, done.source, done.input_shape
    )
    forward = [_past(done, r, given)] if projected else []
    forward.append(_sum(done, r, past, branch))
    backward: list[Stage] = []
    if done.grad_a is not None:
        if projected:
            backward.append(_projection(done, r, done.grad_a, given))
        if done.grad_inputs is not None:
            backward.append(_back(done, r, source, done.grad_a, done.grad_inputs))
    names = {"projection": f"P{r}"} if projected else {}
    return Explanation(f"R{r}", tuple(forward), tuple(backward), names)


def _past(done: LayerRecord, r: int, given: Matrix) -> Stage:
    weights, inputs, past = done.tensors["projection"], done.inputs, done.kept["past"]
    product, x, of = f"P{r}·{given.symbol}", entry(given.symbol), done.output_shape

    def arithmetic(row: int, column: int) -> Lines:
        return sum_of_products(
            f"(P·{x}){place(row, of)}",
            weights[row],
            inputs[:, column],
            lambda i: (f"p{sub(row, i)}", f"{x}{place(i, given.shape)}"),
            terms="inputs",
        )

    return computing(
        "forward",
        done.name,
        "the way past",
        product,
        f"{shape(weights)}·{shape(inputs, given.shape)} → {shape(past, of)}",
        "The layers inside give another number of outputs than they get, so learned weights bring "
        "what goes past them to the same number.",
        extent(past, "number"),
        (
            Matrix(f"P{r}", "weights of the way past", weights, NEURON, INPUT, done.name),
            given,
            Matrix(product, "past the layers", past, NEURON, EXAMPLE, done.name, of),
        ),
        arithmetic,
    )


def _sum(done: LayerRecord, r: int, past: str, branch: str) -> Stage:
    given, made, outputs = done.kept.get("past", done.inputs), done.kept["branch"], done.a
    name, of = done.name, done.output_shape

    def arithmetic(row: int, column: int) -> Lines:
        at = place(row, of)
        return (
            f"r{at} = {entry(past)}{at} + {entry(branch)}{at}",
            f"= {figure(given[row, column])} + {factor(made[row, column])}",
            f"= {figure(outputs[row, column])}",
        )

    return computing(
        "forward",
        done.name,
        "both ways added",
        f"R{r} = {past} + {branch}",
        f"{shape(given, of)} + {shape(made, of)} → {shape(outputs, of)}",
        "What the layers inside have made is added to what came past them: they have to learn the "
        "difference only.",
        extent(outputs, "sum"),
        (
            Matrix(past, "past the layers", given, NEURON, EXAMPLE, name, of),
            Matrix(branch, "through the layers", made, NEURON, EXAMPLE, name, of),
            Matrix(f"R{r}", "both added", outputs, NEURON, EXAMPLE, name, of),
        ),
        arithmetic,
    )


def _projection(done: LayerRecord, r: int, grad: Array, given: Matrix) -> Stage:
    return weight_slopes(
        "slopes of the way past",
        "A weight of the way past has the slope of its sum, times the input that it multiplies.",
        Matrix(f"dR{r}", "∂L/∂outputs", grad, NEURON, EXAMPLE, done.name, done.output_shape),
        given,
        Matrix(f"dP{r}", "∂L/∂p", done.gradients["projection"], NEURON, INPUT, done.name),
    )


def _back(done: LayerRecord, r: int, source: str, grad: Array, back: Array) -> Stage:
    through, read = done.kept["through"], done.input_shape
    projected = "projection" in done.tensors
    past: Array = back - through if projected else grad
    way = f"P{r}ᵀ·dR{r}" if projected else f"dR{r}"

    def arithmetic(row: int, column: int) -> Lines:
        return (
            f"∂L/∂{entry(source)}{place(row, read)} = past + through",
            f"= {figure(past[row, column])} + {factor(through[row, column])}",
            f"= {figure(back[row, column])}",
        )

    return computing(
        "backward",
        done.name,
        "both ways back",
        f"d{source} = {way} + what comes through the layers",
        f"{shape(past, read)} + {shape(through, read)} → {shape(back, read)}",
        "The input went both ways, so the errors of both add up. However little comes back through "
        "the layers, the way past them loses nothing.",
        extent(back, "slope"),
        (
            Matrix(way, "back past the layers", past, INPUT, EXAMPLE, done.source, read),
            Matrix(
                "through", "back through the layers", through, INPUT, EXAMPLE, done.source, read
            ),
            Matrix(f"d{source}", "∂L/∂inputs", back, INPUT, EXAMPLE, done.source, read),
        ),
        arithmetic,
    )
