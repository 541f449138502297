"""The dense layer in formulas: weighted sums forward, their slopes backward."""

from __future__ import annotations

import numpy as np

from playground.nn.arrays import Array
from playground.nn.explain.activation import Bending, sums_to_outputs
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.stage import (
    EXAMPLE,
    INPUT,
    NEURON,
    ONE,
    Matrix,
    Stage,
    bias_slopes,
    computing,
    weight_slopes,
)
from playground.nn.explain.writing import (
    Lines,
    entry,
    extent,
    place,
    shape,
    sub,
    sum_of_products,
)
from playground.nn.record import LayerRecord


def explain_dense(settings: Bending, done: LayerRecord, symbols: Symbols) -> Explanation:
    """Return a dense layer's step: Z = W·X + b, A = f(Z), and back by the chain rule.

    At every step of a sequence it is the same.
    """
    k, source, name = symbols.number("A"), symbols.of(done.source), done.name
    words, of = symbols.names.words, done.output_shape
    read = done.input_shape if len(of) > 1 else ()
    weights = Matrix(
        f"W{k}", f"weights of {words(name)}", done.tensors["weights"], NEURON, INPUT, name
    )
    given = Matrix(source, "inputs of the layer", done.inputs, INPUT, EXAMPLE, done.source, read)
    biases = done.tensors["biases"][:, np.newaxis]
    added = Matrix(f"b{k}", f"biases of {words(name)}", biases, NEURON, ONE, name)
    product, forward, backward = sums_to_outputs(settings, done, k, symbols)
    assert done.z is not None
    sums = Matrix(f"Z{k}", "weighted sums", done.z, NEURON, EXAMPLE, name, of)
    forward.insert(0, sums_stage(weights, given, added, sums, done.there(sums.values)))
    if done.grad_z is not None:
        grad = Matrix(f"dZ{k}", "∂L/∂z", done.grad_z, NEURON, EXAMPLE, name, of)
        backward += [
            slopes_of_weights(grad, given, f"dW{k}", done.gradients["weights"]),
            slopes_of_biases(grad, f"db{k}", done.gradients["biases"]),
        ]
        if done.grad_inputs is not None:
            slopes = done.grad_inputs
            back = Matrix(f"d{source}", "∂L/∂inputs", slopes, INPUT, EXAMPLE, done.source, read)
            seen = done.there(slopes)
            backward.append(back_to_inputs(((weights, grad),), back, words(done.source), seen))
    names = {"weights": f"W{k}", "biases": f"b{k}"}
    return Explanation(product, tuple(forward), tuple(backward), names)


def sums_stage(weights: Matrix, given: Matrix, added: Matrix, made: Matrix, seen: Array) -> Stage:
    """Return the stage of the sums W·X + b; ``seen`` are those that belong to a step there is."""
    w, x, biases, of = weights.values, given.by_step, added.values, made.shape
    letter, bias = entry(weights.symbol), entry(added.symbol)
    positions = len(made.values) // len(w)

    def arithmetic(row: int, column: int) -> Lines:
        mine, step = divmod(row, positions)
        at = (step,) if given.steps else ()
        return sum_of_products(
            f"{entry(made.symbol)}{place(row, of)}",
            w[mine],
            x[:, step, column],
            lambda i: (f"{letter}{sub(mine, i)}", f"{entry(given.symbol)}{sub(i, *at)}"),
            plus=(f"{bias}{sub(mine)}", float(biases[mine, 0])),
            terms="inputs",
        )

    words = (
        "Each neuron multiplies every input by its weight, adds the products up and adds its bias. "
        "A column is an example: all of them go through at once. With a row of ones below the "
        "inputs the bias is one more weight, and the layer a single product, "
        f"[{weights.symbol} {added.symbol}]·[{given.symbol}; 1]."
    )
    if given.steps:
        words = (
            "At every step each neuron multiplies the inputs of that step by its weights, adds the "
            "products up and adds its bias. The weights are the same at every step, and no step "
            "knows of another: all steps of all examples go through at once."
        )
    return computing(
        "forward",
        made.layer,
        made.title,
        f"{made.symbol} = {weights.symbol}·{given.symbol} + {added.symbol}",
        f"{shape(w)}·{shape(given.values, given.shape)} + {shape(biases)} → "
        f"{shape(made.values, of)}",
        words,
        extent(seen, "sum"),
        (weights, given, added, made),
        arithmetic,
    )


