"""The curves of the glossary, made by the very objects that compute in a network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.nn.activations import Activation
from playground.nn.losses import Loss
from playground.nn.schedules import Schedule
from playground.wording import number

Floats = NDArray[np.float64]

_POINTS = 241
_REACH, _FAR = 4.0, 40.0
_EPOCHS = 100.0


@dataclass(frozen=True, eq=False)
class Curve:
    """One or two lines over the same axis.

    Attributes
    ----------
    measures
        What the axis is.
    x
        (points,)
    lines
        The name and the values, (points,), of each line.
    """

    measures: str
    x: Floats
    lines: tuple[tuple[str, Floats], ...]


def activation_curve(activation: Activation) -> Curve:
    """Return f and f′; softmax's are of one of two neurons, whose other has the sum 0."""
    z = np.linspace(-_REACH, _REACH, _POINTS)
    f, slope = _of(activation, z)
    measures = "z" if activation.elementwise else "z₁, beside z₂ = 0"
    return Curve(measures, z, (("f(z)", f), ("f′(z)", slope)))


def activation_facts(activation: Activation) -> tuple[str, ...]:
    """Return what the values and the slope of an activation lie between."""
    _, slope = _of(activation, np.linspace(-_FAR, _FAR, 8 * int(_FAR) * 10 + 1))
    low, high = (number(float(end), 3) for end in (slope.min(), slope.max()))
    steep = f"Slope: always {low}." if low == high else f"Slope: from {low} to {high}."
    return range_words(activation), steep


def range_words(activation: Activation) -> str:
    """Return by what an activation's values are bounded, as a sentence."""
    low, high = (number(bound) for bound in activation.bounds())
    ends = {
        (False, False): "Not bounded.",
        (True, False): f"Bounded below by {low}.",
        (False, True): f"Bounded above by {high}.",
        (True, True): f"Bounded: from {low} to {high}.",
    }
    return ends[low != "−∞", high != "∞"]


def loss_curve(loss: Loss) -> Curve:
    """Return the loss of one output ŷ whose right answer is 1."""
    numbers = loss.measures == "numbers"
    answers = np.linspace(-1, 3, _POINTS) if numbers else np.linspace(0.01, 1, _POINTS)
    right = np.ones((1, 1))
    values = [loss.value(np.array([[answer]]), right) for answer in answers]
    return Curve("answer ŷ, where y = 1", answers, (("L", np.array(values)),))


def schedule_curve(schedule: Schedule) -> Curve:
    """Return what multiplies the learning rate in the first epochs."""
    epochs = np.linspace(0, _EPOCHS, _POINTS)
    factors = np.array([schedule.factor(float(epoch)) for epoch in epochs])
    return Curve("epoch", epochs, (("factor", factors),))


def _of(activation: Activation, z: Floats) -> tuple[Floats, Floats]:
    sums = z[np.newaxis] if activation.elementwise else np.stack([z, np.zeros_like(z)])
    f = np.empty_like(sums)
    activation.forward(sums, f)
    return f[0], activation.derivative(sums)[0]
