"""How far training may move a layer: not at all, or at a rate of its own."""

from __future__ import annotations

from typing import Any

from playground import fields


def declare_trainable(
    help: str = "Off, training leaves the whole layer as it is (frozen) and improves the others "
    "around it.",
) -> Any:
    """Declare the field that says whether training moves the layer."""
    return fields.flag(True, "Trainable", help)


def declare_rate() -> Any:
    """Declare the field for the layer's own share of the learning rate."""
    return fields.number(
        1.0,
        "Rate",
        "What the learning rate is multiplied by in this layer: 0.1 lets what it has learned "
        "elsewhere change slowly, while new layers learn fast.",
        low=1e-4,
        high=100.0,
        logarithmic=True,
        choices=(0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0),
        tacit=True,
    )
