"""The last layer of a network, whose number of units follows from the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playground import fields
from playground.nn.activations import ACTIVATIONS, Softmax
from playground.nn.initializers import INITIALIZERS, Glorot
from playground.nn.layers import Conv2D, Dense
from playground.nn.layers.learning import declare_rate, declare_trainable
from playground.nn.unit_list import declare_units


@dataclass(frozen=True)
class Output(fields.Settings):
    """The last layer. Its number of units follows from the data."""

    activation: Any = fields.variant(
        Softmax(),
        "Output activation",
        "Turns the last weighted sums into the answer; softmax makes them probabilities.",
        ACTIVATIONS,
    )
    initializer: Any = fields.variant(
        Glorot(), "Initializer", "How the output's weights start.", INITIALIZERS
    )
    trainable: bool = declare_trainable()
    rate: float = declare_rate()
    frozen: str = declare_units(
        "Frozen neurons",
        "Outputs whose weights and bias training leaves as they are, by number: 3, 5–7.",
    )

    def layer(self, name: str, units: int) -> Dense:
        """Return the layer of so many units."""
        return Dense(units, dropout=0.0, **self._shared(name))

    def drawing(self, name: str, maps: int) -> Conv2D:
        """Return the convolution that makes so many maps of those before it."""
        return Conv2D(maps, dropout=0.0, **self._shared(name))

    def _shared(self, name: str) -> dict[str, Any]:
        return {"name": name} | vars(self)
