"""The training step: the one place where a network learns, prepared so that Python does little."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from playground.nn.arrays import Array, Call
from playground.nn.batch_gradient import BatchGradient, Learner
from playground.nn.losses import Loss
from playground.nn.optimizers import Optimizer, Update

_STRETCH = 32_768  # parameters that an optimizer works on at a time, so that they stay in cache


class TrainingStep:
    """Steps of one optimizer on one network.

    A large batch is differentiated piece by piece; see
    :class:`~playground.nn.batch_gradient.BatchGradient`.

    A step copies the rows in, makes the prepared calls and moves the parameters; it allocates
    nothing once a batch size has been seen. L2 adds ``l2·½‖w‖²`` to the loss and so ``l2·w`` to the
    gradient, L1 adds ``l1·Σ|w|`` and so ``l1·sign(w)``, 0 at 0; both for weights only. Then the
    gradient is scaled down to ``clip_norm`` if its norm is larger.

    What the network's ``frozen_mask`` marks has no gradient, no penalty and no moment, and keeps
    its value bit for bit, whatever the optimizer does. The learning rate is multiplied by the
    network's ``rates``.

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
    moments
        Where the optimizer is to keep its own, (len(optimizer.moments), parameter_count); None
        makes room for them.

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
        moments: Array | None = None,
    ) -> None:
        self.network = network
        self.loss = loss
        self.optimizer = optimizer
        self.step_count = 0
        self._differentiate = BatchGradient(network, loss, rng)

        count, dtype = network.parameter_count, network.dtype
        if moments is None:
            moments = np.zeros((len(optimizer.moments), count), dtype)
        self.moments = moments
        self._updates = []
        scratch = np.empty(min(count, _STRETCH), dtype)
        for part, rate in _stretches(count, network.rates):
            parameters, moments = network.parameters[part], self.moments[:, part]
            update = optimizer.prepare(
                parameters, network.gradient[part], tuple(moments), scratch[: len(parameters)]
            )
            frozen = network.frozen_mask
            if frozen is not None and frozen[part].any():
                update = _around_frozen(update, parameters, moments, frozen[part])
            self._updates.append(update if rate == 1 else _at_rate(update, rate))
        self.corrections = self._prepare_corrections(l1, l2, clip_norm)

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
        value = self._differentiate(rows, targets)
        for call in self.corrections.values():
            call()
        self.update(learning_rate)
        return value

    def update(self, learning_rate: float) -> None:
        """Move the parameters by the network's gradient as it stands."""
        step = self.step_count = self.step_count + 1
        for update in self._updates:
            update(learning_rate, step)

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


def _stretches(count: int, rates: Array | None) -> Iterator[tuple[slice, float]]:
    """Yield the parts of a vector that are moved one by one, each with its factor of the rate."""
    ends = {*range(_STRETCH, count, _STRETCH), count}
    if rates is not None:
        ends.update((np.flatnonzero(np.diff(rates)) + 1).tolist())
    for start, end in pairwise(sorted({0, *ends})):
        yield slice(start, end), 1.0 if rates is None else float(rates[start])


def _at_rate(update: Update, factor: float) -> Update:
    """Return an update whose learning rate is multiplied by a factor."""

    def update_at_rate(learning_rate: float, step: int) -> None:
        update(factor * learning_rate, step)

    return update_at_rate


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