def slopes_of_weights(grad: Matrix, given: Matrix, symbol: str, slopes: Array) -> Stage:
    """Return the stage of ∂L/∂ the weights of sums, given ∂L/∂ the sums."""
    batch, sums = grad.values.shape[1], entry(grad.symbol)
    words = (
        f"By the chain rule ∂L/∂w = {sums} · {_inverse(sums)}/∂w, and {_inverse(sums)}/∂w is the "
        "input that the weight multiplies."
    )
    if grad.steps:
        words += " A weight is used at every step, so what it does at all of them adds up."
    if batch > 1:
        words += (
            f" Adding over the examples and dividing by m = {batch} gives the slope of the mean "
            "loss."
        )
    return weight_slopes(
        "slopes of the weights",
        words,
        grad,
        given,
        Matrix(symbol, "∂L/∂w", slopes, NEURON, INPUT, grad.layer),
    )


def slopes_of_biases(grad: Matrix, symbol: str, slopes: Array) -> Stage:
    """Return the stage of ∂L/∂ the biases of sums, given ∂L/∂ the sums."""
    batch = grad.values.shape[1]
    slope = "1 at every step, so a bias has the sum of its neuron's slopes"
    if not grad.steps:
        slope = "1, so a bias has the slope of its neuron's sum"
    return bias_slopes(
        "slopes of the biases",
        f"{_inverse(entry(grad.symbol))}/∂b is {slope}"
        + (f", averaged over the {batch} examples." if batch > 1 else "."),
        grad,
        Matrix(symbol, "∂L/∂b", slopes[:, np.newaxis], NEURON, ONE, grad.layer),
    )


def _inverse(slope: str) -> str:
    """Return ``∂z`` of ``∂L/∂z``."""
    return slope.removeprefix("∂L/")


def back_to_inputs(
    ways: tuple[tuple[Matrix, Matrix], ...], back: Matrix, source: str, seen: Array
) -> Stage:
    """Return the stage of ∂L/∂ the inputs, through weights W to sums of which ∂L/∂ is known.

    ``ways`` are such pairs, of which the layer has one for each kind of sum that it makes.
    """
    w = np.concatenate([weights.values for weights, _ in ways])
    errors = np.concatenate([grad.by_step for _, grad in ways])
    names = [
        (entry(weights.symbol), entry(grad.symbol), mine)
        for weights, grad in ways
        for mine in range(len(weights.values))
    ]
    steps = ways[0][1].steps

    def arithmetic(row: int, column: int) -> Lines:
        mine, step = divmod(row, max(steps, 1))
        at = (step,) if steps else ()

        def factors(term: int) -> tuple[str, str]:
            weight, slope, unit = names[term]
            return f"{weight}{sub(unit, mine)}", f"{slope}{sub(unit, *at)}"

        return sum_of_products(
            f"{entry(back.symbol)}{sub(mine, *at)}",
            w[:, mine],
            errors[:, step, column],
            factors,
            terms="neurons",
        )

    products = [f"{weights.symbol}ᵀ·{grad.symbol}" for weights, grad in ways]
    shapes = [f"{shape(one.values.T)}·{shape(grad.values, grad.shape)}" for one, grad in ways]
    return computing(
        "backward",
        ways[0][1].layer,
        f"back to {source}",
        f"{back.symbol} = {' + '.join(products)}",
        f"{' + '.join(shapes)} → {shape(back.values, back.shape)}",
        f"An input feeds every neuron of the layer{', at its own step' if steps else ''}, so "
        "its share of the error is the sum over all of them, each weighed by the weight it went "
        "through.",
        extent(seen, "slope"),
        (*(matrix for way in ways for matrix in way), back),
        arithmetic,
    )
