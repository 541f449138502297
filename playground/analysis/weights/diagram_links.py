"""Which of a network's many links a picture of it should show: the strongest between its layers.

Where a layer has maps, a link joins two maps: as many as there are kernels, and not one for each
pair of pixels.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.preparation import Prepared
from playground.nn.network import Network
from playground.nn.record import INPUT
from playground.nn.window import Window
from playground.training.model import Model

Floats = NDArray[np.floating[Any]]
Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Joint:
    """All links between two neighbouring columns of neurons, or of maps.

    Attributes
    ----------
    source, target
        The columns: ``input`` or a layer's name.
    tensor
        The name of the parameters that the links stand for: ``dense_1.weights`` (units, inputs),
        or ``batch_norm_1.scale`` (features,), where each neuron has a single link, or
        ``conv2d_1.weights`` (maps, maps read, size, size), or ``lstm_1.weights`` (neurons, numbers
        read, gates). Empty where each link is 1.
    units, inputs
        The target's neurons or maps, and the source's.
    paired
        Whether each neuron or map has one link only, from its namesake.
    by_map
        Whether the links join maps.
    places, places_read
        How many outputs an end of a link has: 1 for neurons, else the pixels of a map.
    window
        Through which the target's maps look at the source's, where they do.
    """

    source: str
    target: str
    tensor: str
    units: int
    inputs: int
    paired: bool = False
    by_map: bool = False
    places: int = 1
    places_read: int = 1
    window: Window | None = None

    @property
    def has_kernels(self) -> bool:
        """Whether each link is a kernel."""
        return self.by_map and not self.paired

    @property
    def count(self) -> int:
        """How many links there are."""
        return self.units if self.paired else self.units * self.inputs


@dataclass(frozen=True, eq=False)
class LinkChoice:
    """Some links of one joint: the target's neuron and the source's, (n,) each, sorted."""

    units: Indices
    inputs: Indices

    def __len__(self) -> int:
        return len(self.units)


def joints(network: Network) -> tuple[Joint, ...]:
    """Return what joins the columns of neurons, from the input on.

    Layers that hand on what they get (dropout and flatten, in prediction) are passed over.
    """
    widths = {layer.name: layer.output_features for layer in network.layers}
    widths[INPUT] = math.prod(network.input_shape)
    found = []
    for layer in network.layers:
        face = layer.face()
        for link in face.links:
            source = network.shown_source(link.source)
            tensor = f"{layer.name}.{link.tensor}" if link.tensor else ""
            patches = link.joined in ("patch", "steps")
            paired = link.joined == "one" or not link.tensor
            joint = Joint(source, layer.name, tensor, layer.output_features, widths[source], paired)
            if patches or (paired and len(layer.input_shape) == len(layer.output_shape) == 3):
                maps_read, *sides = layer.input_shape
                joint = replace(
                    joint,
                    units=layer.units,
                    inputs=maps_read,
                    by_map=True,
                    places=layer.positions,
                    places_read=math.prod(sides),
                    window=face.window if patches else None,
                )
            found.append(joint)
    return tuple(found)


def link_tensor(joint: Joint, views: Mapping[str, Floats]) -> Floats:
    """Return the numbers of a joint's links: live parameters, or ones."""
    if not joint.tensor:
        return np.ones(joint.units)
    view = views[joint.tensor]
    if joint.paired:
        return np.broadcast_to(view, (joint.units,))
    if joint.has_kernels:  # at every step of a sequence: kernels of 1×1, or of as many as gates
        view = view.reshape(view.shape + (1,) * (4 - view.ndim))
    return view


def signed_sizes(kernels: Floats) -> Floats:
    """Return one number for each kernel of (…, size, size): √Σw², with the sign of Σw."""
    with np.errstate(all="ignore"):
        sizes = np.sqrt(np.einsum("...ij,...ij->...", kernels, kernels))
        signed: Floats = np.copysign(sizes, kernels.sum(axis=(-2, -1)))
    return signed


