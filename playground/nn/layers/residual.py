"""The residual block: layers in a row whose result is added to what they were given."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np

from playground import fields
from playground.errors import FieldError, PlaygroundError
from playground.nn.arrays import Array, Call, with_ones
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.face import Face, Link
from playground.nn.explain.residual import explain_residual
from playground.nn.explain.unit_report import Figure, UnitReport, number_at
from playground.nn.initializers import Glorot
from playground.nn.layers.conv2d import Conv2D
from playground.nn.layers.dense import WIDEST_BY_ITSELF, Dense
from playground.nn.layers.growth import Growth, Spread
from playground.nn.layers.kinds import LAYERS
from playground.nn.layers.learning import declare_rate, declare_trainable
from playground.nn.layers.row import grow_row, row_shapes
from playground.nn.layers.running import (
    LayerPass,
    Mode,
    Named,
    ParameterSpec,
    RunningLayer,
    Shape,
    prepare_row,
    steps_of,
)
from playground.nn.record import LayerRecord
from playground.nn.window import Window
from playground.wording import grouped


@LAYERS.register
@dataclass(frozen=True)
class Residual(Named):
    """Adds what its layers make of an input to the input itself: y = x + f(x).

    The layers learn only what is to be changed, and the error has a way back past them, so that
    deep networks learn as well as shallow ones (He et al. 2015). Where f(x) has another shape than
    x, learned weights bring x to it, y = P·x + f(x): of pictures, at every place from map to map,
    of sequences at every step.
    """

    kind: ClassVar[str] = "residual"
    title: ClassVar[str] = "Residual"
    use: ClassVar[str] = "Layers with a way past them, so that deep networks still learn."

    layers: tuple[Any, ...] = fields.variants(
        (Dense(), Dense()),
        "Layers inside",
        "What the input goes through before it is added to itself.",
        LAYERS,
    )
    trainable: bool = declare_trainable(
        "Off, training leaves the weights of the way past the layers as they are (frozen)."
    )
    rate: float = declare_rate()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.layers:
            raise FieldError(
                "layers", "A residual block expects a layer inside: add one, or remove the block."
            )

    @classmethod
    def fitting(cls, input_shape: Shape) -> Residual:
        """Return a block with as many maps or units as come in, so that they are added as they are.

        More than 512 units are too many to begin with; the projection brings them down. A picture
        of one map is read by neurons: what it shows is no pattern yet.
        """
        if len(input_shape) == 3 and input_shape[0] > 1:
            return cls((Conv2D(input_shape[0]), Conv2D(input_shape[0])))
        units = input_shape[0] if steps_of(input_shape) else math.prod(input_shape)
        return cls((Dense(units), Dense(units))) if units <= WIDEST_BY_ITSELF else cls()

    def formula(self, input_shape: Shape) -> tuple[str, str]:
        """Return what the block computes in short, and why in a sentence."""
        for projection in self.parameters(input_shape):
            what = "numbers" if len(projection.shape) == 2 else "maps"
            what += " at each step" * bool(self.window(input_shape) and what == "numbers")
            return (
                "P·x + f(x)",
                f"What comes in has {grouped(projection.shape[1])} {what} and the last layer "
                f"inside makes {grouped(projection.shape[0])}, so learned weights P bring the "
                "first to as many before both are added.",
            )
        return (
            "x + f(x)",
            "What comes in is added to what the layers inside make of it, number by number.",
        )

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape behind the last layer inside."""
        return list(row_shapes(self.layers, input_shape))[-1][2]

    def parameters(self, input_shape: Shape) -> tuple[ParameterSpec, ...]:
        """Return ``projection`` where the shapes differ, else nothing.

        It is (units, inputs), of sequences (units, units read) at each step alike, and of pictures
        (maps, maps read, 1, 1): a convolution of 1×1.
        """
        output_shape = self.output_shape(input_shape)
        if output_shape == input_shape:
            return ()
        if window := self.window(input_shape):
            maps = (output_shape[0], input_shape[0])
            kernels = maps if steps_of(input_shape) else (*maps, window.size, window.size)
            return (ParameterSpec("projection", "P", kernels, "weight"),)
        shape = (math.prod(output_shape), math.prod(input_shape))
        if shape[0] == shape[1]:
            return ()
        return (ParameterSpec("projection", "P", shape, "weight", order="F"),)

    def window(self, input_shape: Shape) -> Window | None:
        """Return the pixels of a picture that the way past reads, None where it reads numbers.

        They stand as far apart as makes as many rows and columns as the last layer inside has. The
        steps of a sequence are those of a picture of one row.
        """
        output_shape = self.output_shape(input_shape)
        if steps_of(input_shape):
            alike, steps = steps_of(output_shape) == steps_of(input_shape), input_shape[1]
            return Window(1, steps, 1, 1, 1, steps) if alike else None
        if len(input_shape) != 3 or len(output_shape) != 3:
            return None
        (_, height, width), (_, *places) = input_shape, output_shape
        for stride in range(1, height + 1):
            if places == [-(-height // stride), -(-width // stride)]:
                return Window(height, width, 1, stride, *places)
        return None

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return those of the layers inside and of the way past them."""
        window = self.window(input_shape)
        places = 1 if window is None else window.rows * window.columns
        total = places * sum(spec.size for spec in self.parameters(input_shape))
        for layer, shape, _ in row_shapes(self.layers, input_shape):
            total += layer.multiply_adds(shape)
        return total

    def build(self, input_shape: Shape) -> ResidualLayer:
        """Return the running block."""
        return ResidualLayer(self, input_shape)


class ResidualLayer(RunningLayer):
    """A residual block at work."""

    settings: Residual

    def __init__(self, settings: Residual, input_shape: Shape) -> None:
        super().__init__(settings, input_shape)
        inside = []
        for layer in settings.layers:
            inside.append(layer.build(input_shape))
            input_shape = inside[-1].output_shape
        self.inside = tuple(inside)
        self.window = settings.window(self.input_shape) if self.specs else None

    def initialize(self, rng: np.random.Generator) -> None:
        """Draw the projection's weights by Glorot's rule."""
        for projection in self.views().values():
            Glorot().fill(projection, np.empty(len(projection), projection.dtype), rng)

    def go_on(self, former: RunningLayer, read: Spread, growth: Growth) -> Spread:
        """Let the layers inside go on, and the way past them meet what they make of it."""
        branch = grow_row(self.inside, former.inside, read, growth)
        before, now = (each.views().get("projection") for each in (former, self))
        if now is not None:
            behind, given = self.positions, math.prod(self.input_shape[1:])
            if self.window is not None:  # from map to map, at every place alike
                behind = given = 1
            past = np.eye(former.units * behind)
            if before is not None:
                past = before.reshape(before.shape[:2])
            made = branch.at_places(behind).made_by(past)
            weights = read.at_places(given).read_by(made, growth.rng)
            now[...] = weights.reshape(now.shape)
            return Spread(branch.origin, branch.share, branch.alike)
        alike = read.alike and branch.alike and np.array_equal(read.share, branch.share)
        if before is not None or not alike or not np.array_equal(read.origin, branch.origin):
            raise PlaygroundError(
                f"{self.called} adds what it gets as it is now, and the numbers that it "
                "would be added to stand for others."
            )
        return Spread(branch.origin, branch.share, least=read.least + branch.least)

    def hand_on(self, read: Spread, growth: Growth) -> Spread:
        """Add nothing yet to what comes in."""
        if self.specs:
            raise PlaygroundError(
                f"{self.called} makes {grouped(self.output_features)} numbers of the "
                f"{grouped(self.input_features)} that it gets, so it cannot begin by handing them "
                "on."
            )
        self.inside[-1].fall_silent()
        return Spread(read.origin, read.share, read.alike)

    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return the work for one batch size.

        y = x + f(x), or P·x + f(x); then back, ∂L/∂x = ∂L/∂y + what comes back through f, or
        Pᵀ·∂L/∂y + that, and ∂L/∂P = ∂L/∂y·xᵀ.
        """
        batch, dtype, units = inputs.shape[1], inputs.dtype, self.output_features
        x = inputs[:-1]
        through = None if grad_inputs is None else np.empty_like(grad_inputs)
        row = prepare_row(self.inside, inputs, through, mode)
        branch, output = row[-1].output[:-1], with_ones(units, batch, dtype)
        y = output[:-1]
        done = LayerPass(output, None, inside=row, kept={"branch": branch})
        past = x
        way = None
        if self.specs:
            vectors = (self._parameters, self._gradient)
            way = _WayPast(self, inputs, *map(self._projection, vectors))
        if way is not None:
            past = done.kept["past"] = np.empty((units, batch), dtype)
            done.forward += way.forward(past)
        done.forward.append(partial(np.add, past, branch, y))
        if not mode.goes_back:
            return done

        grad_branch = row[-1].grad_output
        if grad_branch is None and grad_inputs is None and way is None:
            return done
        grad_y = done.grad_output = np.empty((units, batch), dtype)
        if grad_branch is not None:
            done.backward.append(partial(np.copyto, grad_branch, grad_y))
        grad_past = grad_y
        if way is not None:
            done.learn.append(way.learn(grad_y))
            if grad_inputs is not None:
                grad_past = np.zeros_like(grad_inputs)
                done.closing += way.back(grad_y, grad_past)
        if grad_inputs is not None and through is not None:
            done.kept_back = {"through": through}
            done.closing.append(partial(np.add, grad_past, through, grad_inputs))
        return done

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return the sum of the two ways, and the sum of the errors that come back by both."""
        return explain_residual(self.inside[-1].name, self.window, done, symbols)

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return the two summands of one output, and ∂L/∂ both, which is ∂L/∂y."""
        past = done.kept.get("past", done.inputs)
        projected = "projection" in done.tensors
        branch, grad = done.kept.get("branch"), done.grad_a
        x, f, y, slope = (number_at(array, unit) for array in (past, branch, done.a, grad))
        name = "(P·x)" if projected else "x"
        return UnitReport(
            f"y = {'P·x' if projected else 'x'} + f(x): what came past the layers inside, plus "
            "what they made of it.",
            (
                Figure(f"{name}, past the layers", x),
                Figure("f(x), through them", f),
                Figure("y, handed on", y, total=True),
                Figure(f"∂L/∂{name} = ∂L/∂f(x) = ∂L/∂y", slope),
            ),
        )

    def face(self) -> Face:
        """Return two ways in: from the last layer inside, and past it."""
        past = Link(self.source)
        if self.specs:
            past = Link(self.source, "projection", "patch" if self.window else "all")
        return Face((Link(self.inside[-1].name), past), window=self.window)

    def _projection(self, vector: Array) -> Array:
        """Return the projection in a vector as (outputs, inputs)."""
        view = self.parameter_views(vector)["projection"]
        return view.reshape(view.shape[:2]) if self.window else view


class _WayPast:
    """P·x, and back: one product for the numbers in a row, or for all places of a picture.

    Parameters
    ----------
    block
        Whose way it is.
    inputs
        (features + 1, batch).
    weights, slopes
        P and ∂L/∂P, (outputs, inputs), of pictures from map to map.
    """

    def __init__(self, block: ResidualLayer, inputs: Array, weights: Array, slopes: Array) -> None:
        self._window, self._shape = block.window, (*block.input_shape, inputs.shape[1])
        self._weights, self._slopes = weights, slopes
        seen = self._seen(inputs[:-1])
        self._x, self._take = seen, list[Call]()
        if self._window is not None and not seen.flags.c_contiguous:
            self._x = np.empty(seen.shape, seen.dtype)
            self._take = [partial(np.copyto, self._x, seen)]

    def forward(self, past: Array) -> list[Call]:
        """Return the calls that write P·x."""
        x = self._x.reshape(self._weights.shape[1], -1)
        return [*self._take, partial(np.matmul, self._weights, x, self._by_output(past))]

    def learn(self, grad_y: Array) -> Call:
        """Return the call that writes ∂L/∂P = ∂L/∂y·xᵀ."""
        x = self._x.reshape(self._weights.shape[1], -1)
        return partial(np.matmul, x, self._by_output(grad_y).T, self._slopes.T)

    def back(self, grad_y: Array, grad_x: Array) -> list[Call]:
        """Return the calls that write Pᵀ·∂L/∂y where the way past looked; elsewhere it stays 0."""
        made = np.empty_like(self._x)
        flat = made.reshape(self._weights.shape[1], -1)
        return [
            partial(np.matmul, self._weights.T, self._by_output(grad_y), flat),
            partial(np.copyto, self._seen(grad_x), made),
        ]

    def _by_output(self, values: Array) -> Array:
        return values.reshape(len(self._weights), -1)

    def _seen(self, values: Array) -> Array:
        if self._window is None:
            return values
        apart = self._window.stride
        return values.reshape(self._shape)[:, ::apart, ::apart]
