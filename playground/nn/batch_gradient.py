"""The gradient of a batch's mean loss: at once, piece by piece, or in two halves side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from playground.nn.activations import Activation
from playground.nn.arrays import Array, Call
from playground.nn.dropout_mask import Chance
from playground.nn.layers import RunningLayer
from playground.nn.layers.running import Shape, by_step, steps_of
from playground.nn.losses import Evaluation, Loss
from playground.nn.passes import Pass, at_once
from playground.nn.side_by_side import SideBySide

LARGEST_AT_ONCE = 2_048
"""Examples that go through the layers at a time; more would only take memory."""

_DEAR = 60_000_000
"""Products of a step from which on it is made in two halves: one core takes 2 ms or more."""

_ADDED = 15
"""Products that take as long as a second slope of a parameter, and adding it to the first."""

_DEAR_TURN = 5_000_000
"""Products of a turn of a layer that computes in turns: with fewer, two threads mostly wait."""


class Learner(Protocol):
    """What a step needs of a network, which is what :class:`playground.nn.network.Network` has."""

    dtype: np.dtype[Any]
    row: list[RunningLayer]
    layers: list[RunningLayer]
    parameter_count: int
    parameters: Array
    gradient: Array
    weight_mask: Array
    frozen_mask: NDArray[np.bool_] | None
    rates: Array | None

    @property
    def output_activation(self) -> Activation:
        """The last layer's activation."""

    def prepare(self, batch: int, *, training: bool, rng: np.random.Generator | None) -> Pass:
        """Return a new pass for one batch size."""

    def twin(self) -> Learner:
        """Return a network over the same parameters, with a gradient of its own."""


class BatchGradient:
    """Fills a network's gradient with that of a batch's mean loss.

    Where a layer has maps, as many examples go through at a time as stay in the cache, and a dear
    batch is differentiated in two halves, by two threads where :class:`SideBySide` finds that
    faster. Which pieces there are follows from the network and the batch size alone, and their
    gradients are added in the same order: the bits do not depend on the machine's cores. A layer
    that measures the batch, as batch normalization does, gets it whole.

    Parameters
    ----------
    network
        Whose gradient to fill.
    loss
        What to differentiate.
    rng
        Draws dropout masks and noise, for the whole batch at a time; None leaves dropout off.
    """

    def __init__(self, network: Learner, loss: Loss, rng: np.random.Generator | None) -> None:
        self._network, self._loss, self._rng = network, loss, rng
        self._twin: Learner | None = None
        self._plans: dict[int, _Plan] = {}
        self.side_by_side = SideBySide()

    def __call__(self, rows: Array, targets: Array) -> float:
        """Fill the gradient for rows (batch, features), targets (batch, outputs); return the loss.

        Nothing is allocated once a batch size has been seen.
        """
        plan = self._plans.get(len(rows))
        if plan is None:
            plan = self._plans[len(rows)] = self._planned(len(rows))
        for mask in plan.masks:
            mask.draw()
        first, *others = plan.lanes
        if not others:
            value = first.run(rows, targets)
        else:
            (second,) = others
            self.side_by_side(partial(first.run, rows, targets), partial(second.run, rows, targets))
            value = first.value + second.value
        if plan.add is not None:
            plan.add()
        return value

    def _planned(self, batch: int) -> _Plan:
        network, size, halves = self._network, *pieces_of(self._network, batch)
        starts = range(0, batch, size)
        parts = [slice(start, min(start + size, batch)) for start in starts]
        if not halves:
            lane, masks = self._lane(network, parts, batch)
            if lane.total is lane.gradient:
                return _Plan(masks, (lane,))
            return _Plan(masks, (lane,), partial(np.copyto, network.gradient, lane.total))
        if self._twin is None:
            self._twin = network.twin()
        first, masks = self._lane(network, parts[::2], batch)
        second, _ = self._lane(self._twin, parts[1::2], batch, masks)
        add = partial(np.add, first.total, second.total, out=network.gradient)
        return _Plan(masks, (first, second), add)

    def _lane(
        self,
        network: Learner,
        parts: Sequence[slice],
        batch: int,
        masks: Sequence[Chance] | None = None,
    ) -> tuple[_Lane, tuple[Chance, ...]]:
        """Return the work on some parts of a batch, and the masks of the whole batch."""
        by_count: dict[int, _Piece] = {}
        pieces = []
        for part in parts:
            count = part.stop - part.start
            if count not in by_count:
                by_count[count] = self._piece(network, count, count / batch)
            piece = by_count[count]
            if masks is None:
                masks = piece.masks if count == batch else [m.like(batch) for m in piece.masks]
            drawn = [
                partial(np.copyto, mask.factors, whole.factors[:, part])
                for mask, whole in zip(piece.masks, masks, strict=True)
                if mask is not whole
            ]
            pieces.append((part, piece, drawn))
        total = network.gradient if len(parts) == 1 else np.empty_like(network.gradient)
        return _Lane(pieces, network.gradient, total), tuple(masks or ())

    def _piece(self, network: Learner, count: int, share: float) -> _Piece:
        prepared = network.prepare(count, training=True, rng=self._rng)
        targets = np.empty(prepared.output.shape, prepared.output.dtype)
        forward, loss, backward = bind_loss(network, prepared, self._loss, targets, share)
        return _Piece(
            prepared.rows,
            targets,
            targets.reshape(network.row[-1].units, -1, count),
            prepared.masks,
            tuple(forward),
            loss,
            tuple(backward),
            share,
        )


