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
    grad_rows
        (features, batch), where the backward calls leave ∂L/∂rows, in a prediction that can be
        differentiated; training has no use for it.
    stages
        Each layer's part, in order.
    """

    rows: Array
    stages: tuple[Stage, ...]
    grad_rows: Array | None = None

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
    differentiable: bool = False,
) -> Pass:
    """Allocate a pass through the layers for one batch size; see :meth:`RunningLayer.prepare`."""
    inputs = with_ones(layers[0].input_features, batch, dtype, rows=True)
    rows = inputs[:-1].T
    features = layers[0].input_features
    grad_rows = np.empty((features, batch), dtype) if differentiable else None
    grad_inputs = grad_rows
    stages = []
    for layer in layers:
        stage = layer.prepare(
            inputs, grad_inputs, training=training, rng=rng, differentiable=differentiable
        )
        inputs, grad_inputs = stage.output, stage.grad_output
        stages.append(stage)
    return Pass(rows, tuple(stages), grad_rows)
