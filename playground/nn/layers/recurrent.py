"""What recurrent layers share: units that read a sequence step by step and remember.

At every step a unit weighs the step's numbers and what all the units of its layer answered at the
step before. The kinds differ in what they make of these sums.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Literal

import numpy as np

from playground import fields
from playground.errors import PlaygroundError
from playground.nn.activations import Activation, Tanh
from playground.nn.arrays import Array, with_ones
from playground.nn.dropout_mask import DropoutMask
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.face import Face, Link
from playground.nn.explain.recurrent import InTime
from playground.nn.explain.unit_report import Figure, UnitReport
from playground.nn.initializers import DRAWN, Glorot, Initializer, draw_orthogonal
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
from playground.nn.layers.splitting import split
from playground.nn.layers.units import declare_dropout, declare_frozen, declare_silenced
from playground.nn.layers.unrolled import RecurrentCell, Tape, Unrolled
from playground.nn.record import LayerRecord
from playground.nn.unit_list import units_in
from playground.wording import grouped, nth


@dataclass(frozen=True)
class Recurrent(Named):
    """The settings that all recurrent layers have.

    ``direction="both"`` is two layers side by side, one of which reads from the end: the first
    half of the units reads forward, the second backward (Schuster and Paliwal 1997). The last step
    of those is the first of the sequence.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    use: ClassVar[str]
    gates: ClassVar[tuple[str, ...]]
    """What the sums of a unit make at a step, in the order of its weights."""
    lasting: ClassVar[type[Recurrent] | None] = None
    """The kind that keeps for longer what it has read, None where there is none."""

    units: int = fields.whole(
        32, "Neurons", "How many neurons remember from step to step, in each direction.",
        low=1, high=10**6,
    )  # fmt: skip
    returns: Literal["all", "last"] = fields.choice(
        "all",
        "Hands on",
        "Every step, for a layer that reads a sequence again or answers at each step; or only the "
        "last, in which the layer has read the whole sequence.",
        {"all": "every step", "last": "its last step"},
    )
    direction: Literal["forward", "both"] = fields.choice(
        "forward",
        "Direction",
        "Forward, a step knows what came before it. With both, as many neurons again read from the "
        "end, so that every step knows the whole sequence.",
        {"forward": "forward", "both": "both"},
    )
    dropout: float = declare_dropout()
    initializer: Initializer = fields.variant(
        Glorot(),
        "Initializer",
        "How the weights are drawn before training; those from step to step only where they do not "
        "start as a rotation.",
        DRAWN,
    )
    rotation: bool = fields.flag(
        True,
        "Start as a rotation",
        "The weights from step to step start as a rotation, which neither fades nor grows what is "
        "remembered. Off, they are drawn like the others, and what was read soon fades.",
    )
    trainable: bool = declare_trainable()
    rate: float = declare_rate()
    frozen: str = declare_frozen()
    silenced: str = declare_silenced()

    def made_lasting(self) -> Recurrent | None:
        """Return a layer like this one that keeps for longer what it has read, None without one."""
        return None if self.lasting is None else self.lasting(**vars(self))

    @property
    def ways(self) -> int:
        """In how many directions it reads."""
        return 2 if self.direction == "both" else 1

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (units, steps), or (units,) where it hands on its last step."""
        _, steps = sequence_shape(input_shape)
        units = self.ways * self.units
        return (units, steps) if self.returns == "all" else (units,)

    def parameters(self, input_shape: Shape) -> tuple[ParameterSpec, ...]:
        """Return what a unit weighs and adds for each of its gates.

        ``weights`` (units, numbers of a step, gates), ``biases`` (units, gates) and
        ``recurrent_weights`` (units, units of its direction, gates).
        """
        read, _ = sequence_shape(input_shape)
        units, gates = self.ways * self.units, len(self.gates)
        return (
            ParameterSpec("weights", "W", (units, read, gates), "weight", "F"),
            ParameterSpec("biases", "b", (units, gates), "bias", "F"),
            ParameterSpec("recurrent_weights", "U", (units, self.units, gates), "weight", "F"),
        )

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return the products of every step."""
        read, steps = sequence_shape(input_shape)
        return self.ways * steps * self.units * len(self.gates) * (read + self.units)

    @abstractmethod
    def build(self, input_shape: Shape) -> RecurrentLayer:
        """Return the running layer."""


@dataclass(frozen=True)
class _Bent:
    """What splitting asks of a layer's settings: answers lie where those of tanh do."""

    silenced: str
    activation: Activation = Tanh()


