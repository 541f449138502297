"""What a layer says of one of its units and one example, in numbers of full precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.nn.activations import Activation

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class WeightedSum:
    """z = Σ w·a + b of a unit.

    Attributes
    ----------
    source
        The layer that the inputs come from, or ``input``.
    weights, bias
        (inputs,), and b.
    inputs, z
        What the weights multiply, (inputs,), and the sum; None without an example.
    grad_weights
        ∂L/∂w = ∂L/∂z · input, (inputs,), None without a wanted answer. ∂L/∂b is ∂L/∂z.
    places
        Which number of the source each input is, (inputs,), −1 for a zero beside a picture; None
        where they are all of them in their order.
    """

    source: str
    weights: Floats
    bias: float
    inputs: Floats | None = None
    z: float | None = None
    grad_weights: Floats | None = None
    places: NDArray[np.intp] | None = None

    def place(self, index: int) -> int:
        """Return which number of the source an input is, −1 for a zero beside a picture."""
        return index if self.places is None else int(self.places[index])

    @property
    def terms(self) -> Floats | None:
        """Each w·a, (inputs,)."""
        if self.inputs is None:
            return None
        with np.errstate(all="ignore"):
            return self.weights * self.inputs


@dataclass(frozen=True, eq=False)
class Bend:
    """a = f(z), and how a changes with z.

    Attributes
    ----------
    activation
        f.
    f
        f(z) of this unit; what it hands on unless it is silenced.
    slope
        ∂a/∂z: f′(z), for softmax the diagonal f(1 − f).
    outputs
        For an activation that looks at the whole layer: which of its outputs the j are, (units,):
        all that there are at this one's step.
    jacobian
        For such an activation: ∂aᵢ/∂zⱼ = fᵢ(δᵢⱼ − fⱼ) by j, (units,).
    layer_f, layer_grad_a
        For such an activation: all fⱼ, and their ∂L/∂aⱼ, (units,).
    rivals
        For such an activation: ln Σ e^zⱼ over the other units, so that f = σ(z − rivals).
    """

    activation: Activation
    f: float
    slope: float
    outputs: NDArray[np.intp] | None = None
    jacobian: Floats | None = None
    layer_f: Floats | None = None
    layer_grad_a: Floats | None = None
    rivals: float = 0.0


@dataclass(frozen=True, eq=False)
class Pooled:
    """Numbers of a picture that a unit makes one number of, without weights.

    Attributes
    ----------
    source
        The layer that they come from, or ``input``.
    values, places
        The numbers, (rows, columns), and which of the source's each is.
    taken
        The row and the column, from 0, of the one that is handed on; None where all count alike.
    """

    source: str
    values: Floats
    places: NDArray[np.intp]
    taken: tuple[int, int] | None = None


@dataclass(frozen=True)
class Figure:
    """A number of a unit by name; ``total`` marks what it hands on."""

    name: str
    value: float | None
    total: bool = False


@dataclass(frozen=True, eq=False)
class UnitReport:
    """What a layer says of one unit.

    Attributes
    ----------
    words
        What the layer does, as a formula or a sentence; empty where ``sum`` and ``bend`` say it.
    figures
        The unit's own numbers in the order of computing, slopes last.
    sum, bend
        Of a unit that weighs its inputs and bends the sum.
    pooled
        Of a unit that looks at a part of a picture and does not weigh it; None without an example.
    frozen, silenced
        What the layer's settings say of it.
    """

    words: str = ""
    figures: tuple[Figure, ...] = ()
    sum: WeightedSum | None = None
    bend: Bend | None = None
    pooled: Pooled | None = None
    frozen: bool = False
    silenced: bool = False


def number_at(values: Floats | None, unit: int) -> float | None:
    """Return a unit's number for the one example, None where there is none."""
    return None if values is None or not values.shape[1] else float(values[unit, 0])
