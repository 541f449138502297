"""The GRU: units that blend what they remember with something new, gate by gate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from playground.nn.arrays import Array, Call
from playground.nn.layers.lstm import LSTM
from playground.nn.layers.recurrent import Recurrent, RecurrentLayer
from playground.nn.layers.running import ParameterSpec, Shape
from playground.nn.layers.unrolled import CellStep


@dataclass(frozen=True)
class GRU(Recurrent):
    """Units that blend what they remember with something new.

    ``h = (1 − z)∘n + z∘h_before``: the update gate z and the reset gate r are sigmoids of their
    own sums of the step's numbers and of all answers before; the candidate is
    ``n = tanh(W·x + b + r∘(U·h_before + b′))`` (Cho et al. 2014, with the reset behind the
    product, as PyTorch and cuDNN have it).

    Examples
    --------
    >>> from playground import GRU
    >>> GRU(64).output_shape((5, 32))
    (64, 32)
    """

    kind: ClassVar[str] = "gru"
    title: ClassVar[str] = "GRU"
    use: ClassVar[str] = "Reads step by step; remembers as an LSTM does, with fewer weights."
    gates: ClassVar[tuple[str, ...]] = ("candidate", "reset", "update")
    lasting: ClassVar[type[Recurrent] | None] = LSTM

    def parameters(self, input_shape: Shape) -> tuple[ParameterSpec, ...]:
        """Return those of every recurrent layer, and ``recurrent_biases`` (units,), b′."""
        shape = (self.ways * self.units,)
        added = ParameterSpec("recurrent_biases", "b′", shape, "bias")
        return (*super().parameters(input_shape), added)

    def build(self, input_shape: Shape) -> GRULayer:
        """Return the running layer."""
        return GRULayer(self, input_shape)


class GRULayer(RecurrentLayer):
    """A GRU at work."""

    settings: GRU

    keeps = ("candidate", "reset", "update", "recalled")
    keeps_back = ("grad_candidate", "grad_reset", "grad_update", "grad_recalled")
    columns = 4
    sigmoids = slice(1, 3)
    formula = "h = (1 − z)·n + z·h before"
    titles: ClassVar[Mapping[str, str]] = {
        "h": "Hidden state",
        "candidate": "Candidate",
        "reset": "Reset gate",
        "update": "Update gate",
    }

    def shares(self, matrix: Array, tensors: Mapping[str, Array]) -> Iterable[tuple[Array, Array]]:
        """Pair three columns with each tensor: of the candidate, only inputs are in the first.

        What it recalls, U·h_before + b′, is a sum of its own, the last column.
        """
        weights, biases, (recurrent, seen) = self.stacked(matrix[:, :3], tensors)
        yield weights
        yield biases
        yield recurrent[:, 1:], seen[:, 1:]
        yield matrix[self.read + 1 :, 3], seen[:, 0]
        yield matrix[self.read, 3], tensors["recurrent_biases"]

    def forward(self, step: CellStep, scratch: Array) -> list[Call]:
        """Return n = tanh(n + r∘recalled) and h = n + z∘(h_before − n)."""
        n, r, z, recalled = step.kept
        gates = step.kept[1:3]
        return [
            partial(np.tanh, gates, gates),
            partial(np.multiply, gates, 0.5, gates),
            partial(np.add, gates, 0.5, gates),
            partial(np.multiply, r, recalled, scratch),
            partial(np.add, n, scratch, n),
            partial(np.tanh, n, n),
            partial(np.subtract, step.h_before, n, scratch),
            partial(np.multiply, scratch, z, scratch),
            partial(np.add, n, scratch, step.h),
        ]

    def backward(self, step: CellStep, scratch: Array) -> list[Call]:
        """Return ∂L/∂ the sums of n, r, z and of what the candidate recalls."""
        n, r, z, recalled = step.kept
        grad_n, grad_r, grad_z, grad_recalled = step.errors
        gates, errors = step.kept[1:3], step.errors[1:3]
        return [
            partial(np.square, step.kept[:3], step.errors[:3]),
            partial(np.subtract, 1, grad_n, grad_n),
            partial(np.subtract, gates, errors, errors),
            partial(np.subtract, 1, z, scratch),
            partial(np.multiply, scratch, step.grad_h, scratch),
            partial(np.multiply, grad_n, scratch, grad_n),
            partial(np.multiply, grad_r, grad_n, grad_r),
            partial(np.multiply, grad_r, recalled, grad_r),
            partial(np.subtract, step.h_before, n, scratch),
            partial(np.multiply, scratch, step.grad_h, scratch),
            partial(np.multiply, grad_z, scratch, grad_z),
            partial(np.multiply, grad_n, r, grad_recalled),
        ]

    def past(self, step: CellStep, scratch: Array) -> list[Call]:
        """Return ∂L/∂h_before += ∂L/∂h∘z."""
        return [
            partial(np.multiply, step.grad_h, step.kept[2], scratch),
            partial(np.add, step.grad_before, scratch, step.grad_before),
        ]
