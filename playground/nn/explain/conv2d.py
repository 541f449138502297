"""The convolution in formulas: the sums under the kernels forward, their slopes backward."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.nn.arrays import Array
from playground.nn.explain.activation import (
    Bending,
    activation_stage,
    behind_mask,
    mask_of,
    mask_stage,
    through_activation,
)
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.stage import (
    EXAMPLE,
    INPUT,
    MAP,
    NEURON,
    ONE,
    TAP,
    Matrix,
    Stage,
    computing,
)
from playground.nn.explain.writing import Lines, entry, extent, shape, sub, sum_of_products
from playground.nn.record import LayerRecord
from playground.nn.window import Window


def explain_conv2d(
    settings: Bending, window: Window, done: LayerRecord, symbols: Symbols
) -> Explanation:
    """Return a convolution's step: Z = W∗X + b, A = f(Z), and back by the chain rule."""
    k, source, name = symbols.number("A"), symbols.of(done.source), done.name
    words = symbols.names.words
    kernels = done.tensors["weights"]
    sums = _Sums(kernels.shape, window)
    matrix = kernels.reshape(len(kernels), -1)
    weights = Matrix(f"W{k}", f"kernels of {words(name)}", matrix, MAP, TAP, name)
    given = Matrix(source, "maps that the layer reads", done.inputs, INPUT, EXAMPLE, done.source)
    biases = done.tensors["biases"][:, np.newaxis]
    added = Matrix(f"b{k}", f"biases of {words(name)}", biases, MAP, ONE, name)
    forward = [
        _forward(done, k, sums, weights, given, added),
        activation_stage(done, k, settings.activation),
    ]
    product, number = f"A{k}", 0
    if mask_of(done) is not None:
        number = symbols.number("M")
        product = f"D{number}"
        rate = settings.dropout if "mask" in done.kept else 0.0
        forward.append(mask_stage(done, number, f"A{k}", done.kept["a"], rate=rate))
    backward: list[Stage] = []
    if done.grad_z is not None:
        grad_a = done.grad_a
        if number:
            stage, grad_a = behind_mask(done, number, f"A{k}")
            backward.append(stage)
        if not done.fused:
            assert grad_a is not None
            backward.append(through_activation(done, k, settings.activation, grad_a))
        grad = Matrix(f"dZ{k}", "∂L/∂z", done.grad_z, NEURON, EXAMPLE, name)
        backward += [_kernels(done, k, sums, grad, given), _biases(done, k, sums, grad)]
        if done.grad_inputs is not None:
            back = Matrix(f"d{source}", "∂L/∂inputs", done.grad_inputs, INPUT, EXAMPLE, done.source)
            backward.append(_inputs(name, sums, weights, grad, back, words(done.source)))
    names = {"weights": f"W{k}", "biases": f"b{k}"}
    return Explanation(product, tuple(forward), tuple(backward), names)


