"""Noise: numbers shaken while the network trains, so that it learns what lies beneath."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from playground import fields
from playground.nn.arrays import Array, with_ones
from playground.nn.explain.explanation import Explanation, Symbols, explain_handed_on
from playground.nn.explain.face import Face
from playground.nn.explain.noise import explain_noise
from playground.nn.explain.unit_report import Figure, UnitReport, number_at
from playground.nn.gaussian_noise import GaussianNoise
from playground.nn.layers.running import LayerPass, Mode, Named, RunningLayer
from playground.nn.record import LayerRecord
from playground.wording import number


@dataclass(frozen=True)
class Noise(Named):
    """Adds Gaussian noise to its inputs in every training step, and none in prediction.

    As the first layer of an autoencoder it makes a denoising one, which learns to rebuild what was
    there before the noise (Vincent et al. 2008); anywhere, it works against overfitting.
    """

    kind: ClassVar[str] = "noise"
    title: ClassVar[str] = "Gaussian noise"
    use: ClassVar[str] = "Shakes numbers while training, so that small changes come to mean little."

    deviation: float = fields.number(
        0.2,
        "Deviation",
        "The standard deviation of what is added to each number, drawn anew in each training step.",
        low=0,
        high=100,
    )

    @property
    def detail(self) -> str:
        """The deviation, ``0.2``."""
        return number(self.deviation)

    def build(self, input_shape: tuple[int, ...]) -> NoiseLayer:
        """Return the running layer."""
        return NoiseLayer(self, input_shape)


class NoiseLayer(RunningLayer):
    """A noise layer at work."""

    settings: Noise

    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return the work for one batch size: y = x + ε; in prediction y is x.

        ∂L/∂x is ∂L/∂y, so the error is written where it is wanted at once.
        """
        if mode.masks is None or not self.settings.deviation:
            return LayerPass(inputs, grad_inputs)
        features, batch, dtype = self.input_features, inputs.shape[1], inputs.dtype
        noise = GaussianNoise((features, batch), mode.masks, dtype, self.settings.deviation)
        output = with_ones(features, batch, dtype)
        return LayerPass(
            output,
            grad_inputs,
            [
                partial(np.copyto, output[:-1], inputs[:-1]),
                partial(np.add, output[:-1], noise.factors, output[:-1]),
            ],
            mask=noise,
            kept={"noise": noise.factors},
        )

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return what the step adds; the error goes back as it comes."""
        if "noise" not in done.kept:
            why = "Nothing is added, so the outputs are the inputs."
            return explain_handed_on(done, symbols, why)
        return explain_noise(self.settings.deviation, done, symbols)

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return what one number is handed on as, in prediction and in training."""
        return UnitReport(
            "Gaussian noise has no weights. In prediction it hands on what it gets; in a training "
            "step it adds a number drawn from a normal distribution.",
            (
                Figure("handed on in prediction", number_at(done.a, unit)),
                Figure("in training: plus a draw of deviation", self.settings.deviation),
            ),
        )

    def face(self) -> Face:
        """Return that prediction shows nothing new here."""
        return Face()
