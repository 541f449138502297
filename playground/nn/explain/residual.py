"""The residual block in formulas: two ways forward that are added, and two ways back."""

from __future__ import annotations

from playground.nn.arrays import Array
from playground.nn.explain.explanation import Explanation, Symbols, small
from playground.nn.explain.stage import EXAMPLE, INPUT, NEURON, Lines, Matrix, Stage
from playground.nn.explain.writing import (
    factor,
    figure,
    layer_words,
    shape,
    span,
    sub,
    sum_of_products,
)
from playground.nn.record import LayerRecord
from playground.wording import counted


def explain_residual(last_inside: str, done: LayerRecord, symbols: Symbols) -> Explanation:
    """Return a block's step: what came past its layers, plus what they made of it, and back."""
    r, source, branch = symbols.number("R"), symbols.of(done.source), symbols.of(last_inside)
    projected = "projection" in done.tensors
    past = f"(P{r}·{source})" if projected else source
    forward = [_sum(done, r, past, branch)]
    if projected:
        forward.insert(0, _past(done, r, source))
    backward: list[Stage] = []
    if projected and done.grad_a is not None:
        backward.append(_projection(done, r, source))
    if done.grad_inputs is not None:
        backward.append(_back(done, r, source, projected))
    names = {"projection": f"P{r}"} if projected else {}
    return Explanation(f"R{r}", tuple(forward), tuple(backward), names)


def _past(done: LayerRecord, r: int, source: str) -> Stage:
    weights, inputs, past = done.tensors["projection"], done.inputs, done.kept["past"]

    def arithmetic(row: int, column: int) -> Lines:
        return sum_of_products(
            f"(P·{small(source)}){sub(row)}",
            weights[row],
            inputs[:, column],
            lambda i: (f"p{sub(row, i)}", f"{small(source)}{sub(i)}"),
            terms="inputs",
        )

    return Stage(
        "forward",
        done.name,
        f"P{r}·{source}",
        f"{layer_words(done.name)}: the way past",
        f"P{r}·{source}",
        f"{shape(weights)}·{shape(inputs)} → {shape(past)}",
        "The layers inside hand on another number of units than they get, so learned weights bring "
        "what goes past them to the same number.",
        f"{counted(past.size, 'number')}, {span(past)}.",
        (
            Matrix(f"P{r}", "weights of the way past", weights, NEURON, INPUT, done.name),
            Matrix(source, "inputs of the block", inputs, INPUT, EXAMPLE, done.source),
            Matrix(f"P{r}·{source}", "past the layers", past, NEURON, EXAMPLE, done.name),
        ),
        2,
        arithmetic,
    )


def _sum(done: LayerRecord, r: int, past: str, branch: str) -> Stage:
    given, made, outputs = done.kept.get("past", done.inputs), done.kept["branch"], done.a

    def arithmetic(row: int, column: int) -> Lines:
        return (
            f"r{sub(row)} = {small(past)}{sub(row)} + {small(branch)}{sub(row)}",
            f"= {figure(given[row, column])} + {factor(made[row, column])}",
            f"= {figure(outputs[row, column])}",
        )

    return Stage(
        "forward",
        done.name,
        f"R{r}",
        f"{layer_words(done.name)}: both ways added",
        f"R{r} = {past} + {branch}",
        f"{shape(given)} + {shape(made)} → {shape(outputs)}",
        "What the layers inside have made is added to what came past them: they have to learn the "
        "difference only.",
        f"{counted(outputs.size, 'sum')}, {span(outputs)}.",
        (
            Matrix(past, "past the layers", given, NEURON, EXAMPLE, done.name),
            Matrix(branch, "through the layers", made, NEURON, EXAMPLE, done.name),
            Matrix(f"R{r}", "both added", outputs, NEURON, EXAMPLE, done.name),
        ),
        2,
        arithmetic,
    )


def _projection(done: LayerRecord, r: int, source: str) -> Stage:
    inputs, grad, slope = done.inputs, done.grad_a, done.gradients["projection"]
    assert grad is not None
    batch = grad.shape[1]
    over = " / m" if batch > 1 else ""

    def arithmetic(row: int, column: int) -> Lines:
        return sum_of_products(
            f"∂L/∂p{sub(row, column)}",
            grad[row],
            inputs[column],
            lambda i: (f"∂L/∂r{sub(row)}[{i + 1}]", f"{small(source)}{sub(column)}[{i + 1}]"),
            divisor=batch,
            terms="examples",
        )

    return Stage(
        "backward",
        done.name,
        f"dP{r}",
        f"{layer_words(done.name)}: slopes of the way past",
        f"dP{r} = dR{r}·{source}ᵀ{over}",
        f"{shape(grad)}·{shape(inputs.T)}{f' / {batch}' if over else ''} → {shape(slope)}",
        "A weight of the way past has the slope of its sum, times the input that it multiplies.",
        f"{counted(slope.size, 'slope')}, {span(slope)}.",
        (
            Matrix(f"dR{r}", "∂L/∂outputs", grad, NEURON, EXAMPLE, done.name),
            Matrix(source, "inputs of the block", inputs, INPUT, EXAMPLE, done.source),
            Matrix(f"dP{r}", "∂L/∂p", slope, NEURON, INPUT, done.name),
        ),
        2,
        arithmetic,
    )


def _back(done: LayerRecord, r: int, source: str, projected: bool) -> Stage:
    grad, through, back = done.grad_a, done.kept["through"], done.grad_inputs
    assert grad is not None
    assert back is not None
    past: Array = back - through if projected else grad
    way = f"P{r}ᵀ·dR{r}" if projected else f"dR{r}"
    letter = small(source)

    def arithmetic(row: int, column: int) -> Lines:
        return (
            f"∂L/∂{letter}{sub(row)} = past + through",
            f"= {figure(past[row, column])} + {factor(through[row, column])}",
            f"= {figure(back[row, column])}",
        )

    return Stage(
        "backward",
        done.name,
        f"d{source}",
        f"{layer_words(done.name)}: both ways back",
        f"d{source} = {way} + what comes through the layers",
        f"{shape(past)} + {shape(through)} → {shape(back)}",
        "The input went both ways, so the errors of both add up. However little comes back through "
        "the layers, the way past them loses nothing.",
        f"{counted(back.size, 'slope')}, {span(back)}.",
        (
            Matrix(way, "back past the layers", past, INPUT, EXAMPLE, done.source),
            Matrix("through", "back through the layers", through, INPUT, EXAMPLE, done.source),
            Matrix(f"d{source}", "∂L/∂inputs", back, INPUT, EXAMPLE, done.source),
        ),
        2,
        arithmetic,
    )
