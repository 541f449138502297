"""The training step: the one place where a network learns, prepared so that Python does little."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from playground.nn.activations import Activation
from playground.nn.arrays import Array, Call
from playground.nn.layers import RunningLayer
from playground.nn.losses import Evaluation, Loss
from playground.nn.optimizers import Optimizer, Update
from playground.nn.passes import Pass

LARGEST_AT_ONCE = 2_048
"""Examples that go through the layers at a time; more would only take memory."""

_STRETCH = 32_768  # parameters that an optimizer works on at a time, so that they stay in cache


class Learner(Protocol):
    """What a step needs of a network, which is what :class:`playground.nn.network.Network` has."""

    dtype: np.dtype[Any]
    layers: list[RunningLayer]
    parameter_count: int
    parameters: Array
    gradient: Array
    weight_mask: Array
    frozen_mask: NDArray[np.bool_] | None

    @property
    def output_activation(self) -> Activation:
        """The last layer's activation."""

    def prepare(self, batch: int, *, training: bool, rng: np.random.Generator | None) -> Pass:
        """Return a new pass for one batch size."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """All work for one batch size, bound to its buffers."""

    rows: Array
    targets: Array
    forward: tuple[Call, ...]
    loss: Evaluation
    backward: tuple[Call, ...]


class TrainingStep:
    """Steps of one optimizer on one network.

    A batch of more than :data:`LARGEST_AT_ONCE` examples is differentiated piece by piece, which
    gives the same mean, unless a layer measures the whole batch, as batch normalization does.

    A step copies the rows in, makes the prepared calls and moves the parameters; it allocates
    nothing once a batch size has been seen. L2 adds ``l2·½‖w‖²`` to the loss and so ``l2·w`` to the
    gradient, L1 adds ``l1·Σ|w|`` and so ``l1·sign(w)``, 0 at 0; both for weights only. Then the
    gradient is scaled down to ``clip_norm`` if its norm is larger.

    What the network's ``frozen_mask`` marks has no gradient, no penalty and no moment, and keeps
    its value bit for bit, whatever the optimizer does.

    Make a new one when loss, optimizer, penalties or network change, which is cheap, and carry
    ``moments`` and ``step_count`` over where they still fit::

        step = TrainingStep(network, loss, Adam(), rng=rng)
        step.moments[:], step.step_count = former.moments, former.step_count

    A diverging network overflows on the way: enter :func:`playground.nn.arrays.quiet` once, in the
    thread that trains, around the loop.

    Parameters
    ----------
    network
        Whose parameters to move.
    loss, optimizer
        What to descend on, and how.
    l1, l2
        Penalties on large weights, 0 for none.
    clip_norm
        The longest gradient to follow, None for any.
    rng
        Draws dropout masks; None leaves dropout off.

    Attributes
    ----------
    moments
        (len(optimizer.moments), parameter_count), 0 at first.
    step_count
        Steps made.
    corrections
        What a step does to the gradient between the way back and the update, in order: any of
        ``frozen``, ``l2``, ``l1`` and ``clip``.
    """

    def __init__(
        self,
        network: Learner,
        loss: Loss,
        optimizer: Optimizer,
        *,
        l1: float = 0.0,
        l2: float = 0.0,
        clip_norm: float | None = None,
        rng: np.random.Generator | None,
    ) -> None:
        self.network = network
        self.loss = loss
        self.optimizer = optimizer
        self.step_count = 0
        self._rng = rng
        self._plans: dict[int, _Plan] = {}

        count, dtype = network.parameter_count, network.dtype
        self.moments: Array = np.zeros((len(optimizer.moments), count), dtype)
        self._updates = []
        scratch = np.empty(min(count, _STRETCH), dtype)
        for start in range(0, count, _STRETCH):
            part = slice(start, min(start + _STRETCH, count))
            parameters, moments = network.parameters[part], self.moments[:, part]
            update = optimizer.prepare(
                parameters, network.gradient[part], tuple(moments), scratch[: len(parameters)]
            )
            frozen = network.frozen_mask
            if frozen is not None and frozen[part].any():
                update = _around_frozen(update, parameters, moments, frozen[part])
            self._updates.append(update)
        self.corrections = self._prepare_corrections(l1, l2, clip_norm)
        self._needs_whole_batch = any(layer.statistic_count for layer in network.layers)
        self._total: Array | None = None

    def __call__(self, rows: Array, targets: Array, learning_rate: float) -> float:
        """Make one step on one batch.

        Parameters
        ----------
        rows
            (batch, features), as gathered from the examples.
        targets
            (batch, outputs).
        learning_rate
            The step's α.

        Returns
        -------
        float
            The batch's mean loss before the update, without penalties.
        """
        if len(rows) <= LARGEST_AT_ONCE or self._needs_whole_batch:
            value = self._differentiate(rows, targets)
        else:
            value = self._accumulate(rows, targets)
        for call in self.corrections.values():
            call()
        self.update(learning_rate)
        return value

    def update(self, learning_rate: float) -> None:
        """Move the parameters by the network's gradient as it stands."""
        step = self.step_count = self.step_count + 1
        for update in self._updates:
            update(learning_rate, step)

    def _differentiate(self, rows: Array, targets: Array) -> float:
        """Fill the gradient of one batch's mean loss, and return the loss."""
        plan = self._plans.get(len(rows))
        if plan is None:
            plan = self._plans[len(rows)] = self._prepare(len(rows))
        np.copyto(plan.rows, rows)
        np.copyto(plan.targets, targets.T)
        for call in plan.forward:
            call()
        value = plan.loss()
        for call in plan.backward:
            call()
        return value

    def _accumulate(self, rows: Array, targets: Array) -> float:
        """Do the same piece by piece: the mean over the pieces, each by its share of the batch."""
        gradient = self.network.gradient
        if self._total is None:
            self._total = np.empty_like(gradient)
        total, value = self._total, 0.0
        total.fill(0)
        for start in range(0, len(rows), LARGEST_AT_ONCE):
            piece = rows[start : start + LARGEST_AT_ONCE]
            share = len(piece) / len(rows)
            value += share * self._differentiate(piece, targets[start : start + len(piece)])
            np.multiply(gradient, share, out=gradient)
            np.add(total, gradient, out=total)
        np.copyto(gradient, total)
        return value

    def _prepare(self, batch: int) -> _Plan:
        prepared = self.network.prepare(batch, training=True, rng=self._rng)
        targets = np.empty(prepared.output.shape, prepared.output.dtype)
        forward, loss, backward = bind_loss(self.network, prepared, self.loss, targets)
        return _Plan(prepared.rows, targets, tuple(forward), loss, tuple(backward))

    def _prepare_corrections(
        self, l1: float, l2: float, clip_norm: float | None
    ) -> dict[str, Call]:
        """Return the calls that add the penalties' slopes to the gradient and clip it."""
        parameters, gradient = self.network.parameters, self.network.gradient
        corrections: dict[str, Call] = {}
        scratch = np.empty_like(parameters)
        shrinking, frozen = self.network.weight_mask, self.network.frozen_mask
        if frozen is not None:
            shrinking = np.where(frozen, 0, shrinking)
            corrections["frozen"] = partial(np.copyto, gradient, 0, where=frozen)
        if l2:
            l2_mask = shrinking * l2

            def add_l2() -> None:
                np.multiply(parameters, l2_mask, out=scratch)
                np.add(gradient, scratch, out=gradient)

            corrections["l2"] = add_l2
        if l1:
            l1_mask = shrinking * l1

            def add_l1() -> None:
                np.sign(parameters, out=scratch)
                np.multiply(scratch, l1_mask, out=scratch)
                np.add(gradient, scratch, out=gradient)

            corrections["l1"] = add_l1
        if clip_norm is not None:

            def clip() -> None:
                norm = math.sqrt(float(np.dot(gradient, gradient)))
                if norm > clip_norm:
                    np.multiply(gradient, clip_norm / norm, out=gradient)

            corrections["clip"] = clip
        return corrections


