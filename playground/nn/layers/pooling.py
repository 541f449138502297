"""Pooling: a picture made smaller, by the largest or the mean of each patch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.errors import PlaygroundError
from playground.nn.arrays import Array, Call, with_ones
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.face import Face, Link
from playground.nn.explain.pooling import explain_pooling, explain_step_mean
from playground.nn.explain.unit_report import Figure, Pooled, UnitReport, number_at
from playground.nn.layers.growth import Growth, Spread
from playground.nn.layers.running import (
    LayerPass,
    Mode,
    Named,
    RunningLayer,
    Shape,
    steps_of,
)
from playground.nn.record import LayerRecord
from playground.nn.window import Window, picture_shape


@dataclass(frozen=True)
class Pooling(Named):
    """What both kinds of pooling by a window have: its side and its stride."""

    pool: int = fields.whole(
        2, "Pool size", "The side of the square of pixels that become one.",
        low=1, high=99, square=True, choices=(2, 3, 4),
    )  # fmt: skip
    stride: int | None = fields.whole(
        None, "Stride", "How many pixels the square goes on from place to place.",
        low=1, high=99, none_text="as the size",
    )  # fmt: skip

    @property
    def detail(self) -> str:
        """The size, ``2×2``."""
        return f"{self.pool}×{self.pool}"

    def window(self, input_shape: Shape) -> Window:
        """Return where the squares lie; a FieldError where they do not fit."""
        stride = self.stride or self.pool
        return Window.over(input_shape, self.pool, stride, "valid", noun="pool")

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (maps, rows, columns); pixels that fill no square at the edge are left out."""
        window = self.window(input_shape)
        return (input_shape[0], window.rows, window.columns)


@dataclass(frozen=True)
class MaxPool(Pooling):
    """Hands on the largest number of each square: whether the pattern is there, not just where."""

    kind: ClassVar[str] = "max_pool"
    title: ClassVar[str] = "Max pool"
    use: ClassVar[str] = "Makes maps smaller and keeps the strongest answer of each square."

    def build(self, input_shape: Shape) -> MaxPoolLayer:
        """Return the running layer."""
        return MaxPoolLayer(self, input_shape)


@dataclass(frozen=True)
class AveragePool(Pooling):
    """Hands on the mean of each square."""

    kind: ClassVar[str] = "average_pool"
    title: ClassVar[str] = "Average pool"
    use: ClassVar[str] = "Makes maps smaller by the mean of each square."

    def build(self, input_shape: Shape) -> AveragePoolLayer:
        """Return the running layer."""
        return AveragePoolLayer(self, input_shape)


