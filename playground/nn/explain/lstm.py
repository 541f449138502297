"""The LSTM in formulas: what is written to the cells, what they keep, and what they show."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.recurrent import InTime, Sum, tanh_slope
from playground.nn.explain.stage import Matrix, Stage
from playground.nn.explain.through_time import explained
from playground.nn.explain.unit_report import Figure

SUMS = (
    Sum("G", "candidate", "candidate", "tanh", 0),
    Sum("I", "input gate", "input", "σ", 1),
    Sum("F", "forget gate", "forget", "σ", 2),
    Sum("O", "output gate", "output", "σ", 3),
)
"""What a unit sums up at every step, in the order of its weights."""

_WHY = (
    "What a neuron could write to its cell, from −1 to 1, by the numbers of the step and by all "
    "answers before. All of a step is done before the next one begins.",
    "How much of the candidate is written to the cell: 0 is nothing, 1 all of it.",
    "How much of what the cell holds is kept: 0 forgets it, 1 keeps all.",
    "How much of the cell is shown to the others: 0 hides it.",
)


def explain_lstm(time: InTime, symbols: Symbols) -> Explanation:
    """Return an LSTM's step: four sums, the cells C and the answers H, and back through time."""
    k = time.k
    sums = [replace(each, symbol=f"{each.symbol}{k}") for each in SUMS]
    gates = [time.matrix(each.symbol, each.title, each.kept) for each in sums]
    g, i, f, o = gates
    cells, answers = time.matrix(f"C{k}", "cells", "c"), time.answers
    forward = [time.summed(each, why) for each, why in zip(sums, _WHY, strict=True)]
    forward += [
        time.multiplied(
            *("forward", "cells", f"C{k} = F{k} ∘ C{k} one step before + I{k} ∘ G{k}"),
            "A cell keeps a share of what it held and adds a share of the candidate. Nothing bends "
            "what is kept, so it can last for many steps.",
            (f, i, g, cells),
            [
                [time.number(f), time.number(cells, "before")],
                [time.number(i), time.number(g)],
            ],
        ),
        time.multiplied(
            *("forward", "answers", f"H{k} = O{k} ∘ tanh(C{k})"),
            "What the neurons show of their cells, to the layers behind and to all neurons of this "
            "layer at the next step.",
            (o, cells, answers),
            [[time.number(o), time.number(cells, name="tanh {}", curve=math.tanh)]],
            heard=True,
        ),
    ]
    back = [] if time.done.grad_a is None else _back(time, sums, gates, cells)
    return explained(time, symbols, sums, forward, back)


def inspect_lstm(time: InTime, unit: int, step: int) -> Iterator[Figure]:
    """Yield what a unit made of one step: its sums, its cell and its answer; and the slopes."""
    before, cells = time.before(unit, step), time.kept("c")
    for each in SUMS:
        yield from time.figures(each, unit, step)
    yield Figure("c before", time.at(cells, unit, before, 0))
    yield Figure("c, cell: f · c before + i · g", time.at(cells, unit, step, 0))
    yield Figure("h, answer: o · tanh(c)", time.at(time.kept("h"), unit, step, 0), total=True)
    yield from time.slope_figures(SUMS, unit, step, ("∂L/∂c", "grad_c"))


def _back(time: InTime, sums: Sequence[Sum], gates: Sequence[Matrix], cells: Matrix) -> list[Stage]:
    """Return the stages from ∂L/∂ the answers to ∂L/∂ the four sums."""
    k, shown, (g, i, f, o) = time.k, time.grad_answers, gates
    errors = time.matrix(f"dC{k}", "∂L/∂cells", "grad_c")
    grad_g, grad_i, grad_f, grad_o = map(time.slopes, sums)
    squashed = time.number(cells, name="tanh {}", curve=math.tanh)

    def back(
        gate: Matrix, grad: Matrix, error: Matrix, met: Matrix, formula: str, words: str
    ) -> Stage:
        slope = time.slope_of_tanh(gate) if gate is g else time.slope_of_sigmoid(gate)
        factor = squashed if gate is o else time.number(met, "before" if gate is f else "here")
        return time.multiplied(
            *("backward", f"back to the {gate.title}", f"{grad.symbol} = {formula}", words),
            (error, met, gate, grad),
            [[time.number(error), factor, slope]],
        )

    return [
        time.multiplied(
            *("backward", "back to the cells"),
            f"dC{k} = δH{k} ∘ O{k} ∘ (1 − tanh²(C{k})) + dC{k} ∘ F{k} one step later",
            "A cell is shown now, and kept for the next step by as much as its forget gate lets "
            "through: where that is near 1, the error goes far back in time.",
            (shown, o, cells, f, errors),
            [
                [
                    time.number(shown),
                    time.number(o),
                    time.number(cells, name="(1 − tanh² {})", curve=_slope_of_squashed),
                ],
                [time.number(errors, "behind"), time.number(f, "behind")],
            ],
        ),
        back(
            *(g, grad_g, errors, i, f"dC{k} ∘ I{k} ∘ (1 − G{k}²)"),
            "The candidate was multiplied by the input gate, and bent by tanh.",
        ),
        back(
            *(i, grad_i, errors, g, f"dC{k} ∘ G{k} ∘ I{k} ∘ (1 − I{k})"),
            "The input gate was multiplied by the candidate; a sigmoid has the slope a·(1 − a).",
        ),
        back(
            *(f, grad_f, errors, cells, f"dC{k} ∘ C{k} one step before ∘ F{k} ∘ (1 − F{k})"),
            "The forget gate was multiplied by what the cell held.",
        ),
        back(
            *(o, grad_o, shown, cells, f"δH{k} ∘ tanh(C{k}) ∘ O{k} ∘ (1 − O{k})"),
            "The output gate was multiplied by the bent cell.",
        ),
    ]


def _slope_of_squashed(value: float) -> float:
    return tanh_slope(math.tanh(value))
