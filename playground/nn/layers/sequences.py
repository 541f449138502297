"""What layers that work step by step ask of what comes in."""

from __future__ import annotations

from playground.errors import FieldError
from playground.nn.layers.running import Shape
from playground.wording import counted, grouped


def sequence_shape(shape: Shape) -> tuple[int, int]:
    """Return a shape of two axes, (units, steps).

    Raises
    ------
    FieldError
        Where an example is no sequence.
    """
    if len(shape) == 2:
        return shape[0], shape[1]
    came = f"{grouped(shape[0])} numbers in a row come"
    if len(shape) == 3:
        maps, height, width = shape
        what = "a picture" if maps == 1 else counted(maps, "map")
        came = f"{what} of {height}×{width} {'comes' if maps == 1 else 'come'}"
    raise FieldError(
        "",
        "A layer that works step by step expects a sequence such as 5 numbers at 40 steps, and "
        f"{came} in: choose data with sequences, and place it before what makes one row of "
        "numbers of them.",
    )
