"""Freezing and silencing one neuron or map: a change of its layer's settings, with its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from playground.nn.layers import RunningLayer
from playground.nn.unit_list import units_in, with_unit, without_unit
from playground.training.experiment import Experiment, find_settings
from playground.wording import nth

State: TypeAlias = Literal["frozen", "silenced"]
"""The name of the setting that says it."""

_VERBS = {"frozen": ("Freeze", "Unfreeze"), "silenced": ("Silence", "Bring back")}


@dataclass(frozen=True)
class Switch:
    """The setting that changes, its new value, and ``Silence map 3 of Conv 1``."""

    path: str
    value: str
    title: str


def switch(
    experiment: Experiment, layer: RunningLayer | None, output: int, state: State
) -> Switch | None:
    """Return what puts a neuron into a state or out of it, None where its layer knows no such.

    Parameters
    ----------
    experiment
        Whose settings say what is frozen and silenced now.
    layer, output
        One of the layer's outputs; of a map's places it is the whole map that changes.
    state
        The name of the setting.
    """
    place, settings = find_settings(experiment, None if layer is None else layer.name)
    if layer is None or not hasattr(settings, state):
        return None
    unit, named = output // layer.positions, getattr(settings, state)
    on = unit in units_in(named, unit + 1)
    words = f"{layer.noun} {nth(unit)} of {experiment.names.words(layer.name)}"
    value = without_unit(named, unit) if on else with_unit(named, unit)
    return Switch(f"{place}.{state}", value, f"{_VERBS[state][on]} {words}")
