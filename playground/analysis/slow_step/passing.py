"""The forward pass of one step in float64, every array of it kept, with the step's own masks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.nn.arrays import Array
from playground.nn.layers import BatchNorm, Dense, Dropout, RunningLayer
from playground.nn.layers.dropout import DropoutMask
from playground.nn.network import Network
from playground.nn.unit_list import units_in


@dataclass(frozen=True, eq=False)
class Passed:
    """What one layer made of its inputs, and what the formulas call it.

    All arrays are (features, batch) but for the batch's statistics, which are (features, 1).

    Attributes
    ----------
    number
        The layer's place among those of its kind that compute, from 1; 0 for one that hands on.
    source, product
        The symbols of inputs and outputs, such as ``X`` and ``A1``.
    mask
        What dropout and silenced neurons multiply the outputs with.
    mask_number
        The mask's place among the masks, from 1.
    normalized, mean, variance, by_batch
        Of batch normalization: X̂, what it normalized with, and whether the batch gave that.
    """

    layer: RunningLayer
    number: int
    source: str
    product: str
    inputs: Array
    outputs: Array
    z: Array | None = None
    a: Array | None = None
    mask: Array | None = None
    mask_number: int = 0
    normalized: Array | None = None
    mean: Array | None = None
    variance: Array | None = None
    by_batch: bool = False


def draw_masks(network: Network, batch: int, state: Mapping[str, Any] | None) -> list[Array | None]:
    """Return each layer's mask as the coming step will draw it, without touching its generator.

    The numbers are drawn in float32, in the order of the layers, by a generator in ``state``;
    without one dropout is off. Silenced neurons have rows of 0.
    """
    rng = None
    if state is not None:
        rng = np.random.Generator(getattr(np.random, state["bit_generator"])())
        rng.bit_generator.state = dict(state)
    masks: list[Array | None] = []
    for layer in network.layers:
        settings = layer.settings
        rate = 0.0
        if isinstance(settings, Dense):
            rate = settings.dropout
        elif isinstance(settings, Dropout):
            rate = settings.rate
        mask: Array | None = None
        if rate and rng is not None:
            drawn = DropoutMask((layer.output_features, batch), rate, rng, np.dtype(np.float32))
            drawn.draw()
            mask = np.where(drawn.factors > 0, 1 / (1 - rate), 0.0)
        if isinstance(settings, Dense) and settings.silenced:
            mask = np.ones((settings.units, batch)) if mask is None else mask
            mask[units_in(settings.silenced, settings.units)] = 0
        masks.append(mask)
    return masks


def forward(network: Network, inputs: Array, masks: Sequence[Array | None]) -> list[Passed]:
    """Pass inputs (features, batch) through all layers as a training step does."""
    counts = {"dense": 0, "batch_norm": 0, "mask": 0}
    passed: list[Passed] = []
    symbol = "X"
    for layer, mask in zip(network.layers, masks, strict=True):
        done = _through(layer, inputs, symbol, mask, counts)
        passed.append(done)
        inputs, symbol = done.outputs, done.product
    return passed


def _through(
    layer: RunningLayer, inputs: Array, source: str, mask: Array | None, counts: dict[str, int]
) -> Passed:
    settings = layer.settings
    if mask is not None:
        counts["mask"] += 1
    if isinstance(settings, Dense):
        number = counts["dense"] = counts["dense"] + 1
        views = layer.views()
        z = views["weights"] @ inputs + views["biases"][:, np.newaxis]
        a = np.empty_like(z)
        settings.activation.forward(z, a)
        outputs = a if mask is None else np.where(mask == 0, 0, a * mask)
        product = f"A{number}" if mask is None else f"D{counts['mask']}"
        return Passed(
            layer, number, source, product, inputs, outputs,
            z=z, a=a, mask=mask, mask_number=counts["mask"] if mask is not None else 0,
        )  # fmt: skip
    if isinstance(settings, BatchNorm):
        number = counts["batch_norm"] = counts["batch_norm"] + 1
        return _normalize(layer, settings, inputs, source, number)
    if mask is not None:
        return Passed(
            layer, counts["mask"], source, f"D{counts['mask']}", inputs, inputs * mask,
            mask=mask, mask_number=counts["mask"],
        )  # fmt: skip
    return Passed(layer, 0, source, source, inputs, inputs)


def _normalize(
    layer: RunningLayer, settings: BatchNorm, inputs: Array, source: str, number: int
) -> Passed:
    views = {name: view[:, np.newaxis] for name, view in layer.views().items()}
    by_batch = inputs.shape[1] > 1
    if by_batch:
        mean = inputs.mean(axis=1, keepdims=True)
        variance = np.square(inputs - mean).mean(axis=1, keepdims=True)
    else:
        mean, variance = views["running_mean"].copy(), views["running_variance"].copy()
    normalized = (inputs - mean) / np.sqrt(variance + settings.epsilon)
    outputs = views["scale"] * normalized + views["shift"]
    return Passed(
        layer, number, source, f"N{number}", inputs, outputs,
        normalized=normalized, mean=mean, variance=variance, by_batch=by_batch,
    )  # fmt: skip
