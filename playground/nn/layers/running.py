"""What every layer is: settings that a user chose, and a running layer built from them."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.errors import PlaygroundError, ShapeError
from playground.nn.arrays import Array, Call
from playground.nn.dropout_mask import Chance
from playground.nn.explain.explanation import Explanation, Symbols
from playground.nn.explain.face import Face
from playground.nn.explain.unit_report import UnitReport
from playground.nn.layers.growth import Growth, Spread
from playground.nn.layers.term import Term
from playground.nn.record import LayerRecord
from playground.nn.unit_list import units_in

Shape = tuple[int, ...]

Role = Literal["weight", "bias", "scale", "statistic"]


@dataclass(frozen=True)
class ParameterSpec:
    """One tensor of a layer. A layer's specs are the one table of what it learns and keeps.

    Counting, views, penalties, freezing, pruning, files and the lenses all follow it.

    Attributes
    ----------
    name
        ``weights``, ``biases``, ``scale``, …: its name in files, behind the layer's.
    symbol
        What formulas call it: ``W``.
    shape
        Its first axis counts the layer's units.
    role
        L1, L2 and pruning take weights; a statistic is measured in training and never learned.
    order
        ``"F"`` keeps it column by column in the vector: a (units, inputs) view of what is stored
        as (inputs, units).
    """

    name: str
    symbol: str
    shape: Shape
    role: Role
    order: Literal["C", "F"] = "C"

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)


class LayerSettings(Protocol):
    """What the settings of every kind of layer offer."""

    kind: ClassVar[str]
    title: ClassVar[str]
    use: ClassVar[str]

    @property
    def name(self) -> str:
        """The user's name for the layer, or an empty text."""

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one example behind the layer."""

    def parameters(self, input_shape: Shape) -> tuple[ParameterSpec, ...]:
        """Return the layer's tensors, in the order in which they lie in the network's vectors."""

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return how many products of a weight and a number one example takes, forward."""

    def build(self, input_shape: Shape) -> RunningLayer:
        """Return the running layer, not yet attached to a network's vectors."""


_NAME = fields.Text(label="Name", help="What you call this layer; empty for a name by its kind.")