def pieces_of(network: Learner, batch: int) -> tuple[int, bool]:
    """Return how many examples of a batch go through at a time, and whether in two halves."""
    if any(layer.statistic_count for layer in network.layers):
        return batch, False
    pieces = -(-batch // at_once(network.layers, LARGEST_AT_ONCE))
    products = sum(layer.settings.multiply_adds(layer.input_shape) for layer in network.row)
    # A product forward costs two more on the way back, one for each factor.
    work, turns = 3 * products * batch, max(layer.turns for layer in network.layers)
    dear = work - _ADDED * network.parameter_count >= _DEAR
    halves = dear and (turns == 1 or work >= turns * _DEAR_TURN) and batch > 1
    if halves:
        pieces += pieces % 2
    return -(-batch // pieces), halves


@dataclass(frozen=True, slots=True)
class _Piece:
    """The work on so many examples, bound to its buffers; ``share`` is their part of the batch.

    ``at_each_step`` is ``targets`` seen as (units, steps, batch).
    """

    rows: Array
    targets: Array
    at_each_step: Array
    masks: tuple[Chance, ...]
    forward: tuple[Call, ...]
    loss: Evaluation
    backward: tuple[Call, ...]
    share: float

    def differentiate(self, rows: Array, targets: Array) -> float:
        """Fill the gradient of the share of the mean loss, and return that share."""
        np.copyto(self.rows, rows)
        if targets.shape[1] == len(self.targets):
            np.copyto(self.targets, targets.T)
        else:
            np.copyto(self.at_each_step, targets.T[:, np.newaxis])
        for call in self.forward:
            call()
        value = self.share * self.loss()
        for call in self.backward:
            call()
        return value


@dataclass(slots=True)
class _Lane:
    """Pieces of a batch one after the other, whose gradients add up in ``total``."""

    pieces: Sequence[tuple[slice, _Piece, Sequence[Call]]]
    gradient: Array
    total: Array
    value: float = 0.0

    def run(self, rows: Array, targets: Array) -> float:
        """Differentiate them; return, and keep, their part of the mean loss."""
        value = 0.0
        for index, (part, piece, drawn) in enumerate(self.pieces):
            for call in drawn:
                call()
            value += piece.differentiate(rows[part], targets[part])
            if self.total is self.gradient:
                continue
            if index:
                np.add(self.total, self.gradient, out=self.total)
            else:
                np.copyto(self.total, self.gradient)
        self.value = value
        return value


@dataclass(frozen=True, slots=True)
class _Plan:
    """The masks of a batch size, its work in one lane or in two, and what adds their gradients."""

    masks: tuple[Chance, ...]
    lanes: tuple[_Lane, ...]
    add: Call | None = None


def bind_loss(
    network: Learner,
    prepared: Pass,
    loss: Loss,
    targets: Array,
    share: float = 1.0,
) -> tuple[list[Call], Evaluation, list[Call]]:
    """Return the forward calls, the loss behind them, and the backward calls of a training pass.

    Where loss and output activation belong together, they are computed together from the logits.
    A network that answers at every step of a sequence is asked at every step: each column is one.
    The gradient is that of ``share`` times the loss and the layers' own terms.
    """
    prepared.weigh(share)
    last, shape = prepared.row[-1], network.row[-1].output_shape
    output, wanted = by_step(prepared.output, shape), by_step(targets, shape)
    forward, backward = prepared.forward, prepared.backward
    fused = loss.fuses_with(network.output_activation) and last.fusable
    if fused and last.z is not None and last.grad_z is not None:
        grad = by_step(last.grad_z, shape)
        evaluation = loss.prepare_fused(
            by_step(last.z, shape), wanted, output, grad, weighted=bool(steps_of(shape))
        )
        forward, backward = forward[:-1], backward[1:]
    else:
        grad = np.empty_like(output)
        if last.grad_output is not None:
            grad = by_step(last.grad_output, shape)
        evaluation = loss.prepare(output, wanted, grad)
    if share != 1:
        backward.insert(0, partial(np.multiply, grad, share, grad))
    return forward, evaluation, backward


def spread_over(targets: Array, shape: Shape) -> Array:
    """Return targets (outputs, batch) for a last layer of that shape.

    What is wanted of each unit is wanted at every step of a sequence.
    """
    if len(targets) == math.prod(shape):
        return targets
    return np.repeat(targets, math.prod(shape[1:]), axis=0)
