"""The convolution in formulas: the sums under the kernels forward, their slopes backward."""

from __future__ import annotations

import numpy as np

from playground.nn.explain.activation import Bending, sums_to_outputs
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.kernels import Sums, kernel_slopes
from playground.nn.explain.stage import (
    EXAMPLE,
    INPUT,
    MAP,
    NEURON,
    ONE,
    TAP,
    Matrix,
    Origin,
    Stage,
    bias_slopes,
    computing,
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

_LAID_OUT = 3
"""Side of a single kernel whose products are written as they lie: wider lines would break."""


def explain_conv2d(
    settings: Bending, window: Window, done: LayerRecord, symbols: Symbols
) -> Explanation:
    """Return a convolution's step: Z = W∗X + b, A = f(Z), and back by the chain rule."""
    k, source, name = symbols.number("A"), symbols.of(done.source), done.name
    words = symbols.names.words
    kernels = done.tensors["weights"]
    sums = Sums(window, kernels.shape)
    matrix = kernels.reshape(len(kernels), -1)
    weights = Matrix(f"W{k}", f"kernels of {words(name)}", matrix, MAP, TAP, name, sums.kernels)
    given = Matrix(
        *(source, "maps that the layer reads", done.inputs, INPUT, EXAMPLE, done.source),
        done.input_shape,
    )
    biases = done.tensors["biases"][:, np.newaxis]
    added = Matrix(f"b{k}", f"biases of {words(name)}", biases, MAP, ONE, name)
    product, forward, backward = sums_to_outputs(settings, done, k, symbols)
    forward.insert(0, _forward(done, k, sums, weights, given, added))
    if done.grad_z is not None:
        grad = Matrix(f"dZ{k}", "∂L/∂z", done.grad_z, NEURON, EXAMPLE, name, done.output_shape)
        slopes = done.gradients["weights"].reshape(matrix.shape)
        made = Matrix(f"dW{k}", "∂L/∂w", slopes, MAP, TAP, name, sums.kernels)
        backward += [
            kernel_slopes("slopes of the kernels", sums, grad, given, made),
            _biases(done, k, grad),
        ]
        if done.grad_inputs is not None:
            back = Matrix(
                *(f"d{source}", "∂L/∂inputs", done.grad_inputs, INPUT, EXAMPLE, done.source),
                done.input_shape,
            )
            turned = shape(kernels.swapaxes(0, 1))
            backward.append(_inputs(name, sums, weights, turned, grad, back, words(done.source)))
    names = {"weights": f"W{k}", "biases": f"b{k}"}
    return Explanation(product, tuple(forward), tuple(backward), names)


def _forward(
    done: LayerRecord, k: int, sums: Sums, weights: Matrix, given: Matrix, added: Matrix
) -> Stage:
    assert done.z is not None
    z, w, x, b = done.z, weights.values, given.values, added.values
    of, size, letter = done.output_shape, sums.size, entry(given.symbol)

    def arithmetic(row: int, column: int) -> Lines:
        numbers, mine = sums.inputs(row), row // sums.places
        result, bias = f"z{place(row, of)}", f"b{sub(mine)}"
        if sums.read == 1 and size == _LAID_OUT:
            patch = np.where(numbers < 0, 0, x[numbers, column])
            products = [
                f"{factor(left, 3)}·{factor(right, 3)}"
                for left, right in zip(w[mine], patch, strict=True)
            ]
            return (
                f"{result} = Σ w·{letter} + {bias}, the products as the kernel lies:",
                *(" + ".join(products[at : at + size]) for at in range(0, size**2, size)),
                f"{bias} = {figure(b[mine, 0])}",
                f"{result} = {figure(z[row, column])}",
            )
        taps = np.flatnonzero(numbers >= 0)
        numbers = numbers[taps]
        return sum_of_products(
            result,
            w[mine, taps],
            x[numbers, column],
            lambda i: (
                f"w{sub(mine)},{place(int(taps[i]), sums.kernels)}",
                f"{letter}{place(int(numbers[i]), done.input_shape)}",
            ),
            plus=(bias, float(b[mine, 0])),
            terms="inputs under the kernels",
        )

    many = f"its {sums.read} kernels" if sums.read > 1 else "its kernel"
    spread, beside = sums.window.spread, "beside the picture there are zeros"
    if spread > 1:
        beside = (
            f"the numbers that come stand {spread} pixels apart, so that the maps grow, and "
            "between and beside them there are zeros"
        )
    return computing(
        "forward",
        done.name,
        "sums under the kernels",
        f"Z{k} = W{k} ∗ {given.symbol} + b{k}",
        f"{shape(done.tensors['weights'])} ∗ {shape(x, given.shape)} + {shape(b)} → {shape(z, of)}",
        f"A map lays {many} of {size}×{size} on the patch at a place, multiplies number by number, "
        "adds the products up and adds its bias; then it goes on to the next place. The indices "
        f"are map, row, column; {beside}, which add nothing.",
        extent(z, "sum"),
        (
            weights,
            given,
            added,
            Matrix(f"Z{k}", "sums", z, NEURON, EXAMPLE, done.name, of),
        ),
        arithmetic,
        lambda row, _: {given.symbol: Origin(sums.inputs(row))},
    )


def _biases(done: LayerRecord, k: int, grad: Matrix) -> Stage:
    batch, slopes = grad.values.shape[1], done.gradients["biases"][:, np.newaxis]
    return bias_slopes(
        "slopes of the biases",
        "∂z/∂b is 1 at every place, so a bias has the sum of its map's slopes"
        + (f", averaged over the {batch} examples." if batch > 1 else "."),
        grad,
        Matrix(f"db{k}", "∂L/∂b", slopes, MAP, ONE, done.name),
    )


def _inputs(
    name: str,
    sums: Sums,
    weights: Matrix,
    turned: str,
    grad: Matrix,
    back: Matrix,
    source: str,
) -> Stage:
    w, grad_z = weights.values, grad.values

    def arithmetic(row: int, column: int) -> Lines:
        outputs, taps = sums.readers(row)
        result = f"{entry(back.symbol)}{place(row, back.shape)}"
        if not len(outputs):
            return (f"{result} = 0: no kernel reaches it.",)
        maps = outputs // sums.places
        return sum_of_products(
            result,
            w[maps, taps],
            grad_z[outputs, column],
            lambda i: (
                f"w{sub(int(maps[i]))},{place(int(taps[i]), sums.kernels)}",
                f"∂L/∂z{place(int(outputs[i]), grad.shape)}",
            ),
            terms="sums that it is in",
        )

    def origins(row: int, column: int) -> dict[str, Origin]:
        outputs, taps = sums.readers(row)
        return {weights.symbol: Origin(outputs // sums.places, taps), grad.symbol: Origin(outputs)}

    step = sums.window.spread
    only = f", which go on by {step} pixels" if step > 1 else ""
    apart = ", which stand a stride apart with zeros between" if sums.window.stride > 1 else ""
    return computing(
        "backward",
        name,
        f"back to {source}",
        f"{back.symbol} = {weights.symbol}ᵀ ∗ {grad.symbol}",
        f"{turned} ∗ {shape(grad_z, grad.shape)} → {shape(back.values, back.shape)}",
        "An input is in the sums of all places whose kernels reach it, so its share of the error "
        "adds up over them, each weighed by the weight that it met. That is a convolution again: "
        f"of the slopes{apart}, by the kernels turned by 180°{only}.",
        extent(back.values, "slope"),
        (weights, grad, back),
        arithmetic,
        origins,
    )