@dataclass(frozen=True)
class Named(fields.Settings):
    """What the settings of a kind have that say no more: as much out as in, nothing to learn.

    The name is given by keyword only: ``Dense(8)`` has 8 neurons.
    """

    name: str = field(default="", kw_only=True, metadata={fields.KEY: _NAME})

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def parameters(self, input_shape: Shape) -> tuple[ParameterSpec, ...]:
        """Return nothing."""
        return ()

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return none."""
        return 0


def steps_of(shape: Shape) -> Shape:
    """Return (steps,) of a sequence (units, steps), and nothing of what is none."""
    return shape[1:] if len(shape) == 2 else ()


def by_step(values: Array, shape: Shape) -> Array:
    """Return (units·steps, batch) of a sequence as (units, steps·batch), all else as it is."""
    return values.reshape(shape[0], -1) if steps_of(shape) else values


def learned(specs: Sequence[ParameterSpec]) -> tuple[ParameterSpec, ...]:
    """Return the tensors that a layer learns, without the statistics that it measures."""
    return tuple(spec for spec in specs if spec.role != "statistic")


@dataclass(frozen=True)
class Mode:
    """What a pass is for.

    Attributes
    ----------
    training
        Whether the batch's own statistics and dropout apply.
    rng
        Draws the dropout masks of training; None leaves dropout off.
    differentiable
        Whether the way back is wanted in prediction too; training always has it.
    there
        (steps, batch): 1 where an example has a step, 0 behind its end, filled before the layers'
        forward calls; None where all sequences are equally long.
    """

    training: bool = False
    rng: np.random.Generator | None = None
    differentiable: bool = False
    there: Array | None = None

    @property
    def goes_back(self) -> bool:
        """Whether there is a way back."""
        return self.training or self.differentiable

    @property
    def masks(self) -> np.random.Generator | None:
        """What draws the dropout masks, None where dropout is off."""
        return self.rng if self.training else None


@dataclass
class LayerPass:
    """A layer's prepared work for one batch size.

    Attributes
    ----------
    output
        (features + 1, batch); the last row is 1, so that the next layer's product adds its bias.
    grad_output
        (features, batch), where the next layer writes ∂L/∂output, or None where no layer up to
        here learns anything.
    forward, backward
        Calls to make in order; backward reads ``grad_output`` and fills the previous layer's.
    learn
        Calls behind those of ``backward`` that fill the layer's own gradient: whoever asks for the
        slopes of an example alone leaves them out.
    z
        The sums before the activation, (units, batch), where the layer has one.
    grad_z
        ∂L/∂z, (units, batch), which the first backward call fills; None where that call does
        something else.
    fusable
        Whether a loss may write the output and ``grad_z`` straight from ``z``, in place of the last
        forward and the first backward call.
    mask
        What chance gives, drawn before the forward calls: what dropout multiplies by, or noise.
    term
        What the layer itself adds to what a training step descends on, or None.
    kept, kept_back
        By name, further buffers of the forward and of the backward calls that an explanation
        shows.
    inputs, grad_inputs
        Where the layer reads its input, (features + 1, batch), and writes ∂L/∂ it.
    inside
        The passes of the layers inside a block. Their forward calls come before the block's own;
        backward, the block's own come first, then theirs from the last to the first, then
        ``closing``.
    """

    output: Array
    grad_output: Array | None
    forward: list[Call] = field(default_factory=list)
    backward: list[Call] = field(default_factory=list)
    learn: list[Call] = field(default_factory=list)
    z: Array | None = None
    grad_z: Array | None = None
    fusable: bool = True
    mask: Chance | None = None
    term: Term | None = None
    kept: dict[str, Array] = field(default_factory=dict)
    kept_back: dict[str, Array] = field(default_factory=dict)
    inputs: Array | None = None
    grad_inputs: Array | None = None
    inside: tuple[LayerPass, ...] = ()
    closing: list[Call] = field(default_factory=list)


class RunningLayer(ABC):
    """A layer at work, which owns no parameters: it holds views into its network's vectors.

    A kind computes in :meth:`prepare`, and says what it computed in :meth:`explain`,
    :meth:`inspect` and :meth:`face`, from the arrays of the very pass that ran. All are abstract:
    a kind that is silent about itself cannot be built.

    Parameters
    ----------
    settings
        What the user chose.
    input_shape
        The shape of one example before the layer.

    Attributes
    ----------
    name
        The name that the network gave it: the user's, or kind and number such as ``dense_1``.
    source
        The name of the layer whose output it reads, or ``input``.
    specs
        What it learns and keeps.
    units, positions
        Neurons or maps, and how many places each has: output number ``unit·positions + place``.
    turns
        How often it computes in turn, each time from what it computed before: once, or at each of
        its steps.
    inside
        The layers inside a block, in the order of computing.
    memory
        Which of its :meth:`traces` it remembers from step to step; ``grad_`` and this name is what
        :attr:`LayerPass.kept_back` calls ∂L/∂ it.

    Raises
    ------
    ShapeError
        Where the kind lacks a part of what a layer has to say.
    """

    memory: ClassVar[str] = ""

    def __new__(cls, *arguments: Any, **named: Any) -> RunningLayer:
        """Refuse a kind that does not explain itself."""
        missing: list[str] = sorted(getattr(cls, "__abstractmethods__", ()))
        if missing:
            raise ShapeError(
                f"A {cls.__name__} cannot be built: every kind of layer says what it computes, and "
                f"this one lacks {', '.join(missing)}. Write it beside its mathematics."
            )
        return super().__new__(cls)

    def __init__(self, settings: LayerSettings, input_shape: Shape) -> None:
        self.settings = settings
        self.name = settings.name
        self.called = settings.title
        self.source = ""
        self.input_shape = input_shape
        self.output_shape = settings.output_shape(input_shape)
        self.input_features = math.prod(input_shape)
        self.output_features = math.prod(self.output_shape)
        self.units, self.positions = self.output_shape[0], math.prod(self.output_shape[1:])
        self.specs = settings.parameters(input_shape)
        self.parameter_count = sum(spec.size for spec in learned(self.specs))
        self.statistic_count = sum(spec.size for spec in self.specs) - self.parameter_count
        self.turns = 1
        self.inside: tuple[RunningLayer, ...] = ()

    @property
    def noun(self) -> str:
        """What one of its units is called."""
        return "map" if len(self.output_shape) == 3 else "neuron"

    def attach(self, parameters: Array, gradient: Array, statistics: Array) -> None:
        """Take the layer's stretches of the network's vectors."""
        self._parameters = parameters
        self._gradient = gradient
        self._statistics = statistics
        measured = tuple(spec for spec in self.specs if spec.role == "statistic")
        self._live = {**self.parameter_views(parameters), **_views(measured, statistics)}

    def initialize(self, rng: np.random.Generator) -> None:  # noqa: B027 - some have none
        """Give parameters and statistics their starting values."""

    def parameter_views(self, vector: Array) -> dict[str, Array]:
        """Return views by name into the layer's stretch of a vector shaped like the parameters."""
        return _views(learned(self.specs), vector)

    def views(self) -> dict[str, Array]:
        """Return live views of the parameters and running statistics by name, such as weights."""
        return dict(self._live)

    def freeze(self, mask: NDArray[Any]) -> None:
        """Mark what training must leave as it is in the layer's stretch of a mask.

        All of it where the layer is not trainable, else every number of its frozen units.
        """
        if not getattr(self.settings, "trainable", True):
            mask.fill(True)
        for view in self.parameter_views(mask).values():
            view[units_in(getattr(self.settings, "frozen", ""), len(view))] = True

    def same_kind_as(self, former: RunningLayer) -> bool:
        """Return whether it can go on with a former layer's numbers, as far as they fit."""
        one, other = (getattr(each.settings, "initializer", None) for each in (self, former))
        return type(self) is type(former) and one == other

    def go_on(self, former: RunningLayer, read: Spread, growth: Growth) -> Spread:
        """Compute what a former layer did, although it reads a spread of what that one read.

        Returns
        -------
        Spread
            How its outputs stand for the former layer's.

        Raises
        ------
        PlaygroundError
            With the reason, where it cannot.
        """
        if self.face().hands_on:
            return read.at_places(self.units // self.input_shape[0])
        if not read.is_same or self.output_shape != former.output_shape:
            raise PlaygroundError(
                f"{self.settings.title} has no rule by which {self.called} could go on "
                "among more neurons."
            )
        before = former.views()
        for name, view in self.views().items():
            view[...] = before[name]
        return Spread.same(self.units, self.face().bounds[0])

    def hand_on(self, read: Spread, growth: Growth) -> Spread:
        """Hand on what it is given, as a layer that was not there before; as :meth:`go_on`."""
        if not self.face().hands_on:
            raise PlaygroundError(
                f"{self.settings.title} has no rule by which {self.called} could begin "
                "by handing on what it gets."
            )
        return read.at_places(self.units // self.input_shape[0])

    def fall_silent(self) -> None:
        """Answer 0, or next to it, as the last layer of a new block, and still learn.

        Raises
        ------
        PlaygroundError
            With the reason, where it cannot.
        """
        raise PlaygroundError(
            f"{self.called} cannot begin with 0, so the new block around it adds something at once."
        )

    def traces(self) -> Mapping[str, str]:
        """Return which arrays of every step a pass keeps, by name, with their titles.

        Each is :attr:`LayerPass.kept` under its name, of units·steps·batch numbers in that order.
        """
        return {}

    @abstractmethod
    def prepare(self, inputs: Array, grad_inputs: Array | None, mode: Mode) -> LayerPass:
        """Return the work for one batch size.

        Parameters
        ----------
        inputs
            The previous layer's output, (input features + 1, batch).
        grad_inputs
            Where to write ∂L/∂inputs, (input features, batch), or None where nobody needs it.
        mode
            What the pass is for.
        """

    @abstractmethod
    def explain(self, done: LayerRecord, symbols: Symbols) -> Explanation:
        """Return what the layer did in a training step, forward and backward, formula by formula.

        Parameters
        ----------
        done
            The arrays of the pass that ran.
        symbols
            Knows what the inputs are called, and numbers the layer's own symbols.
        """

    @abstractmethod
    def inspect(self, done: LayerRecord, unit: int) -> UnitReport:
        """Return what one unit of the layer made of one example, and how the loss depends on it.

        Parameters
        ----------
        done
            A pass of one example, or the layer's tensors alone.
        unit
            Which of the layer's outputs.
        """

    @abstractmethod
    def face(self) -> Face:
        """Return how the layer shows itself: its heading, its outputs, its links and weights."""


def prepare_row(
    layers: Sequence[RunningLayer],
    inputs: Array,
    grad_inputs: Array | None,
    mode: Mode,
) -> tuple[LayerPass, ...]:
    """Return the work of layers in a row, each reading what the one before it hands on."""
    row = []
    for layer in layers:
        done = layer.prepare(inputs, grad_inputs, mode)
        done.inputs, done.grad_inputs = inputs, grad_inputs
        inputs, grad_inputs = done.output, done.grad_output
        row.append(done)
    return tuple(row)


def _views(specs: Sequence[ParameterSpec], vector: Array) -> dict[str, Array]:
    views, start = {}, 0
    for spec in specs:
        stretch = vector[start : start + spec.size]
        views[spec.name] = stretch.reshape(spec.shape, order=spec.order)
        start += spec.size
    return views
