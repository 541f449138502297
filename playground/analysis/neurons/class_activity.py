"""Which classes each neuron answers to, over many examples, and which neurons answer to nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from playground.analysis.answers.confusion import ratio
from playground.nn.examples import one_hot
from playground.nn.layers import RunningLayer
from playground.nn.record import LayerRecord
from playground.wording import number

SILENT_BELOW = 1e-6
SATURATED_SHARE = 0.95
SATURATED_MARGIN = 0.02
TARGET_BINS = 5

Order = Literal["index", "preferred", "selectivity"]
Bounds = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, eq=False)
class ClassActivity:
    """Each neuron's mean activation for each class.

    Attributes
    ----------
    layer_names
        The layers that have neurons, in order.
    means
        A layer's mean activations (units, classes), NaN for a class without examples.
    silent
        A layer's neurons (units,) that are 0 on every example.
    saturated
        A layer's neurons (units,) that are at a bound of their activation on nearly every example.
    class_names
        One name per column; for regression the stretches of the target.
    examples
        How many examples were looked at.
    by_target
        Whether the columns are stretches of a regression's target instead of classes.
    """

    layer_names: tuple[str, ...]
    means: tuple[NDArray[np.float64], ...]
    silent: tuple[NDArray[np.bool_], ...]
    saturated: tuple[NDArray[np.bool_], ...]
    class_names: tuple[str, ...]
    examples: int
    by_target: bool = False

    def preferred(self, layer: int) -> NDArray[np.intp]:
        """Return the column (units,) with each neuron's greatest mean."""
        columns: NDArray[np.intp] = np.nan_to_num(self.means[layer], nan=-np.inf).argmax(axis=1)
        return columns

    def selectivity(self, layer: int) -> NDArray[np.float64]:
        """Return how much each neuron (units,) prefers one class, from 0 to 1.

        (μ_max − μ_rest) / (|μ_max| + |μ_rest|), μ_rest being the mean over the other classes:
        the class selectivity index of Morcos et al., "On the importance of single directions for
        generalization" (2018), with magnitudes in the denominator so that it also holds for
        activations below zero, where it is cut off at 1.
        """
        means = np.nan_to_num(self.means[layer])
        greatest = means.max(axis=1)
        others = max(means.shape[1] - 1, 1)
        rest = (means.sum(axis=1) - greatest) / others
        size = np.abs(greatest) + np.abs(rest)
        index = np.divide(greatest - rest, size, out=np.zeros_like(size), where=size > 0)
        clipped: NDArray[np.float64] = index.clip(0.0, 1.0)
        return clipped

    def order(self, layer: int, by: Order | int) -> NDArray[np.intp]:
        """Return the neurons' indices (units,) in the order to list them.

        Parameters
        ----------
        layer
            Which of the layers.
        by
            ``"index"``, ``"preferred"`` (grouped by preferred class, the clearest first),
            ``"selectivity"`` (the most selective first), or a column: the most active first.
        """
        units = len(self.means[layer])
        if by == "index":
            return np.arange(units)
        if by == "selectivity":
            return np.argsort(-self.selectivity(layer), kind="stable")
        if by == "preferred":
            mute = self.silent[layer]
            return np.lexsort((-self.selectivity(layer), self.preferred(layer), mute))
        return np.argsort(-np.nan_to_num(self.means[layer][:, by], nan=-np.inf), kind="stable")


def class_activity(
    traces: Iterable[LayerRecord],
    targets: NDArray[Any],
    class_names: Sequence[str],
    bounds: Bounds | None = None,
) -> ClassActivity:
    """Return the mean activation of every neuron for every class.

    Parameters
    ----------
    traces
        What each layer made of the examples; the batch is the last axis.
    targets
        Labels (examples,), or the targets (examples, 1) of a regression, which are cut into
        stretches that hold equally many examples.
    class_names
        One per label; empty for regression.
    bounds
        By layer name, the bounds at which a neuron counts as saturated; see
        :func:`saturation_bounds`. A layer that is not in it has no saturated neurons.
    """
    targets = np.asarray(targets)
    by_target = targets.dtype.kind == "f" or not class_names
    if by_target:
        labels, names = _stretches(targets.reshape(-1))
    else:
        labels, names = targets.reshape(-1), tuple(class_names)
    members = one_hot(labels, len(names), np.dtype(np.float32))
    counts = members.sum(axis=0, dtype=np.int64)
    layers, means, silent, saturated = [], [], [], []
    for trace in traces:
        if trace.hands_on:
            continue
        a = trace.a
        with np.errstate(all="ignore"):
            sums = (a @ members).astype(np.float64)
            means.append(ratio(sums, counts))
            largest = np.maximum(a.max(axis=1, initial=0), -a.min(axis=1, initial=0))
        layers.append(trace.name)
        silent.append(largest <= SILENT_BELOW)
        saturated.append(at_bound(a, (bounds or {}).get(trace.name)) & ~silent[-1])
    return ClassActivity(
        tuple(layers),
        tuple(means),
        tuple(silent),
        tuple(saturated),
        names,
        len(labels),
        by_target,
    )


def saturation_bounds(layers: Sequence[RunningLayer]) -> dict[str, tuple[float, float]]:
    """Return the bounds of the hidden layers whose neurons learn slowly near them.

    Only activations that are bounded on both sides and have a gradient, such as sigmoid and tanh:
    ReLU's zero is counted as silence, a step is always at a bound, and the output layer is meant
    to come to a clear answer.
    """
    bounds = {}
    for layer in layers[:-1]:
        activation = layer.face().activation
        if activation is None:
            continue
        low, high = activation.bounds()
        if activation.elementwise and activation.has_gradient() and math.isfinite(high - low):
            bounds[layer.name] = (low, high)
    return bounds


def at_bound(a: NDArray[Any], bounds: tuple[float, float] | None) -> NDArray[np.bool_]:
    """Return which neurons of a (units, examples) are near a bound on nearly every example."""
    if bounds is None or not a.shape[1]:
        return np.zeros(len(a), dtype=np.bool_)
    low, high = bounds
    margin = SATURATED_MARGIN * (high - low)
    within = np.count_nonzero((a >= low + margin) & (a <= high - margin), axis=1)
    saturated: NDArray[np.bool_] = within <= (1 - SATURATED_SHARE) * a.shape[1]
    return saturated


def _stretches(targets: NDArray[Any]) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Cut targets at their quantiles; return each one's stretch, and the stretches' names."""
    edges = np.unique(np.quantile(targets, np.linspace(0, 1, TARGET_BINS + 1)))
    if len(edges) < 2:
        return np.zeros(len(targets), dtype=np.intp), (number(edges[0], 2),)
    labels = np.searchsorted(edges[1:-1], targets, side="right")
    ends = [number(edge, 2) for edge in edges]
    return labels, tuple(f"{low} … {high}" for low, high in pairwise(ends))
