"""The residual block in formulas: two ways forward that are added, and two ways back."""

from __future__ import annotations

from playground.nn.arrays import Array
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.kernels import Sums, kernel_slopes
from playground.nn.explain.stage import (
    EXAMPLE,
    INPUT,
    MAP,
    NEURON,
    TAP,
    Matrix,
    Origin,
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
from playground.nn.window import Window


def explain_residual(
    last_inside: str, window: Window | None, done: LayerRecord, symbols: Symbols
) -> Explanation:
    """Return a block's step: what came past its layers, plus what they made of it, and back.

    ``window`` is where the kernels of a way past look at pictures, or its weights at the steps of a
    sequence, None for one from numbers to numbers.
    """
    r, source, branch = symbols.number("R"), symbols.of(done.source), symbols.of(last_inside)
    projected = "projection" in done.tensors
    past = f"(P{r}·{source})" if projected else source
    given = Matrix(
        source, "inputs of the block", done.inputs, INPUT, EXAMPLE, done.source, done.input_shape
    )
    sums = None
    if window is not None:
        sums = Sums(window, (*done.tensors["projection"].shape, 1, 1)[:4])
    forward = [_past(done, r, sums, given)] if projected else []
    forward.append(_sum(done, r, past, branch))
    backward: list[Stage] = []
    if done.grad_a is not None:
        if projected:
            backward.append(_projection(done, r, sums, done.grad_a, given))
        if done.grad_inputs is not None:
            backward.append(_back(done, r, source, done.grad_a, done.grad_inputs))
    names = {"projection": f"P{r}"} if projected else {}
    return Explanation(f"R{r}", tuple(forward), tuple(backward), names)


def _past(done: LayerRecord, r: int, sums: Sums | None, given: Matrix) -> Stage:
    projection, inputs, past = done.tensors["projection"], done.inputs, done.kept["past"]
    weights = _weights(f"P{r}", "weights of the way past", projection, sums, done.name)
    product, x, of = f"P{r}·{given.symbol}", entry(given.symbol), done.output_shape

    def arithmetic(row: int, column: int) -> Lines:
        mine, met = (row, None) if sums is None else (row // sums.places, sums.inputs(row))
        return sum_of_products(
            f"(P·{x}){place(row, of)}",
            weights.values[mine],
            inputs[slice(None) if met is None else met, column],
            lambda i: (
                f"p{sub(mine, i)}",
                f"{x}{place(i if met is None else int(met[i]), given.shape)}",
            ),
            terms="maps" if len(of) == 3 else "inputs",
        )

    return computing(
        "forward",
        done.name,
        "the way past",
        product,
        f"{shape(projection)}·{shape(inputs, given.shape)} → {shape(past, of)}",
        "The layers inside give another number of outputs than they get, so learned weights bring "
        "what goes past them to the same number"
        + {2: ": at every step alike.", 3: ": at every place alike, from map to map."}.get(
            len(of) if sums else 1, "."
        ),
        extent(past, "number"),
        (
            weights,
            given,
            Matrix(product, "past the layers", past, NEURON, EXAMPLE, done.name, of),
        ),
        arithmetic,
        None if sums is None else lambda row, _: {given.symbol: Origin(sums.inputs(row))},
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


def _projection(done: LayerRecord, r: int, sums: Sums | None, grad: Array, given: Matrix) -> Stage:
    title = "slopes of the way past"
    error = Matrix(f"dR{r}", "∂L/∂outputs", grad, NEURON, EXAMPLE, done.name, done.output_shape)
    slopes = _weights(f"dP{r}", "∂L/∂p", done.gradients["projection"], sums, done.name)
    if sums is not None and slopes.rows == MAP:
        return kernel_slopes(title, sums, error, given, slopes)
    explanation = (
        "A weight of the way past has the slope of its sum, times the input that it multiplies"
        + (", added up over the steps." if sums else ".")
    )
    return weight_slopes(title, explanation, error, given, slopes)


def _weights(symbol: str, title: str, values: Array, sums: Sums | None, name: str) -> Matrix:
    """Return an array of the shape of the weights past the layers."""
    if sums is None or values.ndim == 2:
        return Matrix(symbol, title, values, NEURON, INPUT, name)
    return Matrix(symbol, title, values.reshape(sums.maps, -1), MAP, TAP, name, sums.kernels)


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
