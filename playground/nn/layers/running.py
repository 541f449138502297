"""What every layer is: settings that a user chose, and a running layer built from them."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from playground import fields
from playground.nn.arrays import Array, Call

Shape = tuple[int, ...]


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

    def parameter_count(self, input_shape: Shape) -> int:
        """Return how many numbers the layer learns."""

    def build(self, input_shape: Shape) -> RunningLayer:
        """Return the running layer, not yet attached to a network's vectors."""


@dataclass
class Stage:
    """A layer's prepared work for one batch size.

    Attributes
    ----------
    output
        (features + 1, batch); the last row is 1, so that the next layer's product adds its bias.
    grad_output
        (features, batch), where the next layer writes ∂L/∂output, or None where no layer up to
        here learns anything.
    forward, backward
        Calls to make in order; backward reads ``grad_output`` and fills the layer's gradient and
        the previous stage's ``grad_output``.
    z
        The sums before the activation, (units, batch), where the layer has one.
    grad_z
        ∂L/∂z, (units, batch), which the first backward call fills; None where that call does
        something else.
    fusable
        Whether a loss may write the output and ``grad_z`` straight from ``z``, in place of the last
        forward and the first backward call.
    """

    output: Array
    grad_output: Array | None
    forward: list[Call] = field(default_factory=list)
    backward: list[Call] = field(default_factory=list)
    z: Array | None = None
    grad_z: Array | None = None
    fusable: bool = True


class RunningLayer(ABC):
    """A layer at work, which owns no parameters: it holds views into its network's vectors.

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
    statistic_count
        How many running statistics it keeps.
    """

    statistic_count = 0

    def __init__(self, settings: LayerSettings, input_shape: Shape) -> None:
        self.settings = settings
        self.name = settings.name
        self.input_shape = input_shape
        self.output_shape = settings.output_shape(input_shape)
        self.input_features = math.prod(input_shape)
        self.output_features = math.prod(self.output_shape)
        self.parameter_count = settings.parameter_count(input_shape)

    def attach(self, parameters: Array, gradient: Array, statistics: Array) -> None:
        """Take the layer's stretches of the network's vectors."""
        self._parameters = parameters
        self._gradient = gradient
        self._statistics = statistics

    def initialize(self, rng: np.random.Generator) -> None:  # noqa: B027 - some have none
        """Give parameters and statistics their starting values."""

    def parameter_views(self, vector: Array) -> dict[str, Array]:
        """Return views by name into the layer's stretch of a vector shaped like the parameters."""
        return {}

    def statistic_views(self) -> dict[str, Array]:
        """Return views by name of the running statistics."""
        return {}

    def views(self) -> dict[str, Array]:
        """Return live views of the parameters and running statistics by name, such as weights."""
        return {**self.parameter_views(self._parameters), **self.statistic_views()}

    def freeze(self, mask: NDArray[np.bool_]) -> None:
        """Mark what training must leave as it is in the layer's stretch of a mask."""
        if not getattr(self.settings, "trainable", True):
            mask.fill(True)

    def weights_in(self, vector: Array) -> Array | None:
        """Return the view of what L1 and L2 may shrink, if there is any."""
        return self.parameter_views(vector).get("weights")

    @abstractmethod
    def prepare(
        self,
        inputs: Array,
        grad_inputs: Array | None,
        *,
        training: bool,
        rng: np.random.Generator | None,
        differentiable: bool = False,
    ) -> Stage:
        """Return the work for one batch size.

        Parameters
        ----------
        inputs
            The previous stage's output, (input features + 1, batch).
        grad_inputs
            Where to write ∂L/∂inputs, (input features, batch), or None where nobody needs it.
        training
            Whether the batch's own statistics and dropout apply.
        rng
            Draws the dropout masks; None leaves dropout off.
        differentiable
            Whether :attr:`Stage.backward` is wanted in prediction too; training always has it.
        """


def declare_name() -> Any:
    """Declare the field that every kind of layer begins with."""
    return fields.text("", "Name", "What you call this layer; empty for a name by its kind.")
