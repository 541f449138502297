"""Position: what tells a layer that looks at all steps at once which of them is where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Literal

import numpy as np

from playground import fields
from playground.errors import PlaygroundError
from playground.nn.arrays import Array, batch_last, with_ones
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.face import Face, Link
from playground.nn.explain.position import explain_position
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
)
from playground.nn.layers.sequences import sequence_shape
from playground.nn.record import LayerRecord

LONGEST_WAVE = 10_000
"""Steps over 2π after which the slowest sine of a sinusoidal position comes round again."""

_AT_FIRST = 0.02
"""The standard deviation of learned positions before training, as GPT-2 and ViT have it."""

Table = Literal["learned", "sinusoidal"]


@dataclass(frozen=True)
class Position(Named):
    """Adds to every unit a number that depends on the step alone, whatever comes.

    ``y = x + p``. Learned, there is a number for each unit and step. Sinusoidal, with an angle of
    t / 10000^(2i/units) at step t = 0, 1, …, unit 2i gets its sine and unit 2i + 1 its cosine
    (Vaswani et al. 2017), and nothing is learned.
    """

    kind: ClassVar[str] = "position"
    title: ClassVar[str] = "Position"
    use: ClassVar[str] = "Says at each step which one it is; self-attention cannot tell by itself."

    table: Table = fields.choice(
        "learned",
        "Numbers",
        "What is added at each step: learned numbers, or sines and cosines of waves that are "
        "longer from unit to unit, which learn nothing.",
        {"learned": "Learned", "sinusoidal": "Sinusoidal"},
    )
    trainable: bool = declare_trainable(
        "Off, training leaves learned numbers as they are (frozen)."
    )
    rate: float = declare_rate()

    @property
    def detail(self) -> str:
        """Whose numbers they are, ``learned``."""
        return self.table

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return sequence_shape(input_shape)

    def parameters(self, input_shape: Shape) -> tuple[ParameterSpec, ...]:
        """Return ``positions`` (units, steps) where they are learned."""
        if self.table == "sinusoidal":
            return ()
        return (ParameterSpec("positions", "p", sequence_shape(input_shape), "bias"),)

    def build(self, input_shape: Shape) -> PositionLayer:
        """Return the running layer."""
        return PositionLayer(self, input_shape)


class PositionLayer(RunningLayer):
    """Positions at work."""

    settings: Position

    def initialize(self, rng: np.random.Generator) -> None:
        """Draw what is learned from N(0, 0.02²)."""
        for positions in self.views().values():
            positions[...] = _AT_FIRST * rng.standard_normal(positions.shape)

    def go_on(self, former: RunningLayer, read: Spread, growth: Growth) -> Spread:
        """Add to twins together what was added to their origin."""
        before, now = former.views().get("positions"), self.views().get("positions")
        if before is None or now is None or former.positions != self.positions:
            return super().go_on(former, read, growth)
        now[...] = read.made_by(before)
        return Spread(read.origin, read.share, read.alike)

    def hand_on(self, read: Spread, growth: Growth) -> Spread:
        """Add nothing yet."""
        if not self.specs:
            raise PlaygroundError(
                f"{self.called} adds sines and cosines at once, so it cannot begin by handing on "
                "what it gets; learned positions could."
            )
        self.views()["positions"].fill(0)
        return Spread(read.origin, read.share, read.alike)

    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return the work for one batch size: y = x + p, ∂L/∂p = Σ ∂L/∂y, ∂L/∂x = ∂L/∂y."""
        batch, dtype = inputs.shape[1], inputs.dtype
        given, start = batch_last(inputs, self.input_shape)
        x = given.reshape(self.output_features, batch)
        output = with_ones(self.output_features, batch, dtype)
        added = self._added(dtype).reshape(-1, 1)
        done = LayerPass(output, grad_inputs, [*start, partial(np.add, x, added, output[:-1])])
        done.kept = {"added": added}
        if not mode.goes_back or not (self.specs or grad_inputs is not None):
            return done
        if grad_inputs is None:
            done.grad_output = np.empty_like(output[:-1])
        if self.specs:
            each, slopes = np.ones(batch, dtype), self._gradient
            done.learn.append(partial(np.matmul, done.grad_output, each, slopes))
        return done

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return the sum, and the slopes of what was added."""
        return explain_position(done, symbols)

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return the two summands of one number."""
        mine, step = divmod(unit, self.positions)
        added = float(self._added(np.dtype(np.float64))[mine, step])
        if self.specs:
            added = float(done.tensors["positions"][mine, step])
        grad = number_at(done.grad_a, unit)
        return UnitReport(
            f"y = x + p: what came, plus what is added to it at step {step + 1} whatever comes.",
            (
                Figure("x, what came", number_at(done.inputs, unit)),
                Figure(f"p, {self.settings.table}", added),
                Figure("y, handed on", number_at(done.a, unit), total=True),
                Figure(f"∂L/∂x{' = ∂L/∂p' * bool(self.specs)} = ∂L/∂y", grad),
            ),
        )

    def face(self) -> Face:
        """Return rows of numbers, each joined to the one it came from."""
        return Face((Link(self.source),))

    def _added(self, dtype: np.dtype[np.floating]) -> Array:
        """Return p, (units, steps): the live numbers, or the waves."""
        if self.specs:
            return self._live["positions"]
        units, steps = self.output_shape
        unit = np.arange(units)[:, np.newaxis]
        angle = np.arange(steps) / LONGEST_WAVE ** (unit // 2 * 2 / units)
        return np.where(unit % 2, np.cos(angle), np.sin(angle)).astype(dtype)
