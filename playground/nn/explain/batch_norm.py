"""Batch normalization in formulas, and the chain rule through it (Ioffe and Szegedy 2015)."""

from __future__ import annotations

import numpy as np

from playground.nn.arrays import Array
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.stage import (
    EXAMPLE,
    NEURON,
    ONE,
    STATISTIC,
    Matrix,
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
    shape,
    sub,
    sum_of_products,
)
from playground.nn.record import LayerRecord


def explain_batch_norm(
    momentum: float, epsilon: float, done: LayerRecord, symbols: Symbols
) -> Explanation:
    """Return a step of batch normalization: normalized, scaled and shifted, and back."""
    n, source, name = symbols.number("N"), symbols.of(done.source), done.name
    hat = Matrix(f"X̂{n}", "normalized", done.kept["normalized"], NEURON, EXAMPLE, name)
    forward = [
        _normalized(done, n, source, hat, epsilon),
        _stretched(done, n, hat, symbols.names.words(name)),
    ]
    if by_batch(done):
        forward.append(_running(done, n, momentum))
    backward: list[Stage] = []
    if done.grad_a is not None:
        grad = Matrix(f"dN{n}", "∂L/∂outputs", done.grad_a, NEURON, EXAMPLE, name)
        shift = done.gradients["shift"][:, np.newaxis]
        backward = [
            _scale(done, n, grad, hat),
            bias_slopes(
                "slopes of the shifts",
                "A shift is added to every example alike, so its slope is the mean of theirs.",
                grad,
                Matrix(f"dβ{n}", "∂L/∂shift", shift, NEURON, ONE, name),
            ),
        ]
        if done.grad_inputs is not None:
            backward.append(_inputs(done, n, source, grad, hat, done.grad_inputs, epsilon))
    names = {"scale": f"γ{n}", "shift": f"β{n}"}
    return Explanation(f"N{n}", tuple(forward), tuple(backward), names)


def by_batch(done: LayerRecord) -> bool:
    """Return whether the batch's own mean and variance normalized it."""
    return "running_mean" in done.kept


def _normalized(done: LayerRecord, n: int, source: str, hat: Matrix, epsilon: float) -> Stage:
    name, inputs = done.name, done.inputs
    mean, variance = done.kept["mean"], done.kept["variance"]

    def arithmetic(row: int, column: int) -> Lines:
        return (
            f"X̂{sub(row)} = ({entry(source)}{sub(row)} − μ{sub(row)}) / √(σ{sub(row)}² + ε)",
            f"= ({figure(inputs[row, column])} − {factor(mean[row, 0])}) / "
            f"√({figure(variance[row, 0])} + {figure(epsilon)})",
            f"= {figure(hat.values[row, column])}",
        )

    of = "the running"
    explanation = "A batch of one has no variance, so the running mean and variance normalize it."
    if by_batch(done):
        of = "the batch's own"
        explanation = (
            "Every feature is brought to mean 0 and variance 1 over the examples of this batch."
        )
    return computing(
        "forward",
        name,
        "normalized",
        f"X̂{n} = ({source} − μ{n}) / √(σ{n}² + ε)",
        f"({shape(inputs)} − {shape(mean)}) / {shape(variance)} → {shape(hat.values)}",
        explanation,
        extent(hat.values, "number"),
        (
            Matrix(source, "inputs of the layer", inputs, NEURON, EXAMPLE, name),
            Matrix(f"μ{n}", f"{of} mean", mean, NEURON, ONE, name),
            Matrix(f"σ{n}²", f"{of} variance", variance, NEURON, ONE, name),
            hat,
        ),
        arithmetic,
    )


