"""The convolution in formulas: the sums under the kernels forward, their slopes backward."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.nn.explain.activation import Bending, sums_to_outputs
from playground.nn.explain.explanation import Explanation, Symbols
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
    places_and_examples,
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
    sums = _Sums(window, kernels.shape)
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
        backward += [_kernels(done, k, sums, grad, given), _biases(done, k, grad)]
        if done.grad_inputs is not None:
            back = Matrix(
                *(f"d{source}", "∂L/∂inputs", done.grad_inputs, INPUT, EXAMPLE, done.source),
                done.input_shape,
            )
            turned = shape(kernels.swapaxes(0, 1))
            backward.append(_inputs(name, sums, weights, turned, grad, back, words(done.source)))
    names = {"weights": f"W{k}", "biases": f"b{k}"}
    return Explanation(product, tuple(forward), tuple(backward), names)


class _Sums:
    """Which inputs and which weights meet in which sum; all are told by their numbers."""

    def __init__(self, window: Window, kernels: tuple[int, ...]) -> None:
        self.maps, self.read, self.size, _ = kernels
        self.kernels = kernels[1:]
        self.window = window
        self.places = window.rows * window.columns
        self.pixels = window.height * window.width

    def inputs(self, output: int) -> NDArray[np.intp]:
        """Return what each weight of a map meets at a place, (weights,); −1 is a zero."""
        seen = self.window.pixels(*divmod(output % self.places, self.window.columns))
        maps = np.arange(self.read)[:, np.newaxis, np.newaxis] * self.pixels
        return np.where(seen < 0, -1, maps + seen).ravel()

    def meeting(self, tap: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the places where a weight meets a number and no zero, and those numbers."""
        window = self.window
        read, *inside = np.unravel_index(tap, self.kernels)
        row, column = np.indices((window.rows, window.columns)) * window.stride
        row, column = row + (inside[0] - window.above), column + (inside[1] - window.left)
        met = (row >= 0) & (row < window.height) & (column >= 0) & (column < window.width)
        numbers = read * self.pixels + row * window.width + column
        return np.flatnonzero(met), numbers[met]

    def readers(self, number: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the sums that an input is in, and the weight that it has in each."""
        window, (read, pixel) = self.window, divmod(number, self.pixels)
        row, column = divmod(pixel, window.width)
        rows, columns = map(np.array, window.seen_from(row, column))
        down = row + window.above - rows * window.stride
        right = column + window.left - columns * window.stride
        maps = np.arange(self.maps)[:, np.newaxis, np.newaxis]
        outputs = maps * self.places + np.add.outer(rows * window.columns, columns)
        taps = read * self.size**2 + np.add.outer(down * self.size, right)
        return (
            outputs.ravel().astype(np.intp),
            np.broadcast_to(taps, outputs.shape).ravel().astype(np.intp),
        )


def _forward(
    done: LayerRecord, k: int, sums: _Sums, weights: Matrix, given: Matrix, added: Matrix
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
    return computing(
        "forward",
        done.name,
        "sums under the kernels",
        f"Z{k} = W{k} ∗ {given.symbol} + b{k}",
        f"{shape(done.tensors['weights'])} ∗ {shape(x, given.shape)} + {shape(b)} → {shape(z, of)}",
        f"A map lays {many} of {size}×{size} on the patch at a place, multiplies number by number, "
        "adds the products up and adds its bias; then it goes on to the next place. The indices "
        "are map, row, column; beside the picture there are zeros, which add nothing.",
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


def _kernels(done: LayerRecord, k: int, sums: _Sums, grad: Matrix, given: Matrix) -> Stage:
    batch, grad_z, x = grad.values.shape[1], grad.values, given.values
    slopes = done.gradients["weights"]

    def arithmetic(row: int, column: int) -> Lines:
        places, numbers = sums.meeting(column)
        outputs = row * sums.places + places

        def names(term: int) -> tuple[str, str]:
            at, example = divmod(term, batch)
            of = f"[{example + 1}]" if batch > 1 else ""
            return (
                f"∂L/∂z{place(int(outputs[at]), grad.shape)}{of}",
                f"{entry(given.symbol)}{place(int(numbers[at]), given.shape)}{of}",
            )

        return sum_of_products(
            f"∂L/∂w{sub(row)},{place(column, sums.kernels)}",
            grad_z[outputs].ravel(),
            x[numbers].ravel(),
            names,
            divisor=batch,
            terms=places_and_examples(batch),
        )

    def origins(row: int, column: int) -> dict[str, Origin]:
        places, numbers = sums.meeting(column)
        return {grad.symbol: Origin(row * sums.places + places), given.symbol: Origin(numbers)}

    over = " / m" if batch > 1 else ""
    return computing(
        "backward",
        done.name,
        "slopes of the kernels",
        f"dW{k} = Σ dZ{k}·patch{over}",
        f"{shape(grad_z, grad.shape)}, {shape(x, given.shape)} → {shape(slopes)}",
        "A weight is used at every place of its map, so its slope is the sum over all of them of "
        "∂L/∂z times the number that the weight met there"
        + (f", divided by m = {batch} for the mean loss." if batch > 1 else "."),
        extent(slopes, "slope"),
        (
            grad,
            given,
            Matrix(
                *(f"dW{k}", "∂L/∂w", slopes.reshape(len(slopes), -1), MAP, TAP, done.name),
                sums.kernels,
            ),
        ),
        arithmetic,
        origins,
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
    sums: _Sums,
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

    apart = ", which stand a stride apart with zeros between" if sums.window.stride > 1 else ""
    return computing(
        "backward",
        name,
        f"back to {source}",
        f"{back.symbol} = {weights.symbol}ᵀ ∗ {grad.symbol}",
        f"{turned} ∗ {shape(grad_z, grad.shape)} → {shape(back.values, back.shape)}",
        "An input is in the sums of all places whose kernels reach it, so its share of the error "
        "adds up over them, each weighed by the weight that it met. That is a convolution again: "
        f"of the slopes{apart}, by the kernels turned by 180°.",
        extent(back.values, "slope"),
        (weights, grad, back),
        arithmetic,
        origins,
    )
