"""The dense layer in formulas: weighted sums forward, their slopes backward."""

from __future__ import annotations

import numpy as np

from playground.nn.explain.activation import (
    Bending,
    activation_stage,
    behind_mask,
    mask_of,
    mask_stage,
    through_activation,
)
from playground.nn.explain.explanation import Explanation, Symbols, small
from playground.nn.explain.stage import EXAMPLE, INPUT, NEURON, ONE, Lines, Matrix, Stage
from playground.nn.explain.writing import (
    layer_words,
    shape,
    span,
    sub,
    sum_of,
    sum_of_products,
)
from playground.nn.record import LayerRecord
from playground.wording import counted


def explain_dense(settings: Bending, done: LayerRecord, symbols: Symbols) -> Explanation:
    """Return a dense layer's step: Z = W·X + b, A = f(Z), and back by the chain rule."""
    k, source = symbols.number("A"), symbols.of(done.source)
    forward = [_sums(done, k, source), activation_stage(done, k, settings.activation)]
    product, number = f"A{k}", 0
    if mask_of(done) is not None:
        number = symbols.number("M")
        product = f"D{number}"
        forward.append(
            mask_stage(
                done,
                number,
                f"A{k}",
                done.kept["a"],
                rate=settings.dropout if "mask" in done.kept else 0.0,
                silenced=settings.silenced,
            )
        )
    backward: list[Stage] = []
    if done.grad_z is not None:
        grad = done.grad_a
        if number:
            stage, grad = behind_mask(done, number, f"A{k}")
            backward.append(stage)
        if not done.fused:
            assert grad is not None
            backward.append(through_activation(done, k, settings.activation, grad))
        backward += [_weights(done, k, source), _biases(done, k)]
        if done.grad_inputs is not None:
            backward.append(_inputs(done, k, source))
    return Explanation(
        product, tuple(forward), tuple(backward), {"weights": f"W{k}", "biases": f"b{k}"}
    )


def _sums(done: LayerRecord, k: int, source: str) -> Stage:
    z, inputs = done.z, done.inputs
    assert z is not None
    name, weights = done.name, done.tensors["weights"]
    biases = done.tensors["biases"][:, np.newaxis]

    def arithmetic(row: int, column: int) -> Lines:
        return sum_of_products(
            f"z{sub(row)}",
            weights[row],
            inputs[:, column],
            lambda i: (f"w{sub(row, i)}", f"{small(source)}{sub(i)}"),
            plus=(f"b{sub(row)}", float(biases[row, 0])),
            terms="inputs",
        )

    return Stage(
        "forward",
        name,
        f"Z{k}",
        f"{layer_words(name)}: weighted sums",
        f"Z{k} = W{k}·{source} + b{k}",
        f"{shape(weights)}·{shape(inputs)} + {shape(biases)} → {shape(z)}",
        "Each neuron multiplies every input by its weight, adds the products up and adds its bias. "
        "A column is an example: all of them go through at once. With a row of ones below the "
        "inputs the bias is one more weight, and the layer a single product, "
        f"[W{k} b{k}]·[{source}; 1].",
        f"{counted(z.size, 'sum')}, {span(z)}.",
        (
            Matrix(f"W{k}", f"weights of {layer_words(name)}", weights, NEURON, INPUT, name),
            Matrix(source, "inputs of the layer", inputs, INPUT, EXAMPLE, done.source),
            Matrix(f"b{k}", f"biases of {layer_words(name)}", biases, NEURON, ONE, name),
            Matrix(f"Z{k}", "weighted sums", z, NEURON, EXAMPLE, name),
        ),
        3,
        arithmetic,
    )


