"""The stages around the loss: how wrong each answer is, and the slope that goes back."""

from __future__ import annotations

import numpy as np

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
)
from playground.nn.activations import Activation
from playground.nn.arrays import Array
from playground.nn.losses import CategoricalCrossEntropy, LogLoss, Loss, MeanSquaredError

_WHERE_THE_MEAN_IS = (
    "These slopes are of each example's own loss; the mean over the batch comes with the division "
    "by m at the weights. (The other views show slopes of the mean loss: divided by m already.)"
)


def example_losses(loss: Loss, activation: Activation, last: Passed, targets: Array) -> Array:
    """Return every example's loss, (1, batch), by the formula that the step uses."""
    return np.array(
        [[_evaluate(loss, activation, last, targets, slice(i, i + 1))[0]
          for i in range(targets.shape[1])]]
    )  # fmt: skip


def _evaluate(
    loss: Loss, activation: Activation, last: Passed, targets: Array, part: slice
) -> tuple[float, Array]:
    """Return the mean loss of some examples and its slope: ∂L/∂z where fused, else ∂L/∂ŷ."""
    outputs, wanted = last.outputs[:, part].copy(), targets[:, part].copy()
    grad = np.empty_like(outputs)
    if is_fused(loss, activation, last):
        assert last.z is not None
        value = loss.prepare_fused(last.z[:, part].copy(), wanted, outputs, grad)()
    else:
        value = loss.prepare(outputs, wanted, grad)()
    return value, grad


def is_fused(loss: Loss, activation: Activation, last: Passed) -> bool:
    """Return whether loss and output activation have a common slope ∂L/∂z = ŷ − y."""
    return last.z is not None and last.mask is None and loss.fuses_with(activation)


def slope(loss: Loss, activation: Activation, last: Passed, targets: Array) -> Array:
    """Return ∂L/∂z (fused) or ∂L/∂ŷ of each example's own loss, (outputs, batch)."""
    grad = _evaluate(loss, activation, last, targets, slice(None))[1]
    grad *= targets.shape[1]
    return grad


def loss_stage(loss: Loss, last: Passed, targets: Array, losses: Array) -> Stage:
    """Return the stage that tells how wrong the answers are."""
    batch = losses.size
    mean = float(losses.mean())
    shown = last.product

    def arithmetic(row: int, column: int) -> Lines:
        return _written(loss, last.outputs[:, column], targets[:, column], float(losses[0, column]))

    return Stage(
        "loss",
        "",
        "L",
        f"loss: {loss.title.lower()}",
        f"{loss.formula},   ŷ = {shown}",
        f"{shape(last.outputs)}, {shape(targets)} → {shape(losses)}",
        "The loss says how wrong each answer is, as one number; the step wants to lower the mean "
        f"over the batch, L = Σ / {batch}.",
        f"The mean loss is {figure(mean)}"
        + (f"; example {int(losses.argmax()) + 1} has the largest, {figure(losses.max())}."
           if batch > 1 and np.isfinite(losses).all() else "."),
        (
            Matrix(shown, "answers ŷ", last.outputs, NEURON, EXAMPLE, last.layer.name),
            Matrix("Y", "what is right, y", targets, NEURON, EXAMPLE, last.layer.name),
            Matrix("L", "loss of each example", losses, ONE, EXAMPLE),
        ),
        2,
        arithmetic,
    )  # fmt: skip


def _written(loss: Loss, answer: Array, wanted: Array, value: float) -> Lines:
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
                    f"L = −ln ŷ{sub(right)}: y is 1 for output {right} only",
                    f"= −ln {figure(answer[right], 6)}",
                    result,
                )
        case LogLoss() if len(answer) == 1:
            y, p = float(wanted[0]), float(answer[0])
            if y in (0.0, 1.0):
                inside = (
                    f"ŷ, as y = 1: −ln {figure(p, 6)}"
                    if y
                    else f"(1 − ŷ), as y = 0: −ln {figure(1 - p, 6)}"
                )
                return f"L = −ln {inside}", result
    return f"L = {loss.formula.removeprefix('L = ')}", result


def slope_stage(
    loss: Loss, activation: Activation, last: Passed, targets: Array, grad: Array
) -> Stage:
    """Return the stage in which the error starts on its way back."""
    name, k, shown = last.layer.name, last.number, last.product
    fused = is_fused(loss, activation, last)
    label = f"dZ{k}" if fused else f"d{shown}"
    answers = last.outputs

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
    return Stage(
        "backward",
        name,
        label,
        f"{layer_words(name)}: the error starts back",
        formula,
        f"{shape(answers)} − {shape(targets)} → {shape(grad)}",
        (why + (_WHERE_THE_MEAN_IS if grad.shape[1] > 1 else "")).rstrip(),
        f"{counted(grad.size, 'slope')}, {span(grad)}.",
        (
            Matrix(shown, "answers ŷ", answers, NEURON, EXAMPLE, name),
            Matrix("Y", "what is right, y", targets, NEURON, EXAMPLE, name),
            Matrix(label, "∂L/∂z" if fused else "∂L/∂ŷ", grad, NEURON, EXAMPLE, name),
        ),
        2,
        arithmetic,
    )
