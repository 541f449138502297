"""Batch normalization: every feature brought to mean 0 and spread 1 before the next layer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from playground import fields
from playground.errors import PlaygroundError
from playground.nn.arrays import Array, Call, batch_last, with_ones
from playground.nn.explain.batch_norm import explain_batch_norm
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.face import Face, Link
from playground.nn.explain.unit_report import Figure, UnitReport, number_at
from playground.nn.layers.growth import Growth, Spread
from playground.nn.layers.learning import declare_rate, declare_trainable
from playground.nn.layers.running import (
    LayerPass,
    Mode,
    Named,
    ParameterSpec,
    RunningLayer,
    Shape,
    steps_of,
)
from playground.nn.record import LayerRecord


@dataclass(frozen=True)
class BatchNorm(Named):
    """Normalizes each feature by the batch, then lets the network choose scale and shift.

    The feature of a picture is a whole map: its places share mean, variance, scale and shift. So do
    the steps of a sequence, of which only those that are there count.

    ``x̂ = (x − mean) / √(variance + ε)``, ``y = scale·x̂ + shift`` (Ioffe and Szegedy 2015). Training
    uses the batch's own mean and variance (divided by the batch size) and keeps running ones,
    ``running ← momentum·running + (1 − momentum)·batch``; prediction uses those. A batch of one has
    no variance: it is normalized by the running statistics and leaves them as they are. Frozen, it
    keeps scale and shift; the running statistics still follow the data.
    """

    kind: ClassVar[str] = "batch_norm"
    title: ClassVar[str] = "Batch norm"
    use: ClassVar[str] = "Keeps signals in a healthy range, so deeper networks learn faster."

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
    trainable: bool = declare_trainable(
        "Off, training leaves scale and shift as they are (frozen); the running mean and variance "
        "still follow the data."
    )
    rate: float = declare_rate()

    def parameters(self, input_shape: Shape) -> tuple[ParameterSpec, ...]:
        """Return scale, shift, running mean and running variance, (features or maps,) each."""
        shape = input_shape[:1]
        return (
            ParameterSpec("scale", "γ", shape, "scale"),
            ParameterSpec("shift", "β", shape, "bias"),
            ParameterSpec("running_mean", "μ", shape, "statistic"),
            ParameterSpec("running_variance", "σ²", shape, "statistic"),
        )

    def build(self, input_shape: Shape) -> BatchNormLayer:
        """Return the running layer."""
        return BatchNormLayer(self, input_shape)


class BatchNormLayer(RunningLayer):
    """Batch normalization at work."""

    settings: BatchNorm

    def initialize(self, rng: np.random.Generator) -> None:
        """Begin with scale 1, shift 0, running mean 0 and running variance 1."""
        views = self.views()
        views["scale"].fill(1)
        views["shift"].fill(0)
        views["running_mean"].fill(0)
        views["running_variance"].fill(1)

    def go_on(self, former: RunningLayer, read: Spread, growth: Growth) -> Spread:
        """Treat twins alike: each has the scale, the shift and the statistics of its origin."""
        if not read.alike:
            raise PlaygroundError(
                f"{self.called} normalizes each number by itself, and what it gets now "
                "is divided among two."
            )
        before, heard = former.views(), read.share > 0
        for name, view in self.views().items():
            view[heard] = before[name][read.origin[heard]]
        return Spread(read.origin, read.share)

    def hand_on(self, read: Spread, growth: Growth) -> Spread:
        """Undo by scale and shift what normalizing by the training part's statistics does."""
        mean, variance = growth.measure(self.name)
        views = self.views()
        views["running_mean"][...] = views["shift"][...] = mean
        views["running_variance"][...] = variance
        np.sqrt(variance + self.settings.epsilon, out=views["scale"], casting="same_kind")
        return read

    def fall_silent(self) -> None:
        """Begin with scale 0."""
        self.views()["scale"].fill(0)

    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return the work for one batch size."""
        batch, dtype, units = inputs.shape[1], inputs.dtype, self.units
        momentum, epsilon = self.settings.momentum, self.settings.epsilon
        by_batch = mode.training and batch > 1
        # All places of a map are so many examples more.
        rows, count = (units, self.positions * batch), np.array(self.positions * batch, dtype)
        x: Array = inputs[:-1]
        start: list[Call] = []
        if self.positions > 1:
            pictures, start = batch_last(inputs, self.input_shape)
            x = pictures.reshape(rows)
        normalized = np.empty(rows, dtype)
        output = with_ones(self.output_features, batch, dtype)
        y = output[:-1].reshape(rows)
        column = (units, 1)
        scale, shift = self._parameters.reshape(2, *column)
        grad_scale, grad_shift = self._gradient.reshape(2, units)
        running_mean, running_variance = self._statistics.reshape(2, *column)
        mean, variance, inverse, scratch = np.empty((4, *column), dtype)
        there = mode.there if steps_of(self.input_shape) else None
        if there is not None:
            counted = there.reshape(-1)
            start = [*start, partial(np.add.reduce, counted, out=count)]

        def measure() -> None:
            if there is None:
                np.add.reduce(x, axis=1, out=mean, keepdims=True)
            else:
                np.matmul(x, counted, out=mean[:, 0])
            np.divide(mean, count, out=mean)
            np.subtract(x, mean, out=normalized)
            if there is not None:
                np.multiply(normalized, counted, out=normalized)
            np.square(normalized, out=y)
            np.add.reduce(y, axis=1, out=variance, keepdims=True)
            np.divide(variance, count, out=variance)
            for running, measured in ((running_mean, mean), (running_variance, variance)):
                np.multiply(running, momentum, out=running)
                np.multiply(measured, 1 - momentum, out=scratch)
                np.add(running, scratch, out=running)

        def recall() -> None:
            np.copyto(mean, running_mean)
            np.copyto(variance, running_variance)
            np.subtract(x, mean, out=normalized)

        def normalize() -> None:
            np.add(variance, epsilon, out=inverse)
            np.sqrt(inverse, out=inverse)
            np.reciprocal(inverse, out=inverse)
            np.multiply(normalized, inverse, out=normalized)
            np.multiply(normalized, scale, out=y)
            np.add(y, shift, out=y)

        done = LayerPass(output, None, [*start, measure if by_batch else recall, normalize])
        flat = normalized.reshape(self.output_features, batch)
        done.kept = {"normalized": flat, "mean": mean, "variance": variance}
        if there is not None:
            done.kept["there"] = there
        if by_batch:
            done.kept |= {"running_mean": running_mean, "running_variance": running_variance}
        if not mode.goes_back:
            return done

        done.grad_output = np.empty((self.output_features, batch), dtype)
        grad_y, product = done.grad_output.reshape(rows), np.empty(rows, dtype)
        grad_x = None if grad_inputs is None else grad_inputs.reshape(rows)

        def backward_parameters() -> None:
            np.add.reduce(grad_y, axis=1, out=grad_shift)
            np.multiply(grad_y, normalized, out=product)
            np.add.reduce(product, axis=1, out=grad_scale)

        def backward_inputs() -> None:
            """∂L/∂x = scale / √(variance + ε) · (g − mean(g) − x̂·mean(g·x̂)), g = ∂L/∂y."""
            if by_batch:
                np.divide(grad_scale[:, None], count, out=scratch)
                np.multiply(normalized, scratch, out=product)
                np.subtract(grad_y, product, out=grad_y)
                np.divide(grad_shift[:, None], count, out=scratch)
                np.subtract(grad_y, scratch, out=grad_y)
                if there is not None:
                    np.multiply(grad_y, counted, out=grad_y)
            np.multiply(scale, inverse, out=scratch)
            np.multiply(grad_y, scratch, out=grad_x)

        (done.backward if by_batch else done.learn).append(backward_parameters)
        if grad_inputs is not None:
            done.backward.append(backward_inputs)
        return done

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return what was normalized by what, scaled and shifted, and the chain rule back."""
        return explain_batch_norm(self.settings.momentum, self.settings.epsilon, done, symbols)

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return one feature's y = scale · (x − mean) / √(variance + ε) + shift."""
        names = ("running_mean", "running_variance", "scale", "shift")
        mine = unit // self.positions
        mean, variance, scale, shift = (float(done.tensors[name][mine]) for name in names)
        epsilon = self.settings.epsilon
        x, n, y, grad, grad_x = (
            number_at(array, unit)
            for array in (
                done.inputs, done.kept.get("normalized"), done.a, done.grad_a, done.grad_inputs
            )
        )  # fmt: skip
        grad_scale = None if grad is None or n is None else grad * n
        return UnitReport(
            "y = scale · n + shift,  n = (x − mean) / √(variance + ε)",
            (
                Figure("x, what came", x),
                Figure("running mean", mean),
                Figure("running variance", variance),
                Figure("ε", epsilon),
                Figure("n, normalized", n),
                Figure("scale", scale),
                Figure("shift", shift),
                Figure("y, handed on", y, total=True),
                Figure("∂L/∂scale = ∂L/∂y · n", grad_scale),
                Figure("∂L/∂shift = ∂L/∂y", grad),
                Figure("∂L/∂x = ∂L/∂y · scale / √(…)", grad_x),
            ),
        )

    def face(self) -> Face:
        """Return a row of features, each joined to the one it came from."""
        return Face((Link(self.source, "scale"),))
