"""The gradient check asks whether what backpropagation computed is really the slope of the loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from playground.nn.arrays import Array, quiet
from playground.nn.losses import Loss
from playground.nn.optimizers import SGD
from playground.nn.training_step import TrainingStep

if TYPE_CHECKING:
    from playground.nn.network import Network

_STEP = 1e-5
_LEAST_NORM = 1e-4


def gradient_check(
    network: Network,
    loss: Loss,
    inputs: Array,
    targets: Array,
    *,
    l2: float = 0.0,
    samples: int = 32,
    rng: np.random.Generator,
) -> dict[str, float]:
    """Compare the gradient by backpropagation with central differences of the loss.

    Both come from a float64 clone and from the code that training runs: batch statistics as in
    training, dropout off (its mask would differ from one evaluation to the next), the loss with its
    L2 penalty. For a sample of each tensor's entries, ``n = (L(w + h) − L(w − h)) / 2h`` with
    h = 10⁻⁵ is compared with backpropagation's a by ``‖a − n‖ / (‖a‖ + ‖n‖)``. The sum of norms
    counts as at least 10⁻⁴, because differences carry round-off of about 10⁻¹¹. Below 10⁻⁶ the
    gradient is right; above 10⁻³ it is wrong.

    Where the slopes on the two sides of an entry differ, a kink such as ReLU's lies between them:
    h is shortened, and an entry that sits on the kink itself is left out.

    Parameters
    ----------
    network
        Stays as it is.
    loss
        What to differentiate.
    inputs, targets
        (features, batch) and (outputs, batch).
    l2
        The penalty's factor.
    samples
        How many entries of each tensor to try, at most.
    rng
        Picks them.

    Returns
    -------
    dict
        The relative error of each tensor by its name in :meth:`Network.views`.
    """
    clone = network.clone(dtype=np.float64)
    rows = np.ascontiguousarray(inputs.reshape(-1, inputs.shape[-1]).T, dtype=np.float64)
    target_rows = np.ascontiguousarray(targets.T, dtype=np.float64)
    step = TrainingStep(clone, loss, SGD(), l2=l2, rng=None)

    def total_loss() -> float:
        data_loss = step(rows, target_rows, learning_rate=0.0)
        weights = clone.parameters * clone.weight_mask
        return data_loss + 0.5 * l2 * float(weights @ weights)

    with quiet():
        total_loss()
        gradients = clone.views_of(clone.gradient.copy())
        return {
            name: _relative_error(view, gradients[name], total_loss, samples, rng)
            for name, view in clone.views_of(clone.parameters).items()
        }


def _relative_error(
    view: Array,
    gradient: Array,
    total_loss: Callable[[], float],
    samples: int,
    rng: np.random.Generator,
) -> float:
    analytic, numeric = [], []
    for flat in rng.permutation(view.size)[:samples]:
        place = np.unravel_index(flat, view.shape)
        slope = _slope(view, place, total_loss)
        if slope is not None:
            analytic.append(float(gradient[place]))
            numeric.append(slope)
    a, n = np.array(analytic), np.array(numeric)
    norms = float(np.linalg.norm(a) + np.linalg.norm(n))
    return float(np.linalg.norm(a - n)) / max(norms, _LEAST_NORM)


def _slope(
    view: Array, place: tuple[np.intp, ...], total_loss: Callable[[], float]
) -> float | None:
    """Return the central difference at one entry, or None on a kink."""
    value = view[place]
    here = total_loss()
    for step in (_STEP, _STEP / 10, _STEP / 100):
        view[place] = value + step
        above = total_loss()
        view[place] = value - step
        below = total_loss()
        view[place] = value
        left, right = (here - below) / step, (above - here) / step
        if abs(right - left) <= 1e-3 * (abs(left) + abs(right)) + 10 * step:
            return (above - below) / (2 * step)
    return None
