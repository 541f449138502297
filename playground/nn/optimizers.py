"""Optimizers: how far and which way each parameter moves, given the slope of the loss.

All of them work on the whole parameter vector at once, or on any stretch of it: w are the
parameters, g = ∂L/∂w the gradient, α the learning rate, t the step, counted from 1.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, TypeAlias

import numpy as np

from playground import fields
from playground.nn.arrays import Array
from playground.nn.explain.move import Move
from playground.nn.explain.writing import sup

Update: TypeAlias = Callable[[float, int], None]
"""Moves the parameters it was prepared with, given the learning rate and the step."""


class Optimizer(fields.Settings, ABC):
    """What every optimizer offers."""

    kind: ClassVar[str]
    title: ClassVar[str]
    formula: ClassVar[str]
    use: ClassVar[str]
    full_batch: ClassVar[bool] = False
    moments: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def prepare(
        self, parameters: Array, gradient: Array, moments: Sequence[Array], scratch: Array
    ) -> Update:
        """Return the update of these vectors, all of one length; it allocates nothing.

        The moments begin at 0; ``scratch`` is overwritten.
        """

    def explain(self, w: Array, g: Array, moments: Sequence[Array], rate: float, step: int) -> Move:
        """Return how a step counted from 1 moves a tensor, given its moments before the step."""
        return Move(
            f"{self.formula},   α = {{α}}",
            self.use,
            ("{e}{p} = {w:6}, g{p} = {g}", "{e}{p} ← {w′:6}"),
        )


class _Descent(Optimizer):
    """Straight down the slope."""

    def prepare(
        self, parameters: Array, gradient: Array, moments: Sequence[Array], scratch: Array
    ) -> Update:
        """Return the update w ← w − α·g."""

        def update(learning_rate: float, step: int) -> None:
            np.multiply(gradient, learning_rate, out=scratch)
            np.subtract(parameters, scratch, out=parameters)

        return update

    def explain(self, w: Array, g: Array, moments: Sequence[Array], rate: float, step: int) -> Move:
        """Return the move against the slope."""
        return Move(
            "{W} ← {W} − α·g,   α = {α}",
            "Every parameter moves against its slope, the further the steeper it is.",
            ("{e}{p} ← {e}{p} − α·g{p}", "= {w:6} − {α}·{g:x}", "= {w′:6}"),
        )


@dataclass(frozen=True)
class GradientDescent(_Descent):
    """One step for each pass over all examples."""

    kind: ClassVar[str] = "gradient_descent"
    title: ClassVar[str] = "Gradient descent"
    formula: ClassVar[str] = "w ← w − α·g,  g over all examples"
    use: ClassVar[str] = "The plainest way down: the exact slope, but one step for a whole epoch."
    full_batch: ClassVar[bool] = True


@dataclass(frozen=True)
class SGD(_Descent):
    """One step for each mini-batch; with batches of one, an example at a time."""

    kind: ClassVar[str] = "sgd"
    title: ClassVar[str] = "SGD"
    formula: ClassVar[str] = "w ← w − α·g,  g over one mini-batch"
    use: ClassVar[str] = (
        "Stochastic gradient descent: many cheap, noisy steps instead of a few exact ones."
    )


@dataclass(frozen=True)
class Momentum(Optimizer):
    """A ball that rolls downhill: speed builds up along a steady slope (Polyak 1964)."""

    kind: ClassVar[str] = "momentum"
    title: ClassVar[str] = "Momentum"
    formula: ClassVar[str] = "v ← μ·v + g;  w ← w − α·v"
    use: ClassVar[str] = "Long, narrow valleys, where plain descent zigzags."
    moments: ClassVar[tuple[str, ...]] = ("v",)

    momentum: float = fields.number(
        0.9,
        "Momentum μ",
        "How much of the last step's speed is kept: 0 forgets it, 0.99 rolls on for long.",
        low=0,
        high=0.9999,
    )

    def prepare(
        self, parameters: Array, gradient: Array, moments: Sequence[Array], scratch: Array
    ) -> Update:
        """Return the update v ← μ·v + g, w ← w − α·v."""
        (velocity,) = moments

        def update(learning_rate: float, step: int) -> None:
            np.multiply(velocity, self.momentum, out=velocity)
            np.add(velocity, gradient, out=velocity)
            np.multiply(velocity, learning_rate, out=scratch)
            np.subtract(parameters, scratch, out=parameters)

        return update

    def explain(self, w: Array, g: Array, moments: Sequence[Array], rate: float, step: int) -> Move:
        """Return the move of a ball whose speed is v before the step and v′ now."""
        velocity = self.momentum * moments[0] + g
        return Move(
            "v ← μ·v + g;   {W} ← {W} − α·v",
            "Here α = {α}, μ = {μ}. A ball rolling downhill: the speed v of the steps before is "
            "kept and added to.",
            (
                "v{p} ← μ·v{p} + g{p} = {μ}·{v:x} + {g:x} = {v′}",
                "{e}{p} ← {w:6} − {α}·{v′:x} = {w′:6}",
            ),
            (("v", "speed before", moments[0]), ("v′", "speed now", velocity)),
            {"μ": self.momentum},
        )


@dataclass(frozen=True)
class Nesterov(Momentum):
    """Momentum that looks ahead to where its speed will carry it (Sutskever et al. 2013)."""

    kind: ClassVar[str] = "nesterov"
    title: ClassVar[str] = "Nesterov"
    formula: ClassVar[str] = "v ← μ·v + g;  w ← w − α·(g + μ·v)"
    use: ClassVar[str] = "Like momentum, but it brakes sooner before the slope turns."

    def prepare(
        self, parameters: Array, gradient: Array, moments: Sequence[Array], scratch: Array
    ) -> Update:
        """Return the update v ← μ·v + g, w ← w − α·(g + μ·v)."""
        (velocity,) = moments

        def update(learning_rate: float, step: int) -> None:
            np.multiply(velocity, self.momentum, out=velocity)
            np.add(velocity, gradient, out=velocity)
            np.multiply(velocity, self.momentum, out=scratch)
            np.add(scratch, gradient, out=scratch)
            np.multiply(scratch, learning_rate, out=scratch)
            np.subtract(parameters, scratch, out=parameters)

        return update

    def explain(self, w: Array, g: Array, moments: Sequence[Array], rate: float, step: int) -> Move:
        """Return the move along g + μ·v′, called s."""
        move = super().explain(w, g, moments, rate, step)
        speed, _ = move.lines
        return replace(
            move,
            formula="v ← μ·v + g;   {W} ← {W} − α·(g + μ·v)",
            explanation="Here α = {α}, μ = {μ}. Momentum, but the way is looked up where the speed "
            "will have carried the weights.",
            lines=(
                speed,
                "g{p} + μ·v{p} = {g} + {μ}·{v′:x} = {s}",
                "{e}{p} ← {w:6} − {α}·{s:x} = {w′:6}",
            ),
            numbers={**move.numbers, "s": g + self.momentum * (self.momentum * moments[0] + g)},
        )


_DECAY_HELP = "How long past {} count: 0.9 averages about ten steps, 0.999 about a thousand."


@dataclass(frozen=True)
class RMSProp(Optimizer):
    """A rate of its own for each parameter: the larger its usual slope, the shorter its steps.

    Tieleman and Hinton 2012. The moment is kept without its factor, as s / (1 − ρ), which saves a
    pass over the vector; the factor goes into the rate and into ε.
    """

    kind: ClassVar[str] = "rmsprop"
    title: ClassVar[str] = "RMSProp"
    formula: ClassVar[str] = "s ← ρ·s + (1 − ρ)·g²;  w ← w − α·g / (√s + ε)"
    use: ClassVar[str] = "Slopes of very different size in different parameters."
    moments: ClassVar[tuple[str, ...]] = ("s",)

    decay: float = fields.number(
        0.9, "Decay ρ", _DECAY_HELP.format("squared slopes"), low=0, high=0.9999
    )
    epsilon: float = fields.number(
        1e-8, "ε", "Keeps the division finite where the slope is flat.", low=1e-12, high=1
    )

    def prepare(
        self, parameters: Array, gradient: Array, moments: Sequence[Array], scratch: Array
    ) -> Update:
        """Return the update s ← ρ·s + (1 − ρ)·g², w ← w − α·g / (√s + ε)."""
        (squares,) = moments
        root = math.sqrt(1 - self.decay)

        def update(learning_rate: float, step: int) -> None:
            np.square(gradient, out=scratch)
            np.multiply(squares, self.decay, out=squares)
            np.add(squares, scratch, out=squares)
            np.sqrt(squares, out=scratch)
            np.add(scratch, self.epsilon / root, out=scratch)
            np.divide(gradient, scratch, out=scratch)
            np.multiply(scratch, learning_rate / root, out=scratch)
            np.subtract(parameters, scratch, out=parameters)

        return update

    def explain(self, w: Array, g: Array, moments: Sequence[Array], rate: float, step: int) -> Move:
        """Return the move, s with its factor 1 − ρ."""
        rho = self.decay
        former = (1 - rho) * moments[0]
        squares = rho * former + (1 - rho) * g * g
        return Move(
            "s ← ρ·s + (1 − ρ)·g²;   {W} ← {W} − α·g / (√s + ε)",
            "Here α = {α}, ρ = {ρ}. Each parameter has a rate of its own: the larger its usual "
            "slope, the shorter its steps.",
            (
                "s{p} ← ρ·s{p} + (1 − ρ)·g{p}² = {ρ}·{s:x} + {rest}·{g:x}² = {s′}",
                "{e}{p} ← {e}{p} − α·g{p} / (√s{p} + ε)",
                "= {w:6} − {α}·{g:x} / ({√s} + {ε})",
                "= {w′:6}",
            ),
            (("s", "mean square before", former), ("s′", "mean square now", squares)),
            {"ρ": rho, "rest": 1 - rho, "ε": self.epsilon, "√s": np.sqrt(squares)},
        )


@dataclass(frozen=True)
class Adam(Optimizer):
    """Momentum and a rate of its own for each parameter (Kingma and Ba 2014).

    ``m ← β₁·m + (1 − β₁)·g``, ``v ← β₂·v + (1 − β₂)·g²``, ``m̂ = m / (1 − β₁ᵗ)``,
    ``v̂ = v / (1 − β₂ᵗ)``, ``w ← w − α·m̂ / (√v̂ + ε)``.

    Computed in ten passes over the vector: the moments are kept without their factors, as
    ``m / (1 − β₁)`` and ``v / (1 − β₂)``, and factors and bias corrections go into α and ε.
    """

    kind: ClassVar[str] = "adam"
    title: ClassVar[str] = "Adam"
    formula: ClassVar[str] = (
        "m ← β₁·m + (1 − β₁)·g;  v ← β₂·v + (1 − β₂)·g²;  "
        "w ← w − α·M̂ / (√V̂ + ε),  M̂ = m / (1 − β₁ᵗ), V̂ = v / (1 − β₂ᵗ)"
    )
    use: ClassVar[str] = "The usual first choice: finds a fitting step for every parameter."
    moments: ClassVar[tuple[str, ...]] = ("m", "v")

    beta1: float = fields.number(0.9, "β₁", _DECAY_HELP.format("slopes"), low=0, high=0.9999)
    beta2: float = fields.number(
        0.999, "β₂", _DECAY_HELP.format("squared slopes"), low=0, high=0.99999
    )
    epsilon: float = fields.number(
        1e-8, "ε", "Keeps the division finite where the slope is flat.", low=1e-12, high=1
    )

    def prepare(
        self, parameters: Array, gradient: Array, moments: Sequence[Array], scratch: Array
    ) -> Update:
        """Return Adam's update."""
        mean, square = moments
        one, two = self.beta1, self.beta2
        # Arrays without axes: a ufunc takes them faster than Python's floats.
        beta1, beta2 = np.array(one, mean.dtype), np.array(two, mean.dtype)
        rate, epsilon = np.empty((), mean.dtype), np.empty((), mean.dtype)

        def update(learning_rate: float, step: int) -> None:
            root = math.sqrt((1 - two) / (1 - two**step))
            rate.fill(learning_rate * (1 - one) / (1 - one**step) / root)
            epsilon.fill(self.epsilon / root)
            np.multiply(mean, beta1, out=mean)
            np.add(mean, gradient, out=mean)
            np.square(gradient, out=scratch)
            np.multiply(square, beta2, out=square)
            np.add(square, scratch, out=square)
            np.sqrt(square, out=scratch)
            np.add(scratch, epsilon, out=scratch)
            np.divide(mean, scratch, out=scratch)
            np.multiply(scratch, rate, out=scratch)
            np.subtract(parameters, scratch, out=parameters)

        return update

    def explain(self, w: Array, g: Array, moments: Sequence[Array], rate: float, step: int) -> Move:
        """Return the move, m and v with their factors 1 − β₁ and 1 − β₂."""
        one, two = self.beta1, self.beta2
        former_m, former_v = (1 - one) * moments[0], (1 - two) * moments[1]
        m = one * former_m + (1 - one) * g
        v = two * former_v + (1 - two) * g * g
        m_hat, v_hat = m / (1 - one**step), v / (1 - two**step)
        return Move(
            "{W} ← {W} − α·M̂ / (√V̂ + ε)",
            "Here α = {α}, β₁ = {β₁}, β₂ = {β₂}, t = {t}. m is a running mean of the slopes, v of "
            "their squares; M̂ = m / (1 − β₁ᵗ) and V̂ = v / (1 − β₂ᵗ) make up for their start at 0. "
            "Each parameter gets a rate of its own.",
            (
                "m ← β₁·m + (1 − β₁)·g = {β₁}·{m:x} + {rest₁}·{g:x} = {m′}",
                "v ← β₂·v + (1 − β₂)·g² = {β₂}·{v:x} + {rest₂}·{g:x}² = {v′}",
                "M̂ = {m′:x} / (1 − {β₁}{ᵗ}) = {M̂}",
                "V̂ = {v′:x} / (1 − {β₂}{ᵗ}) = {V̂}",
                "{e}{p} ← {kept:6} − {α}·{M̂:x} / ({√V̂} + {ε}) = {w′:6}",
            ),
            (
                ("m", "mean slope before", former_m),
                ("m′", "mean slope now", m),
                ("v", "mean square before", former_v),
                ("v′", "mean square now", v),
                ("M̂", "m corrected", m_hat),
                ("V̂", "v corrected", v_hat),
            ),
            {
                "t": str(step),
                "ᵗ": sup(step),
                "β₁": one,
                "β₂": two,
                "rest₁": 1 - one,
                "rest₂": 1 - two,
                "ε": self.epsilon,
                "√V̂": np.sqrt(v_hat),
                "kept": w,
            },
        )


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam whose weight decay is not mixed into the gradient (Loshchilov and Hutter 2017).

    ``w ← w − α·λ·w`` before Adam's own step, for every parameter, biases included, as in the paper.
    """

    kind: ClassVar[str] = "adamw"
    title: ClassVar[str] = "AdamW"
    formula: ClassVar[str] = "w ← w − α·λ·w, then Adam's step"
    use: ClassVar[str] = "Adam with weights that shrink steadily, against overfitting."

    weight_decay: float = fields.number(
        0.01, "Weight decay λ", "How strongly every parameter is drawn to zero.", low=0, high=10
    )

    def prepare(
        self, parameters: Array, gradient: Array, moments: Sequence[Array], scratch: Array
    ) -> Update:
        """Return AdamW's update."""
        adam = super().prepare(parameters, gradient, moments, scratch)

        def update(learning_rate: float, step: int) -> None:
            np.multiply(parameters, 1 - learning_rate * self.weight_decay, out=parameters)
            adam(learning_rate, step)

        return update

    def explain(self, w: Array, g: Array, moments: Sequence[Array], rate: float, step: int) -> Move:
        """Return Adam's move of what the decay has kept."""
        move, decay = super().explain(w, g, moments, rate, step), self.weight_decay
        if not decay:
            return move
        return replace(
            move,
            formula=f"{{W}} ← (1 − α·λ)·{{W}};   {move.formula}",
            explanation="First every parameter shrinks, λ = {λ}; then Adam moves it. "
            + move.explanation,
            lines=(
                *move.lines[:-1],
                "{e}{p} ← (1 − α·λ)·{e}{p} = (1 − {α}·{λ})·{w:x} = {kept:6}",
                move.lines[-1],
            ),
            numbers={**move.numbers, "λ": decay, "kept": w * (1 - rate * decay)},
        )


OPTIMIZERS: fields.Registry[Optimizer] = fields.Registry(
    "optimizer", GradientDescent, SGD, Momentum, Nesterov, RMSProp, Adam, AdamW
)
