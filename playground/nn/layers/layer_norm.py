"""Layer normalization: the units of each step brought to mean 0 and spread 1 among themselves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from playground import fields
from playground.nn.arrays import Array, batch_last, with_ones
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.face import Face, Link
from playground.nn.explain.layer_norm import explain_layer_norm
from playground.nn.explain.unit_report import Figure, UnitReport, number_at
from playground.nn.layers.learning import declare_rate, declare_trainable
from playground.nn.layers.running import (
    LayerPass,
    Mode,
    Named,
    ParameterSpec,
    RunningLayer,
    Shape,
)
from playground.nn.record import LayerRecord


@dataclass(frozen=True)
class LayerNorm(Named):
    """Normalizes the units of an example by their own mean and variance.

    ``n = (x − mean) / √(variance + ε)``, ``y = scale·n + shift`` (Ba, Kiros and Hinton 2016). Mean
    and variance are those of the units at one step of a sequence, or at one place of the maps of a
    picture, so no example and no step depends on another, and training and prediction do the same.
    """

    kind: ClassVar[str] = "layer_norm"
    title: ClassVar[str] = "Layer norm"
    use: ClassVar[str] = "Keeps the numbers of every step in a healthy range, whatever the batch."

    epsilon: float = fields.number(
        1e-5, "ε", "Keeps the division finite where all units are alike.", low=1e-12, high=1
    )
    trainable: bool = declare_trainable(
        "Off, training leaves scale and shift as they are (frozen)."
    )
    rate: float = declare_rate()

    def parameters(self, input_shape: Shape) -> tuple[ParameterSpec, ...]:
        """Return ``scale`` and ``shift``, (units,) each."""
        shape = input_shape[:1]
        return (
            ParameterSpec("scale", "γ", shape, "scale"),
            ParameterSpec("shift", "β", shape, "bias"),
        )

    def build(self, input_shape: Shape) -> LayerNormLayer:
        """Return the running layer."""
        return LayerNormLayer(self, input_shape)


class LayerNormLayer(RunningLayer):
    """Layer normalization at work."""

    settings: LayerNorm

    def initialize(self, rng: np.random.Generator) -> None:
        """Begin with scale 1 and shift 0."""
        views = self.views()
        views["scale"].fill(1)
        views["shift"].fill(0)

    def fall_silent(self) -> None:
        """Begin with scale 0."""
        for view in self.views().values():
            view.fill(0)

    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return the work for one batch size; a column is a step of an example."""
        batch, dtype, units = inputs.shape[1], inputs.dtype, self.units
        given, start = batch_last(inputs, self.input_shape)
        x = given.reshape(units, -1)
        output = with_ones(self.output_features, batch, dtype)
        normalized, y = np.empty_like(x), output[:-1].reshape(x.shape)
        mean, variance, inverse = np.empty((3, x.shape[1]), dtype)
        scale, shift = self._parameters.reshape(2, units, 1)
        epsilon, share = self.settings.epsilon, np.full(units, 1 / units, dtype)

        def forward() -> None:
            np.matmul(share, x, out=mean)
            np.subtract(x, mean, out=normalized)
            np.square(normalized, out=y)
            np.matmul(share, y, out=variance)
            np.add(variance, epsilon, out=inverse)
            np.sqrt(inverse, out=inverse)
            np.reciprocal(inverse, out=inverse)
            np.multiply(normalized, inverse, out=normalized)
            np.multiply(normalized, scale, out=y)
            np.add(y, shift, out=y)

        done = LayerPass(output, None, [*start, forward])
        by_place = (self.positions, batch)
        done.kept = {
            "normalized": normalized.reshape(self.output_features, batch),
            "mean": mean.reshape(by_place),
            "variance": variance.reshape(by_place),
        }
        if not mode.goes_back:
            return done

        done.grad_output = np.empty_like(output[:-1])
        grad_y, along_n = done.grad_output.reshape(x.shape), np.empty_like(x)
        grad_scale, grad_shift = self._gradient.reshape(2, units)
        each = np.ones(x.shape[1], dtype)
        done.backward.append(partial(np.multiply, grad_y, normalized, along_n))
        done.learn += [
            partial(np.matmul, grad_y, each, grad_shift),
            partial(np.matmul, along_n, each, grad_scale),
        ]
        if grad_inputs is None:
            return done
        grad_x, product = grad_inputs.reshape(x.shape), np.empty_like(x)
        shared, column = np.empty_like(share), np.empty_like(mean)

        def backward() -> None:
            """∂L/∂x = (g − mean(g) − n·mean(g·n)) / √(variance + ε), g = scale·∂L/∂y."""
            np.multiply(share, scale[:, 0], out=shared)
            np.multiply(grad_y, scale, out=grad_x)
            np.matmul(shared, grad_y, out=column)
            np.subtract(grad_x, column, out=grad_x)
            np.matmul(shared, along_n, out=column)
            np.multiply(normalized, column, out=product)
            np.subtract(grad_x, product, out=grad_x)
            np.multiply(grad_x, inverse, out=grad_x)

        done.backward.append(backward)
        return done

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return what was normalized by what, scaled and shifted, and the chain rule back."""
        return explain_layer_norm(self.settings.epsilon, done, symbols)

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return one unit's y = scale · (x − mean) / √(variance + ε) + shift."""
        mine, place = divmod(unit, self.positions)
        scale, shift = (float(done.tensors[name][mine]) for name in ("scale", "shift"))
        mean, variance = (number_at(done.kept.get(name), place) for name in ("mean", "variance"))
        x, n, y, grad, grad_x = (
            number_at(array, unit)
            for array in (
                done.inputs, done.kept.get("normalized"), done.a, done.grad_a, done.grad_inputs
            )
        )  # fmt: skip
        grad_scale = None if grad is None or n is None else grad * n
        here = f"the {self.units} units{' of this step' * (len(self.output_shape) == 2)}"
        return UnitReport(
            "y = scale · n + shift,  n = (x − mean) / √(variance + ε)",
            (
                Figure("x, what came", x),
                Figure(f"mean of {here}", mean),
                Figure("their variance", variance),
                Figure("ε", self.settings.epsilon),
                Figure("n, normalized", n),
                Figure("scale", scale),
                Figure("shift", shift),
                Figure("y, handed on", y, total=True),
                Figure("∂L/∂scale = ∂L/∂y · n", grad_scale),
                Figure("∂L/∂shift = ∂L/∂y", grad),
                Figure("∂L/∂x", grad_x),
            ),
        )

    def face(self) -> Face:
        """Return a row of units, each joined to all that it was normalized with."""
        return Face((Link(self.source, joined="step"),))
