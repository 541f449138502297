"""The stages of the backward pass: the chain rule, layer by layer, from the last to the first."""

from __future__ import annotations

import numpy as np

from playground.analysis.slow_step.forward_stages import parameters_of, small
from playground.analysis.slow_step.normalization_slopes import normalization_stages
from playground.analysis.slow_step.passing import Passed
from playground.analysis.slow_step.stage import EXAMPLE, INPUT, NEURON, ONE, Lines, Matrix, Stage
from playground.analysis.slow_step.writing import (
    counted,
    factor,
    figure,
    layer_words,
    shape,
    span,
    sub,
    sum_of,
    sum_of_products,
)
from playground.nn.activations import Activation
from playground.nn.arrays import Array
from playground.nn.layers import BatchNorm, Dense

Gradients = dict[str, Array]
"""Slopes of the mean loss by tensor, such as ``dense_1.weights``; (rows, columns)."""


def backward_stages(
    passed: list[Passed], grad: Array, *, fused: bool
) -> tuple[list[Stage], Gradients]:
    """Return the stages from the last layer to the first that learns, and the slopes they give.

    Parameters
    ----------
    passed
        The forward pass.
    grad
        (outputs, batch): ∂L/∂z of the last layer where fused, else ∂L/∂ŷ, of each example's own
        loss.
    """
    stages: list[Stage] = []
    gradients: Gradients = {}
    learns_before = np.cumsum([0, *(done.layer.parameter_count for done in passed[:-1])]) > 0
    for index in reversed(range(len(passed))):
        done = passed[index]
        before = passed[index - 1].layer.name if index else INPUT
        goes_on = bool(learns_before[index])
        if isinstance(done.layer.settings, Dense):
            grad = _dense(done, grad, before, fused, goes_on, stages, gradients)
            fused = False
        elif isinstance(done.layer.settings, BatchNorm):
            more, gradients_here, grad = normalization_stages(done, grad, goes_on)
            stages += more
            gradients.update(gradients_here)
        elif done.mask is not None and goes_on:
            stage, grad = _behind_mask(done, grad, done.source)
            stages.append(stage)
        if not goes_on:
            break
    return stages, gradients


def _dense(
    done: Passed,
    grad: Array,
    before: str,
    fused: bool,
    goes_on: bool,
    stages: list[Stage],
    gradients: Gradients,
) -> Array:
    """Append a dense layer's stages, and return ∂L/∂inputs."""
    name, settings = done.layer.name, done.layer.settings
    assert isinstance(settings, Dense)
    if done.mask is not None:
        stage, grad = _behind_mask(done, grad, f"A{done.number}")
        stages.append(stage)
    if not fused:
        stage, grad = _through_activation(done, settings.activation, grad)
        stages.append(stage)
    batch = grad.shape[1]
    weights_slope = grad @ done.inputs.T / batch
    biases_slope = grad.sum(axis=1, keepdims=True) / batch
    gradients[f"{name}.weights"], gradients[f"{name}.biases"] = weights_slope, biases_slope
    stages.append(_weights(done, grad, weights_slope, before))
    stages.append(_biases(done, grad, biases_slope))
    if goes_on:
        stage, grad = _inputs(done, grad, before)
        stages.append(stage)
    return grad


def _behind_mask(done: Passed, grad: Array, source: str) -> tuple[Stage, Array]:
    assert done.mask is not None
    name, product, mask = done.layer.name, done.product, done.mask
    through = np.where(mask == 0, 0, grad * mask)

    def arithmetic(row: int, column: int) -> Lines:
        return (
            f"∂L/∂{small(source)}{sub(row)} = ∂L/∂{small(product)}{sub(row)}·m{sub(row)}",
            f"= {factor(grad[row, column])}·{figure(mask[row, column])}",
            f"= {figure(through[row, column])}",
        )

    stage = Stage(
        "backward",
        name,
        f"d{source}",
        f"{layer_words(name)}: back through the mask",
        f"d{source} = d{product} ∘ M{done.mask_number}",
        f"{shape(grad)} ∘ {shape(mask)} → {shape(through)}",
        "What was left out had no part in the answers, so no error reaches it.",
        f"{int((through == 0).sum()):,} of ".replace(",", " ")
        + f"{counted(through.size, 'slope')} are 0.",
        (
            Matrix(f"d{product}", "∂L/∂outputs", grad, NEURON, EXAMPLE, name),
            Matrix(f"M{done.mask_number}", "mask", mask, NEURON, EXAMPLE, name),
            Matrix(f"d{source}", "∂L/∂ what was masked", through, NEURON, EXAMPLE, name),
        ),
        2,
        arithmetic,
    )
    return stage, through


