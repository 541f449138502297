"""The simple recurrent layer: units that weigh what came and what they all answered before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from playground.nn.arrays import Array, Call
from playground.nn.layers.gru import GRU
from playground.nn.layers.recurrent import Recurrent, RecurrentLayer
from playground.nn.layers.running import Shape
from playground.nn.layers.unrolled import CellStep


@dataclass(frozen=True)
class RNN(Recurrent):
    """Units that weigh the step's numbers and all answers before.

    ``h = tanh(W·x + b + U·h_before)``.

    What they remember is written over at every step, so it fades after some ten of them (Elman
    1990; Bengio et al. 1994).

    Examples
    --------
    >>> from playground import RNN
    >>> RNN(16, direction="both").output_shape((5, 32))
    (32, 32)
    """

    kind: ClassVar[str] = "rnn"
    title: ClassVar[str] = "RNN"
    use: ClassVar[str] = "The simplest layer that reads step by step; it soon forgets."
    gates: ClassVar[tuple[str, ...]] = ("answer",)
    lasting: ClassVar[type[Recurrent] | None] = GRU

    def build(self, input_shape: Shape) -> RNNLayer:
        """Return the running layer."""
        return RNNLayer(self, input_shape)


class RNNLayer(RecurrentLayer):
    """A simple recurrent layer at work."""

    settings: RNN

    keeps = ("sum",)
    keeps_back = ("grad_sum",)
    columns = 1
    sigmoids = slice(0)
    formula = "h = tanh(W·x + b + U·h before)"
    titles: ClassVar[Mapping[str, str]] = {"h": "Hidden state"}

    def shares(self, matrix: Array, tensors: Mapping[str, Array]) -> Iterable[tuple[Array, Array]]:
        """Pair all of the matrix with weights, biases and recurrent weights."""
        return self.stacked(matrix, tensors)

    def forward(self, step: CellStep, scratch: Array) -> list[Call]:
        """Return h = tanh of the sum."""
        return [partial(np.tanh, step.kept[0], step.h)]

    def backward(self, step: CellStep, scratch: Array) -> list[Call]:
        """Return ∂L/∂sum = ∂L/∂h∘(1 − h²)."""
        grad = step.errors[0]
        return [
            partial(np.square, step.h, grad),
            partial(np.subtract, 1, grad, grad),
            partial(np.multiply, grad, step.grad_h, grad),
        ]
