"""What recurrent layers share: units that read a sequence step by step and remember.

At every step a unit weighs the step's numbers and what all the units of its layer answered at the
step before. The kinds differ in what they make of these sums.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Literal

import numpy as np

from playground import fields
from playground.errors import FieldError
from playground.nn.arrays import Array, with_ones
from playground.nn.dropout_mask import DropoutMask
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.face import Face, Link
from playground.nn.explain.stage import EXAMPLE, INPUT, NEURON, Matrix, Stage
from playground.nn.explain.unit_report import Figure, UnitReport, number_at
from playground.nn.explain.writing import extent
from playground.nn.initializers import INITIALIZERS, Glorot, Initializer, draw_orthogonal
from playground.nn.layers.running import (
    LayerPass,
    Mode,
    Named,
    ParameterSpec,
    RunningLayer,
    Shape,
)
from playground.nn.layers.units import declare_dropout, declare_frozen, declare_silenced
from playground.nn.layers.unrolled import RecurrentCell, Tape, Unrolled
from playground.nn.record import LayerRecord
from playground.nn.unit_list import units_in
from playground.wording import grouped


def sequence_shape(input_shape: Shape) -> tuple[int, int]:
    """Return how many numbers a step of a sequence has, and how many steps there are.

    Raises
    ------
    FieldError
        Where what comes in is no sequence.
    """
    match input_shape:
        case (read, steps):
            return read, steps
        case (alone,):
            what = f"{grouped(alone)} numbers in a row come"
        case (maps, *sides):
            many = f"{grouped(maps)} maps" if maps > 1 else "a picture"
            what = f"{many} of {'×'.join(map(str, sides))} come{'s' * (maps == 1)}"
    raise FieldError(
        "",
        "A layer that reads step by step expects a sequence, such as 5 numbers at each of 40 "
        f"steps, and {what} in: choose data with sequences.",
    )


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
        32, "Units", "How many numbers the layer remembers from step to step, in each direction.",
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
        "Forward, a step knows what came before it. With both, as many units again read from the "
        "end, so that every step knows the whole sequence.",
        {"forward": "forward", "both": "both"},
    )
    dropout: float = declare_dropout("units")
    initializer: Initializer = fields.variant(
        Glorot(),
        "Initializer",
        "How the weights of the inputs are drawn before training; those from step to step start "
        "as a rotation, which neither fades nor grows what is remembered.",
        INITIALIZERS,
    )
    trainable: bool = fields.flag(
        True,
        "Trainable",
        "Off, training leaves the whole layer as it is (frozen) and improves the others around it.",
    )
    frozen: str = declare_frozen("units")
    silenced: str = declare_silenced("units")

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

        ``weights`` (units, gates, numbers of a step), ``biases`` (units, gates) and
        ``recurrent_weights`` (units, gates, units of its direction).
        """
        read, _ = sequence_shape(input_shape)
        gated = (self.ways * self.units, len(self.gates))
        return (
            ParameterSpec("weights", "W", (*gated, read), "weight", "F"),
            ParameterSpec("biases", "b", gated, "bias", "F"),
            ParameterSpec("recurrent_weights", "U", (*gated, self.units), "weight", "F"),
        )

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return the products of every step."""
        read, steps = sequence_shape(input_shape)
        return self.ways * steps * self.units * len(self.gates) * (read + self.units)

    @abstractmethod
    def build(self, input_shape: Shape) -> RecurrentLayer:
        """Return the running layer."""


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

    def traces(self) -> Mapping[str, str]:
        """Return what it keeps of every step, with titles."""
        return self.titles

    def initialize(self, rng: np.random.Generator) -> None:
        """Draw weights and biases by the initializer, and those of the memory as rotations."""
        views = self.views()
        weights, biases = views["weights"], views["biases"]
        by_sum: Array = np.empty((biases.size, self.read), weights.dtype)
        added: Array = np.empty(biases.size, biases.dtype)
        self.settings.initializer.fill(by_sum, added, rng)
        weights[...], biases[...] = by_sum.reshape(weights.shape), added.reshape(biases.shape)
        for own in self._by_way(views):
            for gate in own["recurrent_weights"].swapaxes(0, 1):
                draw_orthogonal(gate, rng)

    def stacked(self, matrix: Array, tensors: Mapping[str, Array]) -> list[tuple[Array, Array]]:
        """Pair (inputs + 1 + units, gates, units) with the three tensors of a direction."""
        return [
            (matrix[: self.read], tensors["weights"].T),
            (matrix[self.read], tensors["biases"].T),
            (matrix[self.read + 1 :], tensors["recurrent_weights"].T),
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
            heard = done.kept["heard"] = np.ones((ways * units, 1), dtype)
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
            back = self._by_step(grad_inputs)
            first, *other = unrolled
            done.backward.append(first.back_to_inputs(back))
            for each in other:
                more = np.empty(back.shape, dtype)
                done.backward += [each.back_to_inputs(more), partial(np.add, back, more, back)]
        gradients = self._by_way(self.parameter_views(self._gradient))
        for each, tensors in zip(unrolled, gradients, strict=True):
            done.learn += each.learn(tensors)
        done.kept_back["grad_h"] = tape.grad_h[:, 1:-1].swapaxes(1, 2)
        for row, name in enumerate(self.keeps_back):
            done.kept_back[name] = tape.errors[:, :, row].swapaxes(1, 2)
        return done

    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return what the units answer at every step."""
        h, source = f"H{symbols.number('H')}", symbols.of(done.source)
        given = Matrix(
            source,
            "inputs of the layer",
            done.inputs,
            INPUT,
            EXAMPLE,
            done.source,
            self.input_shape,
        )
        answers = Matrix(h, "answers", done.a, NEURON, EXAMPLE, done.name, done.output_shape)
        stage = Stage(
            *("forward", done.name, h, "answers", self.formula, ""),
            "The units read the sequence step by step.",
            extent(done.a, "answer"),
            (given, answers),
        )
        names = {spec.name: f"{spec.symbol}{h[1:]}" for spec in self.specs}
        return Explanation(h, (stage,), (), names)

    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return what one unit kept of one step."""
        settings, (mine, step) = self.settings, divmod(unit, self.positions)
        figures = []
        if done.ran:
            if settings.returns == "last":
                step = self._last(done, mine)
            figures = [
                Figure(
                    title, float(done.kept[name].reshape(self.units, self.steps, -1)[mine, step, 0])
                )
                for name, title in self.titles.items()
            ]
        return UnitReport(
            self.formula,
            (*figures, Figure("handed on", number_at(done.a, unit), total=True)),
            frozen=mine in units_in(settings.frozen, self.units),
            silenced=mine in units_in(settings.silenced, self.units),
        )

    def _kept(self, done: LayerRecord, name: str) -> Array:
        """Return what the layer kept under a name, (units, steps, batch)."""
        return done.kept[name].reshape(self.units, self.steps, -1)

    def _last(self, done: LayerRecord, unit: int) -> int:
        """Return the last step that a unit read."""
        if unit >= self.settings.units:
            return 0
        there = done.kept.get("there")
        return self.steps - 1 if there is None else max(int(there[:, 0].sum()) - 1, 0)

    def face(self) -> Face:
        """Return a row of units, each joined to every number of a step by its weights."""
        return Face((Link(self.source, "weights", "all"),), within=(-1.0, 1.0))

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