def patch_totals(joint: Joint, kernels: Floats, values: Floats, unit: int) -> Floats:
    """Return what each map read adds to the sum of one pixel: Σ kernel · patch, (maps read,).

    Parameters
    ----------
    joint
        Whose links are kernels.
    kernels
        (maps, maps read, size, size).
    values
        What the source hands on, (features,).
    unit
        The pixel, by its number among the target's outputs.
    """
    assert joint.window is not None
    own, place = divmod(unit, joint.places)
    pixels = joint.window.pixels(*divmod(place, joint.window.columns))
    pictures = np.asarray(values, np.float64).reshape(joint.inputs, -1)
    with np.errstate(all="ignore"):
        patches = np.where(pixels < 0, 0.0, pictures[:, pixels])
        totals: Floats = (kernels[own] * patches).sum(axis=(1, 2))
    return totals


def allot(counts: Sequence[int], budget: int) -> list[int]:
    """Share a budget out evenly; what a small joint does not need goes to the larger ones.

    ``allot([10, 500, 500], 210)`` is ``[10, 100, 100]``.
    """
    shares = [0] * len(counts)
    left = budget
    order = sorted(range(len(counts)), key=lambda index: counts[index])
    for position, index in enumerate(order):
        shares[index] = min(counts[index], left // (len(order) - position))
        left -= shares[index]
    return shares


def strongest(strengths: Floats, count: int) -> Indices:
    """Return the flat indices of the largest sizes in an array, in ascending order of index.

    What is not a number counts as weakest.
    """
    sizes = np.abs(strengths).ravel()
    if count >= sizes.size:
        return np.arange(sizes.size)
    if count <= 0:
        return np.empty(0, np.intp)
    if not np.isfinite(sizes.max()):
        sizes = np.nan_to_num(sizes, nan=-1.0, posinf=np.inf)
    return np.sort(np.argpartition(sizes, sizes.size - count)[sizes.size - count :])


def column_values(model: Model, row: Floats) -> dict[str, Floats]:
    """Return what every column holds for one raw input (features,), normalized inputs first.

    The input's entry is what the first layer is given, so that w·a is a term of its z.
    """
    values: dict[str, Floats] = {
        INPUT: np.asarray(model.normalization.apply(row[np.newaxis])[0], np.float64)
    }
    for trace in model.trace(row[np.newaxis]):
        values[trace.name] = trace.a.reshape(-1)
    return values


def choose_links(
    model: Model, prepared: Prepared, *, budget: int, row: Floats | None = None
) -> tuple[LinkChoice, ...]:
    """Return the strongest links of every joint, about ``budget`` together.

    Parameters
    ----------
    model
        The network of the moment.
    prepared
        Its data; a question to the analyst is given them.
    budget
        How many links together, shared out by :func:`allot`.
    row
        A raw input (features,): a link's strength is then its contribution |w·a|, else |w|. That
        of a kernel is its size, for its contribution is another at every place.
    """
    network = model.network
    found, views = joints(network), network.views()
    values = None if row is None else column_values(model, row)
    choices = []
    for joint, share in zip(found, allot([j.count for j in found], budget), strict=True):
        strengths = link_tensor(joint, views)
        if joint.has_kernels:
            strengths = signed_sizes(strengths)
        if values is not None and not joint.by_map:
            with np.errstate(all="ignore"):
                strengths = strengths * values[joint.source]
        flat = strongest(strengths, share)
        if joint.paired:
            choices.append(LinkChoice(flat, flat))
        else:
            units, inputs = np.divmod(flat, joint.inputs)
            choices.append(LinkChoice(units, inputs))
    return tuple(choices)


def links_of(
    joint: Joint, unit: int, strengths: Floats, count: int, *, incoming: bool
) -> LinkChoice:
    """Return a neuron's strongest links of one joint, at most ``count``.

    Parameters
    ----------
    joint
        On the neuron's left (``incoming``) or on its right.
    unit
        The neuron's place in its column.
    strengths
        (units, inputs), or (features,) where the links are paired.
    count
        The most that are wanted.
    incoming
        Whether the neuron is the links' target.
    """
    if joint.paired:
        return LinkChoice(np.array([unit]), np.array([unit]))
    ends = strongest(strengths[unit] if incoming else strengths[:, unit], count)
    same = np.full(len(ends), unit)
    return LinkChoice(same, ends) if incoming else LinkChoice(ends, same)
