"""The LSTM: units with a cell that keeps a number until gates let it be written, kept or read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from playground import fields
from playground.nn.arrays import Array, Call
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.lstm import explain_lstm, inspect_lstm
from playground.nn.explain.recurrent import InTime
from playground.nn.explain.unit_report import Figure
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
    2000). The biases of the forget gates start at ``forget_bias``, commonly 1: a cell begins by
    keeping what it has (Jozefowicz et al. 2015); of that σ(1) = 73 % are left from step to step,
    and σ(3) = 95 %.

    Examples
    --------
    >>> from playground import LSTM
    >>> LSTM(64, "last").output_shape((5, 32))
    (64,)
    """

    kind: ClassVar[str] = "lstm"
    title: ClassVar[str] = "LSTM"
    use: ClassVar[str] = "Reads step by step and keeps what matters over many steps."
    gates: ClassVar[tuple[str, ...]] = ("candidate", "input gate", "forget gate", "output gate")

    forget_bias: float = fields.number(
        1.0,
        "Forget bias",
        "Where the biases of the forget gates start: the higher, the longer a cell keeps what it "
        "has before it has learned anything.",
        low=-10,
        high=10,
        choices=(0.0, 1.0, 3.0),
        tacit=True,
    )

    def build(self, input_shape: Shape) -> LSTMLayer:
        """Return the running layer."""
        return LSTMLayer(self, input_shape)


class LSTMLayer(RecurrentLayer):
    """An LSTM at work."""

    settings: LSTM

    keeps = ("c", "squashed", "candidate", "input", "forget", "output")
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
        """Draw the weights; the biases of the forget gates are as chosen."""
        super().initialize(rng)
        self.views()["biases"][:, _FORGET] = self.settings.forget_bias

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
            partial(np.multiply, i, g, scratch[0]),
            partial(np.add, c, scratch[0], c),
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
        errors, grad_c = scratch[:5], step.grad_more
        of_squashed, of_f, of_o = errors[0], errors[3], errors[4]
        tanhs, sigmoids, outer = errors[:2], errors[2:], errors[::4]
        calls: list[Call] = [
            partial(np.square, step.kept[1:], errors),
            partial(np.subtract, 1, tanhs, tanhs),
            partial(np.subtract, step.kept[3:], sigmoids, sigmoids),
            partial(np.multiply, errors[1:3], step.kept[3:1:-1], errors[1:3]),
            partial(np.multiply, of_f, step.kept_before[0], of_f),
            partial(np.multiply, outer, step.kept[5:0:-4], outer),
            partial(np.multiply, of_o, step.grad_h, step.slopes[3]),
            partial(np.multiply, of_squashed, step.grad_h, of_squashed),
            partial(np.add, of_squashed, step.carried, grad_c),
        ]
        if step.there is not None:
            calls.append(partial(np.multiply, grad_c, step.there, grad_c))
        return [
            *calls,
            partial(np.multiply, errors[1:4], grad_c, step.slopes[:3]),
            partial(np.multiply, grad_c, step.kept[4], step.carried),
        ]

    def told(self, time: InTime, symbols: Symbols) -> Explanation:
        """Return the layer's formulas."""
        return explain_lstm(time, symbols)

    def figures(self, time: InTime, unit: int, step: int) -> Iterator[Figure]:
        """Yield what a unit made of one step."""
        return inspect_lstm(time, unit, step)
