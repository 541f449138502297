"""The stages around the loss: how wrong each answer is, and the slope that goes back."""

from __future__ import annotations

import numpy as np

from playground.nn.activations import Activation
from playground.nn.arrays import Array
from playground.nn.explain.stage import EXAMPLE, NEURON, ONE, Matrix, Stage, computing
from playground.nn.explain.writing import Lines, extent, factor, figure, shape, sub
from playground.nn.losses import (
    LEAST_PROBABILITY,
    CategoricalCrossEntropy,
    LogLoss,
    Loss,
    MeanSquaredError,
)
from playground.nn.record import LayerRecord
from playground.wording import nth

_WHERE_THE_MEAN_IS = (
    "These slopes are of each example's own loss; the mean over the batch comes with the division "
    "by m at the weights. (The other views show slopes of the mean loss: divided by m already.)"
)


def example_losses(loss: Loss, last: LayerRecord, targets: Array) -> Array:
    """Return every example's loss, (1, batch), by the formula that the step uses."""
    outputs = last.a
    losses = []
    for i in range(targets.shape[1]):
        part = slice(i, i + 1)
        answer, wanted = outputs[:, part].copy(), targets[:, part].copy()
        if last.fused and last.z is not None:
            z = last.z[:, part].copy()
            losses.append(loss.prepare_fused(z, wanted, answer, np.empty_like(answer))())
        else:
            losses.append(loss.prepare(answer, wanted, np.empty_like(answer))())
    return np.array([losses])


def loss_stage(loss: Loss, last: LayerRecord, shown: str, targets: Array, losses: Array) -> Stage:
    """Return the stage that tells how wrong the answers are; ``shown`` is what they are called."""
    batch, outputs = losses.size, last.a
    mean = float(losses.mean())

    def arithmetic(row: int, column: int) -> Lines:
        value = float(losses[0, column])
        return _written(loss, outputs[:, column], targets[:, column], value, last.fused)

    return Stage(
        "loss",
        "",
        "L",
        f"loss: {loss.title.lower()}",
        f"{loss.formula},   ŷ = {shown}",
        f"{shape(outputs)}, {shape(targets)} → {shape(losses)}",
        "The loss says how wrong each answer is, as one number; the step wants to lower the mean "
        f"over the batch, L = Σ / {batch}. {loss.clipping(fused=last.fused)}".rstrip(),
        f"The mean loss is {figure(mean)}"
        + (f"; example {int(losses.argmax()) + 1} has the largest, {figure(losses.max())}."
           if batch > 1 and np.isfinite(losses).all() else "."),
        (
            Matrix(shown, "answers ŷ", outputs, NEURON, EXAMPLE, last.name),
            Matrix("Y", "correct answers, y", targets, NEURON, EXAMPLE, last.name),
            Matrix("L", "loss of each example", losses, ONE, EXAMPLE),
        ),
        arithmetic,
    )  # fmt: skip


def _written(loss: Loss, answer: Array, wanted: Array, value: float, fused: bool) -> Lines:
    result = f"= {figure(value)}"
    match loss:
        case MeanSquaredError():
            terms = [
                f"({figure(a)} − {factor(y)})²" for a, y in zip(answer[:4], wanted[:4], strict=True)
            ]
            if len(answer) > 4:
                terms.append("…")
            inner = " + ".join(terms)
            return (
                "L = ½ Σ (ŷ − y)²",
                f"= ½·({inner})" if len(terms) > 1 else f"= ½·{inner}",
                result,
            )
        case CategoricalCrossEntropy():
            right = int(np.argmax(wanted))
            if np.count_nonzero(wanted) == 1 and wanted[right] == 1:
                return (
                    f"L = −ln ŷ{sub(right)}: y is 1 for output {nth(right)} only",
                    *_logarithm(float(answer[right]), fused),
                    result,
                )
        case LogLoss() if len(answer) == 1:
            y, p = float(wanted[0]), float(answer[0])
            if y in (0.0, 1.0):
                rule = "L = −ln ŷ, as y = 1" if y else "L = −ln (1 − ŷ), as y = 0"
                return rule, *_logarithm(p if y else 1 - p, fused), result
    return f"L = {loss.formula.removeprefix('L = ')}", result


def _logarithm(probability: float, fused: bool) -> Lines:
    """Return the line that takes it, and before it how the loss clips what it is taken of."""
    counted = min(max(probability, LEAST_PROBABILITY), 1.0)
    if fused or counted == probability:
        return (f"= −ln {figure(probability, 6)}",)
    why = "at most 1" if counted == 1 else f"at least {figure(counted)}"
    return f"{figure(probability, 6)} counts as {why}", f"= −ln {figure(counted)}"


def slope_stage(
    loss: Loss, activation: Activation, last: LayerRecord, shown: str, targets: Array
) -> Stage:
    """Return the stage in which the error starts on its way back."""
    name, k, fused, answers = last.name, shown[1:], last.fused, last.a
    grad = last.grad_z if fused else last.grad_a
    assert grad is not None
    label = f"dZ{k}" if fused else f"d{shown}"

    def arithmetic(row: int, column: int) -> Lines:
        given, wanted = answers[row, column], targets[row, column]
        value = figure(grad[row, column])
        if fused or isinstance(loss, MeanSquaredError):
            left = f"∂L/∂z{sub(row)}" if fused else f"∂L/∂ŷ{sub(row)}"
            numbers = f"{figure(given)} − {factor(wanted)}"
            return f"{left} = ŷ{sub(row)} − y{sub(row)}", f"= {numbers}", f"= {value}"
        rule = loss.derivative_formula.split(";")[0]
        return rule, f"ŷ = {figure(given)}, y = {figure(wanted)}", f"= {value}"

    if fused:
        formula = f"dZ{k} = {shown} − Y"
        why = (
            f"{loss.title} and {activation.title.lower()} belong together: their two derivatives "
            "multiply to the plain difference of answer and truth. "
        )
    else:
        formula = f"d{shown} = {loss.derivative_formula.split(';')[0]}"
        why = "How much the loss would grow if an answer grew a little. "
    return computing(
        "backward",
        name,
        "the error starts back",
        formula,
        f"{shape(answers)} − {shape(targets)} → {shape(grad)}",
        (why + (_WHERE_THE_MEAN_IS if grad.shape[1] > 1 else "")).rstrip(),
        extent(grad, "slope"),
        (
            Matrix(shown, "answers ŷ", answers, NEURON, EXAMPLE, name),
            Matrix("Y", "correct answers, y", targets, NEURON, EXAMPLE, name),
            Matrix(label, "∂L/∂z" if fused else "∂L/∂ŷ", grad, NEURON, EXAMPLE, name),
        ),
        arithmetic,
    )
