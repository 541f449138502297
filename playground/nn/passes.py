"""A pass: all layers' prepared work for one batch size, from the input rows to the output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.nn.arrays import Array, Call, with_ones
from playground.nn.layers import RunningLayer, Stage


@dataclass(frozen=True)
class Pass:
    """Buffers for one batch size, and the calls that work on them.

    Attributes
    ----------
    rows
        (batch, features), where the examples are copied to.
    stages
        Each layer's part, in order.
    """

    rows: Array
    stages: tuple[Stage, ...]

    @property
    def output(self) -> Array:
        """The last layer's output, (outputs, batch)."""
        return self.stages[-1].output[:-1]

    @property
    def forward(self) -> list[Call]:
        """The calls that make the output from the rows."""
        return [call for stage in self.stages for call in stage.forward]

    @property
    def backward(self) -> list[Call]:
        """The calls that make the gradient from the last stage's ``grad_output``."""
        return [call for stage in reversed(self.stages) for call in stage.backward]


def prepare_pass(
    layers: Sequence[RunningLayer],
    batch: int,
    dtype: np.dtype[Any],
    *,
    training: bool,
    rng: np.random.Generator | None = None,
) -> Pass:
    """Allocate a pass through the layers for one batch size; see :meth:`RunningLayer.prepare`."""
    inputs = with_ones(layers[0].input_features, batch, dtype, rows=True)
    rows = inputs[:-1].T
    grad_inputs: Array | None = None
    stages = []
    for layer in layers:
        stage = layer.prepare(inputs, grad_inputs, training=training, rng=rng)
        inputs, grad_inputs = stage.output, stage.grad_output
        stages.append(stage)
    return Pass(rows, tuple(stages))
