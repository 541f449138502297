"""Flatten: a picture becomes a plain row of numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playground import fields
from playground.nn.arrays import Array
from playground.nn.layers.running import RunningLayer, Shape, Stage, declare_name


@dataclass(frozen=True)
class Flatten:
    """Forgets the shape of its input: (1, 8, 8) becomes (64,)."""

    kind: ClassVar[str] = "flatten"
    title: ClassVar[str] = "Flatten"
    use: ClassVar[str] = "Says in the diagram where a picture becomes a row of numbers."

    name: str = declare_name()

    def __post_init__(self) -> None:
        fields.check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (features,)."""
        return (math.prod(input_shape),)

    def parameter_count(self, input_shape: Shape) -> int:
        """Return 0."""
        return 0

    def build(self, input_shape: Shape) -> FlattenLayer:
        """Return the running layer."""
        return FlattenLayer(self, input_shape)


class FlattenLayer(RunningLayer):
    """A flatten layer at work: inside the core every example is a flat column already."""

    settings: Flatten

    def prepare(
        self,
        inputs: Array,
        grad_inputs: Array | None,
        *,
        training: bool,
        rng: np.random.Generator | None,
        differentiable: bool = False,
    ) -> Stage:
        """Return a stage that passes its input on, and the error back, without a copy."""
        return Stage(inputs, grad_inputs)
