"""What the layers of a network have after each step of a sequence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.nn.layers import RunningLayer
from playground.nn.layers.running import steps_of
from playground.nn.network import Network
from playground.nn.record import INPUT, LayerRecord

Floats = NDArray[np.floating[Any]]

INPUT_VALUES, OUTPUTS = "x", "a"
"""What the values of the input, and those that a layer hands on, are called as traces."""


def layers_in_time(network: Network) -> tuple[str, ...]:
    """Return the input and the layers that have something after each step, but the output's."""
    if not steps_of(network.input_shape):
        return ()
    return (INPUT, *(each.name for each in network.layers[:-1] if _has_steps(each)))


def reads_by_step(network: Network) -> bool:
    """Return whether what comes in is a sequence."""
    return bool(layers_in_time(network))


def most_telling(network: Network) -> str:
    """Return the last layer that remembers, else the last one with steps."""
    layers = layers_in_time(network)
    memories = [layer.name for layer in network.layers if layer.memory and layer.name in layers]
    return (memories or layers)[-1]


def traces_of(network: Network, name: str) -> Mapping[str, str]:
    """Return what can be seen of a layer at each step, with titles."""
    layer = network.layer(name)
    if layer is None:
        return {INPUT_VALUES: "Values"}
    return layer.traces() or {OUTPUTS: "Outputs"}


def units_of(network: Network, name: str) -> int:
    """Return how many numbers a layer has after each step."""
    layer = network.layer(name)
    return network.input_shape[0] if layer is None else layer.units


def states(network: Network, records: Sequence[LayerRecord], name: str, trace: str) -> Floats:
    """Return one trace of a layer for the first example of a pass, (units, steps)."""
    if name == INPUT:
        values = records[0].inputs
    else:
        record = next(each for each in records if each.name == name)
        values = record.a if trace == OUTPUTS else record.kept[trace]
    units = units_of(network, name)
    by_step: Floats = values.reshape(units, -1, values.shape[-1])[:, :, 0]
    return by_step


def by_time_of_change(values: Floats) -> NDArray[np.intp]:
    """Return the units (units,) of (units, steps) in the order of when they change.

    A unit's time is the mean of the steps, each weighed by how far its value moves there.
    """
    finite = np.nan_to_num(values)
    moves = np.abs(np.diff(finite, axis=1, prepend=0.0))
    total = moves.sum(axis=1)
    steps = np.arange(values.shape[1])
    times = np.divide(moves @ steps, total, out=np.zeros_like(total), where=total > 0)
    return np.argsort(times, kind="stable")


def _has_steps(layer: RunningLayer) -> bool:
    if layer.traces():
        return True
    return bool(steps_of(layer.output_shape)) and not layer.face().hands_on
