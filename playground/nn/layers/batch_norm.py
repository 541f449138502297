"""Batch normalization: every feature brought to mean 0 and spread 1 before the next layer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playground import fields
from playground.nn.arrays import Array, with_ones
from playground.nn.layers.running import RunningLayer, Shape, Stage, declare_name


@dataclass(frozen=True)
class BatchNorm:
    """Normalizes each feature by the batch, then lets the network choose scale and shift.

    ``x̂ = (x − mean) / √(variance + ε)``, ``y = scale·x̂ + shift`` (Ioffe and Szegedy 2015). Training
    uses the batch's own mean and variance (divided by the batch size) and keeps running ones,
    ``running ← momentum·running + (1 − momentum)·batch``; prediction uses those. A batch of one has
    no variance: it is normalized by the running statistics and leaves them as they are. Frozen, it
    keeps scale and shift; the running statistics still follow the data.
    """

    kind: ClassVar[str] = "batch_norm"
    title: ClassVar[str] = "Batch normalization"
    use: ClassVar[str] = "Keeps signals in a healthy range, so deeper networks learn faster."

    name: str = declare_name()
    momentum: float = fields.number(
        0.9,
        "Momentum",
        "How much of the running statistics each training step keeps.",
        low=0,
        high=0.9999,
    )
    epsilon: float = fields.number(
        1e-5, "ε", "Keeps the division finite for a feature that never varies.", low=1e-12, high=1
    )
    trainable: bool = fields.flag(
        True,
        "Trainable",
        "Off, training leaves scale and shift as they are (frozen); the running mean and variance "
        "still follow the data.",
    )

    def __post_init__(self) -> None:
        fields.check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def parameter_count(self, input_shape: Shape) -> int:
        """Return a scale and a shift for each feature."""
        return 2 * math.prod(input_shape)

    def build(self, input_shape: Shape) -> BatchNormLayer:
        """Return the running layer."""
        return BatchNormLayer(self, input_shape)


class BatchNormLayer(RunningLayer):
    """Batch normalization at work."""

    settings: BatchNorm

    def __init__(self, settings: BatchNorm, input_shape: Shape) -> None:
        super().__init__(settings, input_shape)
        self.statistic_count = 2 * self.input_features

    def initialize(self, rng: np.random.Generator) -> None:
        """Begin with scale 1, shift 0, running mean 0 and running variance 1."""
        views = self.views()
        views["scale"].fill(1)
        views["shift"].fill(0)
        views["running_mean"].fill(0)
        views["running_variance"].fill(1)

    def parameter_views(self, vector: Array) -> dict[str, Array]:
        """Return ``scale`` and ``shift``, (features,) each."""
        scale, shift = vector.reshape(2, self.input_features)
        return {"scale": scale, "shift": shift}

    def statistic_views(self) -> dict[str, Array]:
        """Return ``running_mean`` and ``running_variance``, (features,) each."""
        mean, variance = self._statistics.reshape(2, self.input_features)
        return {"running_mean": mean, "running_variance": variance}

    def prepare(
        self,
        inputs: Array,
        grad_inputs: Array | None,
        *,
        training: bool,
        rng: np.random.Generator | None,
        differentiable: bool = False,
    ) -> Stage:
        """Return the work for one batch size."""
        features, batch, dtype = self.input_features, inputs.shape[1], inputs.dtype
        momentum, epsilon = self.settings.momentum, self.settings.epsilon
        by_batch = training and batch > 1
        x = inputs[:-1]
        normalized = np.empty((features, batch), dtype)
        output = with_ones(features, batch, dtype)
        y = output[:-1]
        column = (features, 1)
        scale, shift = self._parameters.reshape(2, *column)
        grad_scale, grad_shift = self._gradient.reshape(2, features)
        running_mean, running_variance = self._statistics.reshape(2, *column)
        mean, variance, inverse, scratch = np.empty((4, *column), dtype)

        def measure() -> None:
            np.add.reduce(x, axis=1, out=mean, keepdims=True)
            np.divide(mean, batch, out=mean)
            np.subtract(x, mean, out=normalized)
            np.square(normalized, out=y)
            np.add.reduce(y, axis=1, out=variance, keepdims=True)
            np.divide(variance, batch, out=variance)
            for running, measured in ((running_mean, mean), (running_variance, variance)):
                np.multiply(running, momentum, out=running)
                np.multiply(measured, 1 - momentum, out=scratch)
                np.add(running, scratch, out=running)

        def recall() -> None:
            np.copyto(variance, running_variance)
            np.subtract(x, running_mean, out=normalized)

        def normalize() -> None:
            np.add(variance, epsilon, out=inverse)
            np.sqrt(inverse, out=inverse)
            np.reciprocal(inverse, out=inverse)
            np.multiply(normalized, inverse, out=normalized)
            np.multiply(normalized, scale, out=y)
            np.add(y, shift, out=y)

        stage = Stage(output, None, [measure if by_batch else recall, normalize])
        if not (training or differentiable):
            return stage

        grad_y = stage.grad_output = np.empty((features, batch), dtype)
        product = np.empty((features, batch), dtype)

        def backward_parameters() -> None:
            np.add.reduce(grad_y, axis=1, out=grad_shift)
            np.multiply(grad_y, normalized, out=product)
            np.add.reduce(product, axis=1, out=grad_scale)

        def backward_inputs() -> None:
            """∂L/∂x = scale / √(variance + ε) · (g − mean(g) − x̂·mean(g·x̂)), g = ∂L/∂y."""
            if by_batch:
                np.divide(grad_scale[:, None], batch, out=scratch)
                np.multiply(normalized, scratch, out=product)
                np.subtract(grad_y, product, out=grad_y)
                np.divide(grad_shift[:, None], batch, out=scratch)
                np.subtract(grad_y, scratch, out=grad_y)
            np.multiply(scale, inverse, out=scratch)
            np.multiply(grad_y, scratch, out=grad_inputs)

        stage.backward.append(backward_parameters)
        if grad_inputs is not None:
            stage.backward.append(backward_inputs)
        return stage
