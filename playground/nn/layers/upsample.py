"""Upsampling: a picture made larger, each pixel a square of its like."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from playground import fields
from playground.errors import PlaygroundError
from playground.nn.arrays import Array, with_ones
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.face import Face, Link
from playground.nn.explain.unit_report import Figure, UnitReport, number_at
from playground.nn.explain.upsample import explain_upsample
from playground.nn.layers.growth import Growth, Spread
from playground.nn.layers.running import LayerPass, Mode, Named, RunningLayer, Shape
from playground.nn.record import LayerRecord
from playground.nn.window import Window


@dataclass(frozen=True)
class Upsample(Named):
    """Makes every pixel of a map a square of the same number (nearest neighbour).

    Examples
    --------
    >>> from playground import Upsample
    >>> Upsample(2).output_shape((8, 7, 7))
    (8, 14, 14)
    """

    kind: ClassVar[str] = "upsample"
    title: ClassVar[str] = "Upsample"
    use: ClassVar[str] = "Makes maps larger; a convolution behind it draws the details."

    factor: int = fields.whole(
        2, "Factor", "The side of the square that each pixel becomes.",
        low=1, high=99, square=True, choices=(2, 3, 4),
    )  # fmt: skip

    @property
    def detail(self) -> str:
        """The factor, ``2×2``."""
        return f"{self.factor}×{self.factor}"

    def window(self, input_shape: Shape) -> Window:
        """Return which pixel each one looks back at."""
        return Window.onto(input_shape, self.factor, self.factor, "valid", noun="factor")

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (maps, rows, columns)."""
        window = self.window(input_shape)
        return (input_shape[0], window.rows, window.columns)

    def build(self, input_shape: Shape) -> UpsampleLayer:
        """Return the running layer."""
        return UpsampleLayer(self, input_shape)


class UpsampleLayer(RunningLayer):
    """Upsampling at work."""

    settings: Upsample

    def __init__(self, settings: Upsample, input_shape: Shape) -> None:
        super().__init__(settings, input_shape)
        self.window = settings.window(input_shape)

    def go_on(self, former: RunningLayer, read: Spread, growth: Growth) -> Spread:
        """Make of each map what was made of its origin."""
        if self.window != former.face().window:
            raise PlaygroundError(f"{self.called} makes other squares now.")
        return read

    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return the work for one batch size: y = x in a square; back, ∂L/∂x = Σ ∂L/∂y over it."""
        batch, dtype, factor = inputs.shape[1], inputs.dtype, self.settings.factor
        maps, height, width = self.input_shape
        squares = (maps, height, factor, width, factor, batch)
        done = LayerPass(with_ones(self.output_features, batch, dtype), None)
        x = inputs[:-1].reshape(maps, height, 1, width, 1, batch)
        done.forward = [partial(np.copyto, done.output[:-1].reshape(squares), x)]
        if grad_inputs is None or not mode.goes_back:
            return done
        grad = done.grad_output = np.empty((self.output_features, batch), dtype)
        back, errors = grad_inputs.reshape(maps, height, width, batch), grad.reshape(squares)
        first, *rest = [
            errors[:, :, down, :, right] for down in range(factor) for right in range(factor)
        ]
        done.backward = [partial(np.copyto, back, first)]
        done.backward += [partial(np.add, back, each, back) for each in rest]
        return done

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return each pixel repeated, and the errors of its square added up."""
        return explain_upsample(self.window, done, symbols)

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return the pixel that is repeated."""
        mine, place = divmod(unit, self.positions)
        row, column = divmod(place, self.window.columns)
        factor = self.settings.factor
        return UnitReport(
            f"y = x: each pixel becomes a square of {factor}×{factor} of its like.",
            (
                Figure(
                    f"x, row {row // factor + 1}, column {column // factor + 1} of map {mine + 1}",
                    number_at(done.a, unit),
                    total=True,
                ),
                Figure("∂L/∂y, its part of ∂L/∂x", number_at(done.grad_a, unit)),
            ),
        )

    def face(self) -> Face:
        """Return maps, each place of which looks back at one pixel of its namesake."""
        return Face((Link(self.source, joined="patch"),), window=self.window)
