"""The GRU in formulas: what is recalled, what is new, and the blend of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.recurrent import Factor, InTime, Sum
from playground.nn.explain.stage import Matrix, Stage
from playground.nn.explain.through_time import explained
from playground.nn.explain.unit_report import Figure
from playground.nn.explain.writing import Lines, entry, factor, figure, sub

SUMS = (
    Sum("N", "candidate", "candidate", "tanh", 0, recalls=False),
    Sum("R", "reset gate", "reset", "σ", 1),
    Sum("Z", "update gate", "update", "σ", 2),
)
"""What a unit sums up at every step, in the order of its weights."""

RECALLED = Sum("Q", "recalled", "recalled", "", 0, reads=False)
"""What the candidate gets from the answers before, a sum by itself."""


def explain_gru(time: InTime, symbols: Symbols) -> Explanation:
    """Return a GRU's step: gates R and Z, the candidate N and the answers H, and back."""
    k = time.k
    letters = {"N": symbols.number("N"), "R": symbols.number("R")}
    candidate, reset, update, recalled = (
        replace(each, symbol=f"{each.symbol}{letters.get(each.symbol, k)}")
        for each in (*SUMS, RECALLED)
    )
    r, z, q, n = (
        time.matrix(each.symbol, each.title, each.kept)
        for each in (reset, update, recalled, candidate)
    )
    answers = time.answers

    def bent(total: float, unit: int, step: int, example: int) -> Lines:
        at = sub(unit, step)
        share, held, value = (time.at(each.values, unit, step, example) for each in (r, q, n))
        name, by = entry(n.symbol), entry(r.symbol)
        return (
            f"{name}{at} = tanh(sum + {by}{at}·q{at})",
            f"= tanh({figure(total)} + {factor(share)}·{factor(held)})",
            f"= {figure(value)}",
        )

    forward = [
        time.summed(
            reset,
            "How much of what is recalled goes into the candidate: 0 leaves it out. All of a step "
            "is done before the next one begins.",
        ),
        time.summed(
            update, "How much of the answer before is kept: 0 takes all from the candidate, 1 none."
        ),
        time.summed(recalled, "What the answers before say to the candidate, not bent yet."),
        time.summed(
            candidate,
            "What a neuron could answer next, from −1 to 1: by the numbers of the step, and by as "
            "much of what is recalled as its reset gate lets through.",
            formula=f"{n.symbol} = tanh(W{k}·{time.source} + b{k} + {r.symbol} ∘ Q{k})",
            beside=(r, q),
            finish=bent,
        ),
        time.multiplied(
            "forward",
            "answers",
            f"H{k} = (1 − Z{k}) ∘ {n.symbol} + Z{k} ∘ H{k} one step before",
            "Each answer is a blend of the candidate and of the answer before. What is kept is "
            "bent by nothing, so it can last for many steps.",
            (z, n, answers),
            [
                [time.number(z, name="(1 − {})", curve=_rest), time.number(n)],
                [time.number(z), time.number(answers, "before")],
            ],
            heard=True,
        ),
    ]
    back = [] if time.done.grad_a is None else _back(time, (candidate, reset, update, recalled))
    return explained(
        time,
        symbols,
        (candidate, reset, update),
        forward,
        back,
        recalling=(recalled, reset, update),
        kept=(z.symbol, update.kept),
    )


def inspect_gru(time: InTime, unit: int, step: int) -> Iterator[Figure]:
    """Yield what a unit made of one step: its gates, its candidate, their blend; and the slopes."""
    candidate, *gates = SUMS
    for each in (*gates, RECALLED):
        yield from time.figures(each, unit, step)
    given, new = time.figures(candidate, unit, step)
    yield given
    yield replace(new, name="n, candidate: tanh(W·x + b + r · q)")
    answers, before = time.kept("h"), time.before(unit, step)
    yield Figure("h before", time.at(answers, unit, before, 0))
    name = "h, answer: (1 − z) · n + z · h before"
    yield Figure(name, time.at(answers, unit, step, 0), total=True)
    yield from time.slope_figures((*SUMS, RECALLED), unit, step)


def _back(time: InTime, sums: Sequence[Sum]) -> list[Stage]:
    """Return the stages from ∂L/∂ the answers to ∂L/∂ the sums."""
    k, shown, answers = time.k, time.grad_answers, time.answers
    n, r, z, q = (time.matrix(each.symbol, each.title, each.kept) for each in sums)
    grad_n, grad_r, grad_z, grad_q = map(time.slopes, sums)

    def difference(unit: int, step: int, example: int) -> tuple[str, float]:
        earlier, at = time.before(unit, step), sub(unit, step)
        held = time.at(answers.values, unit, earlier, example)
        new = time.at(n.values, unit, step, example)
        return f"(h{sub(unit, earlier)} − {entry(n.symbol)}{at})", held - new

    def stage(
        grad: Matrix, met: tuple[Matrix, ...], formula: str, words: str, *terms: Factor
    ) -> Stage:
        return time.multiplied(
            *("backward", f"back to {grad.title.removeprefix('∂L/∂ sums of ')}"),
            f"{grad.symbol} = {formula}",
            words,
            (*met, grad),
            [terms],
        )

    new, reset = n.symbol, r.symbol
    return [
        stage(
            *(grad_n, (shown, z, n), f"δH{k} ∘ (1 − Z{k}) ∘ (1 − {new}²)"),
            "The candidate was let through by 1 − z, and bent by tanh.",
            time.number(shown),
            time.number(z, name="(1 − {})", curve=_rest),
            time.slope_of_tanh(n),
        ),
        stage(
            *(grad_z, (shown, answers, n, z)),
            f"δH{k} ∘ (H{k} one step before − {new}) ∘ Z{k} ∘ (1 − Z{k})",
            "The update gate chose between the answer before and the candidate; a sigmoid has the "
            "slope a·(1 − a).",
            time.number(shown),
            difference,
            time.slope_of_sigmoid(z),
        ),
        stage(
            *(grad_r, (grad_n, q, r), f"{grad_n.symbol} ∘ Q{k} ∘ {reset} ∘ (1 − {reset})"),
            "The reset gate was multiplied by what was recalled.",
            time.number(grad_n),
            time.number(q),
            time.slope_of_sigmoid(r),
        ),
        stage(
            *(grad_q, (grad_n, r), f"{grad_n.symbol} ∘ {reset}"),
            "What was recalled was multiplied by the reset gate.",
            time.number(grad_n),
            time.number(r),
        ),
    ]


def _rest(value: float) -> float:
    return 1 - value
