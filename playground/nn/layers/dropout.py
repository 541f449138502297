"""Dropout: neurons left out at random, so that no neuron comes to rely on a single other one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from playground import fields
from playground.nn.arrays import Array, with_ones
from playground.nn.dropout_mask import DropoutMask
from playground.nn.explain.activation import behind_mask, mask_stage
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
from playground.wording import percent


@dataclass(frozen=True)
class Dropout(Named):
    """Sets a part of its inputs to zero in every training step, and none in prediction.

    What stays is scaled by 1 / (1 − rate), so that the next layer's sums keep their size
    ("inverted" dropout; Srivastava et al. 2014).
    """

    kind: ClassVar[str] = "dropout"
    title: ClassVar[str] = "Dropout"
    use: ClassVar[str] = "Against overfitting: makes neurons learn without relying on each other."

    rate: float = fields.number(
        0.2, "Rate", "The part of the inputs that each training step leaves out.", low=0, high=0.95
    )
    whole_maps: bool = fields.flag(
        False,
        "Whole maps",
        "On, a step leaves whole maps of a picture out (spatial dropout); neighbouring pixels tell "
        "so much of each other that leaving out single ones does little.",
    )

    @property
    def detail(self) -> str:
        """The rate, ``20 %``."""
        return percent(self.rate, 0)

    def build(self, input_shape: Shape) -> DropoutLayer:
        """Return the running layer."""
        return DropoutLayer(self, input_shape)


class DropoutLayer(RunningLayer):
    """A dropout layer at work."""

    settings: Dropout

    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return the work for one batch size; in prediction the input passes untouched."""
        if mode.masks is None or not self.settings.rate:
            return LayerPass(inputs, grad_inputs)
        features, batch = self.input_features, inputs.shape[1]
        units = self.units if self.settings.whole_maps else features
        mask = DropoutMask((units, batch), self.settings.rate, mode.masks, inputs.dtype)
        output = with_ones(features, batch, inputs.dtype)
        done = LayerPass(output, None, mask=mask, kept={"mask": mask.factors})
        by_unit, factors = (units, -1, batch), mask.factors[:, np.newaxis]
        x, left = inputs[:-1].reshape(by_unit), output[:-1].reshape(by_unit)
        done.forward = [partial(np.multiply, x, factors, left)]
        if grad_inputs is not None:
            grad = done.grad_output = np.empty((features, batch), inputs.dtype)
            through = grad_inputs.reshape(by_unit)
            done.backward = [partial(np.multiply, grad.reshape(by_unit), factors, through)]
        return done

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return the mask that the step draws, and the error's way back through it."""
        if "mask" not in done.kept:
            why = "Nothing is left out, so the outputs are the inputs."
            return explain_handed_on(done, symbols, why)
        number, source = symbols.number("M"), symbols.of(done.source)
        forward = mask_stage(done, number, source, done.inputs, rate=self.settings.rate)
        backward = () if done.grad_a is None else (behind_mask(done, number, source)[0],)
        return Explanation(f"D{number}", (forward,), backward)

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return what one number is handed on as, in prediction and in training."""
        rate = self.settings.rate
        return UnitReport(
            "Dropout has no weights. In prediction it hands on what it gets; in a training step "
            "it sets a part of its inputs to 0 and scales the others up.",
            (
                Figure("handed on in prediction", number_at(done.a, unit)),
                Figure("in training: 0, with chance", rate),
                Figure("else times 1 / (1 − rate)", 1 / (1 - rate)),
            ),
        )

    def face(self) -> Face:
        """Return that prediction shows nothing new here."""
        return Face()
