"""The gradient check asks whether what backpropagation computed is really the slope of the loss."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from playground.nn.arrays import Array, quiet
from playground.nn.batch_gradient import bind_loss, spread_over
from playground.nn.layers import LayerPass
from playground.nn.losses import Loss
from playground.nn.optimizers import SGD
from playground.nn.training_step import TrainingStep

if TYPE_CHECKING:
    from playground.nn.network import Network

STEP = 1e-5
RIGHT_BELOW = 1e-6
WRONG_ABOVE = 1e-3

_LEAST_NORM = 1e-3
_ROUND_OFF = 2e-5
_LEAST_KINK = 1e-3
_FEWEST = 4


@dataclass(frozen=True)
class TensorCheck:
    """How well the two gradients of one tensor agree.

    Attributes
    ----------
    name
        As in :meth:`Network.views`, such as ``dense_1.weights``.
    size, entries, on_kinks
        How many numbers the tensor has, how many were compared, and how many were tried and left
        out because the loss has a kink there.
    relative_error
        ``‖a − n‖ / (‖a‖ + ‖n‖)`` over the compared entries; 0 without any.
    largest_difference
        The largest |a − n|.
    """

    name: str
    size: int
    entries: int
    on_kinks: int
    relative_error: float
    largest_difference: float

    @property
    def verdict(self) -> str:
        """``"right"``, ``"doubtful"``, ``"wrong"``, or ``"untested"`` where all were on kinks."""
        if not self.entries:
            return "untested"
        if self.relative_error < RIGHT_BELOW:
            return "right"
        return "doubtful" if self.relative_error <= WRONG_ABOVE else "wrong"


def check_tensors(
    network: Network,
    loss: Loss,
    inputs: Array,
    targets: Array,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    samples: int = 32,
    rng: np.random.Generator,
    breathe: Callable[[], None] | None = None,
    seconds: float = math.inf,
) -> tuple[TensorCheck, ...]:
    """Compare the gradient by backpropagation with central differences of the loss.

    Both come from a float64 clone and from the code that training runs: batch statistics as in
    training, dropout off (its mask would differ from one evaluation to the next), noise the same at
    every draw, the loss with its penalties and the layers' own terms. For a sample of each tensor's
    entries, ``n = (L(w + h) − L(w − h)) / 2h`` with h = 10⁻⁵ is compared with backpropagation's a
    by ``‖a − n‖ / (‖a‖ + ‖n‖)``. Each difference carries round-off of about L·2·10⁻¹⁶ / 2h, so that
    of k entries the sum of norms counts as at least 2·10⁻⁵·L·√k, more where h had to be shorter;
    and as at least 10⁻³, since L is added up of numbers that are larger than a well-trained
    network's, and differences below 10⁻⁹ mean nothing.
    Below 10⁻⁶ the gradient is right; above 10⁻³ it is wrong.

    Where a neuron's slope f′(z), the number that a square of pixels hands on, or the slopes on the
    two sides of an entry differ, a kink such as ReLU's lies between them: h is shortened, and an
    entry that sits on the kink itself is left out. So is a weight of 0 under an L1 penalty. What is
    frozen is compared too: freezing leaves the slope as it is, and only keeps training from
    following it.

    Parameters
    ----------
    network
        Stays as it is.
    loss
        What to differentiate.
    inputs, targets
        (features, batch) and (outputs, batch).
    l1, l2
        The penalties' factors.
    samples
        How many entries of each tensor to try, at most.
    rng
        Picks them.
    breathe
        Called before each entry, where others wait for the processor.
    seconds
        How long it may take, shared evenly by the tensors: once a share is used up, no more than
        the first few entries of a tensor are tried.
    """
    start = perf_counter()
    clone = network.clone(dtype=np.float64)
    clone.frozen_mask = None
    rows = np.ascontiguousarray(inputs.reshape(-1, inputs.shape[-1]).T, dtype=np.float64)
    target_rows = np.ascontiguousarray(targets.T, dtype=np.float64)
    checks = []
    with quiet():
        TrainingStep(clone, loss, SGD(), l1=l1, l2=l2, rng=None)(rows, target_rows, 0.0)
        gradients = clone.views_of(clone.gradient)
        shrinking = clone.views_of(clone.weight_mask)
        differences = _Differences(clone, loss, rows, target_rows)
        tensors = clone.views_of(clone.parameters)
        for index, (name, view) in enumerate(tensors.items()):
            until = start + seconds * (index + 1) / len(tensors)
            shrinks = shrinking[name].any()
            penalty = _Penalty(l1, l2) if shrinks else _Penalty(0.0, 0.0)
            analytic, numeric, steps = [], [], []
            places = rng.permutation(view.size)[:samples]
            tried = 0
            for place in zip(*np.unravel_index(places, view.shape), strict=True):
                if tried >= _FEWEST and perf_counter() > until:
                    break
                tried += 1
                if breathe is not None:
                    breathe()
                found = differences.slope(name.rpartition(".")[0], view, place, penalty)
                if found is not None:
                    slope, step = found
                    analytic.append(float(gradients[name][place]))
                    numeric.append(slope)
                    steps.append(step)
            round_off = _ROUND_OFF * abs(differences.here) * math.hypot(*(STEP / h for h in steps))
            checks.append(_compared(name, view.size, tried, analytic, numeric, round_off))
    return tuple(checks)


def _compared(
    name: str, size: int, tried: int, analytic: list[float], numeric: list[float], round_off: float
) -> TensorCheck:
    a, n = np.array(analytic), np.array(numeric)
    norms = float(np.linalg.norm(a) + np.linalg.norm(n))
    least = max(_LEAST_NORM, round_off)
    return TensorCheck(
        name,
        size,
        len(analytic),
        tried - len(analytic),
        float(np.linalg.norm(a - n)) / max(norms, least),
        float(np.abs(a - n).max(initial=0.0)),
    )


@dataclass(frozen=True)
class _Penalty:
    """What one weight adds to the loss; those of all others do not change with it."""

    l1: float
    l2: float

    def __call__(self, weight: float) -> float:
        return self.l1 * abs(weight) + 0.5 * self.l2 * weight * weight


class _Bend:
    """The slopes of what bends in a layer, on both sides of an entry.

    Parameters
    ----------
    layer
        Its place among the layers.
    slope
        Writes the slopes as they are now into an array.
    shape
        Of that array.
    """

    def __init__(self, layer: int, slope: Callable[[Array], object], shape: tuple[int, ...]):
        self.layer, self.slope = layer, slope
        self.above, self.below = np.empty((2, *shape))

    @property
    def crossed(self) -> bool:
        """Whether a kink lies between the sides."""
        return bool(np.abs(self.above - self.below).max() > _LEAST_KINK)


def _shares(done: LayerPass, into: Array) -> None:
    """Write how much of the outputs of a layer without weights comes from each of its inputs."""
    assert done.grad_output is not None
    assert done.grad_inputs is not None
    done.grad_output.fill(1)
    for call in done.backward:
        call()
    np.copyto(into, done.grad_inputs)


class _Differences:
    """Central differences of the loss on one batch, computed from the changed layer on.

    Beside the loss it keeps every neuron's f′(z), and which number each square of a pooling layer
    hands on: where these jump, a kink has been crossed.
    """

    def __init__(self, network: Network, loss: Loss, rows: Array, targets: Array) -> None:
        prepared = network.prepare(len(rows), training=True)
        np.copyto(prepared.rows, rows)
        self._targets = spread_over(targets.T, network.output_shape).copy()
        self._forward, self._loss, _ = bind_loss(network, prepared, loss, self._targets)
        self._terms = prepared.terms
        for mask in prepared.masks:
            mask.draw()
        self._starts: dict[str, tuple[int, int]] = {}
        self._bends: list[_Bend] = []
        call = len(prepared.begin)
        for index, (layer, done) in enumerate(zip(network.layers, prepared.layers, strict=True)):
            self._starts[layer.name] = (index, call)
            call += len(done.forward)
            face = layer.face()
            if face.activation is not None and done.z is not None:
                bend = face.activation.backward
                slope = partial(bend, np.ones_like(done.z), done.z, done.output[:-1])
                self._bends.append(_Bend(index, slope, done.z.shape))
            elif face.window is not None and done.grad_inputs is not None and done.backward:
                slope = partial(_shares, done)
                self._bends.append(_Bend(index, slope, done.grad_inputs.shape))
        self.here = self._evaluate(0)
        self._changed_from = 0

    def slope(
        self, layer: str, view: Array, place: tuple[np.intp, ...], penalty: _Penalty
    ) -> tuple[float, float] | None:
        """Return the central difference at one entry and the h that it took, or None on a kink."""
        index, call = self._starts[layer]
        if self._changed_from < call:
            self._evaluate(self._changed_from)
        self._changed_from = call
        bends = [bend for bend in self._bends if bend.layer >= index]
        value = float(view[place])
        here = self.here + penalty(value)
        found = None
        for step in (STEP, STEP / 10, STEP / 100):
            if penalty.l1 and abs(value) < step:
                continue
            view[place] = value + step
            above = self._evaluate(call) + penalty(value + step)
            for bend in bends:
                bend.slope(bend.above)
            view[place] = value - step
            below = self._evaluate(call) + penalty(value - step)
            for bend in bends:
                bend.slope(bend.below)
            bent = any(bend.crossed for bend in bends)
            left, right = (here - below) / step, (above - here) / step
            straight = abs(right - left) <= 1e-3 * (abs(left) + abs(right)) + 10 * step
            if straight and not bent:
                found = (above - below) / (2 * step), step
                break
        view[place] = value
        return found

    def _evaluate(self, call: int) -> float:
        for forward in self._forward[call:]:
            forward()
        return self._loss() + sum(term.value() for term in self._terms)
