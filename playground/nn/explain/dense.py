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
    shape,
    sub,
    sum_of_products,
)
from playground.nn.record import LayerRecord


def explain_dense(settings: Bending, done: LayerRecord, symbols: Symbols) -> Explanation:
    """Return a dense layer's step: Z = W·X + b, A = f(Z), and back by the chain rule."""
    k, source, name = symbols.number("A"), symbols.of(done.source), done.name
    words = symbols.names.words
    weights = Matrix(
        f"W{k}", f"weights of {words(name)}", done.tensors["weights"], NEURON, INPUT, name
    )
    given = Matrix(source, "inputs of the layer", done.inputs, INPUT, EXAMPLE, done.source)
    biases = done.tensors["biases"][:, np.newaxis]
    added = Matrix(f"b{k}", f"biases of {words(name)}", biases, NEURON, ONE, name)
    product, forward, backward = sums_to_outputs(settings, done, k, symbols)
    forward.insert(0, _sums(done, k, weights, given, added))
    if done.grad_z is not None:
        grad = Matrix(f"dZ{k}", "∂L/∂z", done.grad_z, NEURON, EXAMPLE, name)
        backward += [_weights(done, k, grad, given), _biases(done, k, grad)]
        if done.grad_inputs is not None:
            back = Matrix(f"d{source}", "∂L/∂inputs", done.grad_inputs, INPUT, EXAMPLE, done.source)
            backward.append(_inputs(name, weights, grad, back, words(done.source)))
    names = {"weights": f"W{k}", "biases": f"b{k}"}
    return Explanation(product, tuple(forward), tuple(backward), names)


def _sums(done: LayerRecord, k: int, weights: Matrix, given: Matrix, added: Matrix) -> Stage:
    assert done.z is not None
    w, x, biases = weights.values, given.values, added.values

    def arithmetic(row: int, column: int) -> Lines:
        return sum_of_products(
            f"z{sub(row)}",
            w[row],
            x[:, column],
            lambda i: (f"w{sub(row, i)}", f"{entry(given.symbol)}{sub(i)}"),
            plus=(f"b{sub(row)}", float(biases[row, 0])),
            terms="inputs",
        )

    return computing(
        "forward",
        done.name,
        "weighted sums",
        f"Z{k} = W{k}·{given.symbol} + b{k}",
        f"{shape(w)}·{shape(x)} + {shape(biases)} → {shape(done.z)}",
        "Each neuron multiplies every input by its weight, adds the products up and adds its bias. "
        "A column is an example: all of them go through at once. With a row of ones below the "
        "inputs the bias is one more weight, and the layer a single product, "
        f"[W{k} b{k}]·[{given.symbol}; 1].",
        extent(done.z, "sum"),
        (
            weights,
            given,
            added,
            Matrix(f"Z{k}", "weighted sums", done.z, NEURON, EXAMPLE, done.name),
        ),
        arithmetic,
    )


def _weights(done: LayerRecord, k: int, grad: Matrix, given: Matrix) -> Stage:
    batch = grad.values.shape[1]
    mean = f"Adding over the examples and dividing by m = {batch} gives the slope of the mean loss."
    return weight_slopes(
        "slopes of the weights",
        "By the chain rule ∂L/∂w = ∂L/∂z · ∂z/∂w, and ∂z/∂w is the input that the weight "
        f"multiplies.{f' {mean}' if batch > 1 else ''}",
        grad,
        given,
        Matrix(f"dW{k}", "∂L/∂w", done.gradients["weights"], NEURON, INPUT, done.name),
    )


def _biases(done: LayerRecord, k: int, grad: Matrix) -> Stage:
    batch, slopes = grad.values.shape[1], done.gradients["biases"][:, np.newaxis]
    return bias_slopes(
        "slopes of the biases",
        "∂z/∂b is 1, so a bias has the slope of its neuron's sum"
        + (f", averaged over the {batch} examples." if batch > 1 else "."),
        grad,
        Matrix(f"db{k}", "∂L/∂b", slopes, NEURON, ONE, done.name),
    )


def _inputs(name: str, weights: Matrix, grad: Matrix, back: Matrix, source: str) -> Stage:
    w, grad_z = weights.values, grad.values

    def arithmetic(row: int, column: int) -> Lines:
        return sum_of_products(
            f"{entry(back.symbol)}{sub(row)}",
            w[:, row],
            grad_z[:, column],
            lambda i: (f"w{sub(i, row)}", f"∂L/∂z{sub(i)}"),
            terms="neurons",
        )

    return computing(
        "backward",
        name,
        f"back to {source}",
        f"{back.symbol} = {weights.symbol}ᵀ·{grad.symbol}",
        f"{shape(w.T)}·{shape(grad_z)} → {shape(back.values)}",
        "An input feeds every neuron of the layer, so its share of the error is the sum over all "
        "of them, each weighed by the weight it went through.",
        extent(back.values, "slope"),
        (weights, grad, back),
        arithmetic,
    )