def _weights(done: LayerRecord, k: int, source: str) -> Stage:
    name, inputs, grad, slope = done.name, done.inputs, done.grad_z, done.gradients["weights"]
    assert grad is not None
    batch = grad.shape[1]

    def arithmetic(row: int, column: int) -> Lines:
        given = f"{small(source)}{sub(column)}"
        return sum_of_products(
            f"∂L/∂w{sub(row, column)}",
            grad[row],
            inputs[column],
            lambda i: (
                (f"∂L/∂z{sub(row)}", given)
                if batch == 1
                else (f"∂L/∂z{sub(row)}[{i + 1}]", f"{given}[{i + 1}]")
            ),
            divisor=batch,
            terms="examples",
        )

    over = " / m" if batch > 1 else ""
    return Stage(
        "backward",
        name,
        f"dW{k}",
        f"{layer_words(name)}: slopes of the weights",
        f"dW{k} = dZ{k}·{source}ᵀ{over}",
        f"{shape(grad)}·{shape(inputs.T)}{f' / {batch}' if over else ''} → {shape(slope)}",
        "By the chain rule ∂L/∂w = ∂L/∂z · ∂z/∂w, and ∂z/∂w is the input that the weight "
        "multiplies"
        + (f". Adding over the examples and dividing by m = {batch} gives the slope of the mean "
           "loss." if over else "."),
        f"{counted(slope.size, 'slope')}, {span(slope)}.",
        (
            Matrix(f"dZ{k}", "∂L/∂z", grad, NEURON, EXAMPLE, name),
            Matrix(source, "inputs of the layer", inputs, INPUT, EXAMPLE, done.source),
            Matrix(f"dW{k}", "∂L/∂w", slope, NEURON, INPUT, name),
        ),
        2,
        arithmetic,
    )  # fmt: skip


def _biases(done: LayerRecord, k: int) -> Stage:
    name, grad, slope = done.name, done.grad_z, done.gradients["biases"][:, np.newaxis]
    assert grad is not None
    batch = grad.shape[1]

    def arithmetic(row: int, column: int) -> Lines:
        return sum_of(f"∂L/∂b{sub(row)}", grad[row], f"∂L/∂z{sub(row)}", divisor=batch)

    over = " / m" if batch > 1 else ""
    return Stage(
        "backward",
        name,
        f"db{k}",
        f"{layer_words(name)}: slopes of the biases",
        f"db{k} = Σ dZ{k}{over}" if over else f"db{k} = dZ{k}",
        f"{shape(grad)} → {shape(slope)}",
        "∂z/∂b is 1, so a bias has the slope of its neuron's sum"
        + (f", averaged over the {batch} examples." if over else "."),
        f"{counted(slope.size, 'slope')}, {span(slope)}.",
        (
            Matrix(f"dZ{k}", "∂L/∂z", grad, NEURON, EXAMPLE, name),
            Matrix(f"db{k}", "∂L/∂b", slope, NEURON, ONE, name),
        ),
        1,
        arithmetic,
    )


def _inputs(done: LayerRecord, k: int, source: str) -> Stage:
    name, before, weights = done.name, done.source, done.tensors["weights"]
    grad, back = done.grad_z, done.grad_inputs
    assert grad is not None
    assert back is not None

    def arithmetic(row: int, column: int) -> Lines:
        return sum_of_products(
            f"∂L/∂{small(source)}{sub(row)}",
            weights[:, row],
            grad[:, column],
            lambda i: (f"w{sub(i, row)}", f"∂L/∂z{sub(i)}"),
            terms="neurons",
        )

    return Stage(
        "backward",
        name,
        f"d{source}",
        f"{layer_words(name)}: back to {layer_words(before)}",
        f"d{source} = W{k}ᵀ·dZ{k}",
        f"{shape(weights.T)}·{shape(grad)} → {shape(back)}",
        "An input feeds every neuron of the layer, so its share of the error is the sum over all "
        "of them, each weighed by the weight it went through.",
        f"{counted(back.size, 'slope')}, {span(back)}.",
        (
            Matrix(f"W{k}", f"weights of {layer_words(name)}", weights, NEURON, INPUT, name),
            Matrix(f"dZ{k}", "∂L/∂z", grad, NEURON, EXAMPLE, name),
            Matrix(f"d{source}", "∂L/∂inputs", back, INPUT, EXAMPLE, before),
        ),
        2,
        arithmetic,
    )
