"""Learning-rate schedules: large steps while far from the goal, small ones near it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Protocol

from playground import fields


class Schedule(Protocol):
    """What every schedule offers."""

    kind: ClassVar[str]
    title: ClassVar[str]
    formula: ClassVar[str]
    use: ClassVar[str]

    def factor(self, epoch: float) -> float:
        """Return what multiplies the learning rate after ``epoch`` epochs (fractions count)."""


@dataclass(frozen=True)
class Constant:
    """The same rate from start to end."""

    kind: ClassVar[str] = "constant"
    title: ClassVar[str] = "Constant"
    formula: ClassVar[str] = "factor = 1"
    use: ClassVar[str] = "The place to start: one rate throughout."

    def factor(self, epoch: float) -> float:
        """Return 1."""
        return 1.0


@dataclass(frozen=True)
class StepDecay(fields.Settings):
    """The rate drops by a factor every few epochs."""

    kind: ClassVar[str] = "step"
    title: ClassVar[str] = "Steps"
    formula: ClassVar[str] = "factor = dropᵏ, k = ⌊epoch / every⌋"
    use: ClassVar[str] = "Coarse steps first, finer ones whenever progress would stall."

    every: float = fields.number(
        20.0, "Every", "How long each stair lasts.", unit="epochs", low=0.1, high=1_000_000
    )
    drop: float = fields.number(
        0.5, "Drop", "What the rate is multiplied by at each stair.", low=0.01, high=1
    )

    def factor(self, epoch: float) -> float:
        """Return drop^⌊epoch / every⌋."""
        return float(self.drop ** math.floor(epoch / self.every))


@dataclass(frozen=True)
class Cosine(fields.Settings):
    """The rate glides down half a cosine wave (Loshchilov and Hutter 2016), then stays there."""

    kind: ClassVar[str] = "cosine"
    title: ClassVar[str] = "Cosine"
    formula: ClassVar[str] = "factor = end + (1 − end)·½(1 + cos(π·epoch / epochs))"
    use: ClassVar[str] = "A training of known length: settles smoothly into its last epochs."

    epochs: float = fields.number(
        100.0, "Length", "When the rate reaches its end.", unit="epochs", low=0.1, high=1_000_000
    )
    end: float = fields.number(0.0, "End", "What part of the rate is left then.", low=0, high=1)

    def factor(self, epoch: float) -> float:
        """Return end + (1 − end)·½(1 + cos(π·min(epoch / epochs, 1)))."""
        progress = min(epoch / self.epochs, 1.0)
        return self.end + (1 - self.end) * 0.5 * (1 + math.cos(math.pi * progress))


@dataclass(frozen=True)
class WarmUp(fields.Settings):
    """The rate grows in a straight line to its full size, then stays there."""

    kind: ClassVar[str] = "warm_up"
    title: ClassVar[str] = "Warm-up"
    formula: ClassVar[str] = "factor = start + (1 − start)·min(epoch / epochs, 1)"
    use: ClassVar[str] = "Large rates that would throw a fresh network off course at once."

    epochs: float = fields.number(
        5.0, "Length", "When the rate is full.", unit="epochs", low=0.1, high=1_000_000
    )
    start: float = fields.number(
        0.1, "Start", "What part of the rate the first step takes.", low=0, high=1
    )

    def factor(self, epoch: float) -> float:
        """Return start + (1 − start)·min(epoch / epochs, 1)."""
        return self.start + (1 - self.start) * min(epoch / self.epochs, 1.0)


SCHEDULES: fields.Registry[Schedule] = fields.Registry(
    "schedule", Constant, StepDecay, Cosine, WarmUp
)
