"""How each optimizer moves a tensor, with its textbook quantities instead of its stored ones.

The optimizers of :mod:`playground.nn.optimizers` keep some moments without their factors; here
``m``, ``v`` and ``s`` are those of the formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.analysis.slow_step.step import TensorStep
from playground.nn.arrays import Array
from playground.nn.explain.stage import Lines
from playground.nn.explain.writing import factor, figure, sup
from playground.nn.optimizers import (
    SGD,
    Adam,
    AdamW,
    GradientDescent,
    Momentum,
    Nesterov,
    Optimizer,
    RMSProp,
)


@dataclass(frozen=True, eq=False)
class Move:
    """One tensor's update.

    Attributes
    ----------
    formula
        With g for the tensor's slopes.
    explanation
        A sentence on why.
    quantities
        Symbol, title and values of what the formula needs beside w and g, each of w's shape.
    lines
        Writes one entry's arithmetic out, given its place.
    """

    formula: str
    explanation: str
    quantities: tuple[tuple[str, str, Array], ...]
    lines: Callable[[tuple[int, int]], Lines]


def move(optimizer: Optimizer, moved: TensorStep, rate: float, step: int) -> Move:
    """Return how an optimizer moved a tensor, at the rate α of a step counted from 1."""
    by_kind = _MOVES.get(type(optimizer), _by_itself)
    return by_kind(optimizer, moved, rate, step)


def _descent(optimizer: Any, moved: TensorStep, rate: float, step: int) -> Move:
    w, g, after = moved.before, moved.gradient, moved.after

    def lines(at: tuple[int, int]) -> Lines:
        place = moved.place(at)
        return (
            f"{moved.entry}{place} ← {moved.entry}{place} − α·g{place}",
            f"= {figure(w[at], 6)} − {figure(rate)}·{factor(g[at])}",
            f"= {figure(after[at], 6)}",
        )

    formula = f"{moved.symbol} ← {moved.symbol} − α·g,   α = {figure(rate)}"
    why = "Every parameter moves against its slope, the further the steeper it is."
    return Move(formula, why, (), lines)


def _momentum(optimizer: Momentum | Nesterov, moved: TensorStep, rate: float, step: int) -> Move:
    w, g, after = moved.before, moved.gradient, moved.after
    mu, former = optimizer.momentum, moved.moments[0]
    ahead = isinstance(optimizer, Nesterov)
    velocity = mu * former + g
    way = g + mu * velocity if ahead else velocity

    def lines(at: tuple[int, int]) -> Lines:
        place = moved.place(at)
        written = [
            f"v{place} ← μ·v{place} + g{place} = {figure(mu)}·{factor(former[at])} + "
            f"{factor(g[at])} = {figure(velocity[at])}",
        ]
        if ahead:
            written.append(
                f"g{place} + μ·v{place} = {figure(g[at])} + {figure(mu)}·{factor(velocity[at])} = "
                f"{figure(way[at])}"
            )
        written.append(
            f"{moved.entry}{place} ← {figure(w[at], 6)} − {figure(rate)}·{factor(way[at])} = "
            f"{figure(after[at], 6)}"
        )
        return tuple(written)

    if ahead:
        way_symbol = "(g + μ·v)"
        why = "Momentum, but the way is looked up where the speed will have carried the weights."
    else:
        way_symbol = "v"
        why = "A ball rolling downhill: the speed v of the steps before is kept and added to."
    formula = f"v ← μ·v + g;   {moved.symbol} ← {moved.symbol} − α·{way_symbol}"
    why = f"Here α = {figure(rate)}, μ = {figure(mu)}. {why}"
    quantities = (("v", "speed before", former), ("v′", "speed now", velocity))
    return Move(formula, why, quantities, lines)


def _rmsprop(optimizer: RMSProp, moved: TensorStep, rate: float, step: int) -> Move:
    w, g, after = moved.before, moved.gradient, moved.after
    rho, epsilon = optimizer.decay, optimizer.epsilon
    former = (1 - rho) * moved.moments[0]
    squares = rho * former + (1 - rho) * g * g

    def lines(at: tuple[int, int]) -> Lines:
        place = moved.place(at)
        return (
            f"s{place} ← ρ·s{place} + (1 − ρ)·g{place}² = {figure(rho)}·{factor(former[at])} + "
            f"{figure(1 - rho)}·{factor(g[at])}² = {figure(squares[at])}",
            f"{moved.entry}{place} ← {moved.entry}{place} − α·g{place} / (√s{place} + ε)",
            f"= {figure(w[at], 6)} − {figure(rate)}·{factor(g[at])} / "
            f"({figure(np.sqrt(squares[at]))} + {figure(epsilon)})",
            f"= {figure(after[at], 6)}",
        )

    formula = f"s ← ρ·s + (1 − ρ)·g²;   {moved.symbol} ← {moved.symbol} − α·g / (√s + ε)"
    why = (
        f"Here α = {figure(rate)}, ρ = {figure(rho)}. Each parameter has a rate of its own: the "
        "larger its usual slope, the shorter its steps."
    )
    quantities = (("s", "mean square before", former), ("s′", "mean square now", squares))
    return Move(formula, why, quantities, lines)


def _adam(optimizer: Adam, moved: TensorStep, rate: float, step: int) -> Move:
    w, g, after = moved.before, moved.gradient, moved.after
    one, two, epsilon = optimizer.beta1, optimizer.beta2, optimizer.epsilon
    former_m, former_v = (1 - one) * moved.moments[0], (1 - two) * moved.moments[1]
    m = one * former_m + (1 - one) * g
    v = two * former_v + (1 - two) * g * g
    m_hat, v_hat = m / (1 - one**step), v / (1 - two**step)
    decay = optimizer.weight_decay if isinstance(optimizer, AdamW) else 0.0
    shrunk = w * (1 - rate * decay)

    def lines(at: tuple[int, int]) -> Lines:
        place = moved.place(at)
        written = [
            f"m ← β₁·m + (1 − β₁)·g = {figure(one)}·{factor(former_m[at])} + "
            f"{figure(1 - one)}·{factor(g[at])} = {figure(m[at])}",
            f"v ← β₂·v + (1 − β₂)·g² = {figure(two)}·{factor(former_v[at])} + "
            f"{figure(1 - two)}·{factor(g[at])}² = {figure(v[at])}",
            f"M̂ = {factor(m[at])} / (1 − {figure(one)}{sup(step)}) = {figure(m_hat[at])}",
            f"V̂ = {factor(v[at])} / (1 − {figure(two)}{sup(step)}) = {figure(v_hat[at])}",
        ]
        if decay:
            written.append(
                f"{moved.entry}{place} ← (1 − α·λ)·{moved.entry}{place} = "
                f"(1 − {figure(rate)}·"
                f"{figure(decay)})·{factor(w[at])} = {figure(shrunk[at], 6)}"
            )
        written.append(
            f"{moved.entry}{place} ← {figure(shrunk[at], 6)} − "
            f"{figure(rate)}·{factor(m_hat[at])} / "
            f"({figure(np.sqrt(v_hat[at]))} + {figure(epsilon)}) = {figure(after[at], 6)}"
        )
        return tuple(written)

    formula = f"{moved.symbol} ← {moved.symbol} − α·M̂ / (√V̂ + ε)"
    why = (
        f"Here α = {figure(rate)}, β₁ = {figure(one)}, β₂ = {figure(two)}, t = {step}. "
        "m is a running mean of the slopes, v of their squares; M̂ = m / (1 − β₁ᵗ) and "
        "V̂ = v / (1 − β₂ᵗ) make up for their start at 0. Each parameter gets a rate of its own."
    )
    if decay:
        formula = f"{moved.symbol} ← (1 − α·λ)·{moved.symbol};   {formula}"
        why = f"First every parameter shrinks, λ = {figure(decay)}; then Adam moves it. {why}"
    quantities = (
        ("m", "mean slope before", former_m),
        ("m′", "mean slope now", m),
        ("v", "mean square before", former_v),
        ("v′", "mean square now", v),
        ("M̂", "m corrected", m_hat),
        ("V̂", "v corrected", v_hat),
    )
    return Move(formula, why, quantities, lines)


def _by_itself(optimizer: Optimizer, moved: TensorStep, rate: float, step: int) -> Move:
    """Return the move of an optimizer that has no textbook account here."""
    w, g, after = moved.before, moved.gradient, moved.after

    def lines(at: tuple[int, int]) -> Lines:
        place = moved.place(at)
        return (
            f"{moved.entry}{place} = {figure(w[at], 6)}, g{place} = {figure(g[at])}",
            f"{moved.entry}{place} ← {figure(after[at], 6)}",
        )

    return Move(f"{optimizer.formula},   α = {figure(rate)}", optimizer.use, (), lines)


_MOVES: dict[type[Any], Callable[..., Move]] = {
    GradientDescent: _descent,
    SGD: _descent,
    Momentum: _momentum,
    Nesterov: _momentum,
    RMSProp: _rmsprop,
    Adam: _adam,
    AdamW: _adam,
}
