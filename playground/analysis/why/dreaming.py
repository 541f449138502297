"""Changes an example, step by step, into what another class, a neuron or a map asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.neurons.neuron import Neuron
from playground.analysis.why.attribution import answers
from playground.nn.activations import Sigmoid, Softmax
from playground.nn.network import Network
from playground.nn.slopes import part_gradient
from playground.training.model import Model

PULL = 0.1
"""λ, how strongly the start holds the picture back."""

_TRIALS = 0.5 ** np.arange(8)
_LEAST_GAIN = 1e-6

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class UnitGoal:
    """A layer's outputs from ``start`` to before ``stop``, whose mean is to rise.

    One of them is a neuron or a place of a map, all places of a map are the map. Where the layer
    has ``sums`` it is their mean, which has a slope where the activation is flat.
    """

    layer: str
    start: int
    stop: int
    sums: bool

    @property
    def symbol(self) -> str:
        """What rises: ``z``, ``mean z``, ``a`` or ``mean a``."""
        return f"{'mean ' if self.stop - self.start > 1 else ''}{'z' if self.sums else 'a'}"


Goal = int | UnitGoal
"""A class, for a regression 1 for higher and 0 for lower, or some outputs inside the network."""


@dataclass(frozen=True, eq=False)
class Ascent:
    """Where an ascent has come to.

    Attributes
    ----------
    start, inputs
        The raw example it began with and what it has become, float32 (features,).
    label
        What to climb to.
    steps
        Taken so far.
    answer
        The class's probability, a regression's output, or J without what holds it back.
    objective
        J at ``inputs``; see :func:`climb`.
    settled
        No step in the direction of the gradient raises J any more.
    """

    start: NDArray[np.float32]
    inputs: NDArray[np.float32]
    label: Goal
    steps: int
    answer: float
    objective: float
    settled: bool = False

    @property
    def change(self) -> float:
        """The Euclidean distance from the start, in the features' own units."""
        return float(np.linalg.norm(self.inputs - self.start))


def inner_goals(network: Network, neuron: Neuron | None) -> dict[str, UnitGoal]:
    """Return what can be asked of a selected neuron inside the network, by ``map`` and ``place``.

    A neuron that is no place of a map is ``neuron``; inputs and outputs have no goal of this kind.
    """
    layer = None if neuron is None else network.layer(neuron.layer)
    inside = layer is not None and layer is not network.layers[-1]
    if layer is None or neuron is None or not inside or neuron.unit >= layer.output_features:
        return {}
    sums = layer.face().activation is not None
    one = UnitGoal(layer.name, neuron.unit, neuron.unit + 1, sums)
    if layer.positions == 1:
        return {"neuron": one}
    first = neuron.unit // layer.positions * layer.positions
    return {"map": UnitGoal(layer.name, first, first + layer.positions, sums), "place": one}


def begin(model: Model, row: Floats, label: Goal) -> Ascent:
    """Return an ascent from a raw example (features,) that has taken no step."""
    start = np.array(row, np.float32)
    objective = float(goals(model, start[np.newaxis], label)[0])
    return _answered(model, Ascent(start, start, label, 0, np.nan, objective))


def climb(model: Model, ascent: Ascent, length: float, pull: float = PULL) -> Ascent:
    """Take one step of gradient ascent on the input.

    With u = (x − low) / (high − low), each feature in its range as a share from 0 to 1,

        J(u) = ln p(u) − λ/2 · ‖u − u₀‖²,
        u ← clip(u + s · ∇J / ‖∇J‖, 0, 1),

    p being the class's probability, u₀ the start, λ the pull towards it, and s the largest of
    ``length``, ``length``/2, … ``length``/128 that raises J. What a value at its limit would have
    to pass does not count in ∇J. For what takes the place of ln p where the output is no
    probability see :func:`goals`.

    Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks" (2014), section 2, with
    a start that is held on to instead of a zero picture.

    Parameters
    ----------
    model
        The network of this moment; it may have learned since the last step.
    ascent
        Where to step from.
    length, pull
        s and λ.
    """
    low, width = _ranges(model)
    here = ascent.inputs[np.newaxis]
    away = (ascent.inputs - ascent.start) / width
    now = float(goals(model, here, ascent.label)[0]) - pull / 2 * float(away @ away)
    grad = goal_gradient(model, ascent.inputs, ascent.label) * width - pull * away
    stuck = ((ascent.inputs <= low) & (grad < 0)) | ((ascent.inputs >= low + width) & (grad > 0))
    grad = np.where(stuck, 0.0, grad)
    norm = float(np.linalg.norm(grad))
    if not (np.isfinite(norm) and norm > 0 and np.isfinite(now)):
        return _answered(model, replace(ascent, objective=now, settled=True))
    direction = grad / norm * width
    moved = ascent.inputs + length * _TRIALS[:, np.newaxis] * direction
    trials = np.clip(moved, low, low + width).astype(np.float32)
    aways = (trials - ascent.start) / width
    tried = goals(model, trials, ascent.label) - pull / 2 * np.einsum("ij,ij->i", aways, aways)
    better = np.flatnonzero(tried > now + _LEAST_GAIN)
    if not len(better):
        return _answered(model, replace(ascent, objective=now, settled=True))
    first = int(better[0])
    inputs, objective, steps = trials[first], float(tried[first]), ascent.steps + 1
    stepped = replace(ascent, inputs=inputs, steps=steps, objective=objective, settled=False)
    return _answered(model, stepped)