def _through_activation(done: Passed, activation: Activation, grad: Array) -> tuple[Stage, Array]:
    assert done.z is not None
    assert done.a is not None
    name, k, z, a = done.layer.name, done.number, done.z, done.a
    grad_z = np.empty_like(grad)
    activation.backward(grad.copy(), z, a.copy(), grad_z)
    derivative = activation.derivative(z.copy())

    def arithmetic(row: int, column: int) -> Lines:
        left = f"∂L/∂z{sub(row)}"
        if not activation.elementwise:
            mean = figure((a[:, column] * grad[:, column]).sum())
            return (
                f"{left} = a{sub(row)}·(∂L/∂a{sub(row)} − Σⱼ aⱼ·∂L/∂aⱼ)",
                f"= {factor(a[row, column])}·({figure(grad[row, column])} − ({mean}))",
                f"= {figure(grad_z[row, column])}",
            )
        return (
            f"{left} = ∂L/∂a{sub(row)}·f′(z{sub(row)})",
            f"f′({figure(z[row, column])}) = {figure(derivative[row, column])}",
            f"= {factor(grad[row, column])}·{factor(derivative[row, column])}",
            f"= {figure(grad_z[row, column])}",
        )

    if activation.elementwise:
        formula = f"dZ{k} = dA{k} ∘ f′(Z{k})"
        middle = Matrix(f"f′(Z{k})", "slope of the curve", derivative, NEURON, EXAMPLE, name)
        shapes = f"{shape(grad)} ∘ {shape(derivative)} → {shape(grad_z)}"
    else:
        formula = f"dZ{k} = A{k} ∘ (dA{k} − Σⱼ aⱼ·∂L/∂aⱼ)"
        middle = Matrix(f"A{k}", "activations", a, NEURON, EXAMPLE, name)
        shapes = f"{shape(a)} ∘ {shape(grad)} → {shape(grad_z)}"
    stuck = int((grad_z == 0).sum())
    event = f"{counted(grad_z.size, 'slope')}, {span(grad_z)}"
    event += f"; {stuck:,} of them are 0.".replace(",", " ") if stuck else "."
    stage = Stage(
        "backward",
        name,
        f"dZ{k}",
        f"{layer_words(name)}: back through {activation.title}",
        formula,
        shapes,
        f"{activation.derivative_formula.split(';')[0]}{parameters_of(activation)}. "
        "Where the curve is flat, no error gets through.",
        event,
        (
            Matrix(f"dA{k}", "∂L/∂a", grad, NEURON, EXAMPLE, name),
            middle,
            Matrix(f"dZ{k}", "∂L/∂z", grad_z, NEURON, EXAMPLE, name),
        ),
        2,
        arithmetic,
    )
    return stage, grad_z


def _weights(done: Passed, grad: Array, slope: Array, before: str) -> Stage:
    name, k, source, inputs = done.layer.name, done.number, done.source, done.inputs
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
            Matrix(source, "inputs of the layer", inputs, INPUT, EXAMPLE, before),
            Matrix(f"dW{k}", "∂L/∂w", slope, NEURON, INPUT, name),
        ),
        2,
        arithmetic,
    )  # fmt: skip


def _biases(done: Passed, grad: Array, slope: Array) -> Stage:
    name, k, batch = done.layer.name, done.number, grad.shape[1]

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


def _inputs(done: Passed, grad: Array, before: str) -> tuple[Stage, Array]:
    name, k, source = done.layer.name, done.number, done.source
    weights = done.layer.views()["weights"].copy()
    back = weights.T @ grad

    def arithmetic(row: int, column: int) -> Lines:
        return sum_of_products(
            f"∂L/∂{small(source)}{sub(row)}",
            weights[:, row],
            grad[:, column],
            lambda i: (f"w{sub(i, row)}", f"∂L/∂z{sub(i)}"),
            terms="neurons",
        )

    stage = Stage(
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
    return stage, back
