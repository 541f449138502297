"""The transposed convolution: a convolution's way back, by which maps grow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from playground import fields
from playground.nn.layers.conv2d import Conv2D, Conv2DLayer
from playground.nn.layers.running import Shape
from playground.nn.window import Padding, Window


@dataclass(frozen=True)
class ConvTranspose2D(Conv2D):
    """Maps that grow: each number that comes adds a kernel, as many times, around its place.

    It undoes the shape of a convolution of the same kernel, stride and padding, and is computed
    as that one's way back is: what comes stands a stride apart with zeros between, and the kernels
    go over it pixel by pixel (Dumoulin and Visin 2016).

    Examples
    --------
    >>> from playground import ConvTranspose2D
    >>> ConvTranspose2D(8, kernel=4, stride=2).output_shape((16, 7, 7))
    (8, 14, 14)
    """

    kind: ClassVar[str] = "conv_transpose2d"
    title: ClassVar[str] = "Transposed conv"
    use: ClassVar[str] = "Makes maps larger by patterns that it learns, as a decoder does."

    maps: int = fields.whole(
        8, "Maps", "How many maps the layer draws, each by kernels of its own.", low=1, high=10**6
    )
    kernel: int = fields.whole(
        4, "Kernel", "The side of the square of pixels that each number that comes reaches.",
        low=1, high=99, square=True, choices=(2, 3, 4, 5, 6),
    )  # fmt: skip
    stride: int = fields.whole(
        2, "Stride", "How many times as large the maps become along each side.", low=1, high=99
    )
    padding: Padding = fields.choice(
        "same",
        "Padding",
        "With “same”, the maps are exactly as many times larger as the stride says; with “valid”, "
        "they are as large as the kernels reach.",
        {"same": "Same: cut to size", "valid": "Valid: all that is reached"},
    )

    def window(self, input_shape: Shape) -> Window:
        """Return which of what comes each pixel looks back at; a FieldError where none."""
        return Window.onto(input_shape, self.kernel, self.stride, self.padding, noun="kernel")

    def multiply_adds(self, input_shape: Shape) -> int:
        """Return the products of every number that comes with all kernels that it meets."""
        return math.prod(input_shape) * self.maps * self.kernel**2

    def build(self, input_shape: Shape) -> ConvTranspose2DLayer:
        """Return the running layer."""
        return ConvTranspose2DLayer(self, input_shape)


class ConvTranspose2DLayer(Conv2DLayer):
    """A transposed convolution at work."""

    settings: ConvTranspose2D