def goals(model: Model, rows: Floats, label: Goal) -> Floats:
    """Return ln p of a class for raw rows, (examples,), computed from the logits.

    ln softmax(z) for a softmax; ln σ(z) for a sigmoid of the class's own, ln σ(−z) for the first
    class of a single sigmoid. An output that is no probability, a regression's among them, stands
    for itself: ŷ, or −ŷ for label 0 of a single one.

    Outputs inside the network stand for the mean of their z or a; see :class:`UnitGoal`.
    """
    traces = model.trace(rows)
    if isinstance(label, UnitGoal):
        own = next(trace for trace in traces if trace.name == label.layer)
        outputs = own.z if label.sums and own.z is not None else own.a
        means: Floats = outputs[label.start : label.stop].mean(axis=0)
        return means
    last = traces[-1]
    z, a = last.z, last.a
    with np.errstate(all="ignore"):
        values: Floats
        if _has_softmax(model) and z is not None:
            largest = z.max(axis=0)
            values = z[label] - largest - np.log(np.exp(z - largest).sum(axis=0))
        elif _has_sigmoid(model) and z is not None:
            values = -np.logaddexp(0.0, -_of_class(z, label))
        else:
            values = _of_class(a, label)
        return values


def goal_gradient(model: Model, row: Floats, label: Goal) -> Floats:
    """Return the gradient of :func:`goals` with respect to one raw example, (features,)."""
    here = row[np.newaxis]
    if isinstance(label, UnitGoal):
        model.breathe()
        part = slice(label.start, label.stop)
        with np.errstate(all="ignore"):
            slopes = part_gradient(
                model.network, model.inputs(here), label.layer, part, of_sums=label.sums
            )[:, 0]
        toward: Floats = slopes / model.normalization.scale
        return toward
    units = int(np.prod(model.network.output_shape))
    sign = -1.0 if units == 1 and not label else 1.0
    wanted = np.zeros((1, units))
    wanted[0, 0 if units == 1 else label] = sign
    of_logits = True
    with np.errstate(all="ignore"):
        if _has_softmax(model):
            wanted = wanted - model.outputs(here)
        elif _has_sigmoid(model):
            outputs = model.outputs(here)
            wanted = wanted * (outputs if sign < 0 else 1 - outputs)
        else:
            of_logits = False
        gradient: Floats = model.input_gradient(here, wanted, of_logits=of_logits)[0]
        return gradient


def _of_class(outputs: Floats, label: int) -> Floats:
    """Return a class's own row of (outputs, examples); a single one stands for the second class."""
    own: Floats = outputs[0 if len(outputs) == 1 else label]
    return -own if len(outputs) == 1 and not label else own


def _has_softmax(model: Model) -> bool:
    return isinstance(model.network.output_activation, Softmax)


def _has_sigmoid(model: Model) -> bool:
    classes = model.dataset.task.classifies
    return classes and isinstance(model.network.output_activation, Sigmoid)


def _ranges(model: Model) -> tuple[Floats, Floats]:
    """Return the lowest value and the width of each feature's range, (features,)."""
    low, high = np.array(model.dataset.feature_ranges, np.float64).T
    return low, np.where(high > low, high - low, 1.0)


def _answered(model: Model, ascent: Ascent) -> Ascent:
    """Return an ascent with what the network of this moment answers."""
    here = ascent.inputs[np.newaxis]
    if isinstance(ascent.label, UnitGoal):
        reached = goals(model, here, ascent.label)
    else:
        reached = answers(model, here, ascent.label)
    return replace(ascent, answer=float(reached[0]))
