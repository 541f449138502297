"""The simple recurrent layer in formulas: one sum of every unit at every step, and its tanh."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.recurrent import InTime, Sum
from playground.nn.explain.through_time import explained
from playground.nn.explain.unit_report import Figure

SUM = Sum("Z", "weighted sum", "sum", "", 0)
"""What a unit sums up at every step."""


def explain_rnn(time: InTime, symbols: Symbols) -> Explanation:
    """Return the step: H = tanh(W·X + U·H before + b), and back through time."""
    k = time.k
    total = replace(SUM, symbol=f"Z{k}")
    sums, answers = time.matrix(f"Z{k}", "weighted sums", "sum"), time.answers
    forward = [
        time.summed(
            total,
            "Each neuron weighs the numbers of the step and what all neurons answered at the step "
            "before, and adds its bias. All of a step is done before the next one begins.",
        ),
        time.multiplied(
            *("forward", "answers", f"H{k} = tanh(Z{k})"),
            "What a neuron answers goes to the layers behind, and to all neurons of this layer at "
            "the next step: that is all they remember.",
            (sums, answers),
            [[time.number(sums, name="tanh {}", curve=math.tanh)]],
            heard=True,
        ),
    ]
    back = []
    if time.done.grad_a is not None:
        grad, shown = time.slopes(total), time.grad_answers
        back = [
            time.multiplied(
                *("backward", "back through tanh", f"dZ{k} = δH{k} ∘ (1 − H{k}²)"),
                "Where tanh is flat, no error gets through, and what gets through is multiplied by "
                "the weights from step to step: so it fades, or grows, with every step.",
                (shown, answers, grad),
                [[time.number(shown), time.slope_of_tanh(answers)]],
            )
        ]
    return explained(time, symbols, (total,), forward, back)


def inspect_rnn(time: InTime, unit: int, step: int) -> Iterator[Figure]:
    """Yield what a unit made of one step: its sum and its answer; and the slopes."""
    yield from time.figures(SUM, unit, step)
    answer = time.at(time.kept("h"), unit, step, 0)
    yield Figure("h, answer: tanh(z)", answer, total=True)
    yield from time.slope_figures((SUM,), unit, step)
