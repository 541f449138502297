"""The LSTM: units with a cell that keeps a number until gates let it be written, kept or read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from playground.nn.arrays import Array, Call
from playground.nn.initializers import Given
from playground.nn.layers.recurrent import Recurrent, RecurrentLayer
from playground.nn.layers.running import Shape
from playground.nn.layers.unrolled import CellStep

_FORGET = 2


@dataclass(frozen=True)
class LSTM(Recurrent):
    """Units with a cell each, into which gates write, that they keep and that they let be read.

    ``g = tanh(…)`` is what could be written; the input gate i, the forget gate f and the output
    gate o are sigmoids of their own sums of the step's numbers and of all answers before:
    ``c = f∘c_before + i∘g``, ``h = o∘tanh(c)`` (Hochreiter and Schmidhuber 1997; Gers et al.
    2000). The biases of the forget gates start at 1, as is common: a cell begins by keeping what
    it has (Jozefowicz et al. 2015).

    Examples
    --------
    >>> from playground import LSTM
    >>> LSTM(64, "last").output_shape((5, 32))
    (64,)
    """

    kind: ClassVar[str] = "lstm"
    title: ClassVar[str] = "LSTM"
    use: ClassVar[str] = "Reads step by step and keeps what matters over many steps."
    gates: ClassVar[tuple[str, ...]] = ("candidate", "input", "forget", "output")

    def build(self, input_shape: Shape) -> LSTMLayer:
        """Return the running layer."""
        return LSTMLayer(self, input_shape)


class LSTMLayer(RecurrentLayer):
    """An LSTM at work."""

    settings: LSTM

    keeps = ("c", "squashed", "candidate", "input", "forget", "output")
    keeps_back = ("grad_c", "grad_candidate", "grad_input", "grad_forget", "grad_output")
    memory: ClassVar[str] = "c"
    columns = 4
    sigmoids = slice(1, None)
    formula = "h = o·tanh(c),  c = f·c before + i·g"
    titles: ClassVar[Mapping[str, str]] = {
        "h": "Hidden state",
        "c": "Cell",
        "candidate": "Candidate",
        "input": "Input gate",
        "forget": "Forget gate",
        "output": "Output gate",
    }

    def initialize(self, rng: np.random.Generator) -> None:
        """Draw the weights; the biases of the forget gates are 1 unless they are given."""
        super().initialize(rng)
        if not isinstance(self.settings.initializer, Given):
            self.views()["biases"][:, _FORGET] = 1

    def shares(self, matrix: Array, tensors: Mapping[str, Array]) -> Iterable[tuple[Array, Array]]:
        """Pair all of the matrix with weights, biases and recurrent weights."""
        return self.stacked(matrix, tensors)

    def forward(self, step: CellStep, scratch: Array) -> list[Call]:
        """Return c = f∘c_before + i∘g and h = o∘tanh(c)."""
        c, squashed, g, i, f, o = step.kept
        bent, gates = step.kept[2:], step.kept[3:]
        calls: list[Call] = [
            partial(np.tanh, bent, bent),
            partial(np.multiply, gates, 0.5, gates),
            partial(np.add, gates, 0.5, gates),
            partial(np.multiply, f, step.kept_before[0], c),
            partial(np.multiply, i, g, scratch),
            partial(np.add, c, scratch, c),
            partial(np.tanh, c, squashed),
            partial(np.multiply, o, squashed, step.h),
        ]
        if step.there is not None:
            calls.append(partial(np.multiply, c, step.there, c))
        return calls

    def backward(self, step: CellStep, scratch: Array) -> list[Call]:
        """Return ∂L/∂c = ∂L/∂c_behind∘f_behind + ∂L/∂h∘o∘(1 − tanh²c), and ∂L/∂ the sums.

        Those of g, i and f are ∂L/∂c, that of o is ∂L/∂h, times what the gate was multiplied by,
        times the slope of its own curve.
        """
        errors, grad_c, carried = step.errors, step.errors[0], step.carried
        tanhs, sigmoids = errors[:2], errors[2:]
        outer, written = errors[::4], errors[1:3]
        calls: list[Call] = [
            partial(np.square, step.kept[1:], errors),
            partial(np.subtract, 1, tanhs, tanhs),
            partial(np.subtract, step.kept[3:], sigmoids, sigmoids),
            partial(np.multiply, written, step.kept[3:1:-1], written),
            partial(np.multiply, errors[3], step.kept_before[0], errors[3]),
            partial(np.multiply, outer, step.kept[5:0:-4], outer),
            partial(np.multiply, outer, step.grad_h, outer),
            partial(np.add, grad_c, carried, grad_c),
        ]
        if step.there is not None:
            calls.append(partial(np.multiply, grad_c, step.there, grad_c))
        return [
            *calls,
            partial(np.multiply, errors[1:4], grad_c, errors[1:4]),
            partial(np.multiply, grad_c, step.kept[4], carried),
        ]