def bind_loss(
    network: Learner, prepared: Pass, loss: Loss, targets: Array
) -> tuple[list[Call], Evaluation, list[Call]]:
    """Return the forward calls, the loss behind them, and the backward calls of a training pass.

    Where loss and output activation belong together, they are computed together from the logits.
    """
    last, output = prepared.row[-1], prepared.output
    forward, backward = prepared.forward, prepared.backward
    fused = loss.fuses_with(network.output_activation) and last.fusable
    if fused and last.z is not None and last.grad_z is not None:
        evaluation = loss.prepare_fused(last.z, targets, output, last.grad_z)
        return forward[:-1], evaluation, backward[1:]
    grad = last.grad_output if last.grad_output is not None else np.empty_like(output)
    return forward, loss.prepare(output, targets, grad), backward


def _around_frozen(
    update: Update, parameters: Array, moments: Array, frozen: NDArray[np.bool_]
) -> Update:
    """Return an update that leaves the frozen parameters of a stretch alone."""
    kept = np.empty_like(parameters)

    def update_rest(learning_rate: float, step: int) -> None:
        np.copyto(kept, parameters)
        np.copyto(moments, 0, where=frozen)
        update(learning_rate, step)
        np.copyto(parameters, kept, where=frozen)

    def update_none(learning_rate: float, step: int) -> None:
        moments.fill(0)

    return update_none if frozen.all() else update_rest