@dataclass(frozen=True)
class GlobalAveragePool(Named):
    """Hands on the mean of each map: how much of its pattern there is, wherever it is.

    Of a sequence it is the mean of each unit over the steps that are there.
    """

    kind: ClassVar[str] = "global_average_pool"
    title: ClassVar[str] = "Global average"
    use: ClassVar[str] = "One number for each map or unit, its mean over all places or steps."

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (maps,), of a sequence (units,)."""
        units = input_shape[0] if steps_of(input_shape) else picture_shape(input_shape)[0]
        return (units,)

    def build(self, input_shape: Shape) -> GlobalAveragePoolLayer:
        """Return the running layer."""
        return GlobalAveragePoolLayer(self, input_shape)


class _WindowLayer(RunningLayer):
    """What both kinds of pooling by a window share."""

    settings: MaxPool | AveragePool

    def __init__(self, settings: MaxPool | AveragePool, input_shape: Shape) -> None:
        super().__init__(settings, input_shape)
        self.window = settings.window(input_shape)

    def go_on(self, former: RunningLayer, read: Spread, growth: Growth) -> Spread:
        """Make of each map what was made of its origin."""
        if self.window != former.face().window:
            raise PlaygroundError(f"{self.called} looks at other squares now.")
        return read

    def face(self) -> Face:
        """Return maps, each place of which looks at a square of its namesake."""
        return Face((Link(self.source, joined="patch"),), window=self.window)

    def _squares(self, pictures: Array) -> list[Array]:
        """Return for each pixel of a square its view, (maps, rows, columns, batch)."""
        window = self.window
        steps = [
            [
                slice(first, first + (places - 1) * window.stride + 1, window.stride)
                for first in range(window.size)
            ]
            for places in (window.rows, window.columns)
        ]
        return [pictures[:, down, right] for down in steps[0] for right in steps[1]]

    def _emptied(self, grad_inputs: Array) -> list[Call]:
        """Return the call that sets ∂L/∂inputs to 0, where the squares do not tile the picture."""
        window = self.window
        sides = (window.rows * window.stride, window.columns * window.stride)
        tiled = window.size == window.stride and sides == (window.height, window.width)
        return [] if tiled else [partial(grad_inputs.fill, 0)]

    def _square(self, unit: int) -> tuple[NDArray[np.intp], tuple[int, int]]:
        """Return the numbers of what an output looks at, (size, size), and where they begin."""
        mine, place = divmod(unit, self.positions)
        row, column = divmod(place, self.window.columns)
        pixels = self.window.pixels(row, column) + mine * self.window.height * self.window.width
        return pixels, (row * self.window.stride, column * self.window.stride)

    def _pass(self, inputs: Array, grad_inputs: Array | None) -> tuple[LayerPass, Array, Array]:
        """Return a pass with its buffers, and what comes and goes as pictures."""
        batch = inputs.shape[1]
        output = with_ones(self.output_features, batch, inputs.dtype)
        grad = None if grad_inputs is None else np.empty_like(output[:-1])
        pictures = inputs[:-1].reshape(*self.input_shape, batch)
        return LayerPass(output, grad), pictures, output[:-1].reshape(*self.output_shape, batch)


class MaxPoolLayer(_WindowLayer):
    """Max pooling at work."""

    settings: MaxPool

    def go_on(self, former: RunningLayer, read: Spread, growth: Growth) -> Spread:
        """Take the largest of twins, which is that of their origin."""
        if not read.alike:
            raise PlaygroundError(
                f"{self.called} takes the largest of each map by itself, and what it gets now is "
                "divided among two."
            )
        return super().go_on(former, read, growth)

    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return the work for one batch size.

        y = max of the square; ∂L/∂y goes back to the pixel that was the largest, the first of them
        where several are.
        """
        done, pictures, y = self._pass(inputs, grad_inputs)
        squares = self._squares(pictures)
        first, *rest = squares
        done.forward = [partial(np.copyto, y, first)]
        done.forward += [partial(np.maximum, y, pixel, out=y) for pixel in rest]
        if grad_inputs is None or done.grad_output is None or not mode.goes_back:
            return done
        grad_y = done.grad_output.reshape(y.shape)
        backs = self._squares(grad_inputs.reshape(pictures.shape))
        largest, left = np.empty((2, *y.shape), np.bool_)
        share = np.empty_like(y)

        apart = self.window.stride >= self.window.size

        def backward() -> None:
            left.fill(True)
            for pixel, back in zip(squares, backs, strict=True):
                np.equal(pixel, y, out=largest)
                np.logical_and(largest, left, out=largest)
                np.logical_xor(left, largest, out=left)
                np.copyto(share, largest)
                np.multiply(grad_y, share, out=back if apart else share)
                if not apart:
                    np.add(back, share, out=back)

        done.backward = [*self._emptied(grad_inputs), backward]
        return done

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return the largest of each square, and the way back to it."""
        return explain_pooling("largest", self.window, done, symbols)

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return the numbers of one square, the largest of which is handed on."""
        pixels, (top, left) = self._square(unit)
        figures, pooled = [], None
        if done.ran:
            square = done.inputs[pixels, 0]
            row, column = map(int, np.unravel_index(int(square.argmax()), square.shape))
            pooled = Pooled(done.source, square, pixels, (row, column))
            figures = [
                Figure("the others of the square, at most", _second(square)),
                Figure(
                    f"the largest, row {top + row + 1}, column {left + column + 1}",
                    float(square.max()),
                    total=True,
                ),
                Figure("∂L/∂ it = ∂L/∂y, and 0 for the others", number_at(done.grad_a, unit)),
            ]
        size = self.window.size
        return UnitReport(
            f"y = max of a square of {size}×{size}: it hands on the largest number.",
            tuple(figures),
            pooled=pooled,
        )


