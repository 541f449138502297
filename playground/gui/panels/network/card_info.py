"""What the layer editor shows: the network's layers with their shapes and sizes, as values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


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
    """

    title: str
    settings: Any
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    parameter_count: int
    note: str = ""
    inside: tuple[CardInfo, ...] = ()

    @property
    def shapes(self) -> str:
        """The shapes in short, ``64 → 16``; a layer with units sees a picture as so many inputs."""
        before = self.input_shape
        row = self.inside and len(self.output_shape) == 1
        if row or hasattr(self.settings, "activation"):
            before = (math.prod(before),)
        return f"{shape_text(before)} → {shape_text(self.output_shape)}"

    @property
    def learns_itself(self) -> bool:
        """Whether the layer has parameters beside those of the layers inside it."""
        return self.parameter_count > sum(card.parameter_count for card in self.inside)


@dataclass(frozen=True)
class NetworkInfo:
    """A whole network as the layer editor shows it.

    ``input_note`` says what the inputs are: ``"64 pixels, 0…1"``.
    """

    input_shape: tuple[int, ...]
    input_note: str
    layers: tuple[CardInfo, ...]
    output: CardInfo

    @property
    def parameter_count(self) -> int:
        """How many numbers the network learns."""
        return sum(card.parameter_count for card in (*self.layers, self.output))


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape in short: ``8×8`` for one channel of 8 by 8, ``3×8×8``, ``16``."""
    lengths = shape[1:] if len(shape) > 1 and shape[0] == 1 else shape
    return "×".join(str(length) for length in lengths)