def _stretched(done: LayerRecord, n: int, hat: Matrix, words: str) -> Stage:
    name, outputs = done.name, done.a
    scale, shift = (done.tensors[key][:, np.newaxis] for key in ("scale", "shift"))

    def arithmetic(row: int, column: int) -> Lines:
        return sum_of_products(
            f"n{sub(row)}",
            scale[row],
            hat.values[row, column : column + 1],
            lambda _: (f"γ{sub(row)}", f"X̂{sub(row)}"),
            plus=(f"β{sub(row)}", float(shift[row, 0])),
        )

    return computing(
        "forward",
        name,
        "scaled and shifted",
        f"N{n} = γ{n} ∘ X̂{n} + β{n}",
        f"{shape(scale)} ∘ {shape(hat.values)} + {shape(shift)} → {shape(outputs)}",
        "Scale and shift are learned, so that the network may choose another mean and spread.",
        extent(outputs, "output"),
        (
            Matrix(f"γ{n}", f"scale of {words}", scale, NEURON, ONE, name),
            hat,
            Matrix(f"β{n}", f"shift of {words}", shift, NEURON, ONE, name),
            Matrix(f"N{n}", "outputs", outputs, NEURON, EXAMPLE, name),
        ),
        arithmetic,
    )


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
        "running statistics",
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
        arithmetic,
    )


def _scale(done: LayerRecord, n: int, grad: Matrix, hat: Matrix) -> Stage:
    slopes, batch = done.gradients["scale"][:, np.newaxis], grad.values.shape[1]

    def arithmetic(row: int, column: int) -> Lines:
        return sum_of_products(
            f"∂L/∂γ{sub(row)}",
            grad.values[row],
            hat.values[row],
            lambda i: (f"∂L/∂n{sub(row)}[{i + 1}]", f"X̂{sub(row)}[{i + 1}]"),
            divisor=batch,
            terms="examples",
        )

    return computing(
        "backward",
        done.name,
        "slopes of the scales",
        f"dγ{n} = Σ dN{n} ∘ X̂{n}" + (" / m" if batch > 1 else ""),
        f"{shape(grad.values)} ∘ {shape(hat.values)} → {shape(slopes)}",
        "A scale multiplies the normalized number, so that number is its slope's other factor.",
        extent(slopes, "slope"),
        (grad, hat, Matrix(f"dγ{n}", "∂L/∂scale", slopes, NEURON, ONE, done.name)),
        arithmetic,
    )


def _inputs(
    done: LayerRecord,
    n: int,
    source: str,
    grad: Matrix,
    hat: Matrix,
    back: Array,
    epsilon: float,
) -> Stage:
    name, ratio = done.name, f"γ{n}/√(σ{n}² + ε)"
    scale_slope, shift_slope = (done.gradients[key][:, np.newaxis] for key in ("scale", "shift"))
    inverse = done.tensors["scale"][:, np.newaxis] / np.sqrt(done.kept["variance"] + epsilon)
    formula = f"d{source} = {ratio} ∘ dN{n}"
    explanation = "The running statistics do not depend on this example: only the factor remains."
    if by_batch(done):
        formula = f"d{source} = {ratio} ∘ (dN{n} − dβ{n} − X̂{n} ∘ dγ{n})"
        explanation = (
            "Mean and variance depend on every example of the batch, so the means dβ and dγ are "
            "taken off again."
        )

    def arithmetic(row: int, column: int) -> Lines:
        slope, multiple = f"∂L/∂n{sub(row)}", factor(grad.values[row, column])
        if by_batch(done):
            slope = f"({slope} − dβ{sub(row)} − X̂{sub(row)}·dγ{sub(row)})"
            multiple = (
                f"({figure(grad.values[row, column])} − {factor(shift_slope[row, 0])} − "
                f"{factor(hat.values[row, column])}·{factor(scale_slope[row, 0])})"
            )
        return (
            f"∂L/∂{entry(source)}{sub(row)} = γ{sub(row)}/√(σ{sub(row)}² + ε)·{slope}",
            f"= {factor(inverse[row, 0])}·{multiple}",
            f"= {figure(back[row, column])}",
        )

    return computing(
        "backward",
        name,
        "back through the normalization",
        formula,
        f"{shape(inverse)} ∘ {shape(grad.values)} → {shape(back)}",
        explanation,
        extent(back, "slope"),
        (
            grad,
            Matrix(ratio, "factor of the layer", inverse, NEURON, ONE, name),
            hat,
            Matrix(f"d{source}", "∂L/∂inputs", back, NEURON, EXAMPLE, name),
        ),
        arithmetic,
    )
