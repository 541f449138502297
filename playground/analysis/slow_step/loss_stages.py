"""The stages around the loss: how wrong each answer is, and the slope that goes back.

A network that answers at every step of a sequence is asked at every step. Its targets are (outputs,
batch) where the same is right at each, or (outputs·steps, batch), all 0 where nothing is asked.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from playground.nn.activations import Activation
from playground.nn.arrays import Array
from playground.nn.batch_gradient import spread_over
from playground.nn.explain.stage import EXAMPLE, NEURON, ONE, Matrix, Stage, computing
from playground.nn.explain.writing import Lines, extent, factor, figure, place, shape, sub
from playground.nn.layers.running import by_step, steps_of
from playground.nn.losses import (
    LEAST_PROBABILITY,
    CategoricalCrossEntropy,
    LogLoss,
    Loss,
    MeanSquaredError,
)
from playground.nn.record import LayerRecord
from playground.wording import counted, nth

_WHERE_THE_MEAN_IS = (
    "These slopes are of each example's own loss; the mean over the batch comes with the division "
    "by m at the weights. (The other views show slopes of the mean loss: divided by m already.)"
)


def example_losses(loss: Loss, last: LayerRecord, targets: Array) -> Array:
    """Return every example's loss by the formula that the step uses, (1, batch).

    Of a network that answers at every step it is every answer's, (steps, batch).
    """
    of, wanted = last.output_shape, spread_over(targets, last.output_shape)
    sums = last.z if last.fused else None
    given, wanted = by_step(last.a if sums is None else sums, of), by_step(wanted, of)
    one, right, answer, grad = np.empty((4, len(given), 1))
    if sums is None:
        evaluate = loss.prepare(one, right, grad)
    else:
        evaluate = loss.prepare_fused(one, right, answer, grad, weighted=bool(steps_of(of)))
    losses = np.empty(given.shape[1])
    for index in range(len(losses)):
        one[:, 0], right[:, 0] = given[:, index], wanted[:, index]
        losses[index] = evaluate()
    return losses.reshape(-1, targets.shape[1])


def loss_stage(loss: Loss, last: LayerRecord, shown: str, targets: Array, losses: Array) -> Stage:
    """Return the stage that tells how wrong the answers are; ``shown`` is what they are called."""
    of, batch, outputs = last.output_shape, targets.shape[1], last.a
    wanted, mean = spread_over(targets, of), float(losses.mean())
    steps = len(losses) if steps_of(of) else 0
    by_answer = (len(outputs) // len(losses), *losses.shape)

    def arithmetic(row: int, column: int) -> Lines:
        answer, right = (each.reshape(by_answer)[:, row, column] for each in (outputs, wanted))
        value, at = float(losses[row, column]), (row,) if steps else ()
        return _written(loss, answer, right, value, last.fused, at)

    whose, number, divisor = "the batch", "as one number", str(batch)
    if steps:
        whose, number = "all steps and examples", f"as one number at each of {steps} steps"
        divisor = f"({steps}·{batch})"
    words = [
        f"The loss says how wrong each answer is, {number}; the step wants to lower the mean over "
        f"{whose}, L = Σ / {divisor}.",
        loss.clipping(fused=last.fused),
    ]
    event = f"The mean loss is {figure(mean)}"
    alone = losses.mean(axis=0) if batch > 1 else losses[:, 0]
    if len(alone) > 1 and np.isfinite(alone).all():
        one = "example" if batch > 1 else "step"
        event += f"; {one} {nth(int(alone.argmax()))} has the largest, {figure(alone.max())}"
    if len(targets) < len(outputs):
        words.append("The same answer is right at every step.")
    asked = _counting(loss, last, wanted) > 0
    if not asked.all():
        event += f". Something is asked at {counted(int(asked.sum()), 'step')}"
        words.append(
            f"Where nothing is asked, Y is 0 and so is the loss; a right answer counts {steps} "
            "over the number of steps at which its example is asked, so that every example counts "
            "the same."
        )
    return Stage(
        "loss",
        "",
        "L",
        f"loss: {loss.title.lower()}",
        f"{loss.formula},   ŷ = {shown}",
        f"{shape(outputs, of)}, {shape(targets, _rows_of(last, targets))} → {shape(losses)}",
        " ".join(filter(None, words)),
        f"{event}.",
        (
            Matrix(shown, "answers ŷ", outputs, NEURON, EXAMPLE, last.name, of),
            _right(last, targets),
            Matrix(
                *("L", f"loss of each {'step' if steps else 'example'}", losses, ONE, EXAMPLE),
                shape=(1, steps) if steps else (),
            ),
        ),
        arithmetic,
    )


def _right(last: LayerRecord, targets: Array) -> Matrix:
    """Return the correct answers, at every step where they differ."""
    of = _rows_of(last, targets)
    return Matrix("Y", "correct answers, y", targets, NEURON, EXAMPLE, last.name, of)


def _rows_of(last: LayerRecord, targets: Array) -> tuple[int, ...]:
    """Return what the rows of targets number."""
    return last.output_shape if len(targets) == len(last.a) else last.output_shape[:1]


def _counting(loss: Loss, last: LayerRecord, wanted: Array) -> Array:
    """Return what every answer counts, Σ y, (steps, batch); 1 where y need not add up to 1."""
    by_step = wanted.reshape(-1, last.positions, wanted.shape[1])
    if loss.measures != "distribution" or not steps_of(last.output_shape):
        return np.ones(by_step.shape[1:])
    total: Array = by_step.sum(axis=0)
    return total


def _written(
    loss: Loss, answer: Array, wanted: Array, value: float, fused: bool, at: tuple[int, ...]
) -> Lines:
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
            y, only = float(wanted[right]), f"for output {nth(right)} only"
            written = partial(_logarithm, float(answer[right]), fused)
            if not wanted.any():
                return ("L = 0: nothing is asked at this step.",)
            if np.count_nonzero(wanted) == 1 and y == 1:
                return f"L = −ln ŷ{sub(right, *at)}: y is 1 {only}", *written(), result
            if np.count_nonzero(wanted) == 1:
                rule = f"L = −y·ln ŷ{sub(right, *at)}: y is {figure(y)} {only}"
                return rule, *written(times=f"{figure(y)}·"), result
        case LogLoss() if len(answer) == 1:
            y, p = float(wanted[0]), float(answer[0])
            if y in (0.0, 1.0):
                rule = "L = −ln ŷ, as y = 1" if y else "L = −ln (1 − ŷ), as y = 0"
                return rule, *_logarithm(p if y else 1 - p, fused), result
    return f"L = {loss.formula.removeprefix('L = ')}", result


def _logarithm(probability: float, fused: bool, *, times: str = "") -> Lines:
    """Return the line that takes it, and before it how the loss clips what it is taken of."""
    counted = min(max(probability, LEAST_PROBABILITY), 1.0)
    if fused or counted == probability:
        return (f"= −{times}ln {figure(probability, 6)}",)
    why = "at most 1" if counted == 1 else f"at least {figure(counted)}"
    return f"{figure(probability, 6)} counts as {why}", f"= −{times}ln {figure(counted)}"


def slope_stage(
    loss: Loss, activation: Activation, last: LayerRecord, shown: str, targets: Array
) -> Stage:
    """Return the stage in which the error starts on its way back."""
    name, k, fused, answers, of = last.name, shown[1:], last.fused, last.a, last.output_shape
    grad = last.grad_z if fused else last.grad_a
    assert grad is not None
    label, wanted = f"dZ{k}" if fused else f"d{shown}", spread_over(targets, of)
    steps, alike = last.positions if steps_of(of) else 0, len(targets) < len(answers)
    counting = _counting(loss, last, wanted)
    weighed = fused and bool((counting != 1).any())
    bracket, over = ("(", f") / {steps}") if steps else ("", "")

    def arithmetic(row: int, column: int) -> Lines:
        given, right = answers[row, column], wanted[row, column]
        value, at = figure(grad[row, column]), place(row, of)
        left = f"∂L/∂{'z' if fused else 'ŷ'}{at}"
        y = f"y{sub(row // last.positions) if alike else at}"
        if fused or isinstance(loss, MeanSquaredError):
            s = counting[row % last.positions, column]
            if s == 0:
                return (f"{left} = 0: nothing is asked at this step.",)
            letter, times = ("s·", f"{figure(s)}·") if weighed else ("", "")
            return (
                f"{left} = {bracket}{letter}ŷ{at} − {y}{over}",
                f"= {bracket}{times}{figure(given)} − {factor(right)}{over}",
                f"= {value}",
            )
        rule = loss.derivative_formula.split(";")[0]
        numbers = f"ŷ = {figure(given)}, y = {figure(right)}"
        return rule, numbers + (f", divided by {steps} steps" if steps else ""), f"= {value}"

    if fused:
        formula = f"dZ{k} = {bracket}{'s ∘ ' * weighed}{shown} − Y{over}"
        words = [
            f"{loss.title} and {activation.title.lower()} belong together: their two derivatives "
            "multiply to the plain difference of answer and truth."
        ]
    else:
        slope, _, rule = loss.derivative_formula.split(";")[0].partition(" = ")
        formula = f"d{shown} = {slope} = {bracket}{rule}{over}"
        words = ["How much the loss would grow if an answer grew a little."]
    if steps:
        words.append(f"The loss is a mean over {steps} steps, and each has its share of it.")
    if weighed:
        words.append("s is what an answer counts, Σ y at its step: 0 where nothing is asked.")
    if grad.shape[1] > 1:
        words.append(_WHERE_THE_MEAN_IS)
    return computing(
        "backward",
        name,
        "the error starts back",
        formula,
        f"{shape(answers, of)} − {shape(targets, _rows_of(last, targets))} → {shape(grad, of)}",
        " ".join(words),
        extent(last.there(grad), "slope"),
        (
            Matrix(shown, "answers ŷ", answers, NEURON, EXAMPLE, name, of),
            _right(last, targets),
            Matrix(label, "∂L/∂z" if fused else "∂L/∂ŷ", grad, NEURON, EXAMPLE, name, of),
        ),
        arithmetic,
    )