class _Sums:
    """Which inputs and which weights meet in which sum."""

    def __init__(self, kernels: tuple[int, ...], window: Window) -> None:
        self.maps, self.read, self.size, _ = kernels
        self.window = window
        self.places = window.rows * window.columns
        self.pixels = window.height * window.width
        self._seen = np.stack(
            [window.pixels(*divmod(place, window.columns)).ravel() for place in range(self.places)]
        )

    def of(self, output: int) -> tuple[int, int, int]:
        """Return an output's map, row and column."""
        place = output % self.places
        return output // self.places, *divmod(place, self.window.columns)

    def of_input(self, number: int) -> tuple[int, int, int]:
        """Return the map, the row and the column of a number that the layer reads."""
        pixel = number % self.pixels
        return number // self.pixels, *divmod(pixel, self.window.width)

    def tap(self, number: int) -> tuple[int, int, int]:
        """Return the map read, the row and the column of a kernel's weight."""
        read, inside = divmod(number, self.size**2)
        return read, *divmod(inside, self.size)

    def inputs(self, output: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the weights of a place that meet a number and no zero, and those numbers."""
        seen = self._seen[output % self.places]
        inside = np.flatnonzero(seen >= 0)
        maps = np.arange(self.read)[:, np.newaxis]
        taps = (maps * self.size**2 + inside).ravel()
        return taps, (maps * self.pixels + seen[inside]).ravel()

    def meeting(self, tap: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the places where a weight meets a number and no zero, and those numbers."""
        read, inside = divmod(tap, self.size**2)
        seen = self._seen[:, inside]
        places = np.flatnonzero(seen >= 0)
        return places, read * self.pixels + seen[places]

    def readers(self, number: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the sums that an input is in, and the weight that it has in each."""
        read, pixel = divmod(number, self.pixels)
        places, inside = np.nonzero(self._seen == pixel)
        maps = np.arange(self.maps)[:, np.newaxis]
        taps = np.broadcast_to(read * self.size**2 + inside, (self.maps, len(inside)))
        return (maps * self.places + places).ravel(), taps.ravel()


def _forward(
    done: LayerRecord, k: int, sums: _Sums, weights: Matrix, given: Matrix, added: Matrix
) -> Stage:
    assert done.z is not None
    w, x, b = weights.values, given.values, added.values

    def arithmetic(row: int, column: int) -> Lines:
        taps, numbers = sums.inputs(row)
        mine, *place = sums.of(row)
        return sum_of_products(
            f"z{sub(mine, *place)}",
            w[mine, taps],
            x[numbers, column],
            lambda i: (
                f"w{sub(mine, *sums.tap(int(taps[i])))}",
                f"{entry(given.symbol)}{sub(*sums.of_input(int(numbers[i])))}",
            ),
            plus=(f"b{sub(mine)}", float(b[mine, 0])),
            terms="inputs under the kernels",
        )

    size, read = sums.size, sums.read
    each = (
        f"each of its {read} kernels of {size}×{size}"
        if read > 1
        else f"its kernel of {size}×{size}"
    )
    return computing(
        "forward",
        done.name,
        "sums under the kernels",
        f"Z{k} = W{k} ∗ {given.symbol} + b{k}",
        f"{_pictures(sums.maps, sums.window.rows, sums.window.columns, x.shape[1])}: a sum for "
        "each place of each map",
        f"A map lays {each} on the patch at a place, multiplies number by number, adds the "
        "products up and adds its bias; then the kernels go on to the next place. The indices are "
        "map, row, column; beside the picture there are zeros, which add nothing.",
        extent(done.z, "sum"),
        (
            weights,
            given,
            added,
            Matrix(f"Z{k}", "sums", done.z, NEURON, EXAMPLE, done.name),
        ),
        arithmetic,
    )


def _kernels(done: LayerRecord, k: int, sums: _Sums, grad: Matrix, given: Matrix) -> Stage:
    batch, grad_z, x = grad.values.shape[1], grad.values, given.values
    slopes = done.gradients["weights"]

    def arithmetic(row: int, column: int) -> Lines:
        places, numbers = sums.meeting(column)
        left, right = grad_z[row * sums.places + places], x[numbers]

        def names(term: int) -> tuple[str, str]:
            place, example = divmod(term, batch)
            at = f"[{example + 1}]" if batch > 1 else ""
            of = sums.of(row * sums.places + int(places[place]))
            read = sums.of_input(int(numbers[place]))
            return f"∂L/∂z{sub(*of)}{at}", f"{entry(given.symbol)}{sub(*read)}{at}"

        return sum_of_products(
            f"∂L/∂w{sub(row, *sums.tap(column))}",
            left.ravel(),
            right.ravel(),
            names,
            divisor=batch,
            terms="places and examples" if batch > 1 else "places",
        )

    over = " / m" if batch > 1 else ""
    return computing(
        "backward",
        done.name,
        "slopes of the kernels",
        f"dW{k} = Σ dZ{k}·patch{over}",
        f"{shape(grad_z)} → {shape(slopes)}",
        "A weight is used at every place of its map, so its slope is the sum over all of them of "
        "∂L/∂z times the number that the weight met there"
        + (f", divided by m = {batch} for the mean loss." if batch > 1 else "."),
        extent(slopes, "slope"),
        (
            grad,
            given,
            Matrix(f"dW{k}", "∂L/∂w", slopes.reshape(len(slopes), -1), MAP, TAP, done.name),
        ),
        arithmetic,
    )


def _biases(done: LayerRecord, k: int, sums: _Sums, grad: Matrix) -> Stage:
    batch, slopes = grad.values.shape[1], done.gradients["biases"][:, np.newaxis]
    by_map: Array = grad.values.reshape(sums.maps, sums.places, batch)

    def arithmetic(row: int, column: int) -> Lines:
        def names(term: int) -> tuple[str, str]:
            place, example = divmod(term, batch)
            at = f"[{example + 1}]" if batch > 1 else ""
            return f"∂L/∂z{sub(*sums.of(row * sums.places + place))}{at}", "1"

        values = by_map[row].ravel()
        return sum_of_products(
            f"∂L/∂b{sub(row)}", values, np.ones_like(values), names, divisor=batch, terms="places"
        )

    over = " / m" if batch > 1 else ""
    return computing(
        "backward",
        done.name,
        "slopes of the biases",
        f"db{k} = Σ dZ{k}{over}",
        f"{shape(grad.values)} → {shape(slopes)}",
        "∂z/∂b is 1 at every place, so a bias has the sum of its map's slopes"
        + (f", averaged over the {batch} examples." if batch > 1 else "."),
        extent(slopes, "slope"),
        (grad, Matrix(f"db{k}", "∂L/∂b", slopes, MAP, ONE, done.name)),
        arithmetic,
    )


def _inputs(
    name: str, sums: _Sums, weights: Matrix, grad: Matrix, back: Matrix, source: str
) -> Stage:
    w, grad_z = weights.values, grad.values

    def arithmetic(row: int, column: int) -> Lines:
        outputs, taps = sums.readers(row)
        if not len(outputs):
            return (f"{entry(back.symbol)}{sub(*sums.of_input(row))} = 0, no kernel sees it.",)
        return sum_of_products(
            f"{entry(back.symbol)}{sub(*sums.of_input(row))}",
            w[outputs // sums.places, taps],
            grad_z[outputs, column],
            lambda i: (
                f"w{sub(int(outputs[i]) // sums.places, *sums.tap(int(taps[i])))}",
                f"∂L/∂z{sub(*sums.of(int(outputs[i])))}",
            ),
            terms="sums that it is in",
        )

    return computing(
        "backward",
        name,
        f"back to {source}",
        f"{back.symbol} = Wᵀ{weights.symbol[1:]} ∗ {grad.symbol}",
        f"{shape(grad_z)} → {shape(back.values)}",
        "An input is in the sums of all places whose kernels reach it, so its share of the error "
        "adds up over them, each weighed by the weight that it met: a convolution again, by the "
        "kernels turned by 180°.",
        extent(back.values, "slope"),
        (weights, grad, back),
        arithmetic,
    )


def _pictures(maps: int, rows: int, columns: int, batch: int) -> str:
    return f"({maps}·{rows}·{columns}, {batch})"
