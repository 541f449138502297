"""What the layer editor shows: the network's layers with their shapes and sizes, as values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from playground.wording import counted, grouped, number

_MANY = 100_000


@dataclass(frozen=True)
class CardInfo:
    """One layer as its card shows it.

    Attributes
    ----------
    title
        What the layer is called, ``Dense 2``.
    settings
        The layer's settings; for the output, those of the output.
    input_shape, output_shape
        Of one example.
    parameter_count
        How many numbers the layer learns.
    note
        For the output, what its units are: ``"10 classes"``.
    inside
        The layers inside a block, in the order of computing.
    multiply_adds
        How many products of a weight and a number it takes to read one example.
    """

    title: str
    settings: Any
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    parameter_count: int
    note: str = ""
    inside: tuple[CardInfo, ...] = ()
    multiply_adds: int = 0

    @property
    def shapes(self) -> str:
        """The shapes in short: ``64 → 16``, ``28² → 26²`` of maps, ``16·5² → 400``.

        A layer with neurons sees a picture as so many inputs. Of a sequence it is ``5 × 40 steps →
        64``, and ``5 → 16 × 40 steps`` where it stays one.
        """
        before, behind = self.input_shape, self.output_shape
        if len(before) == 2:
            given = str(before[0]) if before[1:] == behind[1:] else shape_text(before)
            return f"{given} → {shape_text(behind)}"
        if len(behind) == 3:
            return f"{_side(before)} → {_side(behind)}"
        if self.inside or hasattr(self.settings, "activation"):
            before = (math.prod(before),)
        maps = f"{before[0]}·" if len(before) == 3 and before[0] > 1 else ""
        return f"{maps}{_side(before)} → {_side(behind)}"

    @property
    def costs(self) -> tuple[str, str]:
        """What the layer learns, and what it computes where its weights work more than once."""
        return costs(self.parameter_count, self.multiply_adds)

    @property
    def learns_itself(self) -> bool:
        """Whether the layer has parameters beside those of the layers inside it."""
        return self.parameter_count > sum(card.parameter_count for card in self.inside)


@dataclass(frozen=True)
class NetworkInfo:
    """A whole network as the layer editor shows it.

    Attributes
    ----------
    input_note
        What the inputs are: ``"64 pixels, 0…1"``.
    answers_at_every_step
        Whether every layer has to hand on all steps.
    title
        What it is called.
    player
        Which of two networks that play against each other it is, ``maker`` or ``judge``, or "".
    """

    input_shape: tuple[int, ...]
    input_note: str
    layers: tuple[CardInfo, ...]
    output: CardInfo
    answers_at_every_step: bool = False
    title: str = "Network"
    player: str = ""

    @property
    def parameter_count(self) -> int:
        """How many numbers the network learns."""
        return sum(card.parameter_count for card in (*self.layers, self.output))

    @property
    def costs(self) -> tuple[str, str]:
        """What the network learns and computes, as a layer's."""
        products = sum(card.multiply_adds for card in (*self.layers, self.output))
        return costs(self.parameter_count, products)


def costs(parameters: int, multiply_adds: int) -> tuple[str, str]:
    """Return ``80 parameters``, and ``54,080 multiply-adds`` where there are more of them."""
    told = counted(parameters, "parameter")
    if multiply_adds <= parameters:
        return told, ""
    size = grouped(multiply_adds)
    if multiply_adds >= _MANY:
        size = f"{number(multiply_adds / 10**6, 2)} M"
    return told, f"{size} multiply-adds"


def _side(shape: tuple[int, ...]) -> str:
    """Return ``26²`` for maps of 26 by 26, ``26×20``, or a number of units."""
    *_, height, width = (0, *shape)
    if len(shape) < 3:
        return shape_text(shape)
    return f"{height}²" if height == width else f"{height}×{width}"


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape in short: ``8×8`` for one channel of 8 by 8, ``16``, ``5 × 40 steps``."""
    if len(shape) == 2:
        return f"{shape[0]} × {shape[1]} steps"
    lengths = shape[1:] if len(shape) > 1 and shape[0] == 1 else shape
    return "×".join(str(length) for length in lengths)
