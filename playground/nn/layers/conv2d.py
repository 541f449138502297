"""The convolution: small kernels slide over the maps of a picture and weigh what they see."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from playground import fields
from playground.errors import PlaygroundError
from playground.nn.activations import Activation
from playground.nn.arrays import Array, batch_last
from playground.nn.explain.conv2d import explain_conv2d
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.face import Face, Link
from playground.nn.explain.unit_report import UnitReport, WeightedSum
from playground.nn.initializers import INITIALIZERS, He, Initializer
from playground.nn.layers.growth import Growth, Spread
from playground.nn.layers.learning import declare_rate, declare_trainable
from playground.nn.layers.patches import Patches
from playground.nn.layers.running import (
    LayerPass,
    Mode,
    Named,
    ParameterSpec,
    RunningLayer,
    Shape,
)
from playground.nn.layers.splitting import hand_on_each, split
from playground.nn.layers.units import (
    bend_sums,
    declare_activation,
    declare_dropout,
    declare_frozen,
    declare_silenced,
    fall_silent,
    inspect_bend,
)
from playground.nn.record import LayerRecord
from playground.nn.unit_list import units_in
from playground.nn.window import Padding, Window, declare_padding, picture_shape


@dataclass(frozen=True)
class Conv2D(Named):
    """Maps that each look for one pattern at every place of a picture.

    A map has one kernel for each map that it reads. At every place it multiplies the patch under
    the kernels by them, adds the products up with its bias, and bends the sum (LeCun et al. 1998):
    ``z[m, y, x] = Σ w[m, c, i, j] · input[c, y·stride + i, x·stride + j] + b[m]``.

    Examples
    --------
    >>> from playground import Conv2D
    >>> Conv2D(8, kernel=5).output_shape((1, 28, 28))
    (8, 28, 28)
    """

    kind: ClassVar[str] = "conv2d"
    title: ClassVar[str] = "Conv"
    use: ClassVar[str] = "Looks for the same small patterns everywhere in a picture."

    maps: int = fields.whole(
        8, "Maps", "How many patterns the layer looks for, each with a map of its own.",
        low=1, high=10**6,
    )  # fmt: skip
    kernel: int = fields.whole(
        3, "Kernel", "The side of the square that a kernel sees at a time, in pixels.",
        low=1, high=99, square=True, choices=(1, 2, 3, 5, 7),
    )  # fmt: skip
    stride: int = fields.whole(
        1, "Stride", "How many pixels the kernel goes on from place to place.", low=1, high=99
    )
    padding: Padding = declare_padding("same")
    activation: Activation = declare_activation(elementwise=True)
    dropout: float = declare_dropout("maps")
    initializer: Initializer = fields.variant(
        He(), "Initializer", "How the weights are drawn before training.", INITIALIZERS
    )
    trainable: bool = declare_trainable()
    rate: float = declare_rate()
    frozen: str = declare_frozen("maps")
    silenced: str = declare_silenced("maps")

    @classmethod
    def fitting(cls, input_shape: Shape) -> Conv2D:
        """Return a layer with as many maps as come in, and no fewer than usual."""
        return cls(max(cls.maps, input_shape[0])) if len(input_shape) == 3 else cls()

    def window(self, input_shape: Shape) -> Window:
        """Return where the kernels stop; a FieldError where they do not fit."""
        return Window.over(input_shape, self.kernel, self.stride, self.padding, noun="kernel")

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (maps, rows, columns)."""
        window = self.window(input_shape)
        return (self.maps, window.rows, window.columns)

    def parameters(self, input_shape: Shape) -> tuple[ParameterSpec, ...]:
        """Return ``weights`` (maps, maps read, kernel, kernel) and ``biases`` (maps,)."""
        read = picture_shape(input_shape)[0]
        return (
            ParameterSpec("weights", "W", (self.maps, read, self.kernel, self.kernel), "weight"),
            ParameterSpec("biases", "b", (self.maps,), "bias"),
        )

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return the kernel's products at every place of every map."""
        read = picture_shape(input_shape)[0]
        return math.prod(self.output_shape(input_shape)) * read * self.kernel**2

    def build(self, input_shape: Shape) -> Conv2DLayer:
        """Return the running layer."""
        return Conv2DLayer(self, input_shape)


