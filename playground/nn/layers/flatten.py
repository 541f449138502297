"""Flatten: a picture becomes a plain row of numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from playground.nn.arrays import Array
from playground.nn.explain.explanation import Explanation, Symbols, explain_handed_on
from playground.nn.explain.face import Face
from playground.nn.explain.unit_report import Figure, UnitReport, number_at
from playground.nn.layers.running import (
    LayerPass,
    Mode,
    Named,
    RunningLayer,
    Shape,
)
from playground.nn.record import LayerRecord


@dataclass(frozen=True)
class Flatten(Named):
    """Forgets the shape of its input: (1, 8, 8) becomes (64,)."""

    kind: ClassVar[str] = "flatten"
    title: ClassVar[str] = "Flatten"
    use: ClassVar[str] = "Says in the diagram where a picture becomes a row of numbers."

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (features,)."""
        return (math.prod(input_shape),)

    def build(self, input_shape: Shape) -> FlattenLayer:
        """Return the running layer."""
        return FlattenLayer(self, input_shape)


class FlattenLayer(RunningLayer):
    """A flatten layer at work: inside the core every example is a flat column already."""

    settings: Flatten

    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return a pass that hands its input on, and the error back, without a copy."""
        return LayerPass(inputs, grad_inputs)

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return that nothing is computed."""
        return explain_handed_on(
            done,
            symbols,
            "In the arithmetic every example is one column already, so nothing has to be computed.",
            f"{self.input_shape} → {self.output_shape}",
        )

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return the number that is handed on."""
        return UnitReport(
            "Flatten has no weights: it hands on what it gets, as one row of numbers.",
            (Figure("handed on", number_at(done.a, unit)),),
        )

    def face(self) -> Face:
        """Return that there is nothing new to see here."""
        return Face()
