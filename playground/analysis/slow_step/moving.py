"""What a network did in a step, told by its layers, and how an optimizer moved it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.analysis.slow_step.corrections import clip_stage, frozen_stage, penalty_stage
from playground.analysis.slow_step.ending import rate_stage, update_stage
from playground.analysis.slow_step.loss_stages import example_losses, loss_stage, slope_stage
from playground.analysis.slow_step.step import TensorStep
from playground.nn.activations import Activation
from playground.nn.arrays import Array
from playground.nn.explain.explanation import Symbols
from playground.nn.explain.stage import INPUT, NEURON, Matrix, Stage
from playground.nn.losses import Loss
from playground.nn.network import Network
from playground.nn.record import LayerRecord
from playground.nn.training_step import TrainingStep


@dataclass(frozen=True, eq=False)
class Told:
    """What layers say of a pass.

    Attributes
    ----------
    last
        The last layer's part in it.
    answers
        What its outputs are called.
    forward, backward
        The stages of every layer, in the order of computing.
    symbols
        What each tensor is called, by its name in the network.
    """

    last: LayerRecord
    answers: str
    forward: tuple[Stage, ...]
    backward: tuple[Stage, ...]
    symbols: Mapping[str, str]

    def how_wrong(self, loss: Loss, activation: Activation, targets: Array) -> Wrong:
        """Return the stages of a loss over the answers, and its mean."""
        losses = example_losses(loss, self.last, targets)
        stages = (
            loss_stage(loss, self.last, self.answers, targets, losses),
            slope_stage(loss, activation, self.last, self.answers, targets),
        )
        return Wrong(stages, float(losses.mean()))


@dataclass(frozen=True, eq=False)
class Wrong:
    """How wrong answers are: the stages that tell it, and the mean loss."""

    stages: tuple[Stage, Stage]
    mean: float


@dataclass(frozen=True, eq=False)
class Moving:
    """How a network was moved: the stages from the gradient on, and each tensor's step."""

    stages: tuple[Stage, ...]
    moved: tuple[TensorStep, ...]


def tell(network: Network, records: Sequence[LayerRecord], names: Symbols) -> Told:
    """Let every layer of a network say what it did in a pass that was recorded."""
    symbols: dict[str, str] = {}
    forward: list[Stage] = []
    backward: list[Stage] = []
    for layer, record in zip(network.layers, records, strict=True):
        explained = layer.explain(record, names)
        names.learn(layer.name, explained.product)
        symbols |= {f"{layer.name}.{name}": each for name, each in explained.symbols.items()}
        forward += explained.forward
        backward = [*explained.backward, *backward]
    last = records[-1]
    return Told(last, names.of(last.name), tuple(forward), tuple(backward), symbols)


def move(
    network: Network, step: TrainingStep, told: Told, training: Any, learning_rate: float
) -> Moving:
    """Let a step correct the network's gradient and follow it.

    ``training`` says which penalties there are, how long a gradient may be, and by which schedule
    its rate became ``learning_rate``.
    """
    stages: list[Stage] = []

    def corrected(*names: str) -> dict[str, Array]:
        for name in names:
            if name in step.corrections:
                step.corrections[name]()
        return _tensors(network, network.gradient)

    frozen = _frozen(network)
    if frozen:
        stages.append(frozen_stage(frozen, network.names))
    plain, shrunk, gradients = corrected("frozen"), corrected("l2", "l1"), corrected("clip")
    parameters = _tensors(network, network.parameters)
    by_moment = [_tensors(network, moment) for moment in step.moments]
    moments = {name: tuple(moment[name] for moment in by_moment) for name in parameters}
    for name, kept in frozen.items():
        moments[name] = tuple(np.where(kept, 0, moment) for moment in moments[name])
    factors = {} if network.rates is None else network.views_of(network.rates)
    step.update(learning_rate)
    ends, symbols = _tensors(network, network.parameters), told.symbols
    shown = {stage.label: stage.matrices[-1] for stage in told.backward}
    moved = tuple(
        TensorStep(
            name, network.names.tensor(name), symbols[name], view.shape,
            shown.get(f"d{symbols[name]}") or _rows(name, plain[name]),
            parameters[name], plain[name], shrunk[name], gradients[name], moments[name],
            ends[name], frozen.get(name), float(factors[name].flat[0]) if factors else 1.0,
        )
        for name, view in network.views_of(network.parameters).items()
    )  # fmt: skip
    if training.l1 or training.l2:
        shrinking = _tensors(network, network.weight_mask)
        stages += [
            penalty_stage(tensor, training.l1, training.l2)
            for tensor in moved
            if shrinking[tensor.name].any()
        ]
    if training.clip_norm is not None:
        stages.append(clip_stage(moved, training.clip_norm))
    stage = rate_stage(training, learning_rate, moved)
    if stage is not None:
        stages.append(stage)
    stages += [
        update_stage(tensor, step.optimizer, learning_rate, step.step_count) for tensor in moved
    ]
    return Moving(tuple(stages), moved)


def _frozen(network: Network) -> dict[str, NDArray[np.bool_]]:
    """Return what is frozen by tensor, (rows, columns); empty where nothing is."""
    if network.frozen_mask is None:
        return {}
    marked = _tensors(network, network.frozen_mask.astype(np.float64))
    return {name: mask > 0 for name, mask in marked.items()}


def _rows(name: str, values: Array) -> Matrix:
    """Return slopes that no stage shows in one array, a row for each neuron."""
    return Matrix("", "", values, NEURON, INPUT, name.rpartition(".")[0])


def _tensors(network: Network, vector: Array) -> dict[str, Array]:
    """Return a copy of every tensor in a vector shaped like the parameters, (rows, columns)."""
    views = network.views_of(vector)
    return {name: view.reshape(len(view), -1).copy() for name, view in views.items()}
