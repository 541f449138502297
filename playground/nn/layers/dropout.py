"""Dropout: neurons left out at random, so that no neuron comes to rely on a single other one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np

from playground import fields
from playground.nn.arrays import Array, with_ones
from playground.nn.layers.running import RunningLayer, Shape, Stage, declare_name


@dataclass(frozen=True)
class Dropout:
    """Sets a part of its inputs to zero in every training step, and none in prediction.

    What stays is scaled by 1 / (1 − rate), so that the next layer's sums keep their size
    ("inverted" dropout; Srivastava et al. 2014).
    """

    kind: ClassVar[str] = "dropout"
    title: ClassVar[str] = "Dropout"
    use: ClassVar[str] = "Against overfitting: makes neurons learn without relying on each other."

    name: str = declare_name()
    rate: float = fields.number(
        0.2, "Rate", "The part of the inputs that each training step leaves out.", low=0, high=0.95
    )

    def __post_init__(self) -> None:
        fields.check(self)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape

    def parameter_count(self, input_shape: Shape) -> int:
        """Return 0."""
        return 0

    def build(self, input_shape: Shape) -> DropoutLayer:
        """Return the running layer."""
        return DropoutLayer(self, input_shape)


class DropoutMask:
    """Factors of 0 and 1 / (1 − rate), drawn anew for each step into the same array.

    Parameters
    ----------
    shape
        (features, batch).
    rate
        The part that becomes 0.
    rng
        Draws them.
    dtype
        The core's float type.
    """

    def __init__(
        self, shape: Shape, rate: float, rng: np.random.Generator, dtype: np.dtype[Any]
    ) -> None:
        self.factors: Array = np.empty(shape, dtype)
        self._keep = 1 - rate
        self._random = partial(rng.random, dtype=dtype.type, out=self.factors)

    def draw(self) -> None:
        """Draw the mask for one step: ⌊u + keep⌋ is 1 with probability keep, for u from [0, 1)."""
        self._random()
        np.add(self.factors, self._keep, out=self.factors)
        np.floor(self.factors, out=self.factors)
        np.multiply(self.factors, 1 / self._keep, out=self.factors)


class DropoutLayer(RunningLayer):
    """A dropout layer at work."""

    settings: Dropout

    def prepare(
        self,
        inputs: Array,
        grad_inputs: Array | None,
        *,
        training: bool,
        rng: np.random.Generator | None,
        differentiable: bool = False,
    ) -> Stage:
        """Return the work for one batch size; in prediction the input passes untouched."""
        if not training or rng is None or not self.settings.rate:
            return Stage(inputs, grad_inputs)
        features, batch = self.input_features, inputs.shape[1]
        mask = DropoutMask((features, batch), self.settings.rate, rng, inputs.dtype)
        output = with_ones(features, batch, inputs.dtype)
        stage = Stage(output, None)
        stage.forward = [mask.draw, partial(np.multiply, inputs[:-1], mask.factors, output[:-1])]
        if grad_inputs is not None:
            stage.grad_output = np.empty((features, batch), inputs.dtype)
            stage.backward = [partial(np.multiply, stage.grad_output, mask.factors, grad_inputs)]
        return stage