class RecurrentLayer(RecurrentCell, RunningLayer):
    """A recurrent layer at work: its cell, unrolled in one direction or in both."""

    settings: Recurrent

    memory: ClassVar[str] = "h"
    formula: ClassVar[str]
    titles: ClassVar[Mapping[str, str]]
    """What a view calls the arrays of every step that the layer keeps."""

    def __init__(self, settings: Recurrent, input_shape: Shape) -> None:
        super().__init__(settings, input_shape)
        self.read, self.steps = sequence_shape(input_shape)
        self.turns = self.steps

    def traces(self) -> Mapping[str, str]:
        """Return what it keeps of every step, with titles."""
        return self.titles

    def initialize(self, rng: np.random.Generator) -> None:
        """Draw weights and biases; those from step to step are rotations, if so chosen."""
        views, initializer = self.views(), self.settings.initializer
        weights, biases = views["weights"], views["biases"]
        by_sum: Array = np.empty((*biases.shape, self.read), weights.dtype)
        added: Array = np.empty(biases.shape, biases.dtype)
        initializer.fill(by_sum.reshape(biases.size, -1), added.reshape(-1), rng)
        weights[...], biases[...] = by_sum.swapaxes(1, 2), added
        for own in self._by_way(views):
            for gate in range(biases.shape[1]):
                recurrent = own["recurrent_weights"][:, :, gate]
                if self.settings.rotation:
                    draw_orthogonal(recurrent, rng)
                else:
                    drawn = np.empty(recurrent.shape, recurrent.dtype)
                    initializer.fill(drawn, np.empty(len(drawn), drawn.dtype), rng)
                    recurrent[...] = drawn

    def same_kind_as(self, former: RunningLayer) -> bool:
        """Return whether it can go on with a former layer's numbers, as far as they fit.

        Of two directions the second's units are numbered behind the first's: with more or fewer of
        these they are others.
        """
        if not super().same_kind_as(former):
            return False
        before: Recurrent = former.settings  # type: ignore[assignment]
        return self.units == former.units or self.settings.ways == before.ways == 1

    def go_on(self, former: RunningLayer, read: Spread, growth: Growth) -> Spread:
        """Go on with the former units, and split some of them where there are more now.

        Twins remember the same, so each unit recalls both by a share of the weights each.
        """
        before: Recurrent = former.settings  # type: ignore[assignment]
        now, settings = self.views(), self.settings
        if (before.direction, before.returns) != (settings.direction, settings.returns):
            raise PlaygroundError(f"{self.called} reads its sequence in another way now.")
        if settings.ways > 1 and self.units != former.units:
            raise PlaygroundError(
                f"{self.called} reads in two directions, so none of its neurons can be split."
            )
        origin, spread = split(self, _Bent(settings.silenced), former.units, growth)
        tensors = {name: tensor[origin] for name, tensor in former.views().items()}
        for name, reads in (("weights", read), ("recurrent_weights", spread)):
            by_sum = tensors[name].swapaxes(1, 2)
            weights = reads.read_by(by_sum.reshape(-1, by_sum.shape[2]), growth.rng)
            tensors[name] = weights.reshape(*by_sum.shape[:2], -1).swapaxes(1, 2)
        for name, tensor in tensors.items():
            now[name][...] = tensor
        return spread

    def fall_silent(self) -> None:
        """Begin with a candidate of 0, or an answer of 0, at every step."""
        views = self.views()
        views["weights"][..., 0] = views["biases"][:, 0] = 0
        if "recurrent_biases" in views:
            views["recurrent_biases"].fill(0)

    def stacked(self, matrix: Array, tensors: Mapping[str, Array]) -> list[tuple[Array, Array]]:
        """Pair (rows, gates, units) with the three tensors of a direction."""
        return [
            (matrix[: self.read], tensors["weights"].transpose(1, 2, 0)),
            (matrix[self.read], tensors["biases"].T),
            (matrix[-self.settings.units :], tensors["recurrent_weights"].transpose(1, 2, 0)),
        ]

    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return the work for one batch size.

        What a step makes of its sums is the cell's. Silenced units answer 0 everywhere, in the
        memory of the others too; dropout leaves out what units hand on, the same for all steps
        ("variational"; Gal and Ghahramani 2016), and nothing of what they remember.
        """
        settings, ways, units = self.settings, self.settings.ways, self.settings.units
        batch, dtype, there = inputs.shape[1], inputs.dtype, mode.there
        done = LayerPass(with_ones(self.output_features, batch, dtype), None)
        heard: Array | None = None
        silenced = units_in(settings.silenced, ways * units)
        if silenced.size:
            heard = np.ones((ways * units, 1), dtype)
            heard[silenced] = 0
        if there is not None:
            done.kept["there"] = there
        tape = Tape(
            self, ways=ways, steps=self.steps, read=self.read, units=units, batch=batch, dtype=dtype
        )
        unrolled = [
            Unrolled(
                self,
                tape,
                way,
                heard=None if heard is None else heard[way * units : (way + 1) * units],
                there=there,
            )
            for way in range(ways)
        ]
        given = self._by_step(inputs[:-1])
        for each, tensors in zip(unrolled, self._by_way(self._live), strict=True):
            done.forward += each.forward(given, tensors)
        every = settings.returns == "all"
        answers = done.output[:-1].reshape(ways, units, -1, batch)
        for each, into in zip(unrolled, answers, strict=True):
            done.forward += each.hand_on_all(into) if every else each.hand_on_last(into[:, 0])
        if settings.dropout and mode.masks is not None:
            done.mask = DropoutMask((ways * units, batch), settings.dropout, mode.masks, dtype)
            factors = done.mask.factors.reshape(ways, units, 1, batch)
            done.kept["mask"] = done.mask.factors
            done.forward.append(partial(np.multiply, answers, factors, answers))
        done.kept["h"] = tape.h[:, 1:-1].swapaxes(1, 2)
        for row, name in enumerate(self.keeps):
            done.kept[name] = tape.kept[:, 1:-1, row].swapaxes(1, 2)
        if not mode.goes_back:
            return done

        grad = done.grad_output = np.empty((self.output_features, batch), dtype)
        arriving = grad.reshape(ways, units, -1, batch)
        if done.mask is not None:
            done.backward.append(partial(np.multiply, arriving, factors, arriving))
        for each, share in zip(unrolled, arriving, strict=True):
            done.backward += (
                each.backward_from_all(share) if every else each.backward_from_last(share[:, 0])
            )
        if grad_inputs is not None:
            back = grad_inputs.reshape(self.read, -1)
            first, *other = unrolled
            done.backward.append(first.back_to_inputs(back))
            for each in other:
                more = np.empty(back.shape, dtype)
                done.backward += [each.back_to_inputs(more), partial(np.add, back, more, back)]
        gradients = self._by_way(self.parameter_views(self._gradient))
        for each, tensors in zip(unrolled, gradients, strict=True):
            done.learn += each.learn(tensors)
        done.kept_back["grad_h"] = tape.grad_h[:, 1:-1].swapaxes(1, 2)
        if self.memory in self.keeps:
            done.kept_back[f"grad_{self.memory}"] = tape.grad_more.swapaxes(1, 2)
        for row, name in enumerate(self.keeps[-self.columns :]):
            done.kept_back[f"grad_{name}"] = tape.slopes[:, row]
        return done

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return what the units made of every step, and how the error went back through time."""
        source, words = symbols.of(done.source), symbols.names.words(done.source)
        return self.told(self._in_time(done, symbols.number("A"), source, words), symbols)

    @abstractmethod
    def told(self, time: InTime, symbols: Symbols) -> Explanation:
        """Return the kind's own formulas, and those that all kinds share."""

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return what one unit made of one step; of a layer that hands on its last, of that."""
        settings, (mine, step) = self.settings, divmod(unit, self.positions)
        report = UnitReport(
            frozen=mine in units_in(settings.frozen, self.units),
            silenced=mine in units_in(settings.silenced, self.units),
        )
        if not done.ran:
            return replace(report, words=self.formula)
        time = self._in_time(done)
        if time.last:
            step = max(time.last_of(mine, 0), 0)
        if not time.there[step, 0]:
            words = f"The example ends before step {nth(step)}; behind its end a neuron hands on 0."
            return replace(report, words=words)
        words = f"{self.formula}, at step {nth(step)} of {grouped(self.steps)}"
        return replace(report, words=words, figures=tuple(self.figures(time, mine, step)))

    @abstractmethod
    def figures(self, time: InTime, unit: int, step: int) -> Iterator[Figure]:
        """Yield what a unit made of a step of the one example, number by number."""

    def _in_time(self, done: LayerRecord, k: int = 0, source: str = "", words: str = "") -> InTime:
        settings = self.settings
        return InTime(
            done,
            (self.read, self.steps),
            k,
            source,
            words,
            settings.units,
            settings.returns == "last",
            settings.dropout,
            units_in(settings.silenced, self.units),
        )

    def face(self) -> Face:
        """Return a row of units, each joined to every number of a step by its weights."""
        links = (Link(self.source, "weights", "steps"),)
        gates = self.settings.gates
        return Face(links, within=(-1.0, 1.0), gates=gates if len(gates) > 1 else ())

    def _by_way(self, tensors: Mapping[str, Array]) -> list[dict[str, Array]]:
        """Return the tensors of each direction."""
        units = self.settings.units
        starts = range(0, self.settings.ways * units, units)
        return [
            {name: view[start : start + units] for name, view in tensors.items()}
            for start in starts
        ]

    def _by_step(self, values: Array) -> Array:
        """Return (numbers·steps, batch) as (steps, numbers, batch)."""
        return values.reshape(self.read, self.steps, -1).swapaxes(0, 1)