class Conv2DLayer(RunningLayer):
    """A convolution at work, also where the window says that pixels stand apart."""

    settings: Conv2D

    def __init__(self, settings: Conv2D, input_shape: Shape) -> None:
        super().__init__(settings, input_shape)
        self.window = settings.window(input_shape)

    def initialize(self, rng: np.random.Generator) -> None:
        """Draw weights and biases."""
        views = self.views()
        self.settings.initializer.fill(views["weights"], views["biases"], rng)

    def go_on(self, former: RunningLayer, read: Spread, growth: Growth) -> Spread:
        """Go on with the former maps, and split some of them where there are more now."""
        if self.window != former.face().window:
            raise PlaygroundError(
                f"{self.called} stops at other places now, so its maps are others too."
            )
        origin, spread = split(self, self.settings, former.units, growth)
        tensors, now = former.views(), self.views()
        by_map = tensors["weights"][origin].transpose(0, 2, 3, 1)
        weights = read.read_by(by_map.reshape(-1, by_map.shape[-1]), growth.rng)
        now["weights"][...] = weights.reshape(*by_map.shape[:-1], -1).transpose(0, 3, 1, 2)
        now["biases"][...] = tensors["biases"][origin]
        return spread

    def hand_on(self, read: Spread, growth: Growth) -> Spread:
        """See each map in one of its own, with a kernel that is 1 in the pixel itself, else 0."""
        window = self.window
        if self.output_shape[1:] != self.input_shape[1:]:
            raise PlaygroundError(
                f"{self.called} makes maps of {window.rows}×{window.columns} from pictures of "
                f"{window.height}×{window.width}, so it cannot begin by handing them on; with "
                "stride 1 and padding “same” it could."
            )
        weights, spread = hand_on_each(self, self.settings, read)
        views, used = self.views(), slice(len(weights))
        views["weights"][used] = 0
        views["weights"][used, :, window.above, window.left] = weights
        views["biases"][used] = 0
        return spread

    def fall_silent(self) -> None:
        """Begin with weights of 0; where f has no slope there, with such as are next to 0."""
        if not fall_silent(self.settings.activation, **self.views()):
            super().fall_silent()

    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return the work for one batch size.

        With P the patches under the kernel: z = W·P + b for a row of places at a time, a = f(z);
        then back, ∂L/∂z = ∂L/∂a ∘ f′(z), ∂L/∂W = Σ ∂L/∂z·Pᵀ over the rows. ∂L/∂inputs is itself a
        convolution: of ∂L/∂z, by the kernels turned by 180°, where stride and spread change roles.
        """
        maps, read, size, _ = self._live["weights"].shape
        window, batch, dtype = self.window, inputs.shape[1], inputs.dtype
        places = (window.rows, window.columns)
        z = np.empty((maps * math.prod(places), batch), dtype)
        done = bend_sums(self.settings, z, mode, maps)

        pictures, start = batch_last(inputs, self.input_shape)
        corner = (window.above, window.left)
        patches = Patches(pictures, places, size, window.stride, corner, spread=window.spread)
        in_order = np.empty((maps, size, read, size), dtype)
        weights, biases, sums = self._live["weights"], self._live["biases"], z.reshape(maps, -1)
        done.forward[:0] = [
            *start,
            patches.gather,
            partial(np.copyto, in_order, weights.transpose(0, 2, 1, 3)),
            patches.weigh(in_order.reshape(maps, -1), z),
            partial(np.add, sums, biases[:, np.newaxis], sums),
        ]
        grad_z = done.grad_z
        if grad_z is None:
            return done

        gradient = self.parameter_views(self._gradient)
        by_row = np.empty((window.rows, size * read * size, maps), dtype)
        by_place = grad_z.reshape(maps, window.rows, -1).transpose(1, 2, 0)
        done.learn += [
            partial(np.matmul, patches.by_row, by_place, by_row),
            partial(
                np.add.reduce,
                by_row.reshape(window.rows, size, read, size, maps),
                axis=0,
                out=gradient["weights"].transpose(2, 1, 3, 0),
            ),
            partial(np.add.reduce, grad_z.reshape(maps, -1), axis=1, out=gradient["biases"]),
        ]
        if grad_inputs is None:
            return done
        lead = (size - 1 - window.above, size - 1 - window.left)
        sides = (window.height, window.width)
        errors = grad_z.reshape(maps, *places, batch)
        reached = Patches(errors, sides, size, window.spread, lead, spread=window.stride)
        turned = np.empty((read, size, maps, size), dtype)
        done.backward += [
            reached.gather,
            partial(np.copyto, turned, weights[:, :, ::-1, ::-1].transpose(1, 2, 0, 3)),
            reached.weigh(turned.reshape(read, -1), grad_inputs),
        ]
        return done

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return the sums under the kernels and A = f(Z), and the chain rule back through both."""
        return explain_conv2d(self.settings, self.window, done, symbols)

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return one pixel of a map: the patch under its kernels, its sum, its bend, its slopes."""
        settings, positions = self.settings, self.positions
        mine = unit // positions
        pixels = self.window.pixels(*divmod(unit % positions, self.window.columns))
        read = self.input_shape[0]
        maps = np.arange(read)[:, np.newaxis, np.newaxis] * (self.window.height * self.window.width)
        places = np.where(pixels < 0, -1, maps + pixels).ravel()
        patch = grad_weights = None
        if done.ran:
            patch = np.where(places < 0, 0, done.inputs[places, 0])
            if done.grad_z is not None:
                with np.errstate(all="ignore"):
                    grad_weights = done.grad_z[unit, 0] * patch
        return UnitReport(
            sum=WeightedSum(
                source=done.source,
                weights=done.tensors["weights"][mine].ravel(),
                bias=float(done.tensors["biases"][mine]),
                inputs=patch,
                z=float(done.z[unit, 0]) if done.z is not None and done.ran else None,
                grad_weights=grad_weights,
                places=places,
            ),
            bend=inspect_bend(settings.activation, done, unit, self.positions),
            frozen=mine in units_in(settings.frozen, settings.maps),
            silenced=mine in units_in(settings.silenced, settings.maps),
        )

    def face(self) -> Face:
        """Return maps, each place of which weighs a patch of what the layer reads."""
        return Face((Link(self.source, "weights", "patch"),), self.settings.activation, self.window)
