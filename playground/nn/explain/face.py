"""How a layer shows itself to whoever draws it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from playground.nn.activations import Activation
from playground.nn.window import Window


@dataclass(frozen=True)
class Link:
    """What joins a layer's units to those of a layer that it reads.

    Attributes
    ----------
    source
        The layer that is read, or ``input``.
    tensor
        The layer's own tensor whose numbers are the links', empty where each is 1.
    joined
        ``all``: every unit reads every unit of the source, the tensor is (units, inputs); where
        there is none, it reads all places or steps of all units, by no weight that stays.
        ``step``: each unit reads all units at its own step or place, by no weight that stays.
        ``steps``: each unit reads all units of the source step by step, and remembers; the tensor
        is (units, units of the source, gates).
        ``one``: each unit reads the one of its own number, the tensor is (units,).
        ``patch``: each place of a map reads what is in the layer's window there; the tensor is
        (maps, maps read, size, size), and where there is none each map reads its namesake.
    """

    source: str
    tensor: str = ""
    joined: Literal["all", "step", "steps", "one", "patch"] = "one"


@dataclass(frozen=True)
class Face:
    """What a view has to know of a layer beside its numbers.

    Attributes
    ----------
    links
        What it reads, and how. Empty where in prediction it hands on what it gets: there is
        nothing new to see then.
    activation
        The curve behind its sums, where it has one.
    window
        Through which the places of its maps look at what it reads, where it has one.
    gates
        What each number of the last axis of its tensors is for, where it has several.
    within
        The least and the greatest value of its outputs, where they follow from no activation.
    heads
        In how many ways its steps look at each other; their shares are kept as ``attention``,
        (heads, steps, steps looked at, batch).
    """

    links: tuple[Link, ...] = ()
    activation: Activation | None = None
    window: Window | None = None
    within: tuple[float, float] = (-math.inf, math.inf)
    gates: tuple[str, ...] = ()
    heads: int = 0

    @property
    def hands_on(self) -> bool:
        """Whether it shows nothing that the layer before does not show already."""
        return not self.links

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest value of its outputs, infinite where unbounded."""
        return self.within if self.activation is None else self.activation.bounds()
