"""Where in the picture a class is found: the maps of a network, weighed for one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.nn.layers import RunningLayer
from playground.nn.network import Network
from playground.nn.slopes import layer_gradient
from playground.training.model import Model

_ALIKE = 1e-9

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class ClassMap:
    """How much the places of a layer's maps speak for a class.

    Attributes
    ----------
    layer
        The last layer with maps.
    values
        By place, (rows, columns).
    pixels
        The same stretched over the picture, (features,); see :func:`stretched`.
    relative
        Whether they speak for the logit's height above the mean of all.
    signed
        Whether the values are a class activation map, which also shows what speaks against; else
        they are Grad-CAM's.
    """

    layer: str
    values: Floats
    pixels: Floats
    relative: bool
    signed: bool


def last_maps(network: Network) -> RunningLayer | None:
    """Return the last layer whose outputs are maps of several places, if there is one."""
    maps = (each for each in reversed(network.layers) if each.positions > 1)
    return next((each for each in maps if not each.face().hands_on), None)


def class_map(model: Model, row: Floats, grad_outputs: Floats) -> ClassMap | None:
    """Return where the last maps speak for an answer; None for a network or data without maps.

    With A the maps, y the score of the class and w the weights by which the output layer makes it,

        CAM:       M = Σₘ wₘ·Aₘ, where y = Σₘ wₘ·mean Aₘ + b
        Grad-CAM:  M = ReLU(Σₘ αₘ·Aₘ), αₘ the mean of ∂y/∂Aₘ over its places

    CAM is for networks that end in the mean of each map and one dense layer: the mean of M over its
    places, and the bias, is y. Every other network gets Grad-CAM. Softmax sees only by how much
    logits differ, so y is how far the class's logit stands above the mean of all, z − z̄; without
    softmax it is z itself, for a regression the output.

    Zhou et al., "Learning deep features for discriminative localization" (2016), and Selvaraju et
    al., "Grad-CAM: visual explanations from deep networks via gradient-based localization" (2017),
    where y is z: with it nearly every map of a network that goes from its maps straight to softmax
    is empty (97 of 100 digits, measured; 9 with z − z̄).

    Parameters
    ----------
    model
        The network of the moment.
    row
        A raw picture, (features,).
    grad_outputs
        (1, outputs): 1 for the logit to explain, −1 where it speaks against, else 0.
    """
    layer = last_maps(model.network)
    if layer is None or not model.dataset.kind.pictures:
        return None
    of_logits = model.dataset.task.classifies
    relative = of_logits and not model.network.output_activation.elementwise
    if relative:
        grad_outputs = grad_outputs - grad_outputs.mean()
    model.breathe()
    inputs = model.inputs(row[np.newaxis])
    with np.errstate(all="ignore"):
        a, grad = layer_gradient(
            model.network, inputs, layer.name, grad_outputs.T, of_logits=of_logits
        )
        maps, slopes = a.reshape(layer.output_shape), grad.reshape(layer.output_shape)
        signed = of_logits and _ends_in_means(model.network, layer, slopes)
        weights = slopes.sum(axis=(1, 2)) if signed else slopes.mean(axis=(1, 2))
        values = np.tensordot(weights, maps, 1)
        if not signed:
            values = np.maximum(values, 0)
    pixels = stretched(values, *model.dataset.image_shape).reshape(-1)
    return ClassMap(layer.name, values, pixels, relative, signed)


def stretched(values: Floats, height: int, width: int) -> Floats:
    """Return values (rows, columns) stretched to (height, width), bilinear between the middles."""
    for axis, size in enumerate((height, width)):
        count = values.shape[axis]
        middles = (np.arange(size) + 0.5) * count / size - 0.5
        places = np.clip(middles, 0, count - 1)
        before = np.minimum(places.astype(int), max(count - 2, 0))
        after = np.minimum(before + 1, count - 1)
        share = np.expand_dims(places - before, 1 - axis)
        values = values.take(before, axis) * (1 - share) + values.take(after, axis) * share
    return values


def _ends_in_means(network: Network, layer: RunningLayer, slopes: Floats) -> bool:
    """Return whether the output layer reads the mean of each of a layer's maps, and no more."""
    pooled = network.layer(network.shown_source(network.layers[-1].source))
    if pooled is None or network.shown_source(pooled.source) != layer.name:
        return False
    spread = np.ptp(slopes, axis=(1, 2)).max()
    return pooled.output_features == layer.units and bool(spread <= _ALIKE * np.abs(slopes).max())
