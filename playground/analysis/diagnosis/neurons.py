"""Faults of single neurons: they say nothing, always the same, or all alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.diagnosis.finding import Finding, Remedy, reached
from playground.analysis.diagnosis.measurements import Measurements
from playground.analysis.neurons.class_activity import SILENT_BELOW, at_bound, saturation_bounds
from playground.nn.activations import LeakyReLU, ReLU
from playground.nn.initializers import Glorot, He, Zeros
from playground.nn.record import LayerRecord
from playground.nn.unit_list import units_in
from playground.wording import listed

SILENT_SHARE = 0.25
"""Of a layer. He's weights leave 2 to 4 % of a layer's ReLUs without an answer, and the first steps
up to 20 % of a wide one, which learns as well without them (measured on the digits preset)."""

NARROW = 32
NARROW_SILENT_SHARE = 0.18
"""A layer of few units misses each of them: 3 of 16 count."""

STUCK_SHARE = 1 / 3
"""Of a layer. The sound presets have up to 6 % units at a bound (articles' two sigmoid layers)."""

ALIKE = 1e-4
"""Relative difference up to which weights are the same; rounding differs by about 10⁻⁶."""

ALIKE_SHARE = 0.5
"""Of a layer: two equal neurons can be chance or pruning (L1), half a layer of them cannot."""

_Affected = list[tuple[str, Any, LayerRecord, NDArray[np.intp]]]


class SilentReLUs:
    """ReLUs that are 0 on every example: their gradient is 0 too, so they stay silent."""

    kind = "silent_relu"
    explains = frozenset({"vanishing_gradient", "learning_rate_low", "underfitting"})
    before_training = True

    def find(self, m: Measurements, shown: bool) -> Finding | None:
        """Count the neurons whose output is 0 on the whole sample."""
        affected: _Affected = []
        total, worst = 0, 0.0
        for path, settings, traced in m.hidden:
            if not isinstance(settings.activation, ReLU) or settings.activation.a == 0:
                continue
            silent = np.abs(m.by_unit(traced)).max(axis=1) <= SILENT_BELOW
            silent[units_in(settings.silenced, len(silent))] = False  # as the user wants them
            share = float(silent.mean())
            limit = NARROW_SILENT_SHARE if len(silent) <= NARROW else SILENT_SHARE
            worst = max(worst, share)
            if reached(share, limit, shown):
                affected.append((path, settings, traced, np.flatnonzero(silent)))
                total += len(silent)
        if not affected:
            return None
        count = sum(len(units) for *_, units in affected)
        _, _, first, units = affected[0]
        changes = {f"{path}.activation": LeakyReLU() for path, *_ in affected}
        what = m.units_word([traced.name for _, _, traced, _ in affected])
        return Finding(
            self.kind,
            f"{count} of {total} ReLU {what} are silent",
            f"They output 0 for {m.examples_phrase}, so no gradient reaches their weights.",
            "classes",
            worst,
            m.neuron(first, int(units[0])),
            (Remedy("Switch to Leaky ReLU", changes),),
        )


class SaturatedUnits:
    """Sigmoids and tanhs that stay at a bound, where their slope is almost 0."""

    kind = "saturated"
    explains = frozenset({"vanishing_gradient", "learning_rate_low", "underfitting", "loss_misfit"})
    before_training = True

    def find(self, m: Measurements, shown: bool) -> Finding | None:
        """Count the neurons that are near a bound on nearly all of the sample."""
        bounds = saturation_bounds(m.model.network.layers)
        affected: _Affected = []
        titles: list[str] = []
        total, worst = 0, 0.0
        for path, settings, traced in m.hidden:
            if traced.name not in bounds:
                continue
            stuck = at_bound(m.by_unit(traced), bounds[traced.name])
            stuck[units_in(settings.silenced, len(stuck))] = False
            share = float(stuck.mean())
            worst = max(worst, share)
            # One example leaves every unit at one place: that tells nothing about the others.
            if traced.a.shape[1] > 1 and reached(share, STUCK_SHARE, shown):
                affected.append((path, settings, traced, np.flatnonzero(stuck)))
                titles.append(settings.activation.title.lower())
                total += len(stuck)
        if not affected:
            return None
        count = sum(len(units) for *_, units in affected)
        _, _, first, units = affected[0]
        what = listed(list(dict.fromkeys(titles)))
        what += f" {m.units_word([traced.name for _, _, traced, _ in affected])}"
        return Finding(
            self.kind,
            f"{count} of {total} {what} are saturated",
            f"For nearly {m.examples_phrase} they are within 2 % of a bound. The slope is almost 0 "
            "there, so they hardly learn.",
            "classes",
            worst,
            m.neuron(first, int(units[0])),
            (self._remedy(m, affected, bounds),),
        )

    def _remedy(
        self, m: Measurements, affected: _Affected, bounded: Mapping[str, tuple[float, float]]
    ) -> Remedy:
        """Smaller weights to begin with; where they were small already, units without bounds."""
        calm: dict[str, Any] = {
            f"{path}.initializer": Glorot()
            for path, settings, traced in m.hidden
            if traced.name in bounded and not isinstance(settings.initializer, Glorot)
        }
        if any(f"{path}.initializer" in calm for path, *_ in affected):
            return Remedy("Start again with Glorot weights", calm, needs_reset=True)
        changes: dict[str, Any] = {}
        for path, *_ in affected:
            changes[f"{path}.activation"] = ReLU()
            changes[f"{path}.initializer"] = He()
        return Remedy("Start again with ReLU", changes, needs_reset=True)


class SymmetricWeights:
    """Neurons with equal weights and equal gradients: they remain copies of one another."""

    kind = "symmetric"
    explains = frozenset({"silent_relu", "vanishing_gradient", "learning_rate_low", "underfitting"})
    before_training = True

    def find(self, m: Measurements, shown: bool) -> Finding | None:
        """Count the neurons of a layer that are different in weights, bias and gradient."""
        affected, different, total, worst = [], 0, 0, 0.0
        for path, settings, traced in m.hidden:
            rows = _whole_rows(traced)
            groups = _groups_of_twins(rows)
            share = sum(size for size in groups if size > 1) / len(rows)
            worst = max(worst, share)
            if len(rows) > 1 and reached(share, ALIKE_SHARE, shown):
                affected.append((path, settings, traced))
                different += len(groups)
                total += len(rows)
        if not affected:
            return None
        where = listed([m.names.words(traced.name) for *_, traced in affected])
        what = m.units_word([traced.name for *_, traced in affected])
        headline = f"{total} {what} of {where} act as {different}"
        meaning = (
            "Copies have the same weights and get the same gradient: no step tells them apart."
        )
        if different == 1:
            headline = f"All {total} {what} of {where} are alike"
            meaning = (
                "They have the same weights and get the same gradient, so they stay one "
                f"{what.removesuffix('s')}."
            )
        changes: dict[str, Any] = {
            f"{path}.initializer": He()
            if isinstance(settings.activation, ReLU | LeakyReLU)
            else Glorot()
            for path, settings, _ in affected
        }
        if isinstance(m.experiment.output.initializer, Zeros):
            changes["output.initializer"] = Glorot()
        return Finding(
            self.kind,
            headline,
            meaning,
            "weights",
            worst,
            m.neuron(affected[0][2], 0),
            (Remedy("Start again with random weights", changes, needs_reset=True),),
        )


def _whole_rows(traced: LayerRecord) -> NDArray[np.floating[Any]]:
    """Return all that makes a neuron: weights, bias, and their gradients, each scaled to 1."""
    parts = []
    for tensors in (traced.tensors, traced.gradients):
        learned = [tensors[name] for name in traced.gradients]
        tensor = np.hstack([each.reshape(len(each), -1) for each in learned])
        largest = np.abs(tensor).max(initial=0.0)
        parts.append(tensor / largest if largest > 0 else tensor)
    return np.hstack(parts)


def _groups_of_twins(rows: NDArray[np.floating[Any]]) -> NDArray[np.intp]:
    """Return how many rows are equal, for each that differs; neighbours by sum are compared."""
    ordered = rows[np.argsort(rows.sum(axis=1), kind="stable")]
    differs = (np.abs(np.diff(ordered, axis=0)) > ALIKE).any(axis=1)
    return np.diff(np.concatenate(([0], 1 + np.flatnonzero(differs), [len(rows)])))
