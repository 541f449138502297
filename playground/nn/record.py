"""What one layer did in a pass: the arrays that ran, kept for those who look."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from playground.nn.arrays import Array

INPUT = "input"
"""What the network's inputs are called where a layer's name is expected."""


@dataclass(frozen=True, eq=False)
class LayerRecord:
    """One layer's part in a pass: arrays that no other pass writes into.

    Attributes
    ----------
    name
        The layer's.
    source
        The layer whose output it read, or :data:`INPUT`.
    tensors
        Its parameters and statistics by name, as they were when the pass ran.
    inputs, a
        What it was given and what it handed on, (features, batch); no columns where nothing ran
        and only the tensors are known.
    z
        The sums before the activation, (units, batch), None for a layer without any.
    kept
        Further arrays of the forward pass by name, such as a mask.
    grad_a, grad_z, grad_inputs
        ∂L/∂ its output, its sums and its inputs; None where the way back did not come or go on.
    gradients
        ∂L/∂ each tensor that it learns.
    fused
        Whether the loss gave ∂L/∂z at once, without the way through ∂L/∂a.
    hands_on
        Whether in prediction it shows nothing that the layer before does not show already.
    input_shape, output_shape
        What the features of one example number: (maps, rows, columns) of a picture.
    """

    name: str
    source: str
    tensors: Mapping[str, Array]
    inputs: Array
    a: Array
    z: Array | None = None
    kept: Mapping[str, Array] = field(default_factory=dict)
    grad_a: Array | None = None
    grad_z: Array | None = None
    grad_inputs: Array | None = None
    gradients: Mapping[str, Array] = field(default_factory=dict)
    fused: bool = False
    hands_on: bool = False
    input_shape: tuple[int, ...] = ()
    output_shape: tuple[int, ...] = ()

    @property
    def positions(self) -> int:
        """How many places or steps each unit of the output has; 1 for a number."""
        return math.prod(self.output_shape[1:])

    def there(self, values: Array) -> Array:
        """Return an array's numbers without those behind the ends of the examples' sequences."""
        there = self.kept.get("there")
        sequences = [shape for shape in (self.input_shape, self.output_shape) if len(shape) == 2]
        if there is None or len(values) not in map(math.prod, sequences):
            return values
        return values.reshape(-1, *there.shape)[:, there > 0]

    @property
    def ran(self) -> bool:
        """Whether there was an example."""
        return bool(self.a.shape[1])