class AveragePoolLayer(_WindowLayer):
    """Average pooling at work."""

    settings: AveragePool

    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return the work for one batch size.

        y = Σ x / size²; back, every pixel of the square gets ∂L/∂y / size².
        """
        done, pictures, y = self._pass(inputs, grad_inputs)
        first, *rest = self._squares(pictures)
        share = 1 / self.window.size**2
        done.forward = [partial(np.copyto, y, first)]
        done.forward += [partial(np.add, y, pixel, y) for pixel in rest]
        done.forward.append(partial(np.multiply, y, share, y))
        if grad_inputs is None or done.grad_output is None or not mode.goes_back:
            return done
        grad_y = done.grad_output.reshape(y.shape)
        each, apart = np.empty_like(y), self.window.stride >= self.window.size
        backs = self._squares(grad_inputs.reshape(pictures.shape))
        done.backward = [
            *self._emptied(grad_inputs),
            partial(np.multiply, grad_y, share, each),
            *(
                partial(np.copyto, back, each) if apart else partial(np.add, back, each, back)
                for back in backs
            ),
        ]
        return done

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return the mean of each square, and the error shared out."""
        return explain_pooling("mean", self.window, done, symbols)

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return the sum of one square and its mean."""
        return _mean_report(self._square(unit)[0], done, unit, "square")


class GlobalAveragePoolLayer(RunningLayer):
    """The mean of each map at work."""

    settings: GlobalAveragePool

    def __init__(self, settings: GlobalAveragePool, input_shape: Shape) -> None:
        super().__init__(settings, input_shape)
        *_, height, width = (1, *input_shape[1:])
        self.window = Window(height, width, max(height, width), 1, 1, 1)

    def go_on(self, former: RunningLayer, read: Spread, growth: Growth) -> Spread:
        """Make of each map what was made of its origin: its mean."""
        return read

    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return the work for one batch size: y = Σ s·x, and ∂L/∂x = s·∂L/∂y.

        The share s is 1 / places; of a step that is there 1 / how many are, of any other 0.
        """
        batch, maps = inputs.shape[1], self.input_shape[0]
        output = with_ones(maps, batch, inputs.dtype)
        y = output[:-1]
        x = inputs[:-1].reshape(maps, -1, batch)
        share: Array = np.full(x.shape[1], 1 / x.shape[1], inputs.dtype)
        done = LayerPass(output, None, [partial(np.matmul, share, x, y)])
        there = mode.there if steps_of(self.input_shape) else None
        if there is None:
            share = share[:, np.newaxis]
        else:
            done.kept["there"] = there
            count, product = np.empty(batch, inputs.dtype), np.empty(x.shape, inputs.dtype)
            share = np.empty_like(there)
            done.forward = [
                partial(np.add.reduce, there, axis=0, out=count),
                partial(np.maximum, count, 1, out=count),
                partial(np.divide, there, count, share),
                partial(np.multiply, x, share, product),
                partial(np.add.reduce, product, axis=1, out=y),
            ]
        if grad_inputs is not None and mode.goes_back:
            grad = done.grad_output = np.empty_like(y)
            back = grad_inputs.reshape(x.shape)
            done.backward = [partial(np.multiply, grad[:, np.newaxis], share, back)]
        return done

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return the mean of each map or unit, and the error shared out."""
        if steps_of(self.input_shape):
            return explain_step_mean(done, symbols)
        return explain_pooling("mean", self.window, done, symbols)

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return the sum of one map, or of one unit's steps, and its mean."""
        pixels, there = self._map(unit), done.kept.get("there")
        if not steps_of(self.input_shape):
            return _mean_report(pixels, done, unit, "map")
        if there is not None:
            pixels = pixels[:, : max(int(there[:, 0].sum()), 1)]
        return _mean_report(pixels, done, unit, "unit, one at each step")

    def face(self) -> Face:
        """Return one number for each map or unit, which looks at all of it."""
        return Face((Link(self.source, joined="patch"),), window=self.window)

    def _map(self, unit: int) -> NDArray[np.intp]:
        sides = (self.window.height, self.window.width)
        return np.arange(math.prod(sides)).reshape(sides) + unit * math.prod(sides)


def _second(square: NDArray[Any]) -> float | None:
    ordered = np.sort(square, axis=None)
    return float(ordered[-2]) if ordered.size > 1 else None


def _mean_report(pixels: NDArray[np.intp], done: LayerRecord, unit: int, what: str) -> UnitReport:
    count, grad = pixels.size, number_at(done.grad_a, unit)
    pooled = Pooled(done.source, done.inputs[pixels, 0], pixels) if done.ran else None
    return UnitReport(
        f"y = Σ x / {count}: the mean of the {count} numbers of its {what}.",
        (
            Figure("Σ x", None if pooled is None else float(pooled.values.sum())),
            Figure("y, handed on", number_at(done.a, unit), total=True),
            Figure(f"∂L/∂x = ∂L/∂y / {count}", None if grad is None else grad / count),
        ),
        pooled=pooled,
    )
