"""The dense layer in formulas: weighted sums forward, their slopes backward."""

from __future__ import annotations

import numpy as np

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
    forward.insert(0, _sums(done, k, weights, given, added))
    if done.grad_z is not None:
        grad = Matrix(f"dZ{k}", "∂L/∂z", done.grad_z, NEURON, EXAMPLE, name, of)
        backward += [_weights(done, k, grad, given), _biases(done, k, grad)]
        if done.grad_inputs is not None:
            slopes = done.grad_inputs
            back = Matrix(f"d{source}", "∂L/∂inputs", slopes, INPUT, EXAMPLE, done.source, read)
            backward.append(_inputs(done, weights, grad, back, words(done.source)))
    names = {"weights": f"W{k}", "biases": f"b{k}"}
    return Explanation(product, tuple(forward), tuple(backward), names)


def _sums(done: LayerRecord, k: int, weights: Matrix, given: Matrix, added: Matrix) -> Stage:
    assert done.z is not None
    w, x, biases, of = weights.values, given.by_step, added.values, done.output_shape

    def arithmetic(row: int, column: int) -> Lines:
        mine, step = divmod(row, done.positions)
        at = (step,) if given.steps else ()
        return sum_of_products(
            f"z{place(row, of)}",
            w[mine],
            x[:, step, column],
            lambda i: (f"w{sub(mine, i)}", f"{entry(given.symbol)}{sub(i, *at)}"),
            plus=(f"b{sub(mine)}", float(biases[mine, 0])),
            terms="inputs",
        )

    words = (
        "Each neuron multiplies every input by its weight, adds the products up and adds its bias. "
        "A column is an example: all of them go through at once. With a row of ones below the "
        "inputs the bias is one more weight, and the layer a single product, "
        f"[W{k} b{k}]·[{given.symbol}; 1]."
    )
    if given.steps:
        words = (
            "At every step each neuron multiplies the inputs of that step by its weights, adds the "
            "products up and adds its bias. The weights are the same at every step, and no step "
            "knows of another: all steps of all examples go through at once."
        )
    return computing(
        "forward",
        done.name,
        "weighted sums",
        f"Z{k} = W{k}·{given.symbol} + b{k}",
        f"{shape(w)}·{shape(given.values, given.shape)} + {shape(biases)} → {shape(done.z, of)}",
        words,
        extent(done.there(done.z), "sum"),
        (
            weights,
            given,
            added,
            Matrix(f"Z{k}", "weighted sums", done.z, NEURON, EXAMPLE, done.name, of),
        ),
        arithmetic,
    )


def _weights(done: LayerRecord, k: int, grad: Matrix, given: Matrix) -> Stage:
    batch = grad.values.shape[1]
    words = (
        "By the chain rule ∂L/∂w = ∂L/∂z · ∂z/∂w, and ∂z/∂w is the input that the weight "
        "multiplies."
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
        Matrix(f"dW{k}", "∂L/∂w", done.gradients["weights"], NEURON, INPUT, done.name),
    )


def _biases(done: LayerRecord, k: int, grad: Matrix) -> Stage:
    batch, slopes = grad.values.shape[1], done.gradients["biases"][:, np.newaxis]
    slope = "1 at every step, so a bias has the sum of its neuron's slopes"
    if not grad.steps:
        slope = "1, so a bias has the slope of its neuron's sum"
    return bias_slopes(
        "slopes of the biases",
        f"∂z/∂b is {slope}" + (f", averaged over the {batch} examples." if batch > 1 else "."),
        grad,
        Matrix(f"db{k}", "∂L/∂b", slopes, NEURON, ONE, done.name),
    )


def _inputs(done: LayerRecord, weights: Matrix, grad: Matrix, back: Matrix, source: str) -> Stage:
    w, grad_z = weights.values, grad.by_step

    def arithmetic(row: int, column: int) -> Lines:
        mine, step = divmod(row, done.positions)
        at = (step,) if grad.steps else ()
        return sum_of_products(
            f"{entry(back.symbol)}{sub(mine, *at)}",
            w[:, mine],
            grad_z[:, step, column],
            lambda i: (f"w{sub(i, mine)}", f"∂L/∂z{sub(i, *at)}"),
            terms="neurons",
        )

    return computing(
        "backward",
        done.name,
        f"back to {source}",
        f"{back.symbol} = {weights.symbol}ᵀ·{grad.symbol}",
        f"{shape(w.T)}·{shape(grad.values, grad.shape)} → {shape(back.values, back.shape)}",
        f"An input feeds every neuron of the layer{', at its own step' if grad.steps else ''}, so "
        "its share of the error is the sum over all of them, each weighed by the weight it went "
        "through.",
        extent(done.there(back.values), "slope"),
        (weights, grad, back),
        arithmetic,
    )
