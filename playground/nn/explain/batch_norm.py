"""Batch normalization in formulas, and the chain rule through it (Ioffe and Szegedy 2015)."""

from __future__ import annotations

import numpy as np

from playground.nn.explain.explanation import Explanation, Symbols, small
from playground.nn.explain.stage import EXAMPLE, NEURON, ONE, STATISTIC, Lines, Matrix, Stage
from playground.nn.explain.writing import (
    factor,
    figure,
    layer_words,
    shape,
    span,
    sub,
    sum_of,
    sum_of_products,
)
from playground.nn.record import LayerRecord
from playground.wording import counted


def explain_batch_norm(
    momentum: float, epsilon: float, done: LayerRecord, symbols: Symbols
) -> Explanation:
    """Return a step of batch normalization: normalized, scaled and shifted, and back."""
    n, source = symbols.number("N"), symbols.of(done.source)
    forward = _normalization(done, n, source, epsilon)
    if by_batch(done):
        forward.append(_running(done, n, momentum))
    backward: list[Stage] = []
    if done.grad_a is not None:
        backward = [_scale(done, n), _shift(done, n)]
        if done.grad_inputs is not None:
            backward.append(_inputs(done, n, source, epsilon))
    return Explanation(
        f"N{n}", tuple(forward), tuple(backward), {"scale": f"γ{n}", "shift": f"β{n}"}
    )


def by_batch(done: LayerRecord) -> bool:
    """Return whether the batch's own mean and variance normalized it."""
    return "running_mean" in done.kept


def _normalization(done: LayerRecord, n: int, source: str, epsilon: float) -> list[Stage]:
    name, inputs, outputs = done.name, done.inputs, done.a
    hat, mean, variance = (done.kept[key] for key in ("normalized", "mean", "variance"))
    scale, shift = (done.tensors[key][:, np.newaxis] for key in ("scale", "shift"))
    measured = by_batch(done)
    words = layer_words(name)

    def normalize(row: int, column: int) -> Lines:
        given = f"{small(source)}{sub(row)}"
        return (
            f"X̂{sub(row)} = ({given} − μ{sub(row)}) / √(σ{sub(row)}² + ε)",
            f"= ({figure(inputs[row, column])} − {factor(mean[row, 0])}) / "
            f"√({figure(variance[row, 0])} + {figure(epsilon)})",
            f"= {figure(hat[row, column])}",
        )

    def stretch(row: int, column: int) -> Lines:
        return sum_of_products(
            f"n{sub(row)}",
            scale[row],
            hat[row, column : column + 1],
            lambda _: (f"γ{sub(row)}", f"X̂{sub(row)}"),
            plus=(f"β{sub(row)}", float(shift[row, 0])),
        )

    of = "the batch's own" if measured else "the running"
    explanation = (
        "Every feature is brought to mean 0 and variance 1 over the examples of this batch."
        if measured
        else "A batch of one has no variance, so the running mean and variance normalize it."
    )
    return [
        Stage(
            "forward",
            name,
            f"X̂{n}",
            f"{words}: normalized",
            f"X̂{n} = ({source} − μ{n}) / √(σ{n}² + ε)",
            f"({shape(inputs)} − {shape(mean)}) / {shape(variance)} → {shape(hat)}",
            explanation,
            f"{counted(hat.size, 'number')}, {span(hat)}.",
            (
                Matrix(source, "inputs of the layer", inputs, NEURON, EXAMPLE, name),
                Matrix(f"μ{n}", f"{of} mean", mean, NEURON, ONE, name),
                Matrix(f"σ{n}²", f"{of} variance", variance, NEURON, ONE, name),
                Matrix(f"X̂{n}", "normalized", hat, NEURON, EXAMPLE, name),
            ),
            3,
            normalize,
        ),
        Stage(
            "forward",
            name,
            f"N{n}",
            f"{words}: scaled and shifted",
            f"N{n} = γ{n} ∘ X̂{n} + β{n}",
            f"{shape(scale)} ∘ {shape(hat)} + {shape(shift)} → {shape(outputs)}",
            "Scale and shift are learned, so that the network may choose another mean and spread.",
            f"{counted(outputs.size, 'output')}, {span(outputs)}.",
            (
                Matrix(f"γ{n}", f"scale of {words}", scale, NEURON, ONE, name),
                Matrix(f"X̂{n}", "normalized", hat, NEURON, EXAMPLE, name),
                Matrix(f"β{n}", f"shift of {words}", shift, NEURON, ONE, name),
                Matrix(f"N{n}", "outputs", outputs, NEURON, EXAMPLE, name),
            ),
            3,
            stretch,
        ),
    ]


def _running(done: LayerRecord, n: int, keep: float) -> Stage:
    """Return the stage that keeps the batch's statistics for prediction."""
    name = done.name
    former, now = (
        np.stack([at["running_mean"].ravel(), at["running_variance"].ravel()], axis=1)
        for at in (done.tensors, done.kept)
    )
    batch = np.hstack([done.kept["mean"], done.kept["variance"]])

    def arithmetic(row: int, column: int) -> Lines:
        letter = (f"μ{sub(row)}", f"σ{sub(row)}²")[column]
        return (
            f"running {letter} ← {figure(keep)}·{factor(former[row, column])} + "
            f"{figure(1 - keep)}·{factor(batch[row, column])}",
            f"= {figure(now[row, column])}",
        )

    return Stage(
        "forward",
        name,
        f"μ{n}, σ{n}²",
        f"{layer_words(name)}: running statistics",
        f"running ← {figure(keep)}·running + {figure(1 - keep)}·batch",
        f"{shape(former)} → {shape(now)}",
        "Prediction has no batch, so a running mean and variance are kept for it. Training only "
        "writes them.",
        "The running statistics have moved towards this batch's.",
        (
            Matrix("before", "running mean, variance", former, NEURON, STATISTIC, name),
            Matrix(f"μ{n}, σ{n}²", "of the batch", batch, NEURON, STATISTIC, name),
            Matrix("after", "running mean, variance", now, NEURON, STATISTIC, name),
        ),
        2,
        arithmetic,
    )


def _scale(done: LayerRecord, n: int) -> Stage:
    name, grad, hat = done.name, done.grad_a, done.kept["normalized"]
    assert grad is not None
    slope, batch = done.gradients["scale"][:, np.newaxis], grad.shape[1]

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


def _shift(done: LayerRecord, n: int) -> Stage:
    name, grad, slope = done.name, done.grad_a, done.gradients["shift"][:, np.newaxis]
    assert grad is not None
    batch = grad.shape[1]

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


def _inputs(done: LayerRecord, n: int, source: str, epsilon: float) -> Stage:
    name, grad, back, hat = done.name, done.grad_a, done.grad_inputs, done.kept["normalized"]
    assert grad is not None
    assert back is not None
    measured = by_batch(done)
    scale_slope, shift_slope = (done.gradients[key][:, np.newaxis] for key in ("scale", "shift"))
    inverse = done.tensors["scale"][:, np.newaxis] / np.sqrt(done.kept["variance"] + epsilon)

    def arithmetic(row: int, column: int) -> Lines:
        left = f"∂L/∂{small(source)}{sub(row)}"
        given, ratio = figure(grad[row, column]), factor(inverse[row, 0])
        if not measured:
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
        if measured
        else f"d{source} = {ratio} ∘ dN{n}",
        f"{shape(inverse)} ∘ {shape(grad)} → {shape(back)}",
        "Mean and variance depend on every example of the batch, so the means dβ and dγ are taken "
        "off again."
        if measured
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
