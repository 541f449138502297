"""A layer's own term: what it adds to what training descends on, beside the loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Term:
    """What a layer adds to what training descends on, beside the loss, which is told without it.

    Attributes
    ----------
    value
        Returns the mean over the pass's examples, once the forward calls are made.
    weight
        What it counts times, as the mean loss does: the layer's backward calls add the slope of
        weight·value to the error that comes back.
    """

    value: Callable[[], float]
    weight: float = 1.0
