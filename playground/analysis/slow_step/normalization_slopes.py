"""The chain rule through batch normalization (Ioffe and Szegedy 2015)."""

from __future__ import annotations

import numpy as np

from playground.analysis.slow_step.forward_stages import small
from playground.analysis.slow_step.passing import Passed
from playground.analysis.slow_step.stage import EXAMPLE, NEURON, ONE, Lines, Matrix, Stage
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
from playground.nn.arrays import Array
from playground.nn.layers import BatchNorm


def normalization_stages(
    done: Passed, grad: Array, goes_on: bool
) -> tuple[list[Stage], dict[str, Array], Array]:
    """Return the stages, the slopes of scale and shift, and ∂L/∂inputs; ``grad`` is ∂L/∂outputs."""
    assert done.normalized is not None
    assert done.variance is not None
    settings = done.layer.settings
    assert isinstance(settings, BatchNorm)
    hat, batch = done.normalized, grad.shape[1]
    scale_slope = (grad * hat).sum(axis=1, keepdims=True) / batch
    shift_slope = grad.sum(axis=1, keepdims=True) / batch
    gradients = {
        f"{done.layer.name}.scale": scale_slope,
        f"{done.layer.name}.shift": shift_slope,
    }
    stages = [_scale(done, grad, hat, scale_slope), _shift(done, grad, shift_slope)]
    if not goes_on:
        return stages, gradients, grad
    scale = done.layer.views()["scale"][:, np.newaxis]
    inverse = scale / np.sqrt(done.variance + settings.epsilon)
    centred = grad - shift_slope - hat * scale_slope if done.by_batch else grad
    back = inverse * centred
    stages.append(_inputs(done, grad, hat, inverse, scale_slope, shift_slope, back))
    return stages, gradients, back


def _scale(done: Passed, grad: Array, hat: Array, slope: Array) -> Stage:
    name, n, batch = done.layer.name, done.number, grad.shape[1]

    def arithmetic(row: int, column: int) -> Lines:
        return sum_of_products(
            f"∂L/∂γ{sub(row)}",
            grad[row],
            hat[row],
            lambda i: (f"∂L/∂n{sub(row)}[{i + 1}]", f"X̂{sub(row)}[{i + 1}]"),
            divisor=batch,
            terms="examples",
        )

    return Stage(
        "backward",
        name,
        f"dγ{n}",
        f"{layer_words(name)}: slopes of the scales",
        f"dγ{n} = Σ dN{n} ∘ X̂{n}" + (" / m" if batch > 1 else ""),
        f"{shape(grad)} ∘ {shape(hat)} → {shape(slope)}",
        "A scale multiplies the normalized number, so that number is its slope's other factor.",
        f"{counted(slope.size, 'slope')}, {span(slope)}.",
        (
            Matrix(f"dN{n}", "∂L/∂outputs", grad, NEURON, EXAMPLE, name),
            Matrix(f"X̂{n}", "normalized", hat, NEURON, EXAMPLE, name),
            Matrix(f"dγ{n}", "∂L/∂scale", slope, NEURON, ONE, name),
        ),
        2,
        arithmetic,
    )


def _shift(done: Passed, grad: Array, slope: Array) -> Stage:
    name, n, batch = done.layer.name, done.number, grad.shape[1]

    def arithmetic(row: int, column: int) -> Lines:
        return sum_of(f"∂L/∂β{sub(row)}", grad[row], f"∂L/∂n{sub(row)}", divisor=batch)

    return Stage(
        "backward",
        name,
        f"dβ{n}",
        f"{layer_words(name)}: slopes of the shifts",
        f"dβ{n} = Σ dN{n}" + (" / m" if batch > 1 else ""),
        f"{shape(grad)} → {shape(slope)}",
        "A shift is added to every example alike, so its slope is the mean of theirs.",
        f"{counted(slope.size, 'slope')}, {span(slope)}.",
        (
            Matrix(f"dN{n}", "∂L/∂outputs", grad, NEURON, EXAMPLE, name),
            Matrix(f"dβ{n}", "∂L/∂shift", slope, NEURON, ONE, name),
        ),
        1,
        arithmetic,
    )


def _inputs(
    done: Passed,
    grad: Array,
    hat: Array,
    inverse: Array,
    scale_slope: Array,
    shift_slope: Array,
    back: Array,
) -> Stage:
    name, n, source = done.layer.name, done.number, done.source

    def arithmetic(row: int, column: int) -> Lines:
        left = f"∂L/∂{small(source)}{sub(row)}"
        given, ratio = figure(grad[row, column]), factor(inverse[row, 0])
        if not done.by_batch:
            return (
                f"{left} = γ{sub(row)}/√(σ{sub(row)}² + ε)·∂L/∂n{sub(row)}",
                f"= {ratio}·{factor(grad[row, column])}",
                f"= {figure(back[row, column])}",
            )
        return (
            f"{left} = γ{sub(row)}/√(σ{sub(row)}² + ε)·"
            f"(∂L/∂n{sub(row)} − dβ{sub(row)} − X̂{sub(row)}·dγ{sub(row)})",
            f"= {ratio}·({given} − {factor(shift_slope[row, 0])} − "
            f"{factor(hat[row, column])}·{factor(scale_slope[row, 0])})",
            f"= {figure(back[row, column])}",
        )

    ratio = f"γ{n}/√(σ{n}² + ε)"
    return Stage(
        "backward",
        name,
        f"d{source}",
        f"{layer_words(name)}: back through the normalization",
        f"d{source} = {ratio} ∘ (dN{n} − dβ{n} − X̂{n} ∘ dγ{n})"
        if done.by_batch
        else f"d{source} = {ratio} ∘ dN{n}",
        f"{shape(inverse)} ∘ {shape(grad)} → {shape(back)}",
        "Mean and variance depend on every example of the batch, so the means dβ and dγ are taken "
        "off again."
        if done.by_batch
        else "The running statistics do not depend on this example: only the factor remains.",
        f"{counted(back.size, 'slope')}, {span(back)}.",
        (
            Matrix(f"dN{n}", "∂L/∂outputs", grad, NEURON, EXAMPLE, name),
            Matrix(ratio, "factor of the layer", inverse, NEURON, ONE, name),
            Matrix(f"X̂{n}", "normalized", hat, NEURON, EXAMPLE, name),
            Matrix(f"d{source}", "∂L/∂inputs", back, NEURON, EXAMPLE, name),
        ),
        3,
        arithmetic,
    )
