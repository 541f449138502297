"""What a diagnosis says: what was measured, what shows it, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from playground.analysis.diagnosis.measurements import Measurements
from playground.analysis.neurons.neuron import Neuron
from playground.wording import number

Evidence = Literal[
    "network",
    "activations",
    "classes",
    "weights",
    "confusion",
    "mistakes",
    "why",
    "generated",
    "step",
    "curves",
]
"""The views that can show what a finding says, by key."""


@dataclass(frozen=True)
class Remedy:
    """Settings that remove a fault.

    Attributes
    ----------
    label
        What it does, as a link says it: ``"Switch to Leaky ReLU"``.
    changes
        New values by their path in the experiment.
    needs_reset
        Whether the present weights are beyond help, so that training has to begin anew.
    """

    label: str
    changes: Mapping[str, Any]
    needs_reset: bool = False


@dataclass(frozen=True)
class Finding:
    """One fault that was measured.

    Attributes
    ----------
    kind
        Which fault; the key of :data:`~playground.analysis.diagnosis.faults.FAULTS`.
    headline
        What was measured, with its numbers; no full stop.
    explanation
        One sentence: what it means.
    evidence
        The view that shows it.
    measured
        The figure that was held against the fault's threshold.
    neuron
        What to select in that view, if it is one neuron.
    remedies
        The best first.
    """

    kind: str
    headline: str
    explanation: str
    evidence: Evidence
    measured: float
    neuron: Neuron | None = None
    remedies: tuple[Remedy, ...] = field(default=())


class Fault(Protocol):
    """What can be wrong, and how it is found.

    Attributes
    ----------
    kind
        Its name.
    explains
        Faults that are mere consequences: while this one is found, they are not told.
    before_training
        Whether it can be known of a network that has not been trained.
    """

    kind: str
    explains: frozenset[str]
    before_training: bool

    def find(self, m: Measurements, shown: bool) -> Finding | None:
        """Return the finding, or None where the figures do not bear it out.

        ``shown`` is whether the user reads it already: it then takes a clearly better figure to
        take it back, so that a figure near its threshold does not make the finding flicker.
        """


def reached(measured: float, threshold: float, shown: bool) -> bool:
    """Return whether a figure reaches its threshold, or four fifths of it once it is shown."""
    return measured >= threshold * (0.8 if shown else 1.0)


def figure(value: float) -> str:
    """Return a number of two or three significant digits for a headline: 0.00074, 8.3, 12,000."""
    digits = 3 if 10 <= abs(value) < 1000 else 2
    return number(float(f"{value:.{digits}g}"))


def percent(share: float) -> str:
    """Return a share as ``"12 %"``, ``"0.0083 %"``, the sign on the number's line."""
    return f"{figure(100 * share)}\N{NO-BREAK SPACE}%"
