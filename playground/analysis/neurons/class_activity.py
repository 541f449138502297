"""Which classes each neuron or map answers to, over many examples, and which answer to nothing."""

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
    """Each neuron's mean activation for each class; a map's is over all its places too.

    Attributes
    ----------
    layer_names
        The layers that have neurons, in order.
    means
        A layer's mean activations (units, classes), NaN for a class without examples.
    silent
        A layer's units (units,) that are 0 on every example, at every place.
    saturated
        A layer's units (units,) that are at a bound of their activation on nearly every example,
        of a map at nearly every place of all examples.
    class_names
        One name per column; for regression the stretches of the target.
    examples
        How many examples were looked at.
    by_target
        Whether the columns are stretches of a regression's target instead of classes.
    places
        How many places each unit of a layer has: more than one for maps, and for what has steps.
    steps
        How many steps an example may have; 0 where it is no sequence.
    """

    layer_names: tuple[str, ...]
    means: tuple[NDArray[np.float64], ...]
    silent: tuple[NDArray[np.bool_], ...]
    saturated: tuple[NDArray[np.bool_], ...]
    class_names: tuple[str, ...]
    examples: int
    by_target: bool = False
    places: tuple[int, ...] = ()
    steps: int = 0

    def noun(self, layer: int) -> str:
        """Return what a unit of a layer is called."""
        return "neuron" if self.places[layer] in (1, self.steps) else "map"

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
    places: Mapping[str, int] | None = None,
    there: NDArray[np.bool_] | None = None,
) -> ClassActivity:
    """Return the mean activation of every neuron or map for every class.

    Parameters
    ----------
    traces
        What each layer made of the examples; the batch is the last axis. A layer may come several
        times, each time with the next examples.
    targets
        Labels (examples,); or at every step (examples, steps), −1 where nothing is asked; or the
        targets (examples, 1) of a regression, which are cut into stretches that hold equally many
        examples.
    class_names
        One per label; empty for regression.
    bounds
        By layer name, the bounds at which a neuron counts as saturated; see
        :func:`saturation_bounds`. A layer that is not in it has no saturated neurons.
    places
        By layer name, how many outputs make up one unit: the places of a map. A layer that is not
        in it has one for each.
    there
        Of sequences, which steps there are, (examples, steps); others count for nothing.
    """
    targets = np.asarray(targets)
    by_target = targets.dtype.kind == "f" or not class_names
    if by_target:
        labels, names = _stretches(targets.reshape(-1))
    else:
        labels, names = targets, tuple(class_names)
    members = one_hot(labels.clip(0).ravel(), len(names), np.dtype(np.float32))
    members = members.reshape(*labels.shape, len(names)) * (labels >= 0)[..., np.newaxis]
    counts = members.sum(axis=tuple(range(labels.ndim)), dtype=np.int64)
    tallies: dict[str, _Tally] = {}
    for trace in traces:
        if not trace.hands_on:
            if trace.name not in tallies:
                each = (places or {}).get(trace.name, 1)
                tallies[trace.name] = _Tally(each, (bounds or {}).get(trace.name))
            tallies[trace.name].add(trace.a, members, there)
    found = tallies.values()
    return ClassActivity(
        tuple(tallies),
        tuple(ratio(tally.sums, counts) for tally in found),
        tuple(tally.largest <= SILENT_BELOW for tally in found),
        tuple(tally.saturated & (tally.largest > SILENT_BELOW) for tally in found),
        names,
        len(labels),
        by_target,
        tuple(tally.places for tally in found),
        0 if there is None else there.shape[1],
    )


class _Tally:
    """What is counted of one layer, some examples at a time."""

    def __init__(self, places: int, bounds: tuple[float, float] | None) -> None:
        self.places = places
        self._bounds = bounds
        self._examples = self._looked_at = 0
        self.sums: NDArray[np.float64] = np.zeros(())
        self.largest: NDArray[np.floating[Any]] = np.zeros(())
        self._within: NDArray[np.intp] = np.zeros((), np.intp)

    def add(
        self, a: NDArray[Any], members: NDArray[np.float32], there: NDArray[np.bool_] | None
    ) -> None:
        """Take the activations (units · places, examples) of the next examples."""
        examples = a.shape[1]
        these = slice(self._examples, self._examples + examples)
        of_these = members[these]
        by_unit = a.reshape(len(a) // self.places, self.places, examples)
        flat = by_unit.reshape(len(by_unit), -1)
        with np.errstate(all="ignore"):
            if members.ndim == 3:
                means, of_these = flat, of_these.swapaxes(0, 1).reshape(flat.shape[1], -1)
            elif self.places == 1:
                means = a
            else:
                counted = None if there is None else there[these].T
                means = by_unit.mean(axis=1, where=True if counted is None else counted)
            self.sums = self.sums + (means @ of_these).astype(np.float64)
            if there is not None and self.places > 1:
                flat = by_unit[:, there[these].T]
            sizes = np.maximum(flat.max(axis=1, initial=0), -flat.min(axis=1, initial=0))
            self.largest = np.maximum(self.largest, sizes)
        self._within = self._within + _within(flat, self._bounds)
        self._examples += examples
        self._looked_at += flat.shape[1]

    @property
    def saturated(self) -> NDArray[np.bool_]:
        """Which units were near a bound nearly always."""
        return _mostly_out(self._within, self._looked_at, self._bounds)


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
    return _mostly_out(_within(a, bounds), a.shape[1], bounds)


def _within(a: NDArray[Any], bounds: tuple[float, float] | None) -> NDArray[np.intp]:
    """Return how often each neuron of a (units, examples) is well between its bounds."""
    if bounds is None:
        return np.zeros(len(a), np.intp)
    low, high = bounds
    margin = SATURATED_MARGIN * (high - low)
    counts: NDArray[np.intp] = np.count_nonzero((a >= low + margin) & (a <= high - margin), axis=1)
    return counts


def _mostly_out(
    within: NDArray[np.intp], examples: int, bounds: tuple[float, float] | None
) -> NDArray[np.bool_]:
    """Return which neurons were well between their bounds on hardly any example."""
    if bounds is None or not examples:
        return np.zeros(len(within), dtype=np.bool_)
    out: NDArray[np.bool_] = within <= (1 - SATURATED_SHARE) * examples
    return out


def _stretches(targets: NDArray[Any]) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Cut targets at their quantiles; return each one's stretch, and the stretches' names."""
    edges = np.unique(np.quantile(targets, np.linspace(0, 1, TARGET_BINS + 1)))
    if len(edges) < 2:
        return np.zeros(len(targets), dtype=np.intp), (number(edges[0], 2),)
    labels = np.searchsorted(edges[1:-1], targets, side="right")
    ends = [number(edge, 2) for edge in edges]
    return labels, tuple(f"{low} … {high}" for low, high in pairwise(ends))
