"""How each optimizer moves a tensor, with its textbook quantities instead of its stored ones.

The optimizers of :mod:`playground.nn.optimizers` keep some moments without their factors; here
``m``, ``v`` and ``s`` are those of the formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.analysis.slow_step.stage import Lines
from playground.analysis.slow_step.writing import factor, figure, sub, sup
from playground.nn.arrays import Array
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


@dataclass(frozen=True)
class Names:
    """What the formulas call a tensor: ``W1`` as a whole, ``w`` an entry of it."""

    tensor: str
    entry: str

    def place(self, at: tuple[int, int]) -> str:
        """Return an entry's place below the line; a weight has two indices."""
        return sub(*at) if self.entry == "w" else sub(at[0])


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
    after
        The tensor after the step.
    lines
        Writes one entry's arithmetic out, given its place.
    """

    formula: str
    explanation: str
    quantities: tuple[tuple[str, str, Array], ...]
    after: Array
    lines: Callable[[tuple[int, int]], Lines]


def move(
    optimizer: Optimizer,
    w: Array,
    g: Array,
    moments: Sequence[Array],
    rate: float,
    step: int,
    names: Names,
) -> Move:
    """Return the update of one tensor.

    Parameters
    ----------
    optimizer
        Whose formula to follow.
    w, g
        The tensor and its slopes after penalties and clipping, (rows, columns).
    moments
        As the optimizer stores them before the step, each of w's shape.
    rate
        The step's α.
    step
        t, counted from 1.
    names
        What to call the tensor.
    """
    by_kind = _MOVES.get(type(optimizer))
    if by_kind is None:
        return _by_itself(optimizer, w, g, moments, rate, step, names)
    return by_kind(optimizer, w, g, moments, rate, step, names)


def _descent(
    optimizer: Any,
    w: Array,
    g: Array,
    moments: Sequence[Array],
    rate: float,
    step: int,
    names: Names,
) -> Move:
    after = w - rate * g

    def lines(at: tuple[int, int]) -> Lines:
        place = names.place(at)
        return (
            f"{names.entry}{place} ← {names.entry}{place} − α·g{place}",
            f"= {figure(w[at], 6)} − {figure(rate)}·{factor(g[at])}",
            f"= {figure(after[at], 6)}",
        )

    formula = f"{names.tensor} ← {names.tensor} − α·g,   α = {figure(rate)}"
    why = "Every parameter moves against its slope, the further the steeper it is."
    return Move(formula, why, (), after, lines)


def _momentum(
    optimizer: Momentum | Nesterov,
    w: Array,
    g: Array,
    moments: Sequence[Array],
    rate: float,
    step: int,
    names: Names,
) -> Move:
    mu, former = optimizer.momentum, moments[0]
    ahead = isinstance(optimizer, Nesterov)
    velocity = mu * former + g
    way = g + mu * velocity if ahead else velocity
    after = w - rate * way

    def lines(at: tuple[int, int]) -> Lines:
        place = names.place(at)
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
            f"{names.entry}{place} ← {figure(w[at], 6)} − {figure(rate)}·{factor(way[at])} = "
            f"{figure(after[at], 6)}"
        )
        return tuple(written)

    if ahead:
        way_symbol = "(g + μ·v)"
        why = "Momentum, but the way is looked up where the speed will have carried the weights."
    else:
        way_symbol = "v"
        why = "A ball rolling downhill: the speed v of the steps before is kept and added to."
    formula = f"v ← μ·v + g;   {names.tensor} ← {names.tensor} − α·{way_symbol}"
    why = f"Here α = {figure(rate)}, μ = {figure(mu)}. {why}"
    quantities = (("v", "speed before", former), ("v′", "speed now", velocity))
    return Move(formula, why, quantities, after, lines)


def _rmsprop(
    optimizer: RMSProp,
    w: Array,
    g: Array,
    moments: Sequence[Array],
    rate: float,
    step: int,
    names: Names,
) -> Move:
    rho, epsilon = optimizer.decay, optimizer.epsilon
    former = (1 - rho) * moments[0]
    squares = rho * former + (1 - rho) * g * g
    after = w - rate * g / (np.sqrt(squares) + epsilon)

    def lines(at: tuple[int, int]) -> Lines:
        place = names.place(at)
        return (
            f"s{place} ← ρ·s{place} + (1 − ρ)·g{place}² = {figure(rho)}·{factor(former[at])} + "
            f"{figure(1 - rho)}·{factor(g[at])}² = {figure(squares[at])}",
            f"{names.entry}{place} ← {names.entry}{place} − α·g{place} / (√s{place} + ε)",
            f"= {figure(w[at], 6)} − {figure(rate)}·{factor(g[at])} / "
            f"({figure(np.sqrt(squares[at]))} + {figure(epsilon)})",
            f"= {figure(after[at], 6)}",
        )

    formula = f"s ← ρ·s + (1 − ρ)·g²;   {names.tensor} ← {names.tensor} − α·g / (√s + ε)"
    why = (
        f"Here α = {figure(rate)}, ρ = {figure(rho)}. Each parameter has a rate of its own: the "
        "larger its usual slope, the shorter its steps."
    )
    quantities = (("s", "mean square before", former), ("s′", "mean square now", squares))
    return Move(formula, why, quantities, after, lines)


def _adam(
    optimizer: Adam,
    w: Array,
    g: Array,
    moments: Sequence[Array],
    rate: float,
    step: int,
    names: Names,
) -> Move:
    one, two, epsilon = optimizer.beta1, optimizer.beta2, optimizer.epsilon
    former_m, former_v = (1 - one) * moments[0], (1 - two) * moments[1]
    m = one * former_m + (1 - one) * g
    v = two * former_v + (1 - two) * g * g
    m_hat, v_hat = m / (1 - one**step), v / (1 - two**step)
    decay = optimizer.weight_decay if isinstance(optimizer, AdamW) else 0.0
    shrunk = w * (1 - rate * decay)
    after = shrunk - rate * m_hat / (np.sqrt(v_hat) + epsilon)

    def lines(at: tuple[int, int]) -> Lines:
        place = names.place(at)
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
                f"{names.entry}{place} ← (1 − α·λ)·{names.entry}{place} = "
                f"(1 − {figure(rate)}·"
                f"{figure(decay)})·{factor(w[at])} = {figure(shrunk[at], 6)}"
            )
        written.append(
            f"{names.entry}{place} ← {figure(shrunk[at], 6)} − "
            f"{figure(rate)}·{factor(m_hat[at])} / "
            f"({figure(np.sqrt(v_hat[at]))} + {figure(epsilon)}) = {figure(after[at], 6)}"
        )
        return tuple(written)

    formula = f"{names.tensor} ← {names.tensor} − α·M̂ / (√V̂ + ε)"
    why = (
        f"Here α = {figure(rate)}, β₁ = {figure(one)}, β₂ = {figure(two)}, t = {step}. "
        "m is a running mean of the slopes, v of their squares; M̂ = m / (1 − β₁ᵗ) and "
        "V̂ = v / (1 − β₂ᵗ) make up for their start at 0. Each parameter gets a rate of its own."
    )
    if decay:
        formula = f"{names.tensor} ← (1 − α·λ)·{names.tensor};   {formula}"
        why = f"First every parameter shrinks, λ = {figure(decay)}; then Adam moves it. {why}"
    quantities = (
        ("m", "mean slope before", former_m),
        ("m′", "mean slope now", m),
        ("v", "mean square before", former_v),
        ("v′", "mean square now", v),
        ("M̂", "m corrected", m_hat),
        ("V̂", "v corrected", v_hat),
    )
    return Move(formula, why, quantities, after, lines)


def _by_itself(
    optimizer: Optimizer,
    w: Array,
    g: Array,
    moments: Sequence[Array],
    rate: float,
    step: int,
    names: Names,
) -> Move:
    """Return the move of an optimizer that has no textbook account here: from its own code."""
    after, scratch = np.ascontiguousarray(w).copy(), np.empty(w.shape)
    kept = [np.ascontiguousarray(moment).copy() for moment in moments]
    optimizer.update(after, np.ascontiguousarray(g), kept, rate, step, scratch)

    def lines(at: tuple[int, int]) -> Lines:
        place = names.place(at)
        return (
            f"{names.entry}{place} = {figure(w[at], 6)}, g{place} = {figure(g[at])}",
            f"{names.entry}{place} ← {figure(after[at], 6)}",
        )

    return Move(f"{optimizer.formula},   α = {figure(rate)}", optimizer.use, (), after, lines)


_MOVES: dict[type[Any], Callable[..., Move]] = {
    GradientDescent: _descent,
    SGD: _descent,
    Momentum: _momentum,
    Nesterov: _momentum,
    RMSProp: _rmsprop,
    Adam: _adam,
    AdamW: _adam,
}
